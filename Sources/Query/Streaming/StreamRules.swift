import Columnar

/// Which modes the outputs of a plan may have while one of its sources is a stream: the table in
/// docs/reference/streams.md, worked out from the steps between the stream and the output.
package struct StreamRules {
    /// What comes of an output's frame while the stream goes on.
    package struct Verdicts: Sendable {
        private let refusals: [StreamMode: StreamRefusal]

        init(_ refusals: [StreamMode: StreamRefusal]) { self.refusals = refusals }

        /// Why the output cannot have a mode; nil where it can.
        package subscript(_ mode: StreamMode) -> StreamRefusal? { refusals[mode] }
        package var allowed: Set<StreamMode> { Set(StreamMode.allCases.filter { refusals[$0] == nil }) }
    }

    private let plan: LogicalPlan
    private let stream: String
    private let factory: any StepFactory
    private var schemas: [String: Schema] = [:]
    private var shapes: [String: Shape] = [:]

    /// What a frame's rows are.
    private enum Shape {
        /// The same whatever the stream brings.
        case fixed
        /// Each row of the stream by itself.
        case rows(EventTimeNames)
        /// What operators remember of the stream; `then` is the first step that needs all rows of that.
        case result(Remembered, then: Step?)
        /// Rows that need the end of the stream: there in mode `batch` only.
        case unbounded(StreamRefusal)
        /// Rows that no mode has.
        case impossible(StreamRefusal)
    }

    private struct Remembered {
        var step: Step
        var `operator`: any StreamingOperator
        /// The operator's time is the stream's event time.
        var hasEventTime: Bool
    }

    /// The verdicts for each output of `plan`, in their order.
    ///
    /// - Parameter eventTime: the column of the stream's event time; nil without one.
    static func verdicts(
        _ plan: LogicalPlan, stream: String, eventTime: String?, factory: any StepFactory = StandardStepFactory()
    ) throws(SwiftwaterError) -> [Verdicts] {
        var rules = StreamRules(plan, stream, factory)
        for scan in plan.scans {
            rules.schemas[scan.name] = scan.outputSchema
            rules.shapes[scan.name] = scan.name == stream ? .rows(EventTimeNames(eventTime)) : .fixed
        }
        for frame in plan.frames { try rules.look(at: frame) }
        return plan.outputs.map { output in rules.verdicts(rules.shapes[output.from] ?? .fixed, output.from) }
    }

    private init(_ plan: LogicalPlan, _ stream: String, _ factory: any StepFactory) {
        self.plan = plan
        self.stream = stream
        self.factory = factory
    }

    private mutating func look(at frame: Plan.Frame) throws(SwiftwaterError) {
        var shape = start(of: frame)
        var schema = try frame.inputSchema(in: schemas)
        for step in frame.steps {
            shape = try behind(step, shape, schema)
            schema = try step.outputSchema(for: schema, frames: schemas)
        }
        shapes[frame.name] = shape
        schemas[frame.name] = schema
    }

    /// The rows of a frame's inputs, one after the other.
    private func start(of frame: Plan.Frame) -> Shape {
        let inputs = frame.from.map { shapes[$0] ?? .fixed }
        guard inputs.count > 1 else { return inputs.first ?? .fixed }
        var names: EventTimeNames?
        var rowsOfStream = 0
        var remembered: Remembered?
        for input in inputs {
            switch input {
            case .impossible, .unbounded: return input
            case .rows(let own):
                rowsOfStream += 1
                if names == nil { names = own } else { names?.keep(own) }
            case .result(let one, _): remembered = remembered ?? one
            case .fixed: break
            }
        }
        if let names, rowsOfStream == inputs.count { return .rows(names) }
        if rowsOfStream > 0 {
            return .impossible(
                StreamRefusal(
                    "frame '\(frame.name)' puts rows of the stream behind rows that are not",
                    hint: "make each an output of its own"))
        }
        // Of several results, each row can change at any time, and all are there only together.
        if let remembered { return .result(remembered, then: remembered.step) }
        return .fixed
    }

    private func behind(_ step: Step, _ shape: Shape, _ input: Schema) throws(SwiftwaterError) -> Shape {
        if let join = step.join {
            if let range = join.within { return try behind(join, range, step, shape, input) }
            return behind(join, step, shape)
        }
        switch shape {
        case .fixed, .impossible, .unbounded: return shape
        case .rows(var names):
            if case .rowNumber = step { return .unbounded(step.needsAllRows) }
            switch try factory.make(step, input: input) {
            case .transform:
                names.pass(step)
                return .rows(names)
            case .operator(let made):
                guard let made = made as? any StreamingOperator else { return .unbounded(step.needsAllRows) }
                let hasEventTime = made.timeColumn.map { names.contains($0) } ?? false
                return .result(Remembered(step: step, operator: made, hasEventTime: hasEventTime), then: nil)
            }
        case .result(let remembered, let then):
            guard then == nil, try !isRowWise(step, input) else { return shape }
            return .result(remembered, then: step)
        }
    }

    private func isRowWise(_ step: Step, _ input: Schema) throws(SwiftwaterError) -> Bool {
        if case .rowNumber = step { return false }
        if case .transform = try factory.make(step, input: input) { return true }
        return false
    }

    private func behind(_ join: Step.Join, _ step: Step, _ shape: Shape) -> Shape {
        let right = shapes[join.with] ?? .fixed
        let isRowWise =
            join.how != .right && join.how != .outer && join.validation?.needsUniqueLeft != true
        switch (shape, right) {
        case (.impossible, _), (.unbounded, _), (.fixed, .fixed): return shape
        case (_, .impossible), (_, .unbounded): return right
        case (.rows(var names), .fixed):
            guard isRowWise else { return .unbounded(step.needsAllRows) }
            names.pass(step)
            return .rows(names)
        case (.result(let remembered, let then), .fixed):
            return .result(remembered, then: then ?? (isRowWise ? nil : step))
        case (.result(let remembered, _), .result), (.fixed, .result(let remembered, _)):
            return .result(remembered, then: step)
        case (.fixed, .rows), (.result, .rows):
            return .unbounded(
                StreamRefusal(
                    "'join' would hold all rows of '\(join.with)', a stream",
                    hint: "let the stream be the left frame, and join it with a frame that is not one"))
        case (.rows, .rows), (.rows, .result):
            return .impossible(
                StreamRefusal(
                    "'join' puts rows of the stream together with '\(join.with)', which is made of the same stream",
                    hint:
                        "add 'within', a range of time in which rows meet, or join with a frame that is read from files"
                ))
        }
    }

    /// A join within a range of time takes the rows of two frames as the stream brings them.
    private func behind(
        _ join: Step.Join, _ range: Step.Join.TimeRange, _ step: Step, _ shape: Shape, _ input: Schema
    ) throws(SwiftwaterError) -> Shape {
        let right = shapes[join.with] ?? .fixed
        switch (shape, right) {
        case (.impossible, _), (.unbounded, _), (.fixed, .fixed): return shape
        case (_, .impossible), (_, .unbounded): return right
        case (.rows(let names), .rows(let otherNames)):
            let made = try RangeJoin(join, left: input, right: schemas[join.with] ?? Schema([]))
            let hasEventTime = names.contains(range.left) && otherNames.contains(range.right)
            return .result(Remembered(step: step, operator: made, hasEventTime: hasEventTime), then: nil)
        case (.result(let remembered, _), .fixed), (.result(let remembered, _), .result),
            (.fixed, .result(let remembered, _)):
            return .result(remembered, then: step)
        case (.rows, .fixed), (.fixed, .rows):
            return .impossible(
                StreamRefusal(
                    "'join' within a range of time takes two frames of the stream, and one side of it is read from "
                        + "files",
                    hint: "leave out 'within', and filter by the times behind the join"))
        case (.rows, .result), (.result, .rows):
            return .impossible(
                StreamRefusal(
                    "'join' within a range of time takes rows as the stream brings them, and one side of it is what "
                        + "an earlier step makes of many", hint: "join first, and aggregate in another function"))
        }
    }

    private func verdicts(_ shape: Shape, _ frame: String) -> Verdicts {
        var refusals: [StreamMode: StreamRefusal] = [:]
        for mode in StreamMode.allCases { refusals[mode] = refusal(shape, mode, frame) }
        return Verdicts(refusals)
    }

    private func refusal(_ shape: Shape, _ mode: StreamMode, _ frame: String) -> StreamRefusal? {
        switch shape {
        case .fixed:
            return StreamRefusal(
                "'\(frame)' is not made of the stream, so that nothing in it ever changes",
                hint: "write it with 'swiftwater run'")
        case .impossible(let refusal): return refusal
        case .unbounded(let refusal): return mode == .batch ? nil : refusal
        case .rows:
            guard mode == .complete else { return nil }
            return StreamRefusal(
                "mode 'complete' would keep every row of the stream for '\(frame)'",
                hint: "use mode 'append', or let a groupby, nlargest or value_counts make few rows of them")
        case .result(let remembered, let then):
            if mode == .batch { return nil }
            if let refusal = remembered.operator.refusal(of: mode) { return refusal }
            if let then, mode != .complete {
                let hasComplete = remembered.operator.refusal(of: .complete) == nil
                return StreamRefusal(
                    "'\(then.name.rawValue)' behind '\(remembered.step.name.rawValue)' gives other rows each time",
                    hint: "use mode '\(hasComplete ? "complete" : "batch")'")
            }
            guard mode == .append, let column = remembered.operator.timeColumn, !remembered.hasEventTime else {
                return nil
            }
            if let range = remembered.step.join?.within {
                let both = range.left == range.right ? "'\(range.left)'" : "'\(range.left)' and '\(range.right)'"
                return StreamRefusal(
                    "the range of time of 'join' is over \(both), which is not the event time of both frames, so that "
                        + "no row could ever be forgotten",
                    hint: "name the column under events.eventTime, or use mode 'batch'")
            }
            return StreamRefusal(
                "the window of '\(remembered.step.name.rawValue)' is over '\(column)', which is not the event time, "
                    + "so that no window is ever final",
                hint: "name the column under events.eventTime, or use mode 'update' or 'complete'")
        }
    }
}

extension Step {
    /// Why a step cannot be taken on rows that never end.
    var needsAllRows: StreamRefusal {
        let hint: String
        switch self {
        case .sortValues:
            hint = "use nlargest or nsmallest, or sort behind a groupby in mode 'complete'"
        case .tail: hint = "use nlargest by the time of the rows, or head"
        case .slice: hint = "use head"
        case .window: hint = "use groupby with a window of event time"
        case .sample: hint = "use filter to leave rows out"
        case .rowNumber: hint = "use the source's own positions; for idxmin and idxmax, give a label"
        case .melt: hint = "use mode 'batch', or melt behind a groupby in mode 'complete'"
        case .join: hint = "use inner or left, with the stream as the left frame and no check of its keys"
        default: hint = "use mode 'batch'"
        }
        return StreamRefusal("'\(name.rawValue)' needs all rows, and a stream has no end", hint: hint)
    }
}
