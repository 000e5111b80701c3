import Columnar
import Formats
import Foundation
import Testing

/// What we write is what pyarrow, DuckDB and Polars read, value by value.
@Suite(.enabled(if: PythonOracle.isThere, "needs Python with pyarrow, DuckDB and Polars"))
struct ParquetWriterOracleTests {
    /// Writes `columns` of scalars in batches of random sizes, with the expected cells beside the file.
    static func write(
        _ folder: TextFolder, _ name: String, _ schema: Schema, _ columns: [[Scalar]],
        _ options: ParquetWriterOptions, _ random: inout RandomColumns, largestBatch: Int = 5000,
        dictionaries: Bool = true
    ) throws {
        let count = columns.first?.count ?? 0
        let writer = try ParquetWriter(path: folder("\(name).parquet"), schema: schema, options: options)
        var row = 0
        while row < count {
            let size = min(1 + random.below(largestBatch), count - row)
            var batch: [Column] = []
            for (field, scalars) in zip(schema.fields, columns) {
                var type = field.type.logical
                let isEncoded = field.type != type || dictionaries && random.chance(30)
                // The builder's dictionaries hold one zero, whatever its sign.
                if isEncoded, type != .null, !type.isNested, !type.isFloat { type = .dictionary(type) }
                batch.append(try Column(type, Array(scalars[row..<(row + size)])))
            }
            try writer.write(Batch(schema: schema, columns: batch, count: size))
            row += size
        }
        let summary = try writer.finish()
        #expect(summary.rows == count)
        #expect(try folder.read("\(name).parquet").count == summary.bytes)
        var lines = ""
        for row in 0..<count { lines += ExpectedCells.line(columns.map { $0[row] }) }
        try folder.write(lines, to: "\(name).jsonl")
    }

