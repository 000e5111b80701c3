package import Columnar

/// Cuts a logical plan into stages: a stage ends where an operator must see all rows before the next step can go on.
package struct PhysicalPlanner {
    private let plan: LogicalPlan
    private let factory: any StepFactory
    private var stages: [PlannedStage] = []
    private var slotCount = 0
    /// Frames that go on from a result: the slot, its columns and label, the frame and its next step.
    private var waiting: [(slot: Int, schema: Schema, label: String, frame: Plan.Frame, step: Int)] = []
    private var outputSchemas: [Int: Schema] = [:]

    private init(_ plan: LogicalPlan, _ factory: any StepFactory) {
        self.plan = plan
        self.factory = factory
    }

    package static func plan(
        _ plan: LogicalPlan, factory: any StepFactory = StandardStepFactory()
    ) throws(SwiftwaterError) -> PhysicalPlan {
        var planner = PhysicalPlanner(plan, factory)
        for scan in plan.scans { try planner.addStage(scan) }
        while !planner.waiting.isEmpty { try planner.addWaitingStage() }
        var outputs: [PhysicalPlan.PlannedOutput] = []
        for (index, output) in plan.outputs.enumerated() {
            outputs.append(.init(output: output, schema: planner.outputSchemas[index] ?? Schema([])))
        }
        return PhysicalPlan(stages: planner.stages, slotCount: planner.slotCount, outputs: outputs)
    }

    private mutating func addStage(_ scan: LogicalPlan.Scan) throws(SwiftwaterError) {
        var stage = PlannedStage(input: .scan(scan), root: PlannedNode())
        var root = PlannedNode()
        try end(of: scan.name, scan.outputSchema, &root, &stage)
        stage.root = root
        stages.append(stage)
    }

    private mutating func addWaitingStage() throws(SwiftwaterError) {
        let next = waiting.removeFirst()
        var stage = PlannedStage(
            input: .result(slot: next.slot, next.schema, label: next.label), root: PlannedNode())
        stage.root = try node(next.frame, from: next.step, next.schema, &stage)
        stages.append(stage)
    }

    /// The steps of `frame` from number `first` on, up to its end or to the first operator.
    private mutating func node(
        _ frame: Plan.Frame, from first: Int, _ input: Schema, _ stage: inout PlannedStage
    ) throws(SwiftwaterError) -> PlannedNode {
        var node = PlannedNode(frame: frame.name)
        var schema = input
        for (number, step) in frame.steps.enumerated().dropFirst(first) {
            let implementation: StepImplementation
            do {
                implementation = try factory.make(step, input: schema)
            } catch {
                throw error.inFrame(frame.name, step: number, step)
            }
            switch implementation {
            case .transform(let transform):
                node.transforms.append(transform)
                schema = transform.outputSchema
            case .operator(let made):
                node.terminals.append(.state(stage.operators.count))
                stage.operators.append((made, slotCount))
                // The operator's first words: its arguments stand in the stage before.
                let words = made.label.prefix { $0 != ":" }
                let label = "\(frame.name) after \(words)"
                waiting.append((slotCount, made.outputSchema, label, frame, number + 1))
                slotCount += 1
                return node
            }
        }
        try end(of: frame.name, schema, &node, &stage)
        return node
    }

    /// The outputs of a finished frame (or source), and the frames that are made from it.
    private mutating func end(
        of name: String, _ schema: Schema, _ node: inout PlannedNode, _ stage: inout PlannedStage
    ) throws(SwiftwaterError) {
        for (index, output) in plan.outputs.enumerated() where output.from == name {
            outputSchemas[index] = schema
            switch output.to {
            case .memory:
                node.terminals.append(.collect(stage.collected.count))
                stage.collected.append(index)
            case .file:
                node.terminals.append(.sink(stage.written.count))
                stage.written.append(index)
            }
        }
        for frame in plan.consumers(of: name) { node.children.append(try self.node(frame, from: 0, schema, &stage)) }
    }
}
