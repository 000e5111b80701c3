import Columnar
import Formats
import Query

/// The engine thread of a run: takes events, pushes them through the plan, ends epochs and hands them to the committer.
///
/// Only that thread uses it; what others may see is in `StreamRun` and `LiveStates`.
final class StreamDriver {
    let owner: StreamRun
    let setup: StreamSetup
    let options: StreamOptions
    let hub: Monitor
    let feeds: [SourceFeed]
    let checkpoint: Checkpoint?
    let committer: EpochCommitter
    let threads: Int
    let runID: String

    // MARK: Made at the start

    var plan: StreamingPlan?
    var parsers: JSONLinesParsers?
    var uses: [Int: SlotUse] = [:]
    /// The outputs with their sinks and their names in commits.
    var outputs: [Output] = []
    var tracker: WatermarkTracker?
    /// When what was there before had been taken back.
    private var begunServing: Int64 = 0
    var fixedFiles = FixedFiles()

    struct Output {
        var setup: StreamSetup.Output
        var planned: StreamingPlan.Output
        var sink: any StreamSink
        var key: String
    }

    // MARK: The run so far

    /// The number of the epoch that is being filled.
    var epoch: Int64 = 1
    /// Where reading goes on, of all that has been taken.
    var positions: Positions = [:]
    /// How far partitions were read that this process, or one before it, gave up.
    var left: Positions = [:]
    /// What the next morsel's sequence is.
    var sequence = 0
    var lastSnapshot: Int64
    /// Rows are late for this watermark: the last epoch's.
    var watermark = Int64.min
    /// When refused events were last told of.
    var lastRefusal = Int64.min / 2
    /// All sources can be read again.
    let isReplayable: Bool

    // MARK: The epoch

    var current = EpochContent()

    /// What the epoch that is being filled has.
    struct EpochContent {
        var ranges: [SourcePartition: Range<Int64>] = [:]
        var rows = 0
        var bytes = 0
        /// When its first event was taken, and when it began; microseconds of the steady clock.
        var firstEvent: Int64?
        var start = Clock.steady
        /// States of its rows alone.
        var states: [Int: any OperatorState] = [:]
        /// Rows of outputs that need no state.
        var held: [Int: [Batch]] = [:]
        var heldBytes = 0
        var deadLetters: [DeadLetter] = []
        var times: ClosedRange<Int64>?
        var rowsBySource: [String: Int] = [:]
        var lateRows: [Int: Int] = [:]
        var waiting: Int64 = 0
        var processing: Int64 = 0
        var revoked: [SourcePartition] = []

        var isEmpty: Bool { ranges.isEmpty }
    }

    init(_ run: StreamRun) {
        owner = run
        setup = run.setup
        options = run.setup.options
        hub = run.hub
        let feeds = run.setup.sources.map { SourceFeed($0, hub: run.hub, options: run.setup.options) }
        self.feeds = feeds
        checkpoint = run.setup.store.map { Checkpoint($0) }
        let hub = run.hub
        committer = EpochCommitter(
            hub: hub, checkpoint: checkpoint, options: run.setup.options, owner: run.setup.sharing?.owner
        ) { positions, released in
            hub.lock()
            for feed in feeds {
                feed.acknowledge(positions)
                feed.release(released)
            }
            hub.unlock()
        } onSnapshot: { snapshot in
            run.update { shared in
                if let snapshot {
                    shared.counters.snapshots += 1
                    shared.counters.snapshotBytes += snapshot.bytes
                    shared.snapshot = snapshot
                } else {
                    shared.counters.failedSnapshots += 1
                }
            }
        }
        threads = max(1, run.setup.planOptions.threads ?? EngineThreads.hardwareCount)
        runID = String(UInt64(bitPattern: Clock.wall), radix: 36)
        isReplayable = run.setup.sources.allSatisfy(\.isReplayable)
        lastSnapshot = Clock.steady
    }

    var hasStates: Bool { uses.values.contains { $0.needsMain } }

    /// Everything from the first look at the checkpoint to the closing of the sources.
    func run() throws(SwiftwaterError) {
        let result = Result { () throws(SwiftwaterError) in
            guard try begin() else { return }
            begunServing = Clock.steady
            owner.update { $0.phase = .running }
            try serve()
        }
        let ended = Result { () throws(SwiftwaterError) in try end() }
        if let sharing = setup.sharing, (try? (result.get(), ended.get())) == nil {
            // Whatever failed may have failed because another process has the partition now.
            if (try? checkpoint?.isClaimed(byOtherThan: sharing.owner)) == true { owner.noteFence() }
        }
        try result.get()
        try ended.get()
    }

    /// Closes everything, whatever happened.
    private func end() throws(SwiftwaterError) {
        hub.lock()
        committer.stop()
        for feed in feeds { feed.close() }
        while feeds.contains(where: { !$0.isClosed }) { hub.wait() }
        let failure = committer.failure
        hub.unlock()
        for output in outputs { output.sink.close() }
        setup.deadLetters?.close()
        if let failure { throw failure }
    }

