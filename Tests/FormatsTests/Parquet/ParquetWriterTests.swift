import Columnar
import Formats
import Foundation
import Testing

@Suite struct ParquetWriterTests {
    static let schema = Schema([Field("a", .int64), Field("b", .string)])

    static func batch(_ rows: Range<Int>) throws -> Batch {
        Batch(
            schema: schema,
            columns: [
                try Column(.int64, rows.map { .int(Int64($0)) }),
                try Column(.string, rows.map { .string("row \($0)") }),
            ])
    }

    /// The footer of a file, by the metadata's own reader.
    static func metadata(_ bytes: [UInt8]) throws -> Parquet.FileMetadata {
        #expect(bytes.prefix(4) == Parquet.magic[...] && bytes.suffix(4) == Parquet.magic[...])
        let length = bytes.dropLast(4).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return try ThriftTests.decode(Array(bytes.dropLast(8).suffix(length)), as: Parquet.FileMetadata.self)
    }

    @Test func `a writer that is not finished leaves no file`() throws {
        let folder = TextFolder()
        do {
            let writer = try ParquetWriter(path: folder("x.parquet"), schema: Self.schema)
            try writer.write(Self.batch(0..<1000))
            #expect(!FileManager.default.fileExists(atPath: folder("x.parquet")))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `a file that was there stays until the new one is finished`() throws {
        let folder = TextFolder()
        try folder.write("old", to: "x.parquet")
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: Self.schema)
        try writer.write(Self.batch(0..<10))
        #expect(try folder.text("x.parquet") == "old")
        #expect(try writer.finish().rows == 10)
        #expect(try Self.metadata(folder.read("x.parquet")).rowCount == 10)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.parquet"])
    }

