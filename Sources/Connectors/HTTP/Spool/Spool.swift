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

/// Accepted bodies on the disk until their rows are committed: a log in segments, whose positions are byte offsets.
///
/// One thread appends groups of bodies, another reads; a body is readable when it is durable. What was appended lately
/// is also kept in memory, up to a bound, so that a reader that keeps up never touches the files.
package final class Spool: @unchecked Sendable {
    /// A durable body that is still in memory.
    struct Recent {
        var position: Int64
        var end: Int64
        var arrival: Int64
        var body: Buffer
        var byteCount: Int
    }

    /// Bytes after which a new segment begins.
    private let segmentByteCount: Int
    /// Bytes of bodies that stay in memory for the reader.
    private let memoryLimit: Int
    private let folder: SpoolFolder
    private let monitor = Monitor()
    // Below: under the monitor, but for what only the appending thread changes.
    private var segments: [SpoolSegment] = []
    private var keys: SpoolKeys
    private var recent: [Recent] = []
    private var recentFirst = 0
    private var recentBytes = 0
    private var acknowledged: Int64 = 0
    private var isWoken = false
    private let waiting = Atomic<Int>(0)

    /// Opens the spool in `path`, and cuts off what a crash left unfinished.
    package init(
        _ path: String, keyLimit: Int, segmentByteCount: Int = 64 << 20, memoryLimit: Int = 16 << 20
    ) throws(SwiftwaterError) {
        folder = SpoolFolder(path: path)
        self.segmentByteCount = segmentByteCount
        self.memoryLimit = memoryLimit
        keys = SpoolKeys(limit: keyLimit)
        try folder.prepare()
        for start in try folder.starts("keys") { try keys.load(folder.keysPath(start)) }
        let starts = try folder.starts("spool")
        for start in starts {
            let segment = try SpoolSegment.recover(start, in: folder, isLast: start == starts.last)
            if let last = segments.last, last.end != segment.start {
                throw SwiftwaterError(
                    .data, "the spool has a gap between positions \(last.end) and \(segment.start)",
                    at: .init(file: path), hint: "bring the missing file back, or use --reset")
            }
            for key in segment.keys { keys.insert(key) }
            segments.append(segment)
        }
        acknowledged = segments.first?.start ?? 0
        waiting.store(Int(end - acknowledged), ordering: .relaxed)
    }

    /// The position behind the last durable body.
    package var end: Int64 { segments.last?.end ?? acknowledged }
    /// The first position that can be read.
    var start: Int64 { segments.first?.start ?? acknowledged }
    /// Bytes that are not acknowledged.
    package var waitingBytes: Int { waiting.load(ordering: .relaxed) }
    /// Bytes between `position` and the end.
    func bytes(from position: Int64) -> Int64 { withLock { max(0, end - position) } }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        monitor.lock()
        defer { monitor.unlock() }
        return body()
    }

    /// Begins an empty spool at `position`: what positions an earlier spool had must not come again.
    func begin(at position: Int64) {
        withLock {
            guard segments.isEmpty else { return }
            acknowledged = max(acknowledged, position)
        }
    }

    /// What is before `position` counts as acknowledged, but stays until `acknowledge` says so.
    func resume(at position: Int64) {
        withLock {
            acknowledged = max(start, min(position, end))
            waiting.store(Int(end - acknowledged), ordering: .relaxed)
        }
    }

    // MARK: Appending

    /// A body to append.
    package struct Entry {
        var arrival: Int64
        var key: [UInt8]
        var body: Buffer
        var byteCount: Int

        package init(arrival: Int64, key: [UInt8], body: Buffer, byteCount: Int) {
            self.arrival = arrival
            self.key = key
            self.body = body
            self.byteCount = byteCount
        }
    }

    package func remembers(_ key: [UInt8]) -> Bool { withLock { keys.contains(key) } }

    /// Appends bodies and returns when they are on the disk. On an error none of them is.
    package func append(_ entries: [Entry]) throws(SwiftwaterError) {
        guard !entries.isEmpty else { return }
        let segment = try writableSegment()
        let start = segment.end
        var position = start
        var added: [Recent] = []
        added.reserveCapacity(entries.count)
        var vectors = SpoolVectors(count: entries.count)
        for entry in entries {
            vectors.add(entry)
            let end = position + Int64(SpoolRecord.headerByteCount + entry.key.count + entry.byteCount)
            added.append(
                Recent(
                    position: position, end: end, arrival: entry.arrival, body: entry.body, byteCount: entry.byteCount
                ))
            position = end
        }
        var filled = segment.filled
        do throws(SwiftwaterError) {
            try vectors.write(to: segment.file, at: Int(start - segment.start))
            filled = try segment.fill(behind: position, group: Int(position - start), limit: segmentByteCount)
            guard fdatasync(segment.file.descriptor) == 0 else {
                throw .system("cannot sync '\(segment.file.path)'")
            }
        } catch {
            // The bytes must not be found by a later recovery: their senders were told that they are not there.
            ftruncate(segment.file.descriptor, off_t(start - segment.start))
            withLock { segments[segments.count - 1].filled = start }
            throw error
        }
        monitor.lock()
        defer { monitor.unlock() }
        let last = segments.count - 1
        segments[last].end = position
        segments[last].filled = filled
        for entry in entries where !entry.key.isEmpty {
            segments[last].keys.append(entry.key)
            keys.insert(entry.key)
        }
        // The bodies in memory are one stretch: it goes on, or begins anew when the reader has come to this place.
        if recentFirst == recent.count { (recent, recentFirst, recentBytes) = ([], 0, 0) }
        for body in added {
            let follows = recent.last.map { $0.end == body.position } ?? true
            guard follows, recentBytes + body.byteCount <= memoryLimit else { break }
            recent.append(body)
            recentBytes += body.byteCount
        }
        waiting.store(Int(position - acknowledged), ordering: .relaxed)
        monitor.wakeAll()
    }

    private func writableSegment() throws(SwiftwaterError) -> SpoolSegment {
        if let last = segments.last {
            if last.end - last.start < Int64(segmentByteCount) { return last }
            try last.finish()
            withLock { segments[segments.count - 1].filled = last.end }
        }
        let segment = try SpoolSegment.create(end, in: folder)
        withLock { segments.append(segment) }
        return segment
    }

    // MARK: Reading

    /// What a read found.
    enum Reading {
        case recent([Recent])
        /// Bytes of a segment's file, records from `position` on.
        case file(FileDescriptor, offset: Int, byteCount: Int)
        case none
        /// Segments from this position on are left; what is before is gone.
        case gone(Int64)
    }

    /// Finds what follows `position`, waiting up to `timeout` for it; `woken` calls return at once.
    func read(
        _ position: Int64, maximumBytes: Int, maximumRecords: Int, before limit: Int64, timeout: Duration
    ) -> Reading {
        monitor.lock()
        defer {
            isWoken = false
            monitor.unlock()
        }
        if end <= position, limit > position, !isWoken {
            let deadline = ContinuousClock.now + timeout
            while end <= position, !isWoken {
                let left = deadline - .now
                guard left > .zero else { break }
                monitor.wait(for: left)
            }
        }
        guard end > position, position < limit else { return .none }
        while recentFirst < recent.count, recent[recentFirst].position < position { dropFirstRecent() }
        if recentFirst < recent.count, recent[recentFirst].position == position {
            return .recent(takeRecent(maximumBytes, maximumRecords, before: limit))
        }
        guard position >= start, let segment = segments.last(where: { $0.start <= position }) else {
            return .gone(start)
        }
        let stop = min(segment.end, limit)
        return .file(
            segment.file, offset: Int(position - segment.start), byteCount: Int(stop - position))
    }

    private func takeRecent(_ maximumBytes: Int, _ maximumRecords: Int, before limit: Int64) -> [Recent] {
        var taken: [Recent] = []
        var bytes = 0
        while recentFirst < recent.count, recent[recentFirst].position < limit, taken.count < maximumRecords,
            taken.isEmpty || bytes + recent[recentFirst].byteCount <= maximumBytes
        {
            taken.append(recent[recentFirst])
            bytes += recent[recentFirst].byteCount
            dropFirstRecent()
        }
        return taken
    }

    private func dropFirstRecent() {
        recentBytes -= recent[recentFirst].byteCount
        recentFirst += 1
        // Bodies that were handed out are not held until the stretch ends.
        if recentFirst > 256, recentFirst * 2 > recent.count {
            recent.removeFirst(recentFirst)
            recentFirst = 0
        }
    }

    func wake() {
        withLock {
            isWoken = true
            monitor.wakeAll()
        }
    }

    // MARK: Acknowledging

    /// Removes the segments before `position`, all of which is committed.
    package func acknowledge(_ position: Int64) throws(SwiftwaterError) {
        monitor.lock()
        defer { monitor.unlock() }
        guard position > acknowledged else { return }
        acknowledged = min(position, end)
        waiting.store(Int(end - acknowledged), ordering: .relaxed)
        // The last segment stays: positions go on from its end, also after a restart.
        while segments.count > 1, segments[0].end <= acknowledged {
            let segment = segments.removeFirst()
            try keys.keep(segment.keys, path: folder.keysPath(segment.start))
            unlink(segment.file.path)
        }
    }
}
