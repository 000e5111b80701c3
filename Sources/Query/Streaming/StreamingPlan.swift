package import Columnar
package import Formats

/// A plan over a source that goes on: its first stage runs on stretches of the stream and gives states that are not
/// finished; the stages behind run on what operators give out of these states.
///
/// A value without memory: whoever serves the stream keeps the states. Sources other than the stream are read once,
/// when the plan is made.
package struct StreamingPlan: Sendable {
    /// A state that lives as long as the stream.
    package struct Slot: Sendable {
        package var number: Int
        /// The same in each process that runs the plan: the frame, which of its operators it is, and the step's name.
        package var key: String
        package var frame: String
        package var `operator`: any Operator
        /// Nil for an operator that only mode `batch` can have.
        package var streaming: (any StreamingOperator)? { `operator` as? any StreamingOperator }
    }

    package struct Output: Sendable {
        /// Its number in the plan.
        package var number: Int
        /// The frame whose rows it gets.
        package var frame: String
        package var schema: Schema
        /// The slots that its rows are made of; none where they come straight from the stream.
        package var slots: [Int]
        package var verdicts: StreamRules.Verdicts
    }

    /// The columns that batches of the stream must have, in this order.
    package let sourceSchema: Schema
    package let slots: [Slot]
    package let outputs: [Output]
    /// The sources that are read once.
    package let fixedSources: [Source]

    let physical: PhysicalPlan
    let stages: StreamStages
    let options: RunOptions
    /// The sources that are read once, open.
    private var open: [String: any OpenSource] = [:]
    /// The rows of what does not depend on the stream, by slot.
    private var fixedSlots: [Int: [Batch]] = [:]
    private var tree = StageNode()
    private let scannedColumns: [String]

    /// - Parameters:
    ///   - stream: the name of the source that goes on.
    ///   - schema: all its columns.
    ///   - eventTime: the column of its event time; nil without one. It is among `sourceSchema` in any case.
    package init(
        _ plan: Plan, stream: String, schema: Schema, eventTime: String? = nil, options: RunOptions = RunOptions()
    ) throws(SwiftwaterError) {
        var plan = plan
        for index in plan.outputs.indices { plan.outputs[index].to = .memory }
        let used = plan.usedSources
        let fixedSources = plan.sources.filter { used.contains($0.name) && $0.name != stream }
        let open = try Self.open(fixedSources, options)
        var schemas = open.mapValues(\.schema)
        schemas[stream] = schema
        if let eventTime { try Self.check(eventTime, schema) }
        var optimizer = options.optimizer
        // A frame keeps its name and its states when another frame comes to be made from it.
        optimizer.rules.removeAll { $0 is SpliceFrames }
        var logical = try optimizer.optimize(
            try LogicalPlan(plan.keeping(sources: schemas.keys), schemas: schemas, parameters: options.parameters))
        if let eventTime { logical = try logical.forgettingDuplicates(by: eventTime, of: stream) }
        guard let scan = logical.scans.first(where: { $0.name == stream }) else {
            throw SwiftwaterError(
                .usage, "no output is made of the stream '\(stream)'", hint: "let an output's frame come from it")
        }
        let verdicts = try StreamRules.verdicts(
            logical, stream: stream, eventTime: eventTime, factory: options.stepFactory)
        for verdict in verdicts { if let refusal = verdict[.batch] { throw refusal.error } }
        physical = try PhysicalPlanner.plan(logical, factory: options.stepFactory)
        let stages = try StreamStages(physical, scan: scan)
        self.stages = stages
        self.fixedSources = fixedSources
        self.open = open
        self.options = options
        scannedColumns = scan.columns
        sourceSchema = Schema(schema.fields.filter { scan.columns.contains($0.name) || $0.name == eventTime })
        slots = Self.slots(stages.first, physical.slotFrames)
        outputs = physical.outputs.enumerated().map { number, planned in
            Output(
                number: number, frame: planned.output.from, schema: planned.schema,
                slots: stages.slots(of: number), verdicts: verdicts[number])
        }
        try readFixed()
    }

    /// Sources that are not the stream. A schema that is inferred fits the whole input.
    private static func open(
        _ sources: [Source], _ options: RunOptions
    ) throws(SwiftwaterError) -> [String: any OpenSource] {
        let opener = options.sources ?? StandardSources(tables: options.tables, morselRows: options.morselRows)
        var open: [String: any OpenSource] = [:]
        for source in sources {
            let sampled = try opener.open(source)
            open[source.name] = try sampled.widened() ?? sampled
        }
        return open
    }

    private static func check(_ eventTime: String, _ schema: Schema) throws(SwiftwaterError) {
        let type = schema[try schema.requireIndex(of: eventTime)].type.logical
        guard case .timestamp = type else {
            throw SwiftwaterError(
                .usage, "the event time '\(eventTime)' is \(type), not a timestamp",
                hint: "give it the type timestamp[ms] under events.schema")
        }
    }

    private static func slots(_ stage: PlannedStage, _ frames: [String?]) -> [Slot] {
        var counts: [String: Int] = [:]
        return stage.operators.map { made, slot in
            let frame = frames[slot] ?? ""
            counts[frame, default: 0] += 1
            let word = made.label.prefix { $0 != " " && $0 != ":" }
            return Slot(
                number: slot, key: "\(frame)/\(counts[frame] ?? 1)/\(word)", frame: frame, operator: made)
        }
    }

    /// Reads the sources that are no streams again, for files that have changed. Their columns must be the same.
    package mutating func rereadFixedSources() throws(SwiftwaterError) {
        let fresh = try Self.open(fixedSources, options)
        for (name, source) in fresh where source.schema != open[name]?.schema {
            throw SwiftwaterError(
                .data, "'\(name)' has other columns than when the stream began", hint: "start the function again")
        }
        open = fresh
        try readFixed()
    }

    /// Begins to number rows from the start again, where steps do: mode `batch` takes each epoch for a whole input.
    package func beginEpoch() {
        for numbering in tree.numberings { numbering.restart() }
    }

    private mutating func readFixed() throws(SwiftwaterError) {
        var results = StageResults(physical)
        for stage in stages.fixed { try results.run(stage, sources: open, options: options) }
        fixedSlots = results.slots
        tree = try opener(slots: fixedSlots).node(stages.first.root)
        if sourceSchema.names != scannedColumns {
            tree.transforms.insert(try Project.select(scannedColumns, input: sourceSchema), at: 0)
        }
    }

    private func opener(slots batches: [Int: [Batch]]) -> StageOpener {
        var slots = ResultSlots(physical)
        for (slot, batches) in batches { slots[slot] = batches }
        return StageOpener(
            sources: [:], slots: slots, morselRows: options.morselRows, memoryLimit: nil, threads: 1,
            cancellation: options.cancellation)
    }
}

