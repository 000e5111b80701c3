import Columnar

/// One thread's share of a stage: its states, its encoders and what it collects.
final class StageWorker {
    let states: [any OperatorState]
    private let encoders: [any BatchEncoder]
    private let gates: [Int: LateGate]
    /// What the gates refused, by the operator's number.
    private(set) var late: [Int: LateRows] = [:]
    var collected: [[(sequence: Int, batch: Batch)]]
    /// What the current morsel gave to the sinks.
    var parts: [(sink: Int, part: EncodedPart)] = []
    /// The sequence of the morsel that is going through the tree.
    var processing: Int?
    /// Morsels taken so far.
    var morsels = 0

    init(stage: Stage) {
        states = stage.operators.map { $0.makeState() }
        encoders = stage.sinks.map { $0.makeEncoder() }
        gates = stage.gates
        collected = Array(repeating: [], count: stage.collectorCount)
    }

    /// True when no further batch can change any state.
    var isComplete: Bool { states.allSatisfy { $0.isComplete } }

    /// Pushes a batch through its source's own transforms into the tree.
    func push(
        _ batch: Batch, at origin: MorselOrigin, through transforms: [any Transform], into root: StageNode
    ) throws(SwiftwaterError) {
        var batch = batch
        for transform in transforms {
            if batch.count == 0 { return }
            batch = try transform.apply(batch, at: origin)
        }
        try push(batch, at: origin, into: root)
    }

    /// Pushes a batch through a node's transforms to its ends and its children.
    func push(_ batch: Batch, at origin: MorselOrigin, into node: StageNode) throws(SwiftwaterError) {
        let sequence = origin.sequence
        var batch = batch
        for transform in node.transforms {
            if batch.count == 0 { return }
            batch = try transform.apply(batch, at: origin)
        }
        if batch.count == 0 { return }
        for terminal in node.terminals {
            switch terminal {
            case .state(let index):
                if !states[index].isComplete {
                    try states[index].update(admitted(batch, to: index, sequence), sequence: sequence)
                }
            case .collect(let index): collected[index].append((sequence, batch))
            case .sink(let index): parts.append((index, try encoders[index].encode(batch)))
            }
        }
        for child in node.children { try push(batch, at: origin, into: child) }
    }

    /// The rows that are in time for an operator.
    private func admitted(_ batch: Batch, to index: Int, _ sequence: Int) -> Batch {
        guard let gate = gates[index] else { return batch }
        return gate.admit(batch, sequence: sequence, &late[index, default: LateRows()])
    }
}
