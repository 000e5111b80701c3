package import Columnar
import Formats
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes generated lines with several threads, each a chunk of rows at a time, in the order of the rows.
///
/// A thread makes its chunk's bytes on its own, waits until the chunks before it have their place, takes the next one
/// and writes there: into a file all threads at once, to standard output ("-") one after the other.
/// A file appears under its name when it is whole.
package final class GeneratedFile: Sendable {
    private static let rowsInChunk = 4096
    /// More than any variant's mean.
    private static let roomForRow = 768

    private let lines: TelemetryLines
    private let rows: Int
    private let path: String
    private let nextChunk = Atomic<Int>(0)
    private let writtenBytes = Atomic<Int>(0)
    private let writtenRows = Atomic<Int>(0)
    private let cancelled = Atomic<Bool>(false)

    package init(_ lines: TelemetryLines, rows: Int, path: String) {
        self.lines = lines
        self.rows = rows
        self.path = path
    }

    /// Bytes written so far.
    package var byteCount: Int { writtenBytes.load(ordering: .relaxed) }
    /// Rows written so far.
    package var rowCount: Int { writtenRows.load(ordering: .relaxed) }

    /// Makes the threads stop: `write` throws `cancelled` and leaves no file.
    package func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Writes the whole file.
    package func write(threads: Int) throws(SwiftwaterError) {
        guard path != "-" else { return try write(to: .standardOutput, threads: threads, inTurn: true) }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        try OutputFile.createFolder(folder)
        let temporary = "\(folder)/.\(name).\(getpid()).partial"
        do throws(SwiftwaterError) {
            try write(to: try FileDescriptor.create(temporary), threads: threads, inTurn: false)
            guard rename(temporary, path) == 0 else { throw .system("cannot rename to '\(path)'") }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func write(to file: FileDescriptor, threads: Int, inTurn: Bool) throws(SwiftwaterError) {
        let turns = Turns()
        EngineThreads.run(threads) { [self] _ in
            var buffer = LineBuffer(capacity: Self.rowsInChunk * Self.roomForRow + TelemetryLines.maximumLineBytes)
            while !cancelled.load(ordering: .relaxed) {
                let chunk = nextChunk.add(1, ordering: .relaxed).oldValue
                let first = chunk * Self.rowsInChunk
                guard first < rows else { return }
                let range = first..<min(first + Self.rowsInChunk, rows)
                buffer.removeAll()
                lines.append(range, to: &buffer)
                guard let offset = turns.wait(for: chunk) else { return }
                do throws(SwiftwaterError) {
                    if inTurn {
                        try file.write(buffer.bytes)
                        turns.pass(byteCount: buffer.count)
                    } else {
                        turns.pass(byteCount: buffer.count)
                        try Self.write(buffer.bytes, to: file, at: offset)
                    }
                } catch {
                    return turns.fail(error)
                }
                writtenBytes.add(buffer.count, ordering: .relaxed)
                writtenRows.add(range.count, ordering: .relaxed)
            }
            turns.fail(SwiftwaterError(.cancelled, "stopped before '\(path)' was whole"))
        }
        try turns.throwFailure()
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to file: FileDescriptor, at offset: Int
    ) throws(SwiftwaterError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let n = pwrite(file.descriptor, base + done, bytes.count - done, off_t(offset + done))
            if n < 0 {
                if errno == EINTR { continue }
                throw .system("cannot write '\(file.path)'")
            }
            done += n
        }
    }
}
