package import Columnar
import Formats
import Glibc

/// Folders and names, with errors that say which.
package enum FolderTree {
    enum Kind { case file, folder, other }

    static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    /// The names in a folder, without `.` and `..`, in no order.
    static func names(in folder: String) throws(SwiftwaterError) -> [String] {
        guard let directory = opendir(folder) else { throw .system("cannot list the folder '\(folder)'") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { bytes in
                bytes.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The folders below `root` that may hold a sink's files, relative: itself (empty) and those of partitions.
    static func partitionFolders(of root: String) throws(SwiftwaterError) -> [String] {
        var found = [""]
        var next = 0
        while next < found.count {
            let folder = found[next]
            next += 1
            for name in try names(in: folder.isEmpty ? root : "\(root)/\(folder)")
            where name.contains("=") && !name.hasPrefix("_") && !name.hasPrefix(".") {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                if kind("\(root)/\(path)") == .folder { found.append(path) }
            }
        }
        return found
    }

    /// Makes a folder whose parent is there. True when it is new.
    @discardableResult
    static func make(_ path: String) throws(SwiftwaterError) -> Bool {
        if mkdir(path, 0o777) == 0 { return true }
        guard errno == EEXIST, kind(path) != nil else { throw .system("cannot create the folder '\(path)'") }
        return false
    }

    /// Makes `relative` below `root`, which must be there, and brings new names to the disk.
    static func make(_ relative: String, in root: String) throws(SwiftwaterError) {
        var path = root
        for part in relative.split(separator: "/") {
            let parent = path
            path += "/" + part
            if try make(path) { try FileDescriptor.synchronize(folder: parent) }
        }
    }

    /// Removes what is there, however deep; nothing happens when it is not there.
    package static func remove(_ path: String) throws(SwiftwaterError) {
        switch kind(path) {
        case nil: return
        case .folder:
            for name in try names(in: path) { try remove("\(path)/\(name)") }
            guard rmdir(path) == 0 || errno == ENOENT else { throw .system("cannot remove the folder '\(path)'") }
        default: try unlink(path)
        }
    }

    static func unlink(_ path: String) throws(SwiftwaterError) {
        guard Glibc.unlink(path) == 0 || errno == ENOENT else { throw .system("cannot remove '\(path)'") }
    }

    /// False when there is no `from`.
    static func rename(_ from: String, to: String) throws(SwiftwaterError) -> Bool {
        if Glibc.rename(from, to) == 0 { return true }
        let code = errno
        if code == ENOENT, kind(from) == nil { return false }
        throw .system("cannot rename '\(from)' to '\(to)'", code: code)
    }

    /// The folder that a path is in, and its last name.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    static func device(_ path: String) -> UInt64? { FileStatus(path: path)?.device }
}
