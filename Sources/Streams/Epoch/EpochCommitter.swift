import Columnar
import Formats
import Query

/// Carries out the steps of `EpochMachine` on a thread of its own, while the next epoch's events are processed.
///
/// One epoch at a time: whoever submits the next one waits for the last. An error ends the run; it is found by `failure`.
final class EpochCommitter: @unchecked Sendable {
    private let hub: Monitor
    private let checkpoint: Checkpoint?
    private let retry: RetryPolicy
    private let notice: @Sendable (StreamNotice) -> Void
    private let acknowledge: @Sendable (Positions, [SourcePartition]) -> Void
    /// Told of each snapshot that was saved, or, without one, that it could not be.
    private let onSnapshot: @Sendable (StreamProgress.Snapshot?) -> Void
    /// Who commits, where several processes share the checkpoint.
    private let owner: String?

    /// What an epoch is to leave behind.
    struct Job: Sendable {
        var plan: EpochPlan
        var isPlanned: Bool
        var outputs: [Output]
        var positions: Positions
        /// How far partitions were read that were given up.
        var left: Positions
        /// What the next epoch's rows are late for; nil without event time.
        var watermark: Int64?
        var latest: [SourcePartition: Int64]
        var sequence: Int64
        var snapshot: [SavedState]?
        /// The snapshot is saved while later epochs are committed.
        var isSavedBeside = false
        /// Microseconds that the flow stood still for it.
        var stopped: Int64 = 0
        /// Positions that the sources may forget; nil where a restart would read again from before. Of a snapshot that is
        /// saved beside, those that they may forget then.
        var acknowledged: Positions?
        /// What they are told in that case: positions of those that forget nothing.
        var told: Positions
        var released: [SourcePartition]
        /// Called on the committer's thread when the epoch is done.
        var done: @Sendable (Times) -> Void

        struct Output: Sendable {
            var key: String
            var sink: any StreamSink
            var mode: OutputMode
            var rows: [Batch]
        }

        /// Microseconds that the steps took.
        struct Times: Sendable {
            var plan: Int64 = 0
            var prepare: Int64 = 0
            var commit: Int64 = 0
            var publish: Int64 = 0
            var snapshot: Int64 = 0
            var retries = 0
        }
    }

    // MARK: Guarded by the hub

    private var job: Job?
    private var isWorking = false
    private var shouldStop = false
    private var hasStopped = false
    private(set) var failure: SwiftwaterError?
    /// Another process has committed where this one wanted to: nothing here counts any more.
    private(set) var isFenced = false
    /// The sources may forget what came up to this epoch.
    private(set) var acknowledgedEpoch: Int64 = 0
    /// A snapshot is being saved beside the epochs.
    private(set) var isSaving = false
    private(set) var chain = SnapshotChain()
    /// Memory is being made ready for the next snapshot, or is ready.
    private(set) var isPreparing = false
    private var prepared: SpareMemory?
    /// Outputs get time for work that may wait every few epochs.
    private var epochsSinceMaintenance = 0

    init(
        hub: Monitor, checkpoint: Checkpoint?, options: StreamOptions, owner: String?,
        acknowledge: @escaping @Sendable (Positions, [SourcePartition]) -> Void,
        onSnapshot: @escaping @Sendable (StreamProgress.Snapshot?) -> Void
    ) {
        self.hub = hub
        self.checkpoint = checkpoint
        retry = options.retry
        notice = options.notice
        self.owner = owner
        self.acknowledge = acknowledge
        self.onSnapshot = onSnapshot
    }

    func start() { EngineThreads.detach { self.work() } }

    /// Whether an epoch can be submitted; with the hub locked.
    var isIdle: Bool { job == nil && !isWorking }

    /// Takes the next epoch; with the hub locked and nothing under way.
    func submit(_ job: Job) {
        self.job = job
        if job.isSavedBeside { isSaving = true }
        hub.wakeAll()
    }

    /// An earlier process has come so far.
    func resume(after epoch: Int64) {
        hub.lock()
        acknowledgedEpoch = epoch
        hub.unlock()
    }