extension StreamingPlan {
    /// Runs the first stage on the rows of `source`, whose columns are `sourceSchema`.
    ///
    /// What it gives is of these rows alone: the caller merges it into the states that it keeps. After an error
    /// nothing of it is left.
    ///
    /// - Parameters:
    ///   - sequence: what the sequences of the source's morsels are counted from: `nextSequence` of the stretch before.
    ///   - watermarks: for slots that refuse late rows, the watermark that they are late for.
    ///   - keepsLateRows: whether late rows are wanted, or only their number.
    ///   - threads: threads at work; the options' number when nil.
    package func run(
        _ source: any MorselSource, from sequence: Int, watermarks: [Int: Int64] = [:], keepsLateRows: Bool = false,
        threads: Int? = nil
    ) throws(SwiftwaterError) -> StageDelta {
        let threads = max(1, threads ?? options.threads ?? EngineThreads.hardwareCount)
        var stage = Stage(
            parts: [StagePart(source: source, transforms: [], threads: threads)], root: tree,
            operators: slots.map(\.operator), collectorCount: stages.first.collected.count, sinks: [], readsToEnd: true)
        for (index, slot) in slots.enumerated() {
            guard let watermark = watermarks[slot.number], let streaming = slot.streaming else { continue }
            stage.gates[index] = LateGate(operator: streaming, watermark: watermark, keepsRows: keepsLateRows)
        }
        let ended = try StageRunner(
            stage, threads: threads, memoryLimit: options.memoryLimit ?? MemoryLimit.standard,
            cancellation: options.cancellation, firstSequence: sequence
        ).runUnfinished()
        var delta = StageDelta(states: [:], rows: [:], late: [:], nextSequence: ended.lastSequence + 1)
        for (slot, state) in zip(slots, ended.states) { delta.states[slot.number] = state }
        for (output, batches) in zip(stages.first.collected, ended.collected) { delta.rows[output] = batches }
        for (index, var late) in ended.late where late.count > 0 {
            for batch in late.batches.indices { late.batches[batch].sequence -= sequence }
            delta.late[slots[index].number] = late
        }
        return delta
    }

    /// Runs the stages behind the operators for some outputs.
    ///
    /// - Parameters:
    ///   - wanted: outputs, by number; those without slots are left out.
    ///   - batches: what the operators of the slots that they need give.
    /// - Returns: the rows of each of the outputs.
    package func finishOutputs(
        _ wanted: Set<Int>, slots batches: [Int: [Batch]], threads: Int? = nil
    ) throws(SwiftwaterError) -> [Int: [Batch]] {
        var results = StageResults(physical)
        results.slots = fixedSlots.merging(batches) { $1 }
        var options = options
        options.threads = threads ?? options.threads
        for stage in stages.later where reaches(stage, wanted) {
            try results.run(stage, sources: open, options: options)
        }
        return results.collected.filter { wanted.contains($0.key) }
    }

    /// Whether a stage's rows go into one of these outputs, maybe over other stages.
    private func reaches(_ stage: PlannedStage, _ wanted: Set<Int>) -> Bool {
        if stage.collected.contains(where: wanted.contains) { return true }
        let filled = Set(stage.operators.map(\.slot))
        return stages.later.contains { !filled.isDisjoint(with: $0.slots) && reaches($0, wanted) }
    }
}
