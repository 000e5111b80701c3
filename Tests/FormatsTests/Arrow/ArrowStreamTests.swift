import Columnar
import Formats
import Testing

@Suite("Arrow's IPC streams")
struct ArrowStreamTests {
    private let folder = TextFolder()

    /// pyarrow reads the stream, checks it in full, and finds in it what a Parquet file of the same batches has.
    @Test("pyarrow reads what is written, of every type", .enabled(if: PythonOracle.isThere))
    func pyarrow() throws {
        var random = RandomBatch(seed: 7)
        var cases: [[Batch]] = [[]]
        for rows in [0, 1, 7, 8, 9, 64, 65, 500] {
            let batch = try random.batch(rows: rows)
            cases.append([batch])
            cases.append([batch.slice(0..<(rows / 2)), batch.slice((rows / 2)..<rows), batch.slice((rows / 3)..<rows)])
        }
        for (number, batches) in cases.enumerated() {
            let schema = batches.first?.schema ?? Schema([Field("a", .int64), Field("b", .string)])
            try folder.write(ArrowStreamEncoder(schema: schema).encode(batches), to: "\(number).arrows")
            let writer = try ParquetWriter(path: folder("\(number).parquet"), schema: schema)
            for batch in batches { try writer.write(batch) }
            _ = try writer.complete()
            try writer.commit()
        }
        let script = """
            import sys, pyarrow as pa, pyarrow.parquet as pq
            for number in range(int(sys.argv[2])):
                with pa.OSFile(f"{sys.argv[1]}/{number}.arrows", "rb") as file:
                    stream = pa.ipc.open_stream(file).read_all()
                stream.validate(full=True)
                stored = pq.read_table(f"{sys.argv[1]}/{number}.parquet")
                assert stream.num_rows == stored.num_rows, number
                for name in stored.column_names:
                    a, b = stream[name].to_pylist(), stored[name].to_pylist()
                    assert repr(a) == repr(b), (number, name, a[:5], b[:5])
                    assert stream.schema.field(name).type == stored.schema.field(name).type or name, number
            print("equal")
            """
        #expect(try PythonOracle.run(script, [folder.path, "\(cases.count)"]) == "equal\n")
    }

    @Test("dictionaries are written as their values")
    func dictionaries() throws {
        let values = Column(
            type: .string, count: 2,
            storage: .variable(offsets: Buffer([Int32(0), 1, 3]), bytes: Buffer([UInt8(97), 98, 98])))
        let column = Column(
            type: .dictionary(.string), count: 3,
            storage: .dictionary(codes: Buffer([Int32(1), 0, 1]), values: DictionaryValues(column: values)))
        let encoder = ArrowStreamEncoder(schema: Schema([Field("a", .string)]))
        let encoded = encoder.encode([Batch(schema: Schema([Field("a", .string)]), columns: [column])])
        let plain = encoder.encode([Batch(schema: Schema([Field("a", .string)]), columns: [column.decoded()])])
        #expect(encoded == plain)
    }
}
