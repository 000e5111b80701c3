import Columnar

/// The last part of planning: stages in an order in which each has what it needs.
extension PhysicalPlanner {
    /// Inputs of a concatenation that nothing else needs are not collected: they stream into it.
    mutating func streamParts() {
        var uses = [Int](repeating: 0, count: slots.count)
        for root in roots {
            for slot in slotsRead(by: root) { uses[slot] += 1 }
        }
        for index in roots.indices {
            guard case .parts(let parts) = roots[index].input else { continue }
            var streamed: [PlannedStage.Part] = []
            for part in parts {
                guard case .result(let slot, _, _) = part.input, uses[slot] == 1, let chain = chain(endingIn: slot)
                else {
                    streamed.append(part)
                    continue
                }
                let producer = roots[slots[slot].producer]
                streamed += producerParts(producer).map {
                    PlannedStage.Part(input: $0.input, transforms: $0.transforms + chain + part.transforms)
                }
                roots[index].needs.remove(slot)
                roots[index].needs.formUnion(producer.needs)
                roots[index].checks += producer.checks
                // The stage has nothing left to do.
                nodes[producer.node].terminals = []
                nodes[producer.node].children = []
            }
            roots[index].input = .parts(streamed)
        }
    }

    private func producerParts(_ root: Root) -> [PlannedStage.Part] {
        if case .parts(let parts) = root.input { return parts }
        return [PlannedStage.Part(input: root.input, transforms: [])]
    }

    private func slotsRead(by root: Root) -> [Int] {
        var slots = producerParts(root).flatMap(\.slots) + root.checks.map(\.slot)
        for node in nodes where roots[node.root].node == root.node { slots += node.transforms.compactMap(\.slot) }
        return slots
    }

    /// The transforms of the stage that fills `slot`, where it only collects rows for it.
    private func chain(endingIn slot: Int) -> [PlannedTransform]? {
        var transforms: [PlannedTransform] = []
        var node = nodes[roots[slots[slot].producer].node]
        while true {
            transforms += node.transforms
            if node.terminals.isEmpty, node.children.count == 1 {
                node = nodes[node.children[0]]
                continue
            }
            guard node.children.isEmpty, node.terminals.count == 1, case .state(let made, slot) = node.terminals[0],
                made is Collect
            else { return nil }
            return transforms
        }
    }

    /// The stages as the executor takes them.
    func assembled() -> PhysicalPlan {
        var outputs = plan.outputs.map { PhysicalPlan.PlannedOutput(output: $0, schema: Schema([])) }
        for index in outputs.indices { outputs[index].schema = ends[outputs[index].output.from]?.schema ?? Schema([]) }
        var stages: [PlannedStage] = []
        for index in order() {
            var stage = PlannedStage(input: roots[index].input, root: PlannedNode(), checks: roots[index].checks)
            stage.root = assembled(roots[index].node, &stage)
            stages.append(stage)
        }
        return PhysicalPlan(stages: stages, slotFrames: slots.map(\.frame), outputs: outputs)
    }

    private func assembled(_ index: Int, _ stage: inout PlannedStage) -> PlannedNode {
        let node = nodes[index]
        var planned = PlannedNode(frame: node.frame, transforms: node.transforms)
        for terminal in node.terminals {
            switch terminal {
            case .state(let made, let slot):
                // Several branches may end in one operator.
                let known = stage.operators.firstIndex { $0.slot == slot }
                planned.terminals.append(.state(known ?? stage.operators.count))
                if known == nil { stage.operators.append((made, slot)) }
            case .output(let number):
                switch plan.outputs[number].to {
                case .memory:
                    planned.terminals.append(.collect(stage.collected.count))
                    stage.collected.append(number)
                case .file:
                    planned.terminals.append(.sink(stage.written.count))
                    stage.written.append(number)
                }
            }
        }
        for child in node.children where hasEnd(child) { planned.children.append(assembled(child, &stage)) }
        return planned
    }

    /// Whether rows go anywhere from a node.
    private func hasEnd(_ node: Int) -> Bool {
        !nodes[node].terminals.isEmpty || nodes[node].children.contains { hasEnd($0) }
    }

    /// The stages that do something: scans, then results as they come, each after what it needs.
    private func order() -> [Int] {
        var waiting: [Int] = []
        var listed: Set<Int> = []
        func list(_ root: Int) { if listed.insert(root).inserted, hasEnd(roots[root].node) { waiting.append(root) } }
        for index in roots.indices { if case .scan = roots[index].input { list(index) } }
        var place = 0
        while place < waiting.count {
            for slot in slotsFilled(by: roots[waiting[place]].node) {
                for index in roots.indices where roots[index].needs.contains(slot) { list(index) }
            }
            place += 1
        }
        for index in roots.indices { list(index) }
        var order: [Int] = []
        var done: Set<Int> = []
        while !waiting.isEmpty {
            let next = waiting.firstIndex { root in
                roots[root].needs.allSatisfy { done.contains(slots[$0].producer) }
            }
            let root = waiting.remove(at: next ?? 0)
            order.append(root)
            done.insert(root)
        }
        return order
    }

    private func slotsFilled(by node: Int) -> [Int] {
        var filled: [Int] = []
        for terminal in nodes[node].terminals { if case .state(_, let slot) = terminal { filled.append(slot) } }
        return filled + nodes[node].children.flatMap { slotsFilled(by: $0) }
    }
}
