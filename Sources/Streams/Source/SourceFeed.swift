import Columnar
import Formats

/// One source and the thread that calls it: polls while there is room, acknowledges between polls, closes at the end.
///
/// What it brings waits here, bounded, until the runner takes it. Its fields are guarded by `hub`, which the runner and
/// all feeds share: any change wakes whoever waits.
final class SourceFeed: @unchecked Sendable {
    let source: any StreamSource
    private let hub: Monitor
    private let retry: RetryPolicy
    private let queuedLimit: Int
    private let request: PollRequest
    private let notice: @Sendable (StreamNotice) -> Void

    // MARK: Guarded by the hub

    private var blocks: [EventBlock] = []
    private var first = 0
    private var queuedBytes = 0
    private(set) var isDrained = false
    private(set) var isEnded = false
    private(set) var isClosed = false
    /// A call of `poll` is under way.
    private(set) var isPolling = false
    private(set) var failure: SwiftwaterError?
    private(set) var retries = 0
    private var assigned: Positions = [:]
    private var revoked: [SourcePartition] = []
    private var acknowledgement: Positions?
    private var released: [SourcePartition] = []
    /// While epochs are replayed: where they end, and how far each partition has come.
    private var replayEnd: Positions?
    private var replayStart: Positions = [:]
    /// Where reading goes on after a replay, until the source was told.
    private var resumption: (positions: Positions, left: Positions)?
    private var reached: Positions = [:]
    private var mayPoll = false
    private var isStarted = false
    private var shouldClose = false

    init(
        _ source: any StreamSource, hub: Monitor, options: StreamOptions
    ) {
        self.source = source
        self.hub = hub
        retry = options.retry
        queuedLimit = options.queuedBytes
        notice = options.notice
        request = PollRequest(
            maximumBytes: max(1, min(8 << 20, options.limits.bytes / 2)),
            maximumMessages: max(1, min(1 << 17, options.limits.rows / 4)))
    }

    // MARK: For the runner, which holds the hub

    var hasEvents: Bool { first < blocks.count }
    /// What waits; it stays.
    var queuedBlocks: ArraySlice<EventBlock> { blocks[first...] }

    /// Everything that was there at the start has been taken.
    var isExhausted: Bool { (isDrained || isEnded) && !hasEvents }

    /// Starts the thread; the source is open.
    func start() {
        isStarted = true
        EngineThreads.detach { self.work() }
    }

    /// Lets the feed poll.
    func allow() {
        replayEnd = nil
        mayPoll = true
        hub.wakeAll()
    }

    /// Lets the feed poll what an epoch had.
    func replay(_ ranges: [SourcePartition: Range<Int64>]) {
        let own = ranges.filter { $0.key.source == source.name }
        replayStart = own.mapValues(\.lowerBound)
        replayEnd = own.mapValues(\.upperBound)
        mayPoll = true
        hub.wakeAll()
    }

    /// Lets the feed poll what comes after all that was before this process.
    func resume(at positions: Positions, left: Positions) {
        resumption = (
            positions.filter { $0.key.source == source.name }, left.filter { $0.key.source == source.name }
        )
        allow()
    }

    /// No further events; what waits stays.
    func forbid() {
        mayPoll = false
        hub.wakeAll()
    }

