package import Columnar

/// A frame that only one other frame is made from becomes the beginning of that frame.
package struct SpliceFrames: OptimizerRule {
    package let name = "splice frames"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        var index = 0
        while index < plan.frames.count {
            let frame = plan.frames[index]
            let consumer = plan.frames.firstIndex { $0.from == [frame.name] }
            if let consumer, plan.useCount(of: frame.name) == 1, !plan.isOutput(frame.name) {
                plan.frames[consumer].from = frame.from
                plan.frames[consumer].steps.insert(contentsOf: frame.steps, at: 0)
                plan.frames.remove(at: index)
            } else {
                index += 1
            }
        }
        return plan
    }
}
