import Columnar
import Formats
import Foundation
import Testing

/// Files that pyarrow, DuckDB and Polars wrote, read back and compared value by value.
@Suite struct ParquetReaderTests {
    @Test(.enabled(if: PythonOracle.isThere))
    func `every value of files by pyarrow, DuckDB and Polars is read`() throws {
        let seed = ProcessInfo.processInfo.environment["SWIFTWATER_SEED"] ?? "1"
        print("seed of the Parquet files: \(seed)")
        let folder = try ParquetOracle.files(of: "parquet_reader_files", [seed])
        let names = try ParquetOracle.names(in: folder)
        #expect(names.count > 50)
        for name in names {
            let path = folder.appendingPathComponent(name).path
            do {
                let expected = try expectedLines(path)
                let file = try ParquetFile(path: path + ".parquet")
                for (readers, maximumRows) in [(1, 1 << 17), (1, 128), (3, 64)] {
                    let source = try ParquetSource([file], maximumRows: maximumRows)
                    let lines = ParquetOracle.lines(
                        source.schema, try ParquetOracle.read(source, readers: readers))
                    compare(lines, expected, "\(name), \(readers) readers, \(maximumRows) rows")
                }
            } catch {
                Issue.record("\(name): \(error)")
            }
        }
    }

    private func expectedLines(_ path: String) throws -> [String] {
        let text = String(decoding: try ParquetOracle.bytes(path + ".expected"), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    private func compare(_ lines: [String], _ expected: [String], _ what: String) {
        guard lines != expected else { return }
        guard lines.count == expected.count else {
            Issue.record("\(what): \(lines.count - 1) rows, not \(expected.count - 1)")
            return
        }
        for (row, (line, wanted)) in zip(lines, expected).enumerated() where line != wanted {
            Issue.record("\(what): row \(row - 1) is\n\(line.prefix(3000))\nnot\n\(wanted.prefix(3000))")
            return
        }
    }
}
