import Columnar

/// A plan as stages: each goes through one scan, through one result of an earlier stage, or through several of these
/// one after the other, once.
package struct PhysicalPlan: Sendable {
    var stages: [PlannedStage]
    /// Results that stages hand on.
    var slotCount: Int { slotFrames.count }
    /// The frame in which each of them arises.
    var slotFrames: [String?]
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
        /// The rows of several inputs, one after the other.
        case parts([Part])
    }

    /// One of several inputs, and what happens to its rows alone.
    struct Part: Sendable {
        var input: Input
        var transforms: [PlannedTransform]
    }

    var input: Input
    var root: PlannedNode
    /// The operators, each with the slot that its result goes to.
    var operators: [(operator: any Operator, slot: Int)] = []
    /// The outputs that are kept in memory, by number in the plan.
    var collected: [Int] = []
    /// The outputs that are written, by number in the plan.
    var written: [Int] = []
    /// Results whose keys are distinct, or the run fails.
    var checks: [UniquenessCheck] = []

    /// The inputs, one or several.
    var parts: [Part] {
        if case .parts(let parts) = input { return parts }
        return [Part(input: input, transforms: [])]
    }

    /// The slots that the stage reads, each as often as it does.
    var slots: [Int] {
        parts.flatMap(\.slots) + root.slots + checks.map(\.slot)
    }
}

/// Rows whose keys must be distinct for a join that says so.
struct UniquenessCheck: Sendable {
    var slot: Int
    var columns: [Int]
    var schema: Schema
    var uniqueness: JoinUniqueness
}

/// What happens to rows on their way through a stage.
enum PlannedTransform: Sendable {
    case transform(any Transform)
    /// A join with the rows in a slot, which have these columns.
    case join(JoinShape, slot: Int, Schema)

    var label: String {
        switch self {
        case .transform(let transform): transform.label
        case .join(let shape, _, _): shape.label
        }
    }

    var slot: Int? {
        if case .join(_, let slot, _) = self { return slot }
        return nil
    }
}

extension PlannedStage.Part {
    /// The slots that the part reads.
    var slots: [Int] {
        var slots = transforms.compactMap(\.slot)
        switch input {
        case .scan: break
        case .result(let slot, _, _): slots.append(slot)
        case .parts(let parts): slots += parts.flatMap(\.slots)
        }
        return slots
    }
}

/// Transforms in a row and where their rows go, with the names of the frames for `explain`.
struct PlannedNode: Sendable {
    /// The frame whose steps begin here.
    var frame: String?
    var transforms: [PlannedTransform] = []
    var terminals: [StageTerminal] = []
    var children: [PlannedNode] = []

    /// The slots that joins read.
    var slots: [Int] { transforms.compactMap(\.slot) + children.flatMap(\.slots) }
}
