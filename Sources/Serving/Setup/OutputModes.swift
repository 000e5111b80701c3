import Columnar
import Functions
import Query
import Streams

/// The modes of a function's outputs: as its file says, otherwise the one that fits the frame.
enum OutputModes {
    /// Rows that become final are written once each, results that go on changing are written as a whole.
    static func modes(
        of function: FunctionFile, plan: Plan, options: RunOptions
    ) throws(SwiftwaterError) -> [OutputMode] {
        guard function.outputs.contains(where: { $0.mode == nil }) else {
            return function.outputs.compactMap(\.mode)
        }
        // With a schema the plan itself says what can be had; without one the steps' names have to do.
        let known = try function.source.schema.map { schema throws(SwiftwaterError) in
            try StreamingPlan(
                plan, stream: function.source.name, schema: schema, eventTime: function.streams.eventTime?.column,
                options: options
            ).outputs.map { output in output.verdicts.allowed }
        }
        return function.outputs.enumerated().map { number, output in
            if let mode = output.mode { return mode }
            guard let allowed = known?[number] else { return remembers(output.from, plan) ? .complete : .append }
            return [OutputMode.append, .complete, .update].first { mode in
                allowed.contains { $0.rawValue == mode.rawValue }
            } ?? .batch
        }
    }

    /// Whether a frame's rows may change when further rows come.
    private static func remembers(_ name: String, _ plan: Plan) -> Bool {
        guard let frame = plan.frames.first(where: { $0.name == name }) else { return false }
        let hasMemory = frame.steps.contains { step in
            switch step {
            case .filter, .select, .assign, .rename, .drop, .astype, .fillna, .dropna, .join, .explode, .melt: false
            default: true
            }
        }
        return hasMemory || frame.from.contains { remembers($0, plan) }
    }
}