    // MARK: The loop

    private func serve() throws(SwiftwaterError) {
        while true {
            switch try next() {
            case .events(let blocks):
                try process(blocks)
                if isFull { try endEpoch() }
            case .epochEnds: try endEpoch()
            case .ends:
                let hasEnded = !owner.isStopping && feeds.allSatisfy(\.isEnded)
                try endEpoch(isLast: true, closesWindows: hasEnded)
                return
            }
        }
    }

    private enum Turn {
        case events([EventBlock])
        case epochEnds
        case ends
    }

    private var isFull: Bool {
        current.rows >= options.limits.rows || current.bytes >= options.limits.bytes
            || current.heldBytes >= options.heldBytes
    }

    /// Waits for what is next: events, the end of the epoch or the end of the run.
    private func next() throws(SwiftwaterError) -> Turn {
        hub.lock()
        defer { hub.unlock() }
        let start = Clock.steady
        defer { current.waiting += Clock.steady - start }
        while true {
            if let failure = committer.failure { throw failure }
            for feed in feeds {
                if let failure = feed.failure { throw failure }
                takeChanges(of: feed)
            }
            if owner.isStopping {
                return stoppingTurn()
            }
            if let deadline, Clock.steady >= deadline { return .epochEnds }
            let blocks = takeEvents()
            if !blocks.isEmpty { return .events(blocks) }
            if !current.revoked.isEmpty { return .epochEnds }
            let isOver =
                options.trigger == .availableNow
                ? feeds.allSatisfy(\.isExhausted) : feeds.allSatisfy { $0.isEnded && !$0.hasEvents }
            if isOver { return .ends }
            if let deadline {
                hub.wait(for: .microseconds(deadline - Clock.steady))
            } else if isSaveDue || hasSilentPartitions {
                return .epochEnds
            } else if hasUnsaved {
                hub.wait(for: Self.urgentPause)
            } else if tracker != nil, hasClosingSlots {
                hub.wait(for: .seconds(1))
            } else {
                hub.wait()
            }
        }
    }

    /// What is left to do while the run stops. Events that cannot be read again are taken first.
    private func stoppingTurn() -> Turn {
        for feed in feeds { feed.forbid() }
        let left = feeds.filter { !$0.source.isReplayable }
        while left.contains(where: \.isPolling) { hub.wait() }
        var blocks: [EventBlock] = []
        for feed in left {
            var (bytes, rows) = (options.microBatchBytes, Int.max)
            blocks += feed.take(bytes: &bytes, rows: &rows)
        }
        return blocks.isEmpty ? .ends : .events(blocks)
    }

    private func takeEvents() -> [EventBlock] {
        var blocks: [EventBlock] = []
        var bytes = min(options.microBatchBytes, max(1, options.limits.bytes - current.bytes))
        var rows = max(1, options.limits.rows - current.rows)
        for feed in feeds where feed.hasEvents { blocks += feed.take(bytes: &bytes, rows: &rows) }
        return blocks
    }

    private func takeChanges(of feed: SourceFeed) {
        let changes = feed.takeChanges()
        for (partition, position) in changes.assigned {
            if positions[partition] == nil { positions[partition] = position }
            left[partition] = nil
            tracker?.add(partition, now: Clock.steady)
        }
        current.revoked += changes.revoked
    }

    /// Partitions that fall silent let the watermark go on. None can have done so sooner: before the sources have told
    /// their partitions, those that were read again would raise it over the others' events.
    var hasSilentPartitions: Bool {
        guard var advanced = tracker, current.isEmpty, hasClosingSlots else { return false }
        let now = Clock.steady
        return now - begunServing >= advanced.idleAfter && advanced.advance(now: now) > watermark
    }

    /// The shortest time between snapshots.
    private static let urgentPause = Duration.milliseconds(200)

    /// Whether it is time for a snapshot. One is saved at a time.
    var isSnapshotDue: Bool {
        let isUrgent = setup.sources.contains(where: \.wantsAcknowledgement)
        let pause = isUrgent ? min(Self.urgentPause, options.snapshotEvery) : options.snapshotEvery
        return Clock.steady - lastSnapshot >= pause.microseconds
    }

    /// The sources must keep events of epochs that are done, as no snapshot has them; with the hub locked.
    var hasUnsaved: Bool {
        committer.isIdle && !committer.isSaving && !committer.isPreparing && committer.acknowledgedEpoch < epoch - 1
    }

    /// Such events wait for a snapshot that is due: a source that is full takes nothing more before it may forget some.
    var isSaveDue: Bool { hasUnsaved && isSnapshotDue }

    private var hasClosingSlots: Bool { uses.values.contains(where: \.closes) }

    /// When the epoch ends by time; nil while it has no events.
    private var deadline: Int64? {
        guard let first = current.firstEvent else { return nil }
        switch options.trigger {
        case .every(let time):
            let period = max(1000, time.microseconds)
            return (first / period + 1) * period
        case .continuous, .availableNow: return first + options.limits.timeout.microseconds
        }
    }
}
