import Columnar

/// A plan as stages: each goes through one scan, or through one result of an earlier stage, once.
package struct PhysicalPlan: Sendable {
    var stages: [PlannedStage]
    /// Results that stages hand on.
    var slotCount: Int
    /// The outputs, each with its frame's columns.
    var outputs: [PlannedOutput]

    struct PlannedOutput: Sendable {
        var output: Plan.Output
        var schema: Schema
    }
}

/// A stage before its source and its outputs are open.
struct PlannedStage: Sendable {
    enum Input: Sendable {
        case scan(LogicalPlan.Scan)
        /// The result in this slot, with its columns and what made it.
        case result(slot: Int, Schema, label: String)
    }
    var input: Input
    var root: PlannedNode
    /// The operators, each with the slot that its result goes to.
    var operators: [(operator: any Operator, slot: Int)] = []
    /// The outputs that are kept in memory, by number in the plan.
    var collected: [Int] = []
    /// The outputs that are written, by number in the plan.
    var written: [Int] = []
}

/// Transforms in a row and where their rows go, with the names of the frames for `explain`.
struct PlannedNode: Sendable {
    /// The frame whose steps begin here.
    var frame: String?
    var transforms: [any Transform] = []
    var terminals: [StageTerminal] = []
    var children: [PlannedNode] = []

    var stageNode: StageNode {
        StageNode(transforms: transforms, terminals: terminals, children: children.map(\.stageNode))
    }
}
