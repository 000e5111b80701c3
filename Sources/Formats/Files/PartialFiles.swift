import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files that are being written under other names, for a program that must end without waiting for its writers.
package enum PartialFiles {
    private static let paths = Locked<Set<String>>([])

    static func add(_ path: String) { _ = paths.withLock { $0.insert(path).inserted } }

    static func remove(_ path: String) { _ = paths.withLock { $0.remove(path) } }

    /// Removes the files from the disk. Those who write them go on writing to no name, and fail when they commit.
    package static func unlinkAll() {
        paths.withLock { paths in
            for path in paths { unlink(path) }
            paths.removeAll()
        }
    }
}