    /// Waits until nothing is under way; with the hub locked.
    func drain() {
        while !isIdle, failure == nil { hub.wait() }
    }

    /// Waits until no snapshot is being saved; with the hub locked.
    func drainSnapshot() {
        while isSaving || isPreparing { hub.wait() }
    }

    /// The memory that was made ready; nil where there is none. With the hub locked.
    func takePrepared() -> SpareMemory? {
        defer { prepared = nil }
        return prepared
    }

    /// Makes memory ready on a thread of its own.
    func prepare(_ sizes: [Int]) {
        hub.lock()
        isPreparing = true
        hub.unlock()
        EngineThreads.detach {
            let memory = SpareMemory(sizes)
            self.hub.lock()
            self.prepared = memory
            self.isPreparing = false
            self.hub.wakeAll()
            self.hub.unlock()
        }
    }

    /// Ends the thread once nothing is under way; with the hub locked.
    func stop() {
        shouldStop = true
        hub.wakeAll()
        while !hasStopped || isSaving || isPreparing { hub.wait() }
    }

    private func work() {
        hub.lock()
        while true {
            while job == nil, !shouldStop { hub.wait() }
            guard let job, failure == nil else { break }
            self.job = nil
            isWorking = true
            hub.unlock()
            let result = Result { () throws(SwiftwaterError) in try commit(job) }
            hub.lock()
            if case .failure(let error) = result {
                failure = error
                if job.isSavedBeside { isSaving = false }
            }
            isWorking = false
            hub.wakeAll()
        }
        hasStopped = true
        hub.wakeAll()
        hub.unlock()
    }

    private func commit(_ job: Job) throws(SwiftwaterError) {
        let isSaved = job.snapshot != nil && checkpoint != nil && !job.isSavedBeside
        let acknowledges = job.acknowledged != nil && !job.isSavedBeside
        var machine = EpochMachine(
            epoch: job.plan.epoch, outputs: job.outputs.count, isPlanned: job.isPlanned, takesSnapshot: isSaved,
            acknowledges: acknowledges, retries: retry.attempts)
        var times = Job.Times()
        try carryOut(&machine, job, &times)
        if !acknowledges { acknowledge(job.told, job.released) }
        maintain(job)
        job.done(times)
        if job.isSavedBeside { EngineThreads.detach { self.save(job) } }
    }

    /// Saves a snapshot on a thread of its own, then what follows from it.
    private func save(_ job: Job) {
        var machine = EpochMachine(saving: job.plan.epoch, retries: retry.attempts)
        var times = Job.Times()
        // Without a snapshot nothing is acknowledged or removed, and the run goes on.
        do throws(SwiftwaterError) {
            try carryOut(&machine, job, &times)
        } catch {
            notice(StreamNotice(.warning, "epoch \(job.plan.epoch): \(error); going on without"))
        }
        hub.lock()
        isSaving = false
        hub.wakeAll()
        hub.unlock()
    }

    private func carryOut(
        _ machine: inout EpochMachine, _ job: Job, _ times: inout Job.Times
    ) throws(SwiftwaterError) {
        var records: [SinkRecord] = []
        while machine.step != .finished {
            let step = machine.step
            let start = Clock.steady
            do throws(SwiftwaterError) {
                try carryOut(step, job, &records)
                machine.succeeded()
            } catch {
                if hasLost { throw error }
                switch machine.failed() {
                case .again(let attempt):
                    times.retries += 1
                    notice(StreamNotice(.warning, "epoch \(job.plan.epoch): \(error); trying again"))
                    try pause(retry.pause(before: attempt) ?? .zero, error)
                case .skip:
                    if step == .snapshot { snapshotFailed() }
                    notice(StreamNotice(.warning, "epoch \(job.plan.epoch): \(error); going on without"))
                case .giveUp: throw error
                }
            }
            let took = Clock.steady - start
            switch step {
            case .plan: times.plan += took
            case .prepare: times.prepare += took
            case .commit: times.commit += took
            case .publish: times.publish += took
            case .snapshot: times.snapshot += took
            case .acknowledge, .compact, .finished: break
            }
        }
    }

