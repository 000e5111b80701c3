import Columnar
import Formats
import Query

/// The end of an epoch: the outputs' rows, and what the committer is to do.
extension StreamDriver {
    /// Ends the epoch and hands it to the committer.
    ///
    /// - Parameters:
    ///   - planned: the plan that an earlier process wrote for it.
    ///   - isLast: the run ends: waits until the epoch is done.
    ///   - closesWindows: no event can come any more, so everything is final.
    func endEpoch(
        planned: EpochPlan? = nil, isLast: Bool = false, closesWindows: Bool = false
    ) throws(SwiftwaterError) {
        try waitForCommitter(drainsSnapshot: isLast)
        let reached = nextWatermark(planned, closesWindows: closesWindows)
        let isWorthIt =
            !current.isEmpty || planned != nil || !current.revoked.isEmpty
            || (reached > watermark && uses.values.contains(where: \.closes)) || mustSave(isLast: isLast)
        if isWorthIt { try submit(planned, watermark: reached, isLast: isLast) }
        if isLast { try waitForCommitter(drainsSnapshot: true) }
    }

    private func mustSave(isLast: Bool) -> Bool {
        hub.lock()
        defer { hub.unlock() }
        return isLast ? hasUnsaved : isSaveDue
    }

    private func waitForCommitter(drainsSnapshot: Bool) throws(SwiftwaterError) {
        hub.lock()
        committer.drain()
        if drainsSnapshot { committer.drainSnapshot() }
        let failure = committer.failure
        hub.unlock()
        if let failure { throw failure }
    }

    private func nextWatermark(_ planned: EpochPlan?, closesWindows: Bool) -> Int64 {
        guard var tracker else { return watermark }
        defer { self.tracker = tracker }
        if let planned {
            let known = planned.watermark ?? watermark
            if known < Self.afterEverything { tracker.set(known) }
            return known
        }
        // An epoch without events tells nothing of how far they have come, but by its silence.
        if !current.isEmpty || hasSilentPartitions { tracker.advance(now: Clock.steady) }
        // The commit keeps the watermark from before: should the source be there again after a restart, its rows are
        // not late.
        return closesWindows ? Self.afterEverything : tracker.watermark
    }

    /// The greatest time that all units of timestamps have, in microseconds.
    private static let afterEverything = Int64.max / 1000

    private func submit(_ planned: EpochPlan?, watermark reached: Int64, isLast: Bool) throws(SwiftwaterError) {
        let start = Clock.steady
        let rows = try outputRows(watermark: reached)
        var jobs: [EpochCommitter.Job.Output] = []
        for output in outputs {
            jobs.append(
                EpochCommitter.Job.Output(
                    key: output.key, sink: output.sink, mode: output.setup.mode,
                    rows: rows[output.planned.number] ?? []))
        }
        let letters = current.deadLetters
        if let sink = setup.deadLetters {
            let rows = letters.isEmpty ? [] : [try DeadLetter.batch(letters)]
            jobs.append(EpochCommitter.Job.Output(key: Self.deadLetterKey, sink: sink, mode: .append, rows: rows))
        }
        for partition in current.revoked { tracker?.remove(partition) }
        let snapshot = try snapshotIfDue(isLast: isLast)
        let keeping = Set(setup.sources.filter(\.keepsAcknowledged).map(\.name))
        let told = positions.filter { keeping.contains($0.key.source) }
        // What a restart would read again must not be forgotten. Sources that forget nothing are told without delay:
        // when a snapshot is saved later, they have been told more already.
        var acknowledged = checkpoint == nil || !hasStates || snapshot != nil ? positions : nil
        if snapshot?.isSavedBeside == true {
            acknowledged = positions.filter { !keeping.contains($0.key.source) }
        }
        // From this epoch on others may move these partitions on: a restart must not go on here, nor before.
        for partition in current.revoked { left[partition] = positions.removeValue(forKey: partition) }
        let finished = current
        let epoch = self.epoch
        let planning = Clock.steady - start
        let plan =
            planned
            ?? EpochPlan(
                epoch: epoch, ranges: current.ranges, watermark: tracker == nil ? nil : reached)
        let report = report(finished, watermark: reached, planning: planning)
        let run = owner
        let onProgress = options.onProgress
        let written = zip(jobs, jobs.map { $0.rows.reduce(0) { $0 + $1.count } }).map { job, rows in
            StreamProgress.Sink(description: job.sink.label, numOutputRows: rows)
        }
        let job = EpochCommitter.Job(
            plan: plan, isPlanned: planned != nil, outputs: jobs, positions: positions, left: left,
            watermark: tracker?.watermark, latest: tracker?.latest ?? [:], sequence: Int64(sequence),
            snapshot: snapshot?.states, isSavedBeside: snapshot?.isSavedBeside == true,
            stopped: snapshot?.stopped ?? 0, acknowledged: acknowledged, told: told, released: current.revoked
        ) { times in
            var progress = report
            progress.sinks = written
            progress.durationMs["walCommit"] = (times.plan + times.snapshot) / 1000
            progress.durationMs["commitOffsets"] = (times.prepare + times.commit + times.publish) / 1000
            run.update { shared in
                shared.counters.epochs += 1
                shared.counters.retries += times.retries
                shared.counters.deadLetters += run.setup.deadLetters == nil ? 0 : letters.count
                progress.counters = shared.counters
                progress.snapshot = shared.snapshot
                progress.latency = shared.latency
                shared.progress = progress
            }
            onProgress(progress)
        }
        hub.lock()
        for feed in feeds { feed.drop(finished.revoked) }
        committer.submit(job)
        hub.unlock()
        watermark = tracker?.watermark ?? reached
        self.epoch += 1
        current = EpochContent()
        try refreshFixedSources()
        self.plan?.beginEpoch()
    }

