import Columnar
import Formats
import Foundation
import Glibc
import Query
import Streams

/// A folder of its own for one test, with the sink's folder `out` or file in it.
final class SinkFolder {
    let path: String
    var out: String { "\(path)/out" }

    init() throws {
        path = NSTemporaryDirectory() + "swiftwater-sink-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// File systems mounted in it, unmounted with it.
    var disks: [SmallDisk] = []

    deinit {
        disks = []
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Relative paths of all files below, sorted; those of hidden folders and of other file systems too.
    var files: [String] { Self.files(path).sorted() }

    private static func files(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).flatMap { name -> [String] in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
            return isFolder.boolValue ? files("\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
        }
    }

    /// What a reader that knows nothing of sinks takes: the files of `out`.
    var visible: [String] {
        files.filter { $0.hasPrefix("out/") && !$0.contains("/_") }.map { String($0.dropFirst(4)) }
    }

    func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))) ?? Data(), as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// The values of `column` in all visible Parquet files, sorted.
    func values(_ column: String = "v") throws -> [Int64] {
        var values: [Int64] = []
        for file in visible {
            let reader = try ParquetSource(paths: ["\(out)/\(file)"], projection: [column]).makeReader()
            while let morsel = try reader.next() {
                for scalar in morsel.batch.columns[0].scalars {
                    if case .int(let value) = scalar { values.append(value) }
                }
            }
        }
        return values.sorted()
    }
}

/// Rows `v` (the numbers of a range) and `company` (one of four texts, or missing).
enum SinkRows {
    static let schema = Schema([Field("v", .int64), Field("company", .string)])

    static func batch(_ range: Range<Int>, company: (Int) -> String? = { ["R", "S/T", nil, "a b=%"][$0 % 4] }) -> Batch
    {
        let values = try? Column(.int64, range.map { .int(Int64($0)) })
        let companies = try? Column(.string, range.map { row in company(row).map { .string($0) } ?? .null })
        return Batch(schema: schema, columns: [values, companies].compactMap { $0 })
    }
}

extension StreamSink {
    /// One epoch as the engine commits it.
    @discardableResult
    func commit(_ epoch: Int64, _ mode: OutputMode = .append, _ rows: [Batch]) throws -> SinkRecord {
        let record = try prepare(epoch: epoch, mode: mode, rows: rows)
        try publish(record)
        return record
    }
}
