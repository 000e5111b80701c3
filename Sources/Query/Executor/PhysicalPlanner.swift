package import Columnar

/// Cuts a logical plan into stages: a stage ends where an operator must see all rows before the next step can go on,
/// and where a join or a concatenation needs rows that the stage itself makes.
package struct PhysicalPlanner {
    let plan: LogicalPlan
    let factory: any StepFactory
    /// The stages as they grow.
    var roots: [Root] = []
    var nodes: [Node] = []
    var slots: [Slot] = []
    /// Where the rows of each scan and frame are.
    var ends: [String: Place] = [:]
    /// The slots that hold whole scans and frames.
    private var materialized: [String: Int] = [:]

    /// A stage: its input, and what must be there before it.
    struct Root {
        var input: PlannedStage.Input
        /// Its first node.
        var node: Int
        var needs: Set<Int>
        var checks: [UniquenessCheck] = []
    }

    struct Node {
        enum Terminal {
            case output(Int)
            case state(any Operator, slot: Int)
        }
        var root: Int
        var frame: String?
        var transforms: [PlannedTransform] = []
        var terminals: [Terminal] = []
        var children: [Int] = []
    }

    /// A result that one stage leaves for others.
    struct Slot {
        var producer: Int
        var schema: Schema
        var label: String
        var frame: String?
    }

    /// A point on the rows' way: behind a node's transforms.
    struct Place {
        var node: Int
        var schema: Schema
    }

    private init(_ plan: LogicalPlan, _ factory: any StepFactory) {
        self.plan = plan
        self.factory = factory
    }

    package static func plan(
        _ plan: LogicalPlan, factory: any StepFactory = StandardStepFactory()
    ) throws(SwiftwaterError) -> PhysicalPlan {
        var planner = PhysicalPlanner(plan, factory)
        for scan in plan.scans {
            planner.ends[scan.name] = planner.addRoot(.scan(scan), needs: [], schema: scan.outputSchema, frame: nil)
            planner.endOutputs(of: scan.name)
        }
        for frame in plan.frames {
            planner.ends[frame.name] = try planner.place(frame)
            planner.endOutputs(of: frame.name)
        }
        planner.streamParts()
        return planner.assembled()
    }

    // MARK: Frames

    /// Adds the steps of `frame` behind what it is made from.
    private mutating func place(_ frame: Plan.Frame) throws(SwiftwaterError) -> Place {
        var place = try start(frame)
        for (number, step) in frame.steps.enumerated() {
            do {
                if let join = step.join {
                    place = try addJoin(join, at: place, frame: frame.name)
                } else {
                    place = try add(step, at: place, frame: frame.name)
                }
            } catch {
                throw error.inFrame(frame.name, step: number, step)
            }
        }
        return place
    }

    private mutating func start(_ frame: Plan.Frame) throws(SwiftwaterError) -> Place {
        guard frame.from.count > 1 else {
            guard let parent = ends[frame.from[0]] else { throw .unplanned(frame.from[0]) }
            return addChild(of: parent, frame: frame.name)
        }
        var inputs: [(name: String, schema: Schema)] = []
        var whole: [Int] = []
        for name in frame.from {
            let slot = try materialize(name)
            whole.append(slot)
            inputs.append((name, slots[slot].schema))
        }
        let schema = try Schema.concatenated(inputs)
        let parts = zip(inputs, whole).map { input, slot in
            let align = input.schema == schema ? [] : [AlignColumns(input: input.schema, output: schema)]
            return PlannedStage.Part(input: result(slot), transforms: align.map { .transform($0) })
        }
        return addRoot(.parts(parts), needs: Set(whole), schema: schema, frame: frame.name)
    }

    private mutating func add(_ step: Step, at place: Place, frame: String) throws(SwiftwaterError) -> Place {
        switch try factory.make(step, input: place.schema) {
        case .transform(let transform):
            nodes[place.node].transforms.append(.transform(transform))
            return Place(node: place.node, schema: transform.outputSchema)
        case .operator(let made):
            return goOn(from: addState(made, at: place, frame: frame), frame: frame)
        }
    }

    /// The outputs of a finished scan or frame.
    private mutating func endOutputs(of name: String) {
        guard let place = ends[name] else { return }
        for index in plan.outputs.indices where plan.outputs[index].from == name {
            nodes[place.node].terminals.append(.output(index))
        }
    }

    // MARK: Stages

    mutating func addRoot(
        _ input: PlannedStage.Input, needs: Set<Int>, schema: Schema, frame: String?
    ) -> Place {
        nodes.append(Node(root: roots.count, frame: frame))
        roots.append(Root(input: input, node: nodes.count - 1, needs: needs))
        return Place(node: nodes.count - 1, schema: schema)
    }

    mutating func addChild(of parent: Place, frame: String?) -> Place {
        nodes[parent.node].children.append(nodes.count)
        nodes.append(Node(root: nodes[parent.node].root, frame: frame))
        return Place(node: nodes.count - 1, schema: parent.schema)
    }

    /// Ends the rows' way in an operator; the slot of its result.
    mutating func addState(_ made: any Operator, at place: Place, frame: String?) -> Int {
        // The operator's first words: its arguments stand in the stage before.
        let words = made.label.prefix { $0 != ":" }
        let label = frame.map { made is Collect ? $0 : "\($0) after \(words)" } ?? String(words)
        slots.append(
            Slot(producer: nodes[place.node].root, schema: made.outputSchema, label: label, frame: frame))
        nodes[place.node].terminals.append(.state(made, slot: slots.count - 1))
        return slots.count - 1
    }

    func result(_ slot: Int) -> PlannedStage.Input {
        .result(slot: slot, slots[slot].schema, label: slots[slot].label)
    }

    /// A new stage over the rows in a slot.
    mutating func goOn(from slot: Int, frame: String?) -> Place {
        addRoot(result(slot), needs: [slot], schema: slots[slot].schema, frame: frame)
    }

    // MARK: Rows in memory

    /// The slot that has all rows of a scan or a frame.
    mutating func materialize(_ name: String) throws(SwiftwaterError) -> Int {
        if let slot = materialized[name] { return slot }
        guard let place = ends[name] else { throw .unplanned(name) }
        let slot = materialize(place, frame: name)
        materialized[name] = slot
        return slot
    }

    /// The slot that has all rows at a point: an operator's result as it is, otherwise they are collected.
    mutating func materialize(_ place: Place, frame: String) -> Int {
        let root = roots[nodes[place.node].root]
        if case .result(let slot, _, _) = root.input, root.node == place.node, nodes[place.node].transforms.isEmpty {
            return slot
        }
        return addState(Collect(input: place.schema), at: place, frame: frame)
    }

    /// Whether a slot's rows are there only after the stage `root` has run.
    func depends(slot: Int, on root: Int) -> Bool {
        var seen: Set<Int> = []
        var next = [slots[slot].producer]
        while let producer = next.popLast() {
            if producer == root { return true }
            guard seen.insert(producer).inserted else { continue }
            next += roots[producer].needs.map { slots[$0].producer }
        }
        return false
    }

    /// A point with the same rows in a stage that can run after `slot` is there; the stage needs the slot then.
    mutating func place(_ place: Place, after slot: Int, frame: String) -> Place {
        var place = place
        if depends(slot: slot, on: nodes[place.node].root) {
            place = goOn(from: materialize(place, frame: "rows for \(frame)"), frame: frame)
        }
        roots[nodes[place.node].root].needs.insert(slot)
        return place
    }
}

extension SwiftwaterError {
    /// A frame that comes before what it is made from: a plan that was not checked.
    fileprivate static func unplanned(_ name: String) -> SwiftwaterError {
        SwiftwaterError(.usage, "'\(name)' is neither a source nor a frame before this one")
    }
}
