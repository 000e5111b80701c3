package import Columnar

/// Frames and sources that no output needs are not computed.
package struct RemoveUnusedFrames: OptimizerRule {
    package let name = "remove unused frames"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        var used = Set(plan.outputs.map(\.from))
        for frame in plan.frames.reversed() where used.contains(frame.name) { used.formUnion(frame.dependencies) }
        plan.frames.removeAll { !used.contains($0.name) }
        plan.scans.removeAll { !used.contains($0.name) }
        return plan
    }
}
