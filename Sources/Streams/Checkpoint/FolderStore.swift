package import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A checkpoint in a local folder.
///
/// A name is a file below the folder. It is written beside its place, synced, and put there by `rename` (or by `link`,
/// which fails where something is), then the folder is synced: after a crash a name has all its bytes or is not there.
/// While it lives, the store holds the folder for itself, or together with others that share it; the system lets it go
/// with the process, however that ends.
package final class FolderStore: CheckpointStore {
    package let path: String
    private let lock: FileDescriptor
    /// What this process's names end in while they are written: others write beside them.
    private let partialEnd: String

    /// Creates the folder where it is missing. Throws an `io` error while another process uses it; where it is shared,
    /// while another one has it for itself.
    package init(_ path: String, isShared: Bool = false) throws(SwiftwaterError) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        try OutputFile.createFolder(path)
        let lockPath = "\(path)/lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("cannot open '\(lockPath)'") }
        lock = FileDescriptor(descriptor: descriptor, path: lockPath, closes: true)
        partialEnd = isShared ? ".\(UInt64.random(in: 0 ... .max))\(Self.partialEnd)" : Self.partialEnd
        guard flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .system("cannot lock '\(lockPath)'") }
            throw SwiftwaterError(
                .io, "the checkpoint '\(path)' is in use by another process\(Self.owner(lock))",
                hint: "stop it first, or give this function a checkpoint path of its own")
        }
        let process = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = process.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        // What others write now looks the same; it is nobody's after a while.
        try removeLeftovers(path, before: isShared ? time(nil) - Self.longestWrite : .max)
    }

    /// Seconds that no write takes.
    private static let longestWrite = 3600

    /// Holds a shared folder for itself while `body` works on it. Throws an `io` error while others use it.
    package func alone(_ body: () throws(SwiftwaterError) -> Void) throws(SwiftwaterError) {
        guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SwiftwaterError(
                .io, "other processes use the checkpoint '\(path)'", hint: "stop them first")
        }
        defer { flock(lock.descriptor, LOCK_SH | LOCK_NB) }
        try body()
    }

    private static func owner(_ lock: FileDescriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(lock.descriptor, &bytes, bytes.count, 0)
        let digits = String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
        return digits.isEmpty ? "" : " (\(digits))"
    }

    private static let partialEnd = ".partial"

    private func removeLeftovers(_ folder: String, before limit: Int) throws(SwiftwaterError) {
        for (name, isFolder) in try Self.entries(folder) {
            let path = "\(folder)/\(name)"
            if isFolder {
                try removeLeftovers(path, before: limit)
            } else if name.hasSuffix(Self.partialEnd) {
                var status = stat()
                if stat(path, &status) == 0, status.st_mtim.tv_sec < limit { unlink(path) }
            }
        }
    }

    package func read(_ name: String) throws(SwiftwaterError) -> [UInt8]? {
        let place = "\(path)/\(name)"
        let descriptor = open(place, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw .system("cannot open '\(place)'")
        }
        let file = FileDescriptor(descriptor: descriptor, path: place, closes: true)
        let size = file.regularFileSize ?? 0
        let result = Result { () throws(SwiftwaterError) -> [UInt8] in
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 64)
            defer { bytes.deallocate() }
            guard let base = bytes.baseAddress else { return [] }
            let count = try file.read(into: base, byteCount: size, at: 0)
            return [UInt8](bytes[0..<count])
        }
        return try result.get()
    }

    package func write(_ name: String, _ bytes: [UInt8], ifAbsent: Bool) throws(SwiftwaterError) -> Bool {
        let place = "\(path)/\(name)"
        let folder = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
        try createSynced(folder)
        let partial = place + partialEnd
        do {
            let file = try FileDescriptor.create(partial)
            let result = bytes.withUnsafeBytes { raw in
                Result { () throws(SwiftwaterError) in try file.write(raw) }
            }
            try result.get()
            try file.synchronize()
        } catch {
            unlink(partial)
            throw error
        }
        if ifAbsent {
            defer { unlink(partial) }
            if link(partial, place) != 0 {
                if errno == EEXIST { return false }
                throw .system("cannot link '\(place)'")
            }
        } else if rename(partial, place) != 0 {
            let error = SwiftwaterError.system("cannot rename to '\(place)'")
            unlink(partial)
            throw error
        }
        try Self.synchronize(folder)
        return true
    }

    package func list(_ prefix: String) throws(SwiftwaterError) -> [String] {
        var names: [String] = []
        // Only the folders that can hold the prefix are looked into.
        let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) }
        try collect(folder, &names)
        return names.filter { $0.hasPrefix(prefix) }.sorted()
    }

    private func collect(_ folder: String?, _ names: inout [String]) throws(SwiftwaterError) {
        let place = folder.map { "\(path)/\($0)" } ?? path
        for (name, isFolder) in try Self.entries(place) {
            let full = folder.map { "\($0)/\(name)" } ?? name
            if isFolder {
                try collect(full, &names)
            } else if !name.hasSuffix(Self.partialEnd), full != "lock" {
                names.append(full)
            }
        }
    }

    package func remove(_ name: String) throws(SwiftwaterError) {
        let place = "\(path)/\(name)"
        if unlink(place) != 0, errno != ENOENT { throw .system("cannot remove '\(place)'") }
        // A folder that is empty now is nobody's.
        if let slash = name.lastIndex(of: "/") { rmdir("\(path)/\(name[..<slash])") }
    }

    private func createSynced(_ folder: String) throws(SwiftwaterError) {
        var status = stat()
        if stat(folder, &status) == 0 { return }
        try OutputFile.createFolder(folder)
        // Several levels may be new.
        var parent = folder[...]
        while parent.count > path.count, let slash = parent.lastIndex(of: "/") {
            parent = parent[..<slash]
            try Self.synchronize(String(parent))
        }
    }

    private static func synchronize(_ folder: String) throws(SwiftwaterError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open the folder '\(folder)'") }
        try FileDescriptor(descriptor: descriptor, path: folder, closes: true).synchronize()
    }

    /// The names in a folder; none when it is not there.
    private static func entries(_ folder: String) throws(SwiftwaterError) -> [(name: String, isFolder: Bool)] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw .system("cannot list '\(folder)'")
        }
        defer { closedir(directory) }
        var entries: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            let isFolder = stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            entries.append((name, isFolder))
        }
        return entries
    }
}
