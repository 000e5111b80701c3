import Columnar
import Formats
import Foundation
import Testing

/// The files of apache/parquet-testing: each is read as pyarrow reads it, or gives an error that says what is missing.
@Suite struct ParquetConformanceTests {
    static let folder = ParquetOracle.testsFolder.appendingPathComponent("Conformance/parquet")

    /// What the error of a file, or of its columns that are left out, must say.
    static let errors = [
        "byte_stream_split_extended.gzip": "DECIMAL(7, 3), which is not there yet",
        "fixed_length_decimal_legacy": "DECIMAL(13, 2), which is not there yet",
        "int64_decimal": "DECIMAL(10, 2), which is not there yet",
        "large_string_map.brotli": "compressed with BROTLI is not there yet",
        "rle-dict-uncompressed-corrupt-checksum": "the checksum of the page at byte",
    ]

    @Test(.enabled(if: PythonOracle.isThere))
    func `every file of the data folder is read as pyarrow reads it, or names the feature it needs`() throws {
        let data = Self.folder.appendingPathComponent("data")
        let folder = try ParquetOracle.files(of: "parquet_conformance", before: [data.path])
        for name in try ParquetOracle.names(in: data) {
            let expected = try? ParquetOracle.bytes(folder.appendingPathComponent("\(name).expected").path)
            try check(name, expected: expected.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    private func check(_ name: String, expected: String?) throws {
        let file: ParquetFile
        do {
            file = try ParquetFile(path: Self.folder.appendingPathComponent("data/\(name).parquet").path)
            let source = try ParquetSource([file])
            let lines = ParquetOracle.lines(source.schema, try ParquetOracle.read(source))
            #expect(Self.errors[name] == nil, "\(name) is read")
            guard let expected else { return }
            #expect(lines.joined(separator: "\n") + "\n" == expected, "\(name)")
        } catch let error as SwiftwaterError {
            guard let wanted = Self.errors[name] else {
                Issue.record("\(name): \(error)")
                return
            }
            #expect(error.description.contains(wanted), "\(error)")
            #expect(error.description.contains(name), "the error names the file: \(error)")
        }
    }

    @Test
    func `columns of types that are not there yet are refused only when they are taken`() throws {
        let path = Self.folder.appendingPathComponent("data/byte_stream_split_extended.gzip.parquet").path
        let file = try ParquetFile(path: path)
        let schema = try ParquetSource.fullSchema(of: [file])
        #expect(schema.count == 14)
        let error = #expect(throws: SwiftwaterError.self) { try ParquetSource([file], projection: ["decimal_plain"]) }
        #expect(error?.kind == .unsupported && error?.description.contains("DECIMAL(7, 3)") == true)
        let source = try ParquetSource([file], projection: ["double_plain", "double_byte_stream_split"])
        let batches = try ParquetOracle.read(source)
        #expect(batches.map(\.count) == [200])
        #expect(ParquetOracle.texts(batches[0].columns[0]) == ParquetOracle.texts(batches[0].columns[1]))
    }

    @Test
    func `INT96 timestamps of Spark are microseconds, up to the year 290000`() throws {
        let path = Self.folder.appendingPathComponent("data/int96_from_spark.parquet").path
        let source = try ParquetSource([try ParquetFile(path: path)])
        #expect(source.schema == Schema([Field("a", .timestamp(.microsecond, zone: nil))]))
        let values: [Int64?] = [
            1_704_141_296_123_456, 1_704_070_800_000_000, 253_402_225_200_000_000, 1_735_599_600_000_000, nil,
            9_089_380_393_200_000_000,
        ]
        let scalars = values.map { $0.map { Scalar.timestamp($0, .microsecond, zone: nil) } ?? .null }
        #expect(try ParquetOracle.read(source).flatMap { $0.columns[0].scalars } == scalars)
    }

    @Test
    func `every file of the bad data folder gives an error`() throws {
        let folder = Self.folder.appendingPathComponent("bad_data")
        let names = try ParquetOracle.names(in: folder)
        #expect(!names.isEmpty)
        for name in names {
            let error = #expect(throws: SwiftwaterError.self) {
                let file = try ParquetFile(path: folder.appendingPathComponent("\(name).parquet").path)
                _ = try ParquetOracle.read(try ParquetSource([file]))
            }
            print("bad_data/\(name): \(error.map { "\($0)" } ?? "-")")
            #expect(error?.kind == .data || error?.kind == .unsupported)
        }
    }
}
