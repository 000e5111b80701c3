import Formats
import Query

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Watches the files that are joined with a stream: whether one has been replaced or written since the last look.
struct FixedFiles {
    private let paths: [String]
    private var seen: [Mark] = []
    private var lastLook = Clock.steady

    private struct Mark: Equatable {
        var inode: UInt64
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    init(_ sources: [Source] = []) {
        paths = sources.flatMap { source in
            if case .files(let paths) = source.location { return paths.filter { $0 != "-" } }
            return []
        }
        seen = marks()
    }

    private func marks() -> [Mark] {
        var marks: [Mark] = []
        for path in (try? InputFiles.expand(paths)) ?? paths {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            #if os(Linux)
                let time = status.st_mtim
            #else
                let time = status.st_mtimespec
            #endif
            marks.append(
                Mark(
                    inode: UInt64(status.st_ino), size: Int(status.st_size), seconds: time.tv_sec,
                    nanoseconds: time.tv_nsec))
        }
        return marks
    }

    /// Looks once a second at most.
    mutating func haveChanged() -> Bool {
        guard !paths.isEmpty, Clock.steady - lastLook >= 1_000_000 else { return false }
        lastLook = Clock.steady
        let now = marks()
        defer { seen = now }
        return now != seen
    }
}
