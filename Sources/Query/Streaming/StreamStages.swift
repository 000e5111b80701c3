import Columnar
import Formats

/// A physical plan's stages by what they have to do with a stream: those that do not depend on it, those that read it,
/// and those behind.
struct StreamStages {
    private(set) var fixed: [PlannedStage] = []
    private(set) var first: [PlannedStage] = []
    private(set) var later: [PlannedStage] = []

    init(_ plan: PhysicalPlan, stream: String) throws(SwiftwaterError) {
        var moving: Set<Int> = []
        for stage in plan.stages {
            let dependsOnStream = !moving.isDisjoint(with: stage.slots)
            if stage.parts.contains(where: { $0.reads(stream) }) {
                guard !dependsOnStream, stage.parts.allSatisfy({ $0.reads(stream) }) else {
                    throw SwiftwaterError(
                        .usage, "rows of the stream '\(stream)' meet rows that are made of the same stream",
                        hint: "join it with a frame that is read from files")
                }
                first.append(stage)
            } else if dependsOnStream {
                guard !stage.parts.contains(where: { if case .scan = $0.input { true } else { false } }) else {
                    throw SwiftwaterError(
                        .usage, "rows of files go past rows of the stream '\(stream)'",
                        hint: "let the stream's frame be the left one of a join")
                }
                later.append(stage)
            } else {
                fixed.append(stage)
                continue
            }
            moving.formUnion(stage.operators.map(\.slot))
        }
    }

    /// The stages that are neither of `first` nor of `later`.
    static func fixed(_ plan: PhysicalPlan, first: [PlannedStage], later: [PlannedStage]) -> [PlannedStage] {
        let moving = Set((first + later).flatMap(\.operators).map(\.slot))
        let outputs = Set((first + later).flatMap(\.collected))
        return plan.stages.filter { stage in
            !stage.operators.contains { moving.contains($0.slot) } && outputs.isDisjoint(with: stage.collected)
        }
    }

    /// The first stages' slots that an output's rows are made of.
    func slots(of output: Int) -> [Int] {
        let own = Set(first.flatMap(\.operators).map(\.slot))
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

extension StageNode {
    /// The same branch as a part of a larger stage.
    func renumbered(states: Int, collectors: Int) -> StageNode {
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
}

extension StageOpener {
    /// A stage's tree for each of its parts, the part's own transforms in front.
    func tree(_ stage: PlannedStage) throws(SwiftwaterError) -> [StageNode] {
        var trees: [StageNode] = []
        let root = try node(stage.root)
        for part in stage.parts {
            let own = try transforms(part.transforms)
            trees.append(own.isEmpty ? root : StageNode(transforms: own, children: [root]))
        }
        return trees
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
