import Columnar

/// A file to read rows from: its path and, when it is compressed as a whole, how.
package struct InputFile: Hashable, Sendable {
    /// "-" is standard input.
    package var path: String
    package var compression: StreamCompression?

    /// A copy on the disk of what can be read only once.
    private var spool: SpoolFile?

    package init(_ path: String, compression: StreamCompression? = nil) {
        self.path = path
        self.compression = compression
    }

    /// What messages call it.
    package var name: String { path == "-" ? "standard input" : path }

    /// A file that can be read again: itself, or a copy of a pipe's bytes in the folder for temporary files.
    func rereadable() throws(SwiftwaterError) -> InputFile {
        if try size() != nil { return self }
        var copy = self
        copy.spool = try SpoolFile(copying: try open())
        return copy
    }

    func open() throws(SwiftwaterError) -> FileDescriptor {
        if let spool { return try .openForReading(spool.path) }
        return path == "-" ? .standardInput : try .openForReading(path)
    }

    /// Bytes on the disk; nil for pipes, which have no end before it is met.
    func size() throws(SwiftwaterError) -> Int? {
        // A pipe with a name must not be opened only to ask: its writer would meet a closed pipe.
        path == "-" && spool == nil ? nil : try FileDescriptor.regularFileSize(of: spool?.path ?? path)
    }

    /// The file's plain bytes from its start.
    func stream() throws(SwiftwaterError) -> any ByteStream {
        let file = try open()
        if let compression { return try DecompressingReader(file, kind: compression) }
        return PlainStream(file: file)
    }
}

/// Bytes that can be read once, front to back.
protocol ByteStream: AnyObject {
    /// Reads up to `byteCount` bytes; 0 only at the end.
    func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int
    /// Bytes of the file taken so far.
    var consumedBytes: Int { get }
}

extension DecompressingReader: ByteStream {
    var consumedBytes: Int { compressedByteCount }
}

private final class PlainStream: ByteStream {
    private let file: FileDescriptor
    private(set) var consumedBytes = 0

    init(file: FileDescriptor) { self.file = file }

    func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        let n = try file.read(into: base, byteCount: byteCount)
        consumedBytes += n
        return n
    }
}
