import Columnar

/// What a run has found out about its plan, for later runs of the same plan with the same parameters: its optimized form
/// and its stages, which depend on the columns of the sources only.
package final class PlanReuse: Sendable {
    private struct Known {
        var schemas: [String: Schema]
        var logical: LogicalPlan
        /// Nil for stages that remember something from one run to the next.
        var physical: PhysicalPlan?
    }

    private let known = Locked<Known?>(nil)

    package init() {}

    func logical(for schemas: [String: Schema]) -> LogicalPlan? {
        known.withLock { $0?.schemas == schemas ? $0?.logical : nil }
    }

    func physical(for schemas: [String: Schema]) -> PhysicalPlan? {
        known.withLock { $0?.schemas == schemas ? $0?.physical : nil }
    }

    func keep(_ logical: LogicalPlan, _ physical: PhysicalPlan, for schemas: [String: Schema]) {
        let made = Known(schemas: schemas, logical: logical, physical: physical.isStateless ? physical : nil)
        known.withLock { $0 = made }
    }
}

extension PhysicalPlan {
    /// Whether the stages make everything that remembers anew in each run: all do but those that number rows.
    fileprivate var isStateless: Bool {
        stages.allSatisfy { stage in
            stage.parts.allSatisfy { $0.transforms.isStateless } && stage.root.isStateless
        }
    }
}

extension PlannedNode {
    fileprivate var isStateless: Bool { transforms.isStateless && children.allSatisfy(\.isStateless) }
}

extension [PlannedTransform] {
    fileprivate var isStateless: Bool {
        allSatisfy { planned in
            if case .transform(let transform) = planned { return !(transform is RowNumber) }
            return true
        }
    }
}
