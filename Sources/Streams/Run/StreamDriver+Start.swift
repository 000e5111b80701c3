import Columnar
import Formats
import Query

/// The start of a run: what the checkpoint holds, the plan, the outputs, and events that have to be read again.
extension StreamDriver {
    /// Gets everything ready. False when the run is over before it began: no event told the schema.
    func begin() throws(SwiftwaterError) -> Bool {
        committer.start()
        if let sharing = setup.sharing { try checkpoint?.claim(for: sharing.owner) }
        let known = try checkpoint?.readFunction()
        var schema = setup.schema ?? known?.schema
        if schema == nil { schema = try setup.sharing?.root.readFunction()?.schema }
        var isOpen = false
        if schema == nil {
            try open(at: [:])
            isOpen = true
            schema = try infer()
            if let inferred = schema, let root = setup.sharing?.root {
                schema = try root.settle(StreamIdentity(schema: inferred, operators: [])).schema
            }
        }
        guard let schema else { return false }
        let plan = try makePlan(schema, isInferred: setup.schema == nil)
        let identity = self.identity(plan, schema)
        let recovery = try checkpoint.map { checkpoint throws(SwiftwaterError) in
            let epochs = try checkpoint.epochs()
            return try EpochRecovery(
                plans: epochs.plans, commits: epochs.commits, snapshots: epochs.snapshots, hasStates: hasStates
            ) { epoch throws(SwiftwaterError) in try checkpoint.base(ofSnapshot: epoch) }
        }
        try openOutputs(recovery)
        if known == nil { try checkpoint?.write(identity) }
        if let recovery, recovery.committed != nil || recovery.redone != nil {
            try recover(recovery, isOpen: isOpen)
        } else if !isOpen {
            try open(at: [:])
        }
        if let known, known != identity { try checkpoint?.write(identity) }
        hub.lock()
        for feed in feeds { feed.resume(at: positions, left: left) }
        hub.unlock()
        current.start = Clock.steady
        return true
    }

    /// Opens the sources and starts their threads.
    private func open(at positions: Positions) throws(SwiftwaterError) {
        for feed in feeds {
            try feed.source.open(at: positions.filter { $0.key.source == feed.source.name })
        }
        for feed in feeds { feed.start() }
    }

    // MARK: Schema and plan

    /// The columns of the first events; nil when there are none and none will come.
    private func infer() throws(SwiftwaterError) -> Schema? {
        hub.lock()
        defer { hub.unlock() }
        for feed in feeds { feed.allow() }
        while true {
            for feed in feeds { if let failure = feed.failure { throw failure } }
            let waiting = feeds.flatMap(\.queuedBlocks)
            if !waiting.isEmpty {
                let schema = JSONLinesSample.schema(
                    of: waiting.map {
                        JSONLinesBlocks.Block(
                            group: 0, bytes: $0.bytes, byteCount: $0.byteCount, starts: $0.messages?.starts)
                    })
                if schema.count > 0 { return schema }
            }
            let isOver =
                options.trigger == .availableNow
                ? feeds.allSatisfy { $0.isDrained || $0.isEnded } : feeds.allSatisfy(\.isEnded)
            if owner.isStopping || isOver { return nil }
            hub.wait()
        }
    }

    private func makePlan(_ payload: Schema, isInferred: Bool) throws(SwiftwaterError) -> StreamingPlan {
        var metadata = Schema([])
        for source in setup.sources {
            for field in source.metadataSchema.fields {
                if let other = metadata[field.name], other.type != field.type {
                    throw SwiftwaterError(
                        .usage,
                        "the triggers give the column '\(field.name)' different types: \(other.type) and "
                            + "\(field.type)", hint: "ask only one of them for it")
                }
                metadata = metadata.setting(field)
            }
        }
        let all = Schema(payload.fields + metadata.fields.filter { payload[$0.name] == nil })
        let plan = try StreamingPlan(
            setup.plan, stream: setup.stream, schema: all, eventTime: options.eventTime?.column,
            options: setup.planOptions)
        parsers = try JSONLinesParsers(
            payload: payload, metadata: metadata, columns: plan.sourceSchema.names, isInferred: isInferred,
            maximumLineBytes: options.maximumLineBytes)
        uses = try SlotUse.uses(of: plan, outputs: setup.outputs, late: options.eventTime?.late)
        if let eventTime = options.eventTime {
            tracker = WatermarkTracker(delay: eventTime.delay, idleAfter: eventTime.idleTimeout.microseconds)
        }
        self.plan = plan
        fixedFiles = FixedFiles(plan.fixedSources)
        owner.live.begin(plan, uses: uses)
        return plan
    }

    /// Reads the files beside the stream again where they have changed.
    func refreshFixedSources() throws(SwiftwaterError) {
        guard fixedFiles.haveChanged(), var plan else { return }
        try plan.rereadFixedSources()
        self.plan = plan
        owner.live.replace(plan)
    }

    // MARK: The function

    private func identity(_ plan: StreamingPlan, _ schema: Schema) -> StreamIdentity {
        StreamIdentity(
            schema: schema,
            operators: plan.slots.filter { uses[$0.number]?.needsMain == true }.map { slot in
                StreamIdentity.Operator(key: slot.key, label: slot.operator.label)
            },
            eventTime: options.eventTime?.column)
    }

    // MARK: Outputs