    private func snapshotFailed() {
        hub.lock()
        chain.failed()
        hub.unlock()
        onSnapshot(nil)
    }

    /// Writes the states, as the next link of the chain.
    private func save(_ states: [SavedState], _ job: Job) throws(SwiftwaterError) {
        guard let checkpoint else { return }
        let start = Clock.steady
        hub.lock()
        let base = chain.links.last
        hub.unlock()
        let epoch = job.plan.epoch
        let bytes = try checkpoint.writeSnapshot(epoch, states, since: base)
        let isWhole = !states.contains(where: \.content.holdsChanges)
        hub.lock()
        chain.saved(epoch, bytes: bytes, isWhole: isWhole)
        hub.unlock()
        onSnapshot(
            StreamProgress.Snapshot(
                batchID: epoch, isWhole: isWhole, bytes: bytes, durationMicroseconds: Clock.steady - start,
                stopMicroseconds: job.stopped))
    }

    private func carryOut(
        _ step: EpochMachine.Step, _ job: Job, _ records: inout [SinkRecord]
    ) throws(SwiftwaterError) {
        let epoch = job.plan.epoch
        switch step {
        case .plan:
            CrashPoint.beforePlan.reach(epoch)
            try checkpoint?.write(job.plan)
            CrashPoint.afterPlan.reach(epoch)
        case .prepare(let index):
            let output = job.outputs[index]
            let record = try output.sink.prepare(epoch: epoch, mode: output.mode, rows: output.rows)
            records = Array(records.prefix(index)) + [record]
            CrashPoint.afterPrepare.reach(epoch)
        case .commit:
            CrashPoint.beforeCommit.reach(epoch)
            var sinks: [String: SinkRecord] = [:]
            for (output, record) in zip(job.outputs, records) { sinks[output.key] = record }
            try write(
                EpochCommit(
                    epoch: epoch, positions: job.positions, left: job.left, watermark: job.watermark,
                    latest: job.latest, sinks: sinks, sequence: job.sequence, owner: owner))
            CrashPoint.afterCommit.reach(epoch)
        case .publish(let index):
            try job.outputs[index].sink.publish(records[index])
            (index + 1 < job.outputs.count ? CrashPoint.duringPublish : .afterPublish).reach(epoch)
        case .snapshot:
            try save(job.snapshot ?? [], job)
            CrashPoint.afterSnapshot.reach(epoch)
        case .acknowledge:
            acknowledge(job.acknowledged ?? [:], job.isSavedBeside ? [] : job.released)
            resume(after: epoch)
            CrashPoint.afterAcknowledge.reach(epoch)
        case .compact:
            hub.lock()
            let kept = Set(chain.links)
            hub.unlock()
            try checkpoint?.compact(before: epoch, keeping: kept)
            CrashPoint.afterCompaction.reach(epoch)
        case .finished: break
        }
    }

    private func write(_ commit: EpochCommit) throws(SwiftwaterError) {
        guard let checkpoint, owner != nil else { return try self.checkpoint?.write(commit) ?? () }
        if try checkpoint.put(commit) { return }
        hub.lock()
        isFenced = true
        hub.unlock()
        throw SwiftwaterError(.io, "epoch \(commit.epoch) belongs to another process")
    }

    private var hasLost: Bool {
        hub.lock()
        defer { hub.unlock() }
        return isFenced
    }

    /// Waits before the next attempt; a run that is to end does not wait, and fails with the last error.
    private func pause(_ pause: Duration, _ error: SwiftwaterError) throws(SwiftwaterError) {
        hub.lock()
        defer { hub.unlock() }
        let end = Clock.steady + pause.microseconds
        while Clock.steady < end { hub.wait(for: .microseconds(end - Clock.steady)) }
    }

    private func maintain(_ job: Job) {
        epochsSinceMaintenance += 1
        guard epochsSinceMaintenance >= 16 else { return }
        epochsSinceMaintenance = 0
        for output in job.outputs {
            do throws(SwiftwaterError) {
                try output.sink.maintain()
            } catch {
                notice(StreamNotice(.warning, "\(output.sink.label): \(error)"))
            }
        }
    }
}
