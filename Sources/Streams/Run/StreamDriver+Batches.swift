import Columnar
import Formats
import Query

/// Micro-batches: events through the plan's first stage into the states.
extension StreamDriver {
    /// Processes events into the current epoch. Nothing of them is in the states when it throws.
    func process(_ blocks: [EventBlock]) throws(SwiftwaterError) {
        let start = Clock.steady
        current.firstEvent = current.firstEvent ?? start
        try processWithRetries(blocks)
        var arrivals: [(arrival: Int64, events: Int)] = []
        for block in blocks {
            let known = current.ranges[block.partition]
            current.ranges[block.partition] =
                (known?.lowerBound ?? block.positions.lowerBound)..<block.positions.upperBound
            positions[block.partition] = block.positions.upperBound
            if !left.isEmpty { left[block.partition] = nil }
            current.bytes += block.byteCount
            if block.arrival > 0 { arrivals.append((block.arrival, max(1, block.messageCount ?? 1))) }
        }
        let end = Clock.steady
        current.processing += end - start
        let wall = Clock.wall
        let bytes = blocks.reduce(0) { $0 + $1.byteCount }
        owner.update { shared in
            shared.counters.bytes += bytes
            for (arrival, events) in arrivals { shared.latency.record(wall - arrival * 1000, times: events) }
        }
    }

    private func processWithRetries(_ blocks: [EventBlock]) throws(SwiftwaterError) {
        var attempt = 1
        while true {
            do throws(SwiftwaterError) {
                return try processOnce(blocks)
            } catch {
                if error.kind == .cancelled || isBadLine(error) { throw error }
                guard let pause = options.retry.pause(before: attempt) else {
                    if options.failingEvents == .fail { throw error }
                    return try narrowDown(blocks, error)
                }
                attempt += 1
                owner.update { $0.counters.retries += 1 }
                options.notice(StreamNotice(.warning, "events failed: \(error); trying again"))
                sleep(pause)
            }
        }
    }

    /// A line that is no row fails the run where the function says so, at once.
    private func isBadLine(_ error: SwiftwaterError) -> Bool {
        options.badLines == .fail && error.location?.file != nil && error.kind == .data
    }

    private func sleep(_ pause: Duration) {
        hub.lock()
        defer { hub.unlock() }
        let end = Clock.steady + pause.microseconds
        while !owner.isStopping, Clock.steady < end { hub.wait(for: .microseconds(end - Clock.steady)) }
    }

    /// Finds the events that fail, halving, and gives them up; the others are processed.
    private func narrowDown(_ blocks: [EventBlock], _ error: SwiftwaterError) throws(SwiftwaterError) {
        if blocks.count > 1 {
            for part in [blocks[..<(blocks.count / 2)], blocks[(blocks.count / 2)...]] {
                do throws(SwiftwaterError) {
                    try processOnce(Array(part))
                } catch {
                    try narrowDown(Array(part), error)
                }
            }
            return
        }
        guard let block = blocks.first else { return }
        if let (first, second) = block.halves() {
            for half in [first, second] {
                do throws(SwiftwaterError) {
                    try processOnce([half])
                } catch {
                    try narrowDown([half], error)
                }
            }
            return
        }
        owner.update { $0.counters.failedEvents += 1 }
        options.notice(StreamNotice(.warning, "an event failed: \(error)"))
        if options.failingEvents == .deadLetter {
            var payload = [UInt8](block.bytes.bytes[0..<block.byteCount])
            if payload.last == 0x0A { payload.removeLast() }
            current.deadLetters.append(
                DeadLetter(
                    .failed, block.partition, position: block.positions.lowerBound, reason: error.description,
                    payload: payload))
        }
    }

    private func processOnce(_ blocks: [EventBlock]) throws(SwiftwaterError) {
        guard let plan, let parsers else { return }
        let micro = MicroBatch(
            blocks, parsers: parsers, eventTime: options.eventTime?.column, watermark: watermark, threads: threads)
        let keepsLate = options.eventTime?.late == .deadLetter
        let delta = try plan.run(
            micro.events, from: sequence, watermarks: gates, keepsLateRows: keepsLate,
            threads: min(threads, max(1, micro.events.morsels.count)))
        let seen = micro.observations
        let letters = try deadLetters(seen, delta, micro, plan)
        try take(delta)
        sequence = max(delta.nextSequence, sequence + micro.events.morsels.count)
        current.deadLetters += letters
        current.rows += seen.rows + seen.badLines.count
        for (source, rows) in seen.rowsBySource { current.rowsBySource[source, default: 0] += rows }
        var late = options.eventTime?.late == .update ? seen.oldRows : 0
        for (slot, rows) in delta.late {
            late += rows.count
            current.lateRows[slot, default: 0] += rows.count
        }
        if var tracker {
            let now = Clock.steady
            for block in blocks { tracker.add(block.partition, now: now) }
            for (partition, times) in seen.times {
                tracker.observe(partition, latest: times.upperBound, now: now)
                let known = current.times
                current.times =
                    min(known?.lowerBound ?? .max, times.lowerBound)...max(known?.upperBound ?? .min, times.upperBound)
            }
            self.tracker = tracker
        }
        noteRefused(seen.badLines.first, late: late)
        owner.update { shared in
            shared.counters.rows += seen.rows
            shared.counters.badLines += seen.badLines.count
            shared.counters.lateRows += late
        }
    }