    private func openOutputs(_ recovery: EpochRecovery?) throws(SwiftwaterError) {
        let commit = try recovery?.committed.map { number throws(SwiftwaterError) in
            try checkpoint?.readCommit(number)
        }
        let records = commit??.sinks ?? [:]
        var keys: [String: Int] = [:]
        for output in setup.outputs {
            guard let planned = plan?.outputs.first(where: { $0.number == output.number }) else { continue }
            let sink = try output.makeSink(planned.schema)
            let name = "\(planned.frame) to \(sink.label)"
            keys[name, default: 0] += 1
            let count = keys[name] ?? 1
            let key = count == 1 ? name : "\(name) (\(count))"
            outputs.append(Output(setup: output, planned: planned, sink: sink, key: key))
            guard sink.modes.contains(output.mode) else {
                throw SwiftwaterError(
                    .usage, "\(sink.label) cannot take the mode '\(output.mode.rawValue)'",
                    hint: "it takes \(sink.modes.map(\.rawValue).sorted().joined(separator: ", "))")
            }
            try sink.recover(records[key])
        }
        try setup.deadLetters?.recover(records[Self.deadLetterKey])
    }

    // MARK: Recovery

    private func recover(_ recovery: EpochRecovery, isOpen: Bool) throws(SwiftwaterError) {
        guard let checkpoint else { return }
        committer.resume(after: recovery.replayed.map { $0.lowerBound - 1 } ?? recovery.committed ?? 0)
        let last = try recovery.committed.map { number throws(SwiftwaterError) in try checkpoint.readCommit(number) }
        // Epochs in order: those that go into the states again, then one that is done again.
        var happened: [(plan: EpochPlan, commit: EpochCommit)] = []
        for number in recovery.replayed.map({ Array($0) }) ?? [] {
            happened.append(try checkpoint.readHappened(number))
        }
        let redone = try recovery.redone.map { number throws(SwiftwaterError) in try checkpoint.readPlan(number) }
        var start: Positions
        if recovery.replayed != nil {
            if let snapshot = recovery.snapshot {
                let commit = try checkpoint.readCommit(snapshot)
                start = commit.positions
                take(commit)
            } else {
                start = [:]
            }
        } else {
            start = last?.positions ?? [:]
            if let last { take(last) }
        }
        try restore(recovery.chain, checkpoint)
        // A partition that was first met in one of these epochs begins where it did then.
        let planned = happened.map(\.plan) + (redone.map { [$0] } ?? [])
        for plan in planned {
            for (partition, range) in plan.ranges where start[partition] == nil { start[partition] = range.lowerBound }
        }
        // What was given up since is not asked for: its events may be gone.
        start = start.filter { partition, _ in
            last?.positions[partition] != nil || planned.contains { $0.ranges[partition] != nil }
        }
        positions = start
        if !isOpen { try open(at: start) }
        for (plan, commit) in happened {
            epoch = plan.epoch
            try replay(plan)
            _ = try outputRows(watermark: plan.watermark ?? .min)
            take(commit)
            current = EpochContent()
            self.plan?.beginEpoch()
        }
        if let last {
            take(last)
            positions = last.positions
            left = last.left
        }
        epoch = recovery.next
        if let redone {
            try replay(redone)
            try endEpoch(planned: redone)
        }
    }

    /// Takes from a commit what the run goes on with.
    private func take(_ commit: EpochCommit) {
        sequence = Int(commit.sequence)
        watermark = commit.watermark ?? watermark
        if let tracker {
            self.tracker = WatermarkTracker(
                delay: tracker.delay, idleAfter: tracker.idleAfter, latest: commit.latest,
                watermark: commit.watermark ?? .min, now: Clock.steady)
        }
    }

    /// Takes the states back from snapshots, the newest first: what a state has already stays when older ones come.
    private func restore(_ chain: [Int64], _ checkpoint: Checkpoint) throws(SwiftwaterError) {
        guard let plan else { return }
        // States of which changes alone have been met.
        var begun: Set<Int> = []
        for (index, epoch) in chain.enumerated() where index == 0 || !begun.isEmpty {
            let saved = try checkpoint.readSnapshot(epoch)
            try owner.live.withStates { main throws(SwiftwaterError) in
                for slot in plan.slots where index == 0 || begun.contains(slot.number) {
                    // An operator that is new begins with nothing.
                    guard let state = main[slot.number], let known = saved.states.first(where: { $0.key == slot.key })
                    else { continue }
                    try known.restore(state, of: slot, isOlder: begun.contains(slot.number))
                    if known.content.holdsChanges { begun.insert(slot.number) } else { begun.remove(slot.number) }
                }
            }
        }
        guard begun.isEmpty else {
            throw EpochRecovery.damaged("the snapshot of epoch \(chain.last ?? 0) does not have all states")
        }
    }

    /// Reads the events of an epoch again, into the states.
    private func replay(_ plan: EpochPlan) throws(SwiftwaterError) {
        let replayable = Set(feeds.filter(\.source.isReplayable).map(\.source.name))
        let ranges = plan.ranges.filter { replayable.contains($0.key.source) && !$0.value.isEmpty }
        var ends = ranges.mapValues(\.upperBound)
        hub.lock()
        for feed in feeds { feed.replay(ranges) }
        hub.unlock()
        while !ends.isEmpty {
            hub.lock()
            var blocks: [EventBlock] = []
            while blocks.isEmpty {
                let failure = feeds.lazy.compactMap(\.failure).first
                if failure != nil || owner.isStopping {
                    hub.unlock()
                    throw failure ?? SwiftwaterError(.cancelled, "stopped while the checkpoint was taken back")
                }
                var (bytes, rows) = (options.microBatchBytes, Int.max)
                for feed in feeds where feed.hasEvents { blocks += feed.take(bytes: &bytes, rows: &rows) }
                if blocks.isEmpty { hub.wait() }
            }
            hub.unlock()
            try process(blocks)
            for block in blocks {
                if let end = ends[block.partition], block.positions.upperBound >= end { ends[block.partition] = nil }
            }
        }
    }
}