    static func check(_ folder: TextFolder) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Oracle/read_parquet.py").standardizedFileURL.path
        let printed = try PythonOracle.run(
            """
            import subprocess, sys
            done = subprocess.run([sys.executable, sys.argv[1], sys.argv[2]], capture_output=True, text=True)
            print(done.stdout[:5000] + done.stderr[-3000:])
            """, [script, folder.path])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".parquet") }
        #expect(printed.trimmingCharacters(in: .whitespacesAndNewlines) == "\(files.count) files")
    }

    static func options(_ random: inout RandomColumns) -> ParquetWriterOptions {
        var options = ParquetWriterOptions()
        options.codec = CompressionCodec.allCases[random.below(CompressionCodec.allCases.count)]
        options.rowGroupRows = [100, 1000, 100_000][random.below(3)]
        options.pageBytes = [64, 1000, 1 << 20][random.below(3)]
        options.pageValues = [50, 1000, 131_072][random.below(3)]
        options.dictionaryBytes = [0, 200, 1 << 20][random.below(3)]
        options.usesDelta = random.chance(70)
        options.usesByteStreamSplit = random.chance(30)
        options.writesChecksums = random.chance(80)
        return options
    }

    @Test func `random schemas and values are read back by all readers`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the random Parquet files: \(seed)")
        var random = RandomColumns(seed: seed)
        let folder = TextFolder()
        for file in 0..<40 {
            let schema = random.schema(columns: 1 + random.below(6), depth: random.below(4))
            let count = [0, 1, 7, 300, 3000][random.below(5)]
            var columns: [[Scalar]] = []
            for field in schema.fields { columns.append(random.scalars(field.type, count, random.shape())) }
            let options = Self.options(&random)
            try Self.write(folder, "random\(file)", schema, columns, options, &random)
        }
        try Self.check(folder)
    }

    @Test func `every codec takes every type`() throws {
        var random = RandomColumns(seed: 11)
        let folder = TextFolder()
        let types =
            RandomColumns.flatTypes + [
                .list(.int64), .structure([Field("x", .string), Field("y", .list(.float64))]),
                .list(.structure([Field("a", .bool), Field("b", .list(.list(.string)))])), .dictionary(.string),
                .dictionary(.int64), .list(.dictionary(.string)),
                .structure([Field("d", .dictionary(.timestamp(.second, zone: nil)))]),
            ]
        let schema = Schema(types.enumerated().map { Field("c\($0)", $1) })
        for codec in CompressionCodec.allCases {
            var options = ParquetWriterOptions()
            options.codec = codec
            for (name, count, missing) in [("many", 600, 20), ("one", 1, 0), ("none", 0, 0), ("missing", 100, 100)] {
                let shape = RandomColumns.Shape(missing: missing, distinct: 0, isExtreme: true)
                let columns = schema.fields.map { random.scalars($0.type, count, shape) }
                try Self.write(folder, "\(codec.rawValue)-\(name)", schema, columns, options, &random)
            }
        }
        try Self.check(folder)
    }

    @Test func `extreme numbers keep their value and their bounds`() throws {
        let folder = TextFolder()
        var random = RandomColumns(seed: 5)
        let columns: [(DataType, [Scalar])] = [
            (.int8, [.int(-128), .int(127), .null]), (.int16, [.int(-32768), .int(32767), .null]),
            (.int32, [.int(Int64(Int32.min)), .int(Int64(Int32.max)), .null]),
            (.int64, [.int(.min), .int(.max), .null]), (.uint8, [.uint(0), .uint(255), .null]),
            (.uint16, [.uint(0), .uint(65535), .null]), (.uint32, [.uint(0), .uint(UInt64(UInt32.max)), .null]),
            (.uint64, [.uint(0), .uint(.max), .null]), (.float64, [.float(-0.0), .float(0), .float(.nan)]),
            (.float32, [.float(.nan), .float(.nan), .float(.nan)]), (.date, [.date(.min), .date(.max), .null]),
            (.timestamp(.nanosecond, zone: nil), [.timestamp(.min, .nanosecond, zone: nil), .null, .null]),
            (.timestamp(.microsecond, zone: nil), [.timestamp(.max, .microsecond, zone: nil), .null, .null]),
            (.duration(.second), [.duration(.min, .second), .duration(.max, .second), .null]),
        ]
        let schema = Schema(columns.enumerated().map { Field("c\($0)", $1.0) })
        for (name, delta) in [("plain", false), ("delta", true)] {
            var options = ParquetWriterOptions()
            options.codec = .none
            options.usesDelta = delta
            options.dictionaryBytes = 0
            try Self.write(folder, "\(name)-only-pyarrow", schema, columns.map(\.1), options, &random)
        }
        try Self.check(folder)
    }

    @Test func `pyarrow sees the types of the schema`() throws {
        let folder = TextFolder()
        let types: [(DataType, String)] = [
            (.null, "null"), (.bool, "bool"), (.int8, "int8"), (.int16, "int16"), (.int32, "int32"), (.int64, "int64"),
            (.uint8, "uint8"), (.uint16, "uint16"), (.uint32, "uint32"), (.uint64, "uint64"), (.float32, "float"),
            (.float64, "double"), (.string, "string"), (.binary, "binary"), (.date, "date32[day]"),
            (.timestamp(.second, zone: nil), "timestamp[ms]"),
            (.timestamp(.microsecond, zone: "Europe/Paris"), "timestamp[us, tz=Europe/Paris]"),
            (.timestamp(.nanosecond, zone: "UTC"), "timestamp[ns, tz=UTC]"), (.duration(.second), "duration[s]"),
            (.duration(.nanosecond), "duration[ns]"), (.list(.duration(.millisecond)), "list<element: duration[ms]>"),
            (
                .structure([Field("a", .uint8), Field("b", .list(.string))]),
                "struct<a: uint8, b: list<element: string>>"
            ),
        ]
        let schema = Schema(types.enumerated().map { Field("größe \($0)", $1.0) })
        _ = try ParquetWriter(path: folder("x.parquet"), schema: schema).finish()
        let printed = try PythonOracle.run(
            """
            import sys, pyarrow.parquet as pq
            for field in pq.read_schema(sys.argv[1]): print(field.name, field.type)
            """, [folder("x.parquet")])
        #expect(printed == types.enumerated().map { "größe \($0) \($1.1)\n" }.joined())
    }

    @Test func `deep and wide schemas are read back`() throws {
        let folder = TextFolder()
        var random = RandomColumns(seed: 3)
        // Lists in lists, each row ending at another depth, empty or missing.
        let depth = 20
        var deep = DataType.int64
        for _ in 0..<depth { deep = .list(deep) }
        var rows: [Scalar] = [.null, .list([])]
        for levels in 1...depth {
            let ends: [Scalar] = levels == depth ? [.int(7), .null] : [.list([]), .null, .list([.null])]
            for end in ends {
                var value: Scalar = .list([end, end])
                for _ in 1..<levels { value = .list([value]) }
                rows.append(value)
            }
        }
        try Self.write(
            folder, "deep", Schema([Field("x", deep)]), [rows], ParquetWriterOptions(), &random, dictionaries: false)
        let wide = Schema(
            (0..<500).map { Field("c\($0)", RandomColumns.flatTypes[$0 % RandomColumns.flatTypes.count]) })
        let shape = RandomColumns.Shape(missing: 20, distinct: 0, isExtreme: false)
        let columns = wide.fields.map { random.scalars($0.type, 20, shape) }
        try Self.write(folder, "wide", wide, columns, ParquetWriterOptions(), &random)
        try Self.check(folder)
    }

    @Test func `columns that suit each encoding are read back`() throws {
        let folder = TextFolder()
        var random = RandomColumns(seed: 17)
        let count = 20_000
        let schema = Schema([
            Field("sequence", .int64), Field("time", .timestamp(.millisecond, zone: nil)), Field("steps", .int32),
            Field("noise", .float64), Field("name", .string), Field("unique", .string), Field("growing", .string),
            Field("flag", .bool), Field("constant", .bool), Field("falling", .uint64),
        ])
        let columns: [[Scalar]] = [
            (0..<count).map { .int(Int64($0)) },
            (0..<count).map { .timestamp(1_563_795_193_534 + Int64($0 / 100) * 5000, .millisecond, zone: nil) },
            (0..<count).map { .int(Int64($0 % 7 * 1000)) },
            (0..<count).map { _ in .float(Double(random.below(1_000_000_000)) / 10_000_000) },
            (0..<count).map { .string("company \($0 % 100)") },
            (0..<count).map { .string("key \($0)") },
            // Repeats at first, then does not: the chunk leaves its dictionary.
            (0..<count).map { .string($0 < 10_000 ? "same" : "a long and different text number \($0)") },
            (0..<count).map { _ in .bool(random.chance(50)) },
            (0..<count).map { .bool($0 == 19_999) },
            (0..<count).map { .uint(UInt64.max - UInt64($0)) },
        ]
        for codec in [CompressionCodec.none, .zstd] {
            var options = ParquetWriterOptions()
            options.codec = codec
            options.dictionaryBytes = 30_000
            options.usesByteStreamSplit = codec == .none
            try Self.write(
                folder, "encodings-\(codec.rawValue)", schema, columns, options, &random, largestBatch: 20_000,
                dictionaries: codec == .zstd)
        }
        try Self.check(folder)
    }
}
