import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files of a spool: segments named by the position at which they start, and the keys of segments that are gone.
struct SpoolFolder {
    let path: String

    func segmentPath(_ start: Int64) -> String { "\(path)/\(Self.name(start)).spool" }
    func keysPath(_ start: Int64) -> String { "\(path)/\(Self.name(start)).keys" }

    /// Creates the folder where it is missing, and removes files that were never finished.
    func prepare() throws(SwiftwaterError) {
        try OutputFile.createFolder(path)
        for name in try names() where name.hasPrefix(".") && name.hasSuffix(".partial") { unlink("\(path)/\(name)") }
    }

    /// The starts of the files with this extension, ascending.
    func starts(_ fileExtension: String) throws(SwiftwaterError) -> [Int64] {
        try names().compactMap { name in
            name.hasSuffix(".\(fileExtension)") ? Int64(name.dropLast(fileExtension.count + 1), radix: 16) : nil
        }.sorted()
    }

    /// The files with this extension whose names are decimal numbers, ascending.
    func numbers(_ fileExtension: String) throws(SwiftwaterError) -> [Int64] {
        try names().compactMap { name in
            name.hasSuffix(".\(fileExtension)") ? Int64(name.dropLast(fileExtension.count + 1)) : nil
        }.sorted()
    }

    /// Makes new and removed names durable.
    func synchronize() throws(SwiftwaterError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open '\(path)'") }
        try FileDescriptor(descriptor: descriptor, path: path, closes: true).synchronize()
    }

    private func names() throws(SwiftwaterError) -> [String] {
        guard let folder = opendir(path) else { throw .system("cannot read the folder '\(path)'") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func name(_ start: Int64) -> String {
        let digits = String(start, radix: 16)
        return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }
}
