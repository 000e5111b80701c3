package import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Plan {
    private static let smallRows = 1 << 13
    private static let smallTableBytes = 1 << 20
    /// Bytes of text that are read in some hundredths of a second.
    private static let smallTextBytes = 1 << 26
    /// Bytes of text from which a second thread is worth it.
    private static let sharedTextBytes = 1 << 18

    /// The threads for a run that is done in a few milliseconds at most: over few rows of tables and texts in memory,
    /// with no step that makes many of them. Nil for other runs.
    package func threadsIfSmall(tables: [String: Table]) -> Int? {
        guard frames.allSatisfy({ $0.steps.allSatisfy(\.keepsRowsFew) }), outputs.allSatisfy(\.isWrittenAtOnce) else {
            return nil
        }
        var (rows, bytes, textBytes) = (0, 0, 0)
        for source in sources {
            if case .memory = source.location {
                guard let table = tables[source.name] else { continue }
                rows += table.count
                guard rows <= Self.smallRows else { return nil }
                bytes += table.batches.reduce(0) { $0 + $1.byteCount }
            } else if case .files(let paths) = source.location {
                guard source.format == .jsonLines || source.format == .csv, source.onError != .deadLetter else {
                    return nil
                }
                for path in paths {
                    guard let file = MemoryFiles.file(at: path) else { return nil }
                    textBytes += file.byteCount
                }
            }
        }
        guard bytes <= Self.smallTableBytes, textBytes <= Self.smallTextBytes else { return nil }
        return textBytes > Self.sharedTextBytes ? EngineThreads.hardwareCount : 1
    }
}

extension Step {
    /// Whether the step makes about as many rows as it gets.
    fileprivate var keepsRowsFew: Bool {
        switch self {
        case .join, .sample, .explode, .melt: false
        default: true
        }
    }
}

extension Plan.Output {
    /// Whether the output never waits for a reader, as a pipe does.
    fileprivate var isWrittenAtOnce: Bool {
        guard case .file(let path, _, _) = to else { return true }
        if path == "-" { return false }
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }
}
