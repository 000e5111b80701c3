import Columnar
import Query

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

func sleepMicroseconds(_ duration: UInt32) { usleep(duration) }

/// A folder of its own that is removed with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/swiftwater-query-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? "/tmp"
        }
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// The files in the folder, hidden ones too.
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The text of a file in the folder.
    func text(_ name: String) -> String? {
        guard let file = fopen("\(path)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let n = fread(&chunk, 1, chunk.count, file)
            if n == 0 { break }
            bytes += chunk[0..<n]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A plan over the source `numbers` of one column `value`.
func numbersPlan(_ frames: [Plan.Frame], outputs: [Plan.Output]) -> Plan {
    let location = Source.Location.memory(Schema([Field("value", .int64)]))
    return Plan(sources: [Source(name: "numbers", location: location)], frames: frames, outputs: outputs)
}

let sumOfAll = Step.groupby(
    by: [], aggregations: [Aggregation(.sum, "value", name: "sum"), Aggregation(.size, nil, name: "rows")],
    options: .init())

func atLeast(_ bound: Int64) -> Step {
    .filter(.binary(.greaterOrEqual, .column("value"), .literal(.int(bound))))
}

extension Table {
    /// The values of a column.
    func values(_ name: String) -> [Scalar] { batches.flatMap { $0[name]?.scalars ?? [] } }
}
