import Columnar
import Formats
import Glibc

/// A file as a listing of the folder shows it.
struct ListedFile {
    var path: String
    var status: FileStatus
    var identity: FileIdentity { FileIdentity(status) }
}

/// What a file is, whatever it is called.
///
/// Inodes are used again for new files, so the time when the file was made belongs to it; with that the device does not,
/// whose number may be another after a restart of the machine.
struct FileIdentity: Hashable, Comparable {
    let text: String

    init(_ status: FileStatus) {
        text =
            status.birth == 0
            ? "\(status.inode)@\(status.device)" : "\(status.inode)-\(String(status.birth, radix: 36))"
    }

    static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// Finds the files of paths, folders and globs, each time anew.
struct FileListing {
    let patterns: [String]

    init(_ patterns: [String]) throws(SwiftwaterError) {
        guard !patterns.isEmpty else {
            throw SwiftwaterError(
                .usage, "no file, folder or glob to read from", hint: "name at least one under 'paths'")
        }
        self.patterns = patterns.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    /// The folders in which all files are: what stands before the first glob character.
    var folders: [String] {
        patterns.map { pattern in
            if Self.isFolder(pattern) { return pattern }
            let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
            let fixed = parts.dropLast().prefix { part in !part.contains { "*?[".contains($0) } }
            if fixed.isEmpty { return "." }
            return fixed.count == 1 && fixed[0].isEmpty ? "/" : fixed.joined(separator: "/")
        }
    }

    /// Throws where a folder is not there: most often a slip of the pen, and nothing would ever come.
    func checkFolders() throws(SwiftwaterError) {
        for (pattern, folder) in zip(patterns, folders) where !Self.isFolder(folder) {
            throw SwiftwaterError(
                .io, "cannot follow '\(pattern)': there is no folder '\(folder)'",
                hint: "create it, or correct the path")
        }
    }

    /// Whether all folders are there; while one is not, nothing can be said about its files.
    var isComplete: Bool { folders.allSatisfy(Self.isFolder) }

    /// The files that are there now, oldest first, then by name. Hidden ones (`.` or `_` first) of folders are left out.
    func files() -> [ListedFile] {
        var found: [ListedFile] = []
        var seen: Set<FileIdentity> = []
        for pattern in patterns {
            let paths: [String]
            if Self.isFolder(pattern) {
                let prefix = pattern == "/" ? "/" : pattern + "/"
                paths = Self.names(in: pattern).filter { !$0.hasPrefix(".") && !$0.hasPrefix("_") }.map { prefix + $0 }
            } else {
                paths = (try? InputFiles.expand([pattern])) ?? []
            }
            for path in paths {
                guard let status = FileStatus(path: path), status.isRegular else { continue }
                let file = ListedFile(path: path, status: status)
                if seen.insert(file.identity).inserted { found.append(file) }
            }
        }
        return found.sorted { ($0.status.modified, $0.path) < ($1.status.modified, $1.path) }
    }

    /// All regular files of the folders, whether a pattern matches them or not, to find renamed ones again.
    func neighbours() -> [ListedFile] {
        var found: [ListedFile] = []
        for folder in Set(folders) {
            for name in Self.names(in: folder) {
                let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
                if let status = FileStatus(path: path), status.isRegular {
                    found.append(ListedFile(path: path, status: status))
                }
            }
        }
        return found
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
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
}
