import CSwiftwater
import Columnar
import Testing

@Suite("Arrow C interface")
struct ArrowInterfaceTests {
    @Test("a column goes out and comes back with its type and values", arguments: everyType)
    func columns(type: DataType) throws {
        var generator = SeededGenerator(seed: 11)
        for count in interestingCounts {
            let scalars = (0..<count).map { _ in randomScalar(type, missing: 0.3, &generator) }
            // A slice, so that buffers do not start where they were allocated.
            let low = count / 3
            let column = try Column(type, scalars).slice(low..<count)
            var array = ArrowArray()
            var schema = ArrowSchema()
            ArrowExport.column(column, to: &array)
            ArrowExport.schema(Field("x", type), to: &schema)
            #expect(try ArrowImport.field(&schema) == Field("x", type))
            let back = try ArrowImport.column(&array, schema: &schema)
            schema.release(&schema)
            #expect(array.release == nil)
            #expect(schema.release == nil)
            #expect(back.scalars == Array(scalars[low...]))
        }
    }

    @Test("exported memory lives until it is released, whoever lets go of it first")
    func lifetime() throws {
        var array = ArrowArray()
        do {
            let column = try Column(.string, [.string(String(repeating: "x", count: 100_000))])
            ArrowExport.column(column, to: &array)
        }
        let bytes = try #require(array.buffers[2]).assumingMemoryBound(to: UInt8.self)
        #expect(bytes[99_999] == UInt8(ascii: "x"))
        array.release(&array)
    }

    @Test("a sliced structure with an offset gives its rows only")
    func offset() throws {
        let type = DataType.structure([Field("a", .int64), Field("b", .bool)])
        let scalars = (0..<20).map { Scalar.structure([.init("a", .int($0)), .init("b", .bool($0 % 3 == 0))]) }
        var array = ArrowArray()
        var schema = ArrowSchema()
        ArrowExport.column(try Column(type, scalars), to: &array)
        ArrowExport.schema(Field("s", type), to: &schema)
        array.offset = 5
        array.length = 9
        let back = try ArrowImport.column(&array, schema: &schema)
        schema.release(&schema)
        #expect(back.scalars == Array(scalars[5..<14]))
    }

    @Test("a stream gives its batches, and its error in words")
    func streams() throws {
        let schema = Schema([Field("n", .int64), Field("s", .string)])
        var left = 3
        var stream = ArrowArrayStream()
        ArrowStream.export(schema: schema, to: &stream) { () throws(SwiftwaterError) -> Batch? in
            if left == 0 { return nil }
            left -= 1
            // A dictionary where the schema says string: decoded on the way out.
            return Batch(
                schema: schema,
                columns: [
                    try Column(.int64, [.int(Int64(left)), .null]),
                    try Column(.dictionary(.string), [.null, .string("v")]),
                ])
        }
        let table = try ArrowStream.table(from: &stream)
        #expect(stream.release == nil)
        #expect(table.schema == schema)
        #expect(table.batches.flatMap { $0.columns[0].scalars } == [.int(2), .null, .int(1), .null, .int(0), .null])
        #expect(table.batches[0].columns[1].scalars == [.null, .string("v")])

        ArrowStream.export(schema: schema, to: &stream) { () throws(SwiftwaterError) -> Batch? in
            throw SwiftwaterError(.data, "it broke")
        }
        let error = #expect(throws: SwiftwaterError.self) { try ArrowStream.table(from: &stream) }
        #expect(error?.message == "the Arrow stream failed: it broke")
        #expect(stream.release == nil)
    }

    @Test("a type that is not read is named")
    func unsupported() throws {
        var schema = ArrowSchema()
        ArrowExport.schema(Field("price", .int64), to: &schema)
        let original = schema.format
        "d:10,2".withCString { format in
            schema.format = format
            let error = #expect(throws: SwiftwaterError.self) { try ArrowImport.field(&schema) }
            #expect(error?.message == "column 'price' has the Arrow type 'd:10,2', which is not read")
        }
        schema.format = original
        schema.release(&schema)
    }
}
