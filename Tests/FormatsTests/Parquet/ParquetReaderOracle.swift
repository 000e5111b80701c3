import Columnar
import Formats
import Foundation

/// Reads Parquet files that other programs wrote and gives their rows in the text form of
/// `Oracle/parquet_canonical.py`.
enum ParquetOracle {
    static let testsFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// Where this process's tests keep files that all of them share; removed at its end.
    private static let shared: URL = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-parquet-\(getpid())")
        atexit {
            try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "swiftwater-parquet-\(getpid())")
        }
        return folder
    }()

    /// Runs a script of `Oracle` with a folder for its files and `arguments`; the folder.
    static func files(of script: String, _ arguments: [String] = [], before: [String] = []) throws -> URL {
        let oracle = testsFolder.appendingPathComponent("Oracle")
        let folder = shared.appendingPathComponent(script)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try PythonOracle.run(
            "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[2:]; "
                + "runpy.run_path(sys.argv[0], run_name='__main__')",
            [oracle.path, oracle.appendingPathComponent("\(script).py").path] + before + [folder.path] + arguments)
        return folder
    }

    /// Names without extension.
    static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".parquet") }.map { String($0.dropLast(8)) }.sorted()
    }

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    /// All morsels in order, read by `readers` readers in turns.
    static func read(_ source: ParquetSource, readers count: Int = 1) throws -> [Batch] {
        let readers = try (0..<count).map { _ in try source.makeReader() }
        var morsels: [Morsel] = []
        var turn = 0
        while let morsel = try readers[turn % count].next() {
            morsels.append(morsel)
            turn += 1
        }
        return morsels.sorted { $0.sequence < $1.sequence }.map(\.batch)
    }

    /// The schema's line and one line a row.
    static func lines(_ schema: Schema, _ batches: [Batch]) -> [String] {
        var result = [schema.fields.map { "\($0.name)=\($0.type)" }.joined(separator: "\t")]
        for batch in batches {
            let columns = batch.columns.map { texts($0) }
            for row in 0..<batch.count { result.append("[" + columns.map { $0[row] }.joined(separator: ",") + "]") }
        }
        return result
    }

    static func texts(_ column: Column) -> [String] {
        var result: [String]
        switch column.storage {
        case .null: return Array(repeating: "null", count: column.count)
        case .structure(let members):
            let columns = members.map { texts($0) }
            result = (0..<column.count).map { row in "[" + columns.map { $0[row] }.joined(separator: ",") + "]" }
        case .list:
            let (offsets, elements) = column.list
            let inner = texts(elements)
            result = (0..<column.count).map { row in
                "[" + inner[Int(offsets[row])..<Int(offsets[row + 1])].joined(separator: ",") + "]"
            }
        case .dictionary(_, let values):
            let words = texts(values.column)
            result = (0..<column.count).map { row in
                column.isNull(row) ? "null" : words[Int(column.dictionary!.codes[row])]
            }
        default: result = (0..<column.count).map { text(column.scalar(at: $0), column.type) }
        }
        for row in 0..<column.count where column.isNull(row) { result[row] = "null" }
        return result
    }

    private static func text(_ scalar: Scalar, _ type: DataType) -> String {
        switch scalar {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)"
        case .date(let value): return "\(value)"
        case .timestamp(let value, _, _): return "\(value)"
        case .duration(let value, _): return "\(value)"
        case .float(let value):
            if value.isNaN { return "\"nan\"" }
            return type == .float32
                ? "\"\(hex(Float(value).bitPattern.bigEndian))\"" : "\"\(hex(value.bitPattern.bigEndian))\""
        case .string(let value): return "\"s\(hex(Array(value.utf8)))\""
        case .binary(let value): return "\"b\(hex(value))\""
        case .list, .structure: return "?"
        }
    }

    private static func hex<T: FixedWidthInteger>(_ bigEndian: T) -> String {
        withUnsafeBytes(of: bigEndian) { hex(Array($0)) }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