    @Test func `a finished writer takes no more rows`() throws {
        let folder = TextFolder()
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: Self.schema)
        _ = try writer.finish()
        #expect(throws: SwiftwaterError.self) { try writer.write(Self.batch(0..<1)) }
        #expect(throws: SwiftwaterError.self) { try writer.finish() }
    }

    @Test func `batches of other types are usage errors and do no harm`() throws {
        let folder = TextFolder()
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: Self.schema)
        let other = Schema([Field("a", .int32), Field("b", .string)])
        #expect {
            try writer.write(.empty(other))
        } throws: {
            ($0 as? SwiftwaterError)?.description == "column 'a' is int32 instead of int64"
        }
        #expect(throws: SwiftwaterError.self) { try writer.write(.empty(Schema([Field("a", .int64)]))) }
        try writer.write(Self.batch(0..<5))
        #expect(try writer.finish().rows == 5)
    }

    @Test func `schemas that Parquet cannot hold are errors before a file is made`() throws {
        let folder = TextFolder()
        var deep = DataType.int64
        for _ in 0..<200 { deep = .list(deep) }
        let schemas = [
            Schema([Field("a", .int64), Field("a", .string)]), Schema([Field("a", .structure([]))]),
            Schema([Field("a", deep)]), Schema([Field("a", .structure([Field("x", .bool), Field("x", .bool)]))]),
        ]
        for schema in schemas {
            #expect(throws: SwiftwaterError.self) { try ParquetWriter(path: folder("x.parquet"), schema: schema) }
        }
        var options = ParquetWriterOptions()
        options.level = 99
        #expect(throws: SwiftwaterError.self) {
            try ParquetWriter(path: folder("x.parquet"), schema: Self.schema, options: options)
        }
        options = ParquetWriterOptions()
        options.rowGroupRows = 0
        #expect(throws: SwiftwaterError.self) {
            try ParquetWriter(path: folder("x.parquet"), schema: Self.schema, options: options)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `row groups have the rows that were asked for`() throws {
        let folder = TextFolder()
        var options = ParquetWriterOptions()
        options.rowGroupRows = 100
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: Self.schema, options: options)
        for start in stride(from: 0, to: 950, by: 50) { try writer.write(Self.batch(start..<(start + 50))) }
        #expect(try writer.finish().rowGroups == 10)
        let metadata = try Self.metadata(folder.read("x.parquet"))
        #expect(metadata.rowGroups.map(\.rowCount) == Array(repeating: 100, count: 9) + [50])
    }

    @Test func `a row group ends early when it takes too much memory`() throws {
        let folder = TextFolder()
        var options = ParquetWriterOptions()
        options.rowGroupBytes = 100_000
        options.codec = .none
        options.dictionaryBytes = 0
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: Self.schema, options: options)
        for start in stride(from: 0, to: 50_000, by: 1000) { try writer.write(Self.batch(start..<(start + 1000))) }
        #expect(try writer.finish().rowGroups > 5)
    }

    /// The statistics and encodings of the only column chunk of `scalars`.
    static func chunk(
        _ type: DataType, _ scalars: [Scalar], _ options: ParquetWriterOptions = ParquetWriterOptions()
    ) throws -> Parquet.ColumnMetadata {
        let folder = TextFolder()
        let schema = Schema([Field("x", type)])
        let writer = try ParquetWriter(path: folder("x.parquet"), schema: schema, options: options)
        try writer.write(Batch(schema: schema, columns: [try Column(type, scalars)]))
        _ = try writer.finish()
        return try #require(try metadata(folder.read("x.parquet")).rowGroups.first?.columns.first?.metadata)
    }

    @Test func `bounds of floats leave out NaN and hold both zeros`() throws {
        func bounds(_ values: [Double]) throws -> [UInt64?] {
            let statistics = try Self.chunk(.float64, values.map { .float($0) }).statistics
            return [statistics?.minValue, statistics?.maxValue].map { bytes in
                bytes?.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            }
        }
        #expect(try bounds([.nan, 1, .nan, -2]) == [Double(-2).bitPattern, Double(1).bitPattern])
        #expect(try bounds([.nan, .nan]) == [nil, nil])
        #expect(try bounds([0.0, 1]) == [(-0.0).bitPattern, Double(1).bitPattern])
        #expect(try bounds([-1, -0.0]) == [Double(-1).bitPattern, Double(0).bitPattern])
        #expect(try bounds([.infinity, .nan]) == [Double.infinity.bitPattern, Double.infinity.bitPattern])
        #expect(try Self.chunk(.float64, [.null]).statistics?.minValue == nil)
    }

    @Test func `bounds of unsigned integers compare as such`() throws {
        let statistics = try #require(try Self.chunk(.uint32, [.uint(1), .uint(4_000_000_000), .null]).statistics)
        #expect(statistics.minValue == [1, 0, 0, 0])
        #expect(statistics.maxValue == [0x00, 0x28, 0x6B, 0xEE])
        #expect(statistics.nullCount == 1)
    }

    @Test func `bounds of long strings are cut between characters and stay bounds`() throws {
        let long = String(repeating: "a", count: 63) + "é" + "tail"
        let statistics = try #require(try Self.chunk(.string, [.string(long)]).statistics)
        #expect(statistics.minValue == [UInt8](repeating: 97, count: 63))
        #expect(statistics.isMinValueExact == false)
        #expect(statistics.maxValue == [UInt8](repeating: 97, count: 62) + [98])
        #expect(statistics.isMaxValueExact == false)
        let short = try #require(try Self.chunk(.string, [.string("b"), .string(""), .string("é")]).statistics)
        #expect(short.minValue == [] && short.maxValue == Array("é".utf8) && short.isMaxValueExact == true)
        // Nothing comes after the last character, nor after bytes of 255.
        let last = String(repeating: "\u{10FFFF}", count: 30)
        #expect(try Self.chunk(.string, [.string(last)]).statistics?.maxValue == nil)
        let bytes = [UInt8](repeating: 255, count: 100)
        #expect(try Self.chunk(.binary, [.binary(bytes)]).statistics?.maxValue == nil)
        #expect(try Self.chunk(.binary, [.binary([7] + bytes)]).statistics?.maxValue == [8])
        let surrogates = "\u{D7FF}" + String(repeating: "\u{10FFFF}", count: 30)
        #expect(try Self.chunk(.string, [.string(surrogates)]).statistics?.maxValue == Array("\u{E000}".utf8))
    }

    @Test func `each kind of column gets the encoding that suits it`() throws {
        func encodings(_ type: DataType, _ scalars: [Scalar]) throws -> [Parquet.Encoding] {
            try Self.chunk(type, scalars).encodings
        }
        let count = 5000
        #expect(try encodings(.int64, (0..<count).map { .int(Int64($0)) }) == [.rle, .deltaBinaryPacked])
        #expect(try encodings(.int64, (0..<count).map { .int(Int64($0 % 10)) }) == [.plain, .rle, .rleDictionary])
        #expect(try encodings(.string, (0..<count).map { .string("\($0 % 9)") }) == [.plain, .rle, .rleDictionary])
        #expect(try encodings(.string, (0..<count).map { .string("\($0)") }) == [.plain, .rle])
        #expect(try encodings(.float64, (0..<count).map { .float(Double($0) * 1.1) }) == [.plain, .rle])
        #expect(try encodings(.bool, (0..<count).map { .bool($0 < 100) }) == [.rle])
        #expect(try encodings(.bool, (0..<count).map { .bool($0 % 3 == 0) }) == [.plain, .rle])
    }

    @Test func `a timestamp in seconds that milliseconds cannot hold is an error`() throws {
        #expect(throws: SwiftwaterError.self) {
            try Self.chunk(.timestamp(.second, zone: nil), [.timestamp(.max, .second, zone: nil)])
        }
    }
}