    /// Takes blocks until one of the limits is reached; at least one if there is any.
    func take(bytes: inout Int, rows: inout Int) -> [EventBlock] {
        var taken: [EventBlock] = []
        while hasEvents, bytes > 0, rows > 0 {
            let block = blocks[first]
            taken.append(block)
            first += 1
            queuedBytes -= block.byteCount
            bytes -= max(1, block.byteCount)
            rows -= block.messageCount ?? 0
        }
        if first == blocks.count {
            blocks.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 1024 {
            blocks.removeFirst(first)
            first = 0
        }
        if !taken.isEmpty { hub.wakeAll() }
        return taken
    }

    /// Forgets what waits of partitions that are given up: their next owner reads it.
    func drop(_ partitions: [SourcePartition]) {
        guard hasEvents, !partitions.isEmpty else { return }
        blocks = blocks[first...].filter { !partitions.contains($0.partition) }
        first = 0
        queuedBytes = blocks.reduce(0) { $0 + $1.byteCount }
        hub.wakeAll()
    }

    func takeChanges() -> (assigned: Positions, revoked: [SourcePartition]) {
        defer {
            assigned = [:]
            revoked = []
        }
        return (assigned, revoked)
    }

    func acknowledge(_ positions: Positions) {
        let own = positions.filter { $0.key.source == source.name }
        guard !own.isEmpty else { return }
        acknowledgement = (acknowledgement ?? [:]).merging(own) { max($0, $1) }
        hub.wakeAll()
        source.wake()
    }

    func release(_ partitions: [SourcePartition]) {
        let own = partitions.filter { $0.source == source.name }
        guard !own.isEmpty else { return }
        released += own
        hub.wakeAll()
        source.wake()
    }

    /// Closes the source once it has acknowledged what there is.
    func close() {
        guard isStarted else {
            // The run failed before: there is no thread.
            if !isClosed { source.close() }
            isClosed = true
            return
        }
        mayPoll = false
        shouldClose = true
        hub.wakeAll()
        source.wake()
    }

    // MARK: The thread

    private var wantsPoll: Bool {
        guard mayPoll, failure == nil, !isEnded, queuedBytes < queuedLimit else { return false }
        guard let replayEnd else { return true }
        return replayEnd.contains { reached[$0.key] ?? .min < $0.value }
    }

    private func work() {
        hub.lock()
        while true {
            while !wantsPoll, acknowledgement == nil, released.isEmpty, resumption == nil, !shouldClose { hub.wait() }
            if let positions = acknowledgement {
                acknowledgement = nil
                hub.unlock()
                attempt { () throws(SwiftwaterError) in try self.source.acknowledge(positions) }
                hub.lock()
            } else if !released.isEmpty {
                let partitions = released
                released = []
                hub.unlock()
                attempt { () throws(SwiftwaterError) in try self.source.released(partitions) }
                hub.lock()
            } else if shouldClose {
                break
            } else if let (positions, left) = resumption {
                resumption = nil
                hub.unlock()
                attempt { () throws(SwiftwaterError) in try self.source.resume(at: positions, left: left) }
                hub.lock()
            } else {
                poll()
            }
        }
        hub.unlock()
        source.close()
        hub.lock()
        isClosed = true
        hub.wakeAll()
        hub.unlock()
    }

    /// Polls once; the hub is locked before and after.
    private func poll() {
        var request = self.request
        request.until = replayEnd
        if replayEnd != nil { request.from = replayStart }
        isPolling = true
        hub.unlock()
        let result = attempt { () throws(SwiftwaterError) in try self.source.poll(request) }
        hub.lock()
        isPolling = false
        if let result {
            blocks += result.blocks
            for block in result.blocks {
                queuedBytes += block.byteCount
                reached[block.partition] = max(reached[block.partition] ?? .min, block.positions.upperBound)
            }
            assigned.merge(result.assigned) { $1 }
            revoked += result.revoked
            if result.isDrained { isDrained = true }
            if result.isEnded { isEnded = true }
        }
        hub.wakeAll()
    }

    /// Tries something of the source's, again after pauses; what fails for good stops the run.
    @discardableResult
    private func attempt<T>(_ body: () throws(SwiftwaterError) -> T) -> T? {
        var number = 1
        while true {
            do throws(SwiftwaterError) {
                return try body()
            } catch {
                hub.lock()
                defer { hub.unlock() }
                // Events that are gone do not come back.
                guard error.kind == .io, !shouldClose, let pause = retry.pause(before: number) else {
                    if failure == nil { failure = error }
                    hub.wakeAll()
                    return nil
                }
                retries += 1
                number += 1
                notice(StreamNotice(.warning, "source \(source.name): \(error); trying again"))
                let end = Clock.steady + pause.microseconds
                while !shouldClose, Clock.steady < end { hub.wait(for: .microseconds(end - Clock.steady)) }
            }
        }
    }
}