    /// Says once in a while that events are refused, with an example.
    private func noteRefused(_ bad: (morsel: Int, line: BadEventLine)?, late: Int) {
        guard bad != nil || late > 0, Clock.steady - lastRefusal >= 10_000_000 else { return }
        lastRefusal = Clock.steady
        let counters = owner.counters
        let example = bad.map { ", such as: \($0.line.reason)" } ?? ""
        options.notice(
            StreamNotice(
                .warning,
                "events were refused\(example) (so far \(counters.badLines) bad lines and "
                    + "\(counters.lateRows) late rows before these)"))
    }

    /// The watermark that rows are late for, by the slots that refuse late rows.
    private var gates: [Int: Int64] {
        guard let eventTime = options.eventTime, eventTime.late != .update, watermark > .min, let plan else {
            return [:]
        }
        var gates: [Int: Int64] = [:]
        for slot in plan.slots where uses[slot.number]?.closes == true && slot.streaming?.timeColumn != nil {
            gates[slot.number] = watermark
        }
        return gates
    }

    /// Merges what a micro-batch gave into the states.
    private func take(_ delta: StageDelta) throws(SwiftwaterError) {
        guard let plan else { return }
        // An operator's state is used up by a merge: where two need it, one gets a copy.
        var copies: [Int: any OperatorState] = [:]
        for slot in plan.slots {
            guard let use = uses[slot.number], use.needsEpoch, let state = delta.states[slot.number] else { continue }
            if use.needsMain {
                let copy = slot.operator.makeState()
                try copy.restore(try state.snapshot())
                copies[slot.number] = copy
            } else {
                copies[slot.number] = state
            }
        }
        let uses = uses
        try owner.live.withStates { main throws(SwiftwaterError) in
            for slot in plan.slots where uses[slot.number]?.needsMain == true {
                guard let state = delta.states[slot.number] else { continue }
                try main[slot.number]?.merge(state)
            }
        }
        for (slot, state) in copies {
            if let known = current.states[slot] { try known.merge(state) } else { current.states[slot] = state }
        }
        for (output, rows) in delta.rows where outputs.contains(where: { $0.planned.number == output }) {
            current.held[output, default: []] += rows
            current.heldBytes += rows.reduce(0) { $0 + $1.byteCount }
        }
        for output in plan.outputs where output.slots.isEmpty {
            if let rows = delta.rows[output.number], !rows.isEmpty { owner.live.keep(rows, of: output) }
        }
    }

    // MARK: Dead letters

    private func deadLetters(
        _ seen: MicroBatch.Observed, _ delta: StageDelta, _ micro: MicroBatch, _ plan: StreamingPlan
    ) throws(SwiftwaterError) -> [DeadLetter] {
        var letters: [DeadLetter] = []
        for (_, line) in seen.badLines {
            let block = micro.blocks[line.block]
            let position = block.position(offset: line.offset, message: line.message)
            if options.badLines == .fail {
                throw SwiftwaterError(
                    .data, line.reason,
                    at: SwiftwaterError.Location(
                        file: "\(block.partition) at \(position)", line: nil, column: line.column),
                    hint: "with onError: skip or deadLetter such lines are counted and left out")
            }
            if options.badLines == .deadLetter {
                let place = line.column.map { " (byte \($0))" } ?? ""
                letters.append(
                    DeadLetter(
                        .bad, block.partition, position: position, reason: line.reason + place, payload: line.text))
            }
        }
        for slot in plan.slots {
            guard let late = delta.late[slot.number] else { continue }
            let reason =
                "later than the watermark \(TimestampText.utc(watermark)): what it belongs to in "
                + "'\(slot.frame)' is final"
            for (morsel, batch) in late.batches.sorted(by: { $0.sequence < $1.sequence }) {
                guard let block = micro.block(ofMorsel: morsel) else { continue }
                letters += JSONRows.payloads(of: batch).map {
                    DeadLetter(
                        .late, block.partition, position: block.positions.lowerBound, reason: reason, payload: $0)
                }
            }
        }
        return letters
    }
}

/// Rows as JSON objects, one by one.
private enum JSONRows {
    static func payloads(of batch: Batch) -> [[UInt8]] {
        let buffer = TextBuffer()
        var encoder = JSONLinesEncoder(schema: batch.schema)
        encoder.encode(batch, into: buffer)
        return buffer.bytes.split(separator: 0x0A).map { Array($0) }
    }
}
