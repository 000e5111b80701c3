package import Columnar

/// One way to make a plan cheaper without changing its results.
package protocol OptimizerRule: Sendable {
    /// For messages and tests: `push filters down`.
    var name: String { get }
    func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan
}

/// Applies rules in order.
package struct Optimizer: Sendable {
    package var rules: [any OptimizerRule]

    package init(rules: [any OptimizerRule] = Optimizer.standardRules) { self.rules = rules }

    /// Frames first, so that the rules for steps see the longest chains; columns last, when it is known who needs them.
    package static let standardRules: [any OptimizerRule] = [
        RemoveUnusedFrames(),
        MergeScans(),
        SpliceFrames(),
        SimplifyExpressions(),
        PushFiltersDown(),
        PushFiltersIntoInputs(),
        LimitEarly(),
        PruneColumns(),
        BoundScans(),
    ]

    package func optimize(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        for rule in rules { plan = try rule.apply(plan) }
        return plan
    }
}
