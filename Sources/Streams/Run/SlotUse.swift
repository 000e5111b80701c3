import Columnar
import Query

/// What a slot's state is needed for, from the outputs that are made of it.
struct SlotUse {
    /// Rows that are final leave the state (mode `append`).
    var givesFinal = false
    /// Changed rows are asked for (mode `update`).
    var givesChanges = false
    /// All rows are written each time (mode `complete`).
    var givesAll = false
    /// The rows can be asked for.
    var isServed = false
    /// Each epoch by itself (mode `batch`).
    var isBatch = false
    /// Late rows count, so that nothing may be forgotten (`late: update`).
    var takesLateRows = false

    /// A state that outlives epochs.
    var needsMain: Bool { givesFinal || givesChanges || givesAll || isServed }
    /// A state of the epoch's rows alone.
    var needsEpoch: Bool { isBatch || givesChanges }
    /// What has closed leaves the state.
    var closes: Bool { !takesLateRows && (givesFinal || (givesChanges && !givesAll)) }

    /// The use of each of the plan's slots. Throws where an output cannot have its mode, with the reason.
    static func uses(
        of plan: StreamingPlan, outputs: [StreamSetup.Output], late: EventTimePolicy.LateRows?
    ) throws(SwiftwaterError) -> [Int: SlotUse] {
        var uses: [Int: SlotUse] = [:]
        for slot in plan.slots {
            uses[slot.number] = SlotUse(takesLateRows: late == .update && slot.streaming?.timeColumn != nil)
        }
        let written = Set(outputs.map(\.number))
        for output in plan.outputs where !written.contains(output.number) {
            for slot in output.slots {
                // What cannot keep all rows is not asked for them either.
                let streaming = plan.slots.first { $0.number == slot }?.streaming
                uses[slot]?.isServed = streaming.map { $0.refusal(of: .complete) == nil } ?? false
            }
        }
        for output in outputs {
            guard let planned = plan.outputs.first(where: { $0.number == output.number }),
                let mode = StreamMode(rawValue: output.mode.rawValue)
            else { continue }
            if let refusal = planned.verdicts[mode] {
                throw SwiftwaterError(
                    .usage,
                    "the output of '\(planned.frame)' cannot have the mode '\(output.mode.rawValue)': "
                        + refusal.reason, hint: refusal.hint)
            }
            for slot in planned.slots {
                switch output.mode {
                case .batch: uses[slot]?.isBatch = true
                case .append: uses[slot]?.givesFinal = true
                case .update: uses[slot]?.givesChanges = true
                case .complete: uses[slot]?.givesAll = true
                }
                if output.mode == .append, uses[slot]?.takesLateRows == true {
                    throw SwiftwaterError(
                        .usage,
                        "the output of '\(planned.frame)' cannot have the mode 'append' with late rows that count: "
                            + "what it has written is final",
                        hint: "give it the mode 'update' or 'complete', or set 'late' to deadLetter or drop")
                }
                if uses[slot]?.givesFinal == true, uses[slot]?.givesAll == true {
                    throw SwiftwaterError(
                        .usage, "the frame '\(planned.frame)' has outputs in the modes 'append' and 'complete'",
                        hint: "make two frames: what is final leaves the one, the other keeps everything")
                }
            }
        }
        return uses
    }
}