    static let deadLetterKey = "deadLetters"

    // MARK: Rows

    /// The rows of each output by its number in the plan; closed windows leave the states.
    func outputRows(watermark: Int64) throws(SwiftwaterError) -> [Int: [Batch]] {
        guard let plan else { return [:] }
        var rows = current.held
        let uses = uses
        let epochStates = current.states
        var given: [OutputMode: [Int: [Batch]]] = [:]
        try owner.live.withStates { main throws(SwiftwaterError) in
            for slot in plan.slots {
                guard let use = uses[slot.number], let state = main[slot.number], let streaming = slot.streaming else {
                    continue
                }
                if use.givesChanges {
                    let delta = epochStates[slot.number] ?? slot.operator.makeState()
                    given[.update, default: [:]][slot.number] = try streaming.changedResult(state, delta: delta)
                }
                if use.givesAll {
                    given[.complete, default: [:]][slot.number] = try streaming.currentResult(state)
                }
                if use.givesFinal {
                    given[.append, default: [:]][slot.number] = try streaming.takeFinal(state, watermark: watermark)
                } else if use.closes, watermark > .min {
                    try streaming.forget(state, watermark: watermark)
                }
            }
        }
        for slot in plan.slots where uses[slot.number]?.isBatch == true {
            let state = epochStates[slot.number] ?? slot.operator.makeState()
            given[.batch, default: [:]][slot.number] = try state.finish(threads: threads)
        }
        for mode in OutputMode.allCases {
            let wanted = outputs.filter { $0.setup.mode == mode && !$0.planned.slots.isEmpty }.map(\.planned.number)
            // An epoch without events has no rows, not even of the groups of nothing.
            if wanted.isEmpty || (mode == .batch && current.isEmpty) { continue }
            let finished = try plan.finishOutputs(Set(wanted), slots: given[mode] ?? [:], threads: threads)
            rows.merge(finished) { $1 }
            if mode == .batch {
                for output in outputs where wanted.contains(output.planned.number) {
                    owner.live.keep(finished[output.planned.number] ?? [], of: output.planned)
                }
            }
        }
        return rows.mapValues { $0.filter { $0.count > 0 } }
    }

    // MARK: Snapshots

    /// The states at the end of an epoch.
    private struct TakenStates {
        var states: [SavedState]
        var isSavedBeside: Bool
        /// Microseconds that it took.
        var stopped: Int64
    }

