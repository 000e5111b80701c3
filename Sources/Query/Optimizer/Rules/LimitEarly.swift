package import Columnar

/// Rows that a later `head` cuts off are not kept: two heads become the smaller one, and a head moves before
/// steps that change rows one by one.
package struct LimitEarly: OptimizerRule {
    package let name = "limit early"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        for index in plan.frames.indices { plan.frames[index].steps = Self.limited(plan.frames[index].steps) }
        return plan
    }

    private static func limited(_ steps: [Step]) -> [Step] {
        var result: [Step] = []
        for step in steps {
            guard case .head(let n) = step else {
                result.append(step)
                continue
            }
            var place = result.count
            while place > 0, result[place - 1].keepsRows { place -= 1 }
            if place > 0, case .head(let other) = result[place - 1] {
                result[place - 1] = .head(min(n, other))
            } else if place > 0, case .nlargest(let other, let by) = result[place - 1] {
                result[place - 1] = .nlargest(n: min(n, other), by: by)
            } else if place > 0, case .nsmallest(let other, let by) = result[place - 1] {
                result[place - 1] = .nsmallest(n: min(n, other), by: by)
            } else {
                result.insert(step, at: place)
            }
        }
        return result
    }
}

extension Step {
    /// Whether each row gives exactly one row, in the same order.
    fileprivate var keepsRows: Bool {
        switch self {
        case .select, .assign, .rename, .drop, .astype, .fillna: true
        default: false
        }
    }
}
