package import Columnar
import Glibc

/// The files that paths and globs name.
package enum InputFiles {
    /// The files, in the order of `patterns`, each glob's sorted by name; "-" is standard input.
    ///
    /// `*` and `?` match within one name (not a leading dot), `[abc]`, `[a-z]` and `[!a]` one character, `**` any number
    /// of folders. A name that exists is taken as it is, even with such characters in it, and so is a file in memory.
    /// Throws an `io` error that names a path that is not there or a glob that matches nothing.
    package static func expand(_ patterns: [String]) throws(SwiftwaterError) -> [String] {
        var files: [String] = []
        for pattern in patterns {
            if pattern == "-" || MemoryFiles.isPath(pattern) || kind(pattern) != nil {
                files.append(pattern)
                continue
            }
            guard pattern.utf8.contains(where: { $0 == 42 || $0 == 63 || $0 == 91 }) else {
                throw SwiftwaterError(.io, "cannot open '\(pattern)': there is no such file")
            }
            let matches = glob(pattern)
            guard !matches.isEmpty else { throw SwiftwaterError(.io, "no file matches '\(pattern)'") }
            files += matches
        }
        return files
    }

    private enum Kind { case file, folder }

    private static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }

    private static func glob(_ pattern: String) -> [String] {
        let parts = pattern.split(separator: "/").map { Array($0.utf8) }
        var found: Set<String> = []
        walk(pattern.hasPrefix("/") ? "/" : "", parts[...], &found)
        return found.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// Adds the files under `folder` (empty, or ending with a slash) that match `parts`.
    private static func walk(_ folder: String, _ parts: ArraySlice<[UInt8]>, _ found: inout Set<String>) {
        guard let part = parts.first else { return }
        let isLast = parts.count == 1
        if part == Array("**".utf8) {
            if !isLast { walk(folder, parts.dropFirst(), &found) }
            for name in names(in: folder) where !name.hasPrefix(".") {
                switch kind(folder + name) {
                // Links to folders are not followed, so that a circle of them ends.
                case .folder: if !isLink(folder + name) { walk(folder + name + "/", parts, &found) }
                case .file: if isLast { found.insert(folder + name) }
                case nil: break
                }
            }
            return
        }
        for name in names(in: folder) where part.first == UInt8(ascii: ".") || !name.hasPrefix(".") {
            guard GlobPattern.matches(part[...], Array(name.utf8)[...]) else { continue }
            switch kind(folder + name) {
            case .folder: if !isLast { walk(folder + name + "/", parts.dropFirst(), &found) }
            case .file: if isLast { found.insert(folder + name) }
            case nil: break
            }
        }
        // ".." and "." are not among the names that a folder lists.
        if part == Array("..".utf8) || part == Array(".".utf8), !isLast {
            walk(folder + String(decoding: part, as: UTF8.self) + "/", parts.dropFirst(), &found)
        }
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
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

/// One part of a glob against one name.
enum GlobPattern {
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var p = pattern.startIndex
        var n = name.startIndex
        // Where to go on when the text after the last star does not match: one more byte under the star.
        var retry: (pattern: Int, name: Int)?
        while n < name.endIndex {
            if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
                retry = (p + 1, n)
                p += 1
            } else if let (afterPattern, afterName) = one(pattern, p, name, n) {
                p = afterPattern
                n = afterName
            } else if let (star, start) = retry {
                retry = (star, start + 1)
                p = star
                n = start + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// What follows after one character of the name matched one element of the pattern; nil when it did not.
    private static func one(
        _ pattern: ArraySlice<UInt8>, _ p: Int, _ name: ArraySlice<UInt8>, _ n: Int
    ) -> (Int, Int)? {
        guard p < pattern.endIndex else { return nil }
        switch pattern[p] {
        case UInt8(ascii: "?"): return (p + 1, character(name, n))
        case UInt8(ascii: "["):
            guard let (set, end) = set(pattern, p) else {
                return name[n] == UInt8(ascii: "[") ? (p + 1, n + 1) : nil
            }
            let after = character(name, n)
            guard after == n + 1 else { return set.negated ? (end, after) : nil }
            return set.ranges.contains { $0.contains(name[n]) } != set.negated ? (end, after) : nil
        default: return name[n] == pattern[p] ? (p + 1, n + 1) : nil
        }
    }

    /// The end of the UTF-8 character at `n`.
    private static func character(_ name: ArraySlice<UInt8>, _ n: Int) -> Int {
        var end = n + 1
        while end < name.endIndex, name[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    /// The bytes that `[...]` at `p` names and where it ends; nil when it is not closed.
    private static func set(
        _ pattern: ArraySlice<UInt8>, _ p: Int
    ) -> ((negated: Bool, ranges: [ClosedRange<UInt8>]), Int)? {
        var q = p + 1
        var negated = false
        if q < pattern.endIndex, pattern[q] == UInt8(ascii: "!") || pattern[q] == UInt8(ascii: "^") {
            negated = true
            q += 1
        }
        var ranges: [ClosedRange<UInt8>] = []
        let first = q
        while q < pattern.endIndex {
            if pattern[q] == UInt8(ascii: "]"), q > first { return ((negated, ranges), q + 1) }
            if q + 2 < pattern.endIndex, pattern[q + 1] == UInt8(ascii: "-"), pattern[q + 2] != UInt8(ascii: "]") {
                if pattern[q] <= pattern[q + 2] { ranges.append(pattern[q]...pattern[q + 2]) }
                q += 3
            } else {
                ranges.append(pattern[q]...pattern[q])
                q += 1
            }
        }
        return nil
    }
}
