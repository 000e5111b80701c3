import CSwiftwater
package import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that appears whole or not at all: written under another name in the same folder, synced and renamed.
///
/// Dropped without `commit()`, it leaves nothing behind. The path "-" is standard output, written at once; so is a
/// path that names a pipe or a device.
package final class OutputFile: @unchecked Sendable {
    package let path: String
    private let temporaryPath: String?
    private let isSynced: Bool
    private let file: FileDescriptor
    private var pending: UnsafeMutableRawBufferPointer
    private var pendingCount = 0
    private var completed = false
    private var committed = false
    /// Bytes written so far.
    package private(set) var byteCount = 0

    /// - Parameter isSynced: false does not wait for the disk: the file still appears whole, but a crash of the machine
    ///   shortly afterwards may lose it.
    package init(_ path: String, isSynced: Bool = true) throws(SwiftwaterError) {
        self.path = path
        self.isSynced = isSynced
        if path == "-" {
            temporaryPath = nil
            file = .standardOutput
        } else if Self.isPipeOrDevice(path) {
            temporaryPath = nil
            file = try .create(path)
        } else {
            let (folder, name) = Self.split(path)
            try Self.createFolder(folder)
            let temporary = "\(folder)/.\(name).\(getpid()).partial"
            temporaryPath = temporary
            file = try .create(temporary)
            PartialFiles.add(temporary)
        }
        pending = .allocate(byteCount: 1 << 18, alignment: 64)
    }

    deinit {
        pending.deallocate()
        if let temporaryPath {
            if !committed { unlink(temporaryPath) }
            PartialFiles.remove(temporaryPath)
        }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(SwiftwaterError) {
        byteCount += bytes.count
        if pendingCount + bytes.count > pending.count { try flush() }
        if bytes.count >= pending.count { return try file.write(bytes) }
        guard let source = bytes.baseAddress, let target = pending.baseAddress else { return }
        (target + pendingCount).copyMemory(from: source, byteCount: bytes.count)
        pendingCount += bytes.count
    }

    package func write(_ bytes: [UInt8]) throws(SwiftwaterError) {
        let result = bytes.withUnsafeBytes { raw in Result { () throws(SwiftwaterError) in try write(raw) } }
        try result.get()
    }

    private func flush() throws(SwiftwaterError) {
        try file.write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(pending)[0..<pendingCount]))
        pendingCount = 0
    }

    /// Brings all that was written to the disk, still under the other name; nothing may be written afterwards.
    /// So several files can be complete before the first appears.
    package func complete() throws(SwiftwaterError) {
        if completed { return }
        try flush()
        if temporaryPath != nil, isSynced { try file.synchronize() }
        completed = true
    }

    /// Makes the file appear under its name, on the disk.
    package func commit() throws(SwiftwaterError) {
        try complete()
        if let temporaryPath, !replaces(temporaryPath) {
            guard rename(temporaryPath, path) == 0 else { throw .system("cannot rename to '\(path)'") }
        }
        committed = true
    }

    /// Exchanges the names of the new file and of one that it replaces, which is then removed: where a name is taken by
    /// `rename`, file systems such as ext4 write the new file to the disk first. False where that cannot be.
    private func replaces(_ temporaryPath: String) -> Bool {
        var status = stat()
        guard !isSynced, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            sw_exchange_names(temporaryPath, path) == 0
        else { return false }
        unlink(temporaryPath)
        return true
    }

    private static func isPipeOrDevice(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    /// Creates `folder` and its parents where they are missing.
    package static func createFolder(_ folder: String) throws(SwiftwaterError) {
        var status = stat()
        if stat(folder, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw SwiftwaterError(.io, "'\(folder)' is not a folder")
            }
            return
        }
        let parent = split(folder).folder
        if parent != folder { try createFolder(parent) }
        guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
            throw .system("cannot create the folder '\(folder)'")
        }
    }
}
