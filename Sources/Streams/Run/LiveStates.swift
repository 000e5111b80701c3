import Columnar
import Query

/// The states of a run, for its own thread and for those who ask for current rows: consistent between micro-batches.
final class LiveStates: Sendable {
    private let held = Locked(Held())

    private struct Held: @unchecked Sendable {
        var plan: StreamingPlan?
        var uses: [Int: SlotUse] = [:]
        /// By slot.
        var main: [Int: any OperatorState] = [:]
        /// Rises with every change.
        var version = 0
        /// Answers by the output's number, good while the version stays.
        var answers: [Int: (version: Int, table: Table)] = [:]
        /// The last epoch's rows of outputs without a state, while they are few.
        var lastRows: [Int: Table] = [:]
    }

    /// Bytes of an epoch's rows that are kept to be asked for.
    private static let keptBytes = 4 << 20

    func begin(_ plan: StreamingPlan, uses: [Int: SlotUse]) {
        held.withLock { held in
            held.plan = plan
            held.uses = uses
            for slot in plan.slots where uses[slot.number]?.needsMain == true {
                held.main[slot.number] = slot.operator.makeState()
            }
        }
    }

    func replace(_ plan: StreamingPlan) {
        held.withLock { held in
            held.plan = plan
            held.version += 1
        }
    }

    /// Works on the main states; nobody sees them meanwhile.
    func withStates<T>(
        _ body: (inout [Int: any OperatorState]) throws(SwiftwaterError) -> T
    ) throws(SwiftwaterError) -> T {
        try held.withLock { held throws(SwiftwaterError) in
            held.version += 1
            return try body(&held.main)
        }
    }

    func keep(_ rows: [Batch], of output: StreamingPlan.Output) {
        let bytes = rows.reduce(0) { $0 + $1.byteCount }
        held.withLock { held in
            held.lastRows[output.number] =
                bytes <= Self.keptBytes ? Table(schema: output.schema, batches: rows) : nil
        }
    }

    /// The current rows of a frame that an output is made of.
    func rows(of frame: String) throws(SwiftwaterError) -> Table {
        try held.withLock { held throws(SwiftwaterError) in
            guard let plan = held.plan else {
                throw SwiftwaterError(.io, "the function is starting", hint: "ask again when it is ready")
            }
            guard let output = plan.outputs.first(where: { $0.frame == frame }) else {
                throw SwiftwaterError.noFrame(frame, among: plan.outputs.map(\.frame))
            }
            if let answer = held.answers[output.number], answer.version == held.version { return answer.table }
            var batches: [Int: [Batch]] = [:]
            for number in output.slots {
                guard let state = held.main[number],
                    let streaming = plan.slots.first(where: { $0.number == number })?.streaming
                else {
                    return held.lastRows[output.number] ?? Table(schema: output.schema, batches: [])
                }
                batches[number] = try streaming.currentResult(state)
            }
            if output.slots.isEmpty { return held.lastRows[output.number] ?? Table(schema: output.schema, batches: []) }
            let rows = try plan.finishOutputs([output.number], slots: batches, threads: 1)[output.number] ?? []
            let table = Table(schema: output.schema, batches: rows)
            held.answers[output.number] = (held.version, table)
            return table
        }
    }

    /// Bytes of the memory that captures of the states would copy into.
    func copySizes(_ extent: SnapshotExtent) -> [Int] {
        held.withLock { held in held.main.values.flatMap { $0.copySizes(extent) } }
    }

    /// Bytes that each slot's state takes, by its key.
    var byteCounts: [(key: String, bytes: Int)] {
        held.withLock { held in
            (held.plan?.slots ?? []).compactMap { slot in
                held.main[slot.number].map { (slot.key, $0.byteCount) }
            }
        }
    }
}

extension SwiftwaterError {
    static func noFrame(_ frame: String, among frames: [String]) -> SwiftwaterError {
        let near = SwiftwaterError.nearest(frame, among: frames)
        return SwiftwaterError(
            .usage, "no frame '\(frame)' can be asked for",
            hint: near.map { "did you mean '\($0)'?" } ?? "the frames are \(frames.joined(separator: ", "))")
    }
}
