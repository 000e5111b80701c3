package import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file of the operating system, closed with its last owner; or one in memory. Errors name the path and the
/// reason.
package final class FileDescriptor: @unchecked Sendable {
    package let path: String
    /// -1 for a file in memory.
    package let descriptor: Int32
    private let closes: Bool
    /// What it is of, for a file in memory.
    let memory: MemoryFile?
    /// Where the next bytes of a file in memory are read.
    private var position = 0

    package init(descriptor: Int32, path: String, closes: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.closes = closes
        memory = nil
    }

    private init(_ memory: MemoryFile, path: String) {
        descriptor = -1
        self.path = path
        closes = false
        self.memory = memory
    }

    deinit { if closes { close(descriptor) } }

    package static var standardInput: FileDescriptor {
        FileDescriptor(descriptor: 0, path: "standard input", closes: false)
    }
    package static var standardOutput: FileDescriptor {
        FileDescriptor(descriptor: 1, path: "standard output", closes: false)
    }

    package static func openForReading(_ path: String) throws(SwiftwaterError) -> FileDescriptor {
        if MemoryFiles.isPath(path) {
            guard let memory = MemoryFiles.file(at: path) else { throw .closedMemory(path) }
            return FileDescriptor(memory, path: path)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open '\(path)'") }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            close(descriptor)
            throw SwiftwaterError(
                .io, "'\(path)' is a folder", hint: "name a file or a glob such as '\(path)/*.ndjson'")
        }
        return FileDescriptor(descriptor: descriptor, path: path, closes: true)
    }

    package static func create(_ path: String) throws(SwiftwaterError) -> FileDescriptor {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("cannot create '\(path)'") }
        return FileDescriptor(descriptor: descriptor, path: path, closes: true)
    }

    /// Bytes in the file; nil for pipes and terminals, which cannot be read again.
    package var regularFileSize: Int? {
        if let memory { return memory.byteCount }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Bytes in the file at `path`, which is not opened; nil for what is no regular file.
    package static func regularFileSize(of path: String) throws(SwiftwaterError) -> Int? {
        if MemoryFiles.isPath(path) {
            guard let memory = MemoryFiles.file(at: path) else { throw .closedMemory(path) }
            return memory.byteCount
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system("cannot open '\(path)'") }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// Reads up to `byteCount` bytes at `offset`; fewer only at the end of the file.
    package func read(
        into base: UnsafeMutableRawPointer, byteCount: Int, at offset: Int
    ) throws(SwiftwaterError) -> Int {
        if let memory {
            guard let count = memory.read(into: base, byteCount: byteCount, at: offset) else {
                throw .closedMemory(path)
            }
            return count
        }
        var done = 0
        while done < byteCount {
            let n = pread(descriptor, base + done, byteCount - done, off_t(offset + done))
            if n < 0 {
                if errno == EINTR { continue }
                throw .system("cannot read '\(path)'")
            }
            if n == 0 { break }
            done += n
        }
        return done
    }

    /// Reads up to `byteCount` bytes from the current position (pipes too); 0 at the end.
    package func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        if memory != nil {
            let count = try read(into: base, byteCount: byteCount, at: position)
            position += count
            return count
        }
        while true {
            let n = Glibc.read(descriptor, base, byteCount)
            if n >= 0 { return n }
            if errno != EINTR { throw .system("cannot read '\(path)'") }
        }
    }

    /// Writes all of `bytes` at the current position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SwiftwaterError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let n = Glibc.write(descriptor, base + done, bytes.count - done)
            if n < 0 {
                if errno == EINTR { continue }
                throw .system("cannot write '\(path)'")
            }
            done += n
        }
    }

    /// Waits until the file's bytes are on the disk.
    package func synchronize() throws(SwiftwaterError) {
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS { throw .system("cannot sync '\(path)'") }
    }
}

extension SwiftwaterError {
    fileprivate static func closedMemory(_ path: String) -> SwiftwaterError {
        SwiftwaterError(.io, "cannot open '\(path)': its bytes are not in memory any more")
    }

    /// The error of the last system call, with its reason in the system's words.
    package static func system(_ what: String, code: Int32 = errno) -> SwiftwaterError {
        SwiftwaterError(.io, "\(what): \(String(cString: strerror(code)))")
    }
}
