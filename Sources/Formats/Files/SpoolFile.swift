import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A temporary copy of bytes that come only once (standard input), deleted with its last owner.
final class SpoolFile: Hashable, Sendable {
    let path: String

    /// Copies all that `input` gives into a file in `TMPDIR`, by default `/tmp`.
    init(copying input: FileDescriptor) throws(SwiftwaterError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/swiftwater-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        guard descriptor >= 0 else { throw .system("cannot create a temporary file in '\(folder)'") }
        let output = FileDescriptor(descriptor: descriptor, path: path, closes: true)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { memory.deallocate() }
        guard let base = memory.baseAddress else { return }
        while true {
            let count = try input.read(into: base, byteCount: memory.count)
            if count == 0 { break }
            try output.write(UnsafeRawBufferPointer(start: base, count: count))
        }
    }

    deinit { unlink(path) }

    static func == (a: SpoolFile, b: SpoolFile) -> Bool { a === b }
    func hash(into hasher: inout Hasher) { hasher.combine(path) }
}
