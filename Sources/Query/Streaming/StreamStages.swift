import Columnar
import Formats

/// A physical plan's stages by what they have to do with a stream: those that do not depend on it, one that reads it,
/// and those behind.
struct StreamStages {
    private(set) var fixed: [PlannedStage] = []
    /// All that happens to the stream's rows before an operator remembers them, in one tree.
    private(set) var first: PlannedStage
    private(set) var later: [PlannedStage] = []

    init(_ plan: PhysicalPlan, scan: LogicalPlan.Scan) throws(SwiftwaterError) {
        first = PlannedStage(input: .scan(scan), root: PlannedNode())
        var moving: Set<Int> = []
        for stage in plan.stages {
            let readsStream = stage.parts.contains { $0.reads(scan.name) }
            let dependsOnStream = !moving.isDisjoint(with: stage.slots)
            guard readsStream || dependsOnStream else {
                fixed.append(stage)
                continue
            }
            if canFlow(stage, scan.name, moving) {
                flow(stage)
            } else if readsStream {
                throw SwiftwaterError(
                    .usage, "rows of the stream '\(scan.name)' meet rows that are made of the same stream",
                    hint: "join it with a frame that is read from files")
            } else {
                later.append(stage)
            }
            moving.formUnion(stage.operators.map(\.slot))
        }
        dropUnread()
    }

    /// Whether a stage's rows are the stream's, one by one: it may take part in the first stage.
    private func canFlow(_ stage: PlannedStage, _ stream: String, _ moving: Set<Int>) -> Bool {
        let joined = stage.root.slots + stage.parts.flatMap { $0.transforms.compactMap(\.slot) }
        return moving.isDisjoint(with: joined + stage.checks.map(\.slot))
            && stage.parts.allSatisfy { $0.reads(stream) || collector(of: $0) != nil }
    }

    /// The operator of the first stage that holds a part's rows only to hand them on.
    private func collector(of part: PlannedStage.Part) -> Int? {
        guard case .result(let slot, _, _) = part.input else { return nil }
        return first.operators.firstIndex { $0.slot == slot && $0.operator is Collect }
    }

    /// Lets a stage's rows flow into it where they would be held for it.
    private mutating func flow(_ stage: PlannedStage) {
        let root = stage.root.renumbered(states: first.operators.count, collectors: first.collected.count)
        for part in stage.parts {
            let node = part.transforms.isEmpty ? root : PlannedNode(transforms: part.transforms, children: [root])
            if let collector = collector(of: part) {
                first.root.graft(node, at: .state(collector))
            } else {
                first.root.children.append(node)
            }
        }
        first.operators += stage.operators
        first.collected += stage.collected
    }

    /// Rows that nothing reads are not held.
    private mutating func dropUnread() {
        let read = Set(later.flatMap(\.slots))
        var numbers: [Int: Int] = [:]
        var kept: [(operator: any Operator, slot: Int)] = []
        for (number, made) in first.operators.enumerated() where !(made.operator is Collect) || read.contains(made.slot)
        {
            numbers[number] = kept.count
            kept.append(made)
        }
        first.root.renumber(states: numbers)
        first.operators = kept
    }

    /// The first stage's slots that an output's rows are made of.
    func slots(of output: Int) -> [Int] {
        let own = Set(first.operators.map(\.slot))
        var found: Set<Int> = []
        var next = later.filter { $0.collected.contains(output) }
        while let stage = next.popLast() {
            for slot in stage.slots where !found.contains(slot) {
                if own.contains(slot) { found.insert(slot) }
                next += later.filter { $0.operators.contains { $0.slot == slot } }
            }
        }
        return found.sorted()
    }
}

extension PlannedStage.Part {
    fileprivate func reads(_ stream: String) -> Bool {
        if case .scan(let scan) = input { return scan.name == stream }
        return false
    }
}

extension PlannedNode {
    /// The same branch as a part of a larger stage.
    fileprivate func renumbered(states: Int, collectors: Int) -> PlannedNode {
        var node = self
        node.terminals = terminals.map { terminal in
            switch terminal {
            case .state(let index): .state(index + states)
            case .collect(let index): .collect(index + collectors)
            case .sink: terminal
            }
        }
        node.children = children.map { $0.renumbered(states: states, collectors: collectors) }
        return node
    }

    /// Puts a branch wherever rows end in `terminal`.
    fileprivate mutating func graft(_ branch: PlannedNode, at terminal: StageTerminal) {
        for index in children.indices { children[index].graft(branch, at: terminal) }
        if terminals.contains(terminal) { children.append(branch) }
    }

    /// Gives states other numbers; those without one end.
    fileprivate mutating func renumber(states: [Int: Int]) {
        terminals = terminals.compactMap { terminal in
            guard case .state(let index) = terminal else { return terminal }
            return states[index].map { .state($0) }
        }
        for index in children.indices { children[index].renumber(states: states) }
    }
}

/// The results of stages that are run one after the other, as far as somebody asks for them.
struct StageResults {
    private let plan: PhysicalPlan
    /// The rows in the slots.
    var slots: [Int: [Batch]] = [:]
    /// The outputs' rows, by number.
    private(set) var collected: [Int: [Batch]] = [:]

    init(_ plan: PhysicalPlan) { self.plan = plan }

    mutating func run(
        _ stage: PlannedStage, sources: [String: any OpenSource], options: RunOptions
    ) throws(SwiftwaterError) {
        for check in stage.checks { try check.run(slots[check.slot] ?? [], options.cancellation) }
        if let slot = stage.onlyCollectedSlot {
            for output in stage.collected { collected[output] = slots[slot] ?? [] }
            return
        }
        var held = ResultSlots(plan)
        for slot in stage.slots { held[slot] = slots[slot] ?? [] }
        let threads = max(1, options.threads ?? EngineThreads.hardwareCount)
        let limit = options.memoryLimit ?? MemoryLimit.standard
        let opened = try StageOpener(
            sources: sources, slots: held, morselRows: options.morselRows, memoryLimit: limit, threads: threads,
            cancellation: options.cancellation
        ).open(stage)
        for numbering in opened.parts.flatMap(\.transforms.numberings) + opened.root.numberings {
            numbering.restart()
        }
        let runner = StageRunner(
            Stage(
                parts: opened.parts, root: opened.root, operators: stage.operators.map(\.operator),
                collectorCount: stage.collected.count, sinks: []),
            threads: opened.parts.reduce(1) { max($0, $1.threads) }, memoryLimit: limit,
            cancellation: options.cancellation)
        let result = try runner.run()
        for (_, scan) in opened.scans { try scan.finish() }
        for (batches, (_, slot)) in zip(result.results, stage.operators) { slots[slot] = batches }
        for (batches, output) in zip(result.collected, stage.collected) { collected[output] = batches }
    }
}

extension PlannedStage {
    /// The slot whose rows the stage only hands to outputs.
    fileprivate var onlyCollectedSlot: Int? {
        guard case .result(let slot, _, _) = input, operators.isEmpty, root.transforms.isEmpty, root.children.isEmpty
        else { return nil }
        return slot
    }
}