    /// Copies the states, or what changed of them, where a snapshot is due. What it takes to write that happens beside.
    private func snapshotIfDue(isLast: Bool) throws(SwiftwaterError) -> TakenStates? {
        guard checkpoint != nil, hasStates, let plan else { return nil }
        // What cannot be read again is in the states only.
        let isUrgent = isLast || !isReplayable || !current.revoked.isEmpty
        guard isUrgent || isSnapshotDue else { return nil }
        let start = Clock.steady
        hub.lock()
        if isUrgent { committer.drainSnapshot() }
        let isBusy = committer.isSaving || committer.isPreparing
        let extent = committer.chain.extent(options.snapshots)
        let prepared = isBusy ? nil : committer.takePrepared()
        hub.unlock()
        if isBusy { return nil }
        if prepared == nil, !isUrgent, isPreparing(extent) { return nil }
        lastSnapshot = Clock.steady
        var bytes = 0
        let states = try owner.live.withStates { main throws(SwiftwaterError) in
            var states: [SavedState] = []
            for slot in plan.slots {
                guard let state = main[slot.number] else { continue }
                bytes += state.byteCount
                let capture = try state.capture(extent, memory: prepared ?? SpareMemory())
                states.append(SavedState(of: slot, capture))
            }
            return states
        }
        return TakenStates(
            states: states, isSavedBeside: !isUrgent && bytes >= options.snapshots.bytesBeside,
            stopped: Clock.steady - start)
    }

    /// Whether memory is to be made ready first, because much is to be copied: then the next epoch's end is soon
    /// enough for the snapshot.
    private func isPreparing(_ extent: SnapshotExtent) -> Bool {
        let sizes = owner.live.copySizes(extent)
        guard sizes.reduce(0, +) >= options.snapshots.bytesPrepared else { return false }
        committer.prepare(sizes)
        return true
    }

    // MARK: Progress

    private func report(_ content: EpochContent, watermark: Int64, planning: Int64) -> StreamProgress {
        let now = Clock.steady
        let seconds = max(1e-6, Double(now - content.start) * 1e-6)
        let working = max(1e-6, Double(content.processing + planning) * 1e-6)
        var eventTime: StreamProgress.EventTime?
        if tracker != nil {
            eventTime = StreamProgress.EventTime(
                watermark: watermark == .min ? nil : watermark, max: content.times?.upperBound,
                min: content.times?.lowerBound)
        }
        let keys = Dictionary((plan?.slots ?? []).map { ($0.key, $0.number) }) { first, _ in first }
        return StreamProgress(
            name: setup.name, runID: runID, batchID: epoch, timestamp: Clock.wall / 1000, numInputRows: content.rows,
            inputRowsPerSecond: Double(content.rows) / seconds, processedRowsPerSecond: Double(content.rows) / working,
            durationMs: [
                "getBatch": content.waiting / 1000, "addBatch": content.processing / 1000,
                "queryPlanning": planning / 1000, "triggerExecution": (now - content.start) / 1000,
            ],
            eventTime: eventTime,
            stateOperators: owner.live.byteCounts.map { key, bytes in
                StreamProgress.StateOperator(
                    operatorName: key, memoryUsedBytes: bytes,
                    numRowsDroppedByWatermark: keys[key].flatMap { content.lateRows[$0] } ?? 0)
            },
            sources: setup.sources.map { source in
                let own = content.ranges.filter { $0.key.source == source.name }
                let rows = content.rowsBySource[source.name] ?? 0
                return StreamProgress.Source(
                    description: source.name,
                    startOffset: Dictionary(own.map { ($0.key.id, $0.value.lowerBound) }) { $1 },
                    endOffset: Dictionary(own.map { ($0.key.id, $0.value.upperBound) }) { $1 },
                    numInputRows: rows, inputRowsPerSecond: Double(rows) / seconds,
                    processedRowsPerSecond: Double(rows) / working,
                    lag: Dictionary(source.lag.map { ($0.key.id, $0.value) }) { $1 }, condition: source.condition,
                    counters: source.counters)
            },
            sinks: [], counters: StreamCounters(), latency: LatencyHistogram())
    }
}
