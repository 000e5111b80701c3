package import Columnar

/// Rows that a later `head` cuts off are not kept: two heads become the smaller one, a head moves before steps that
/// change rows one by one, and the head of a sort keeps only the best rows.
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
            } else if place > 0, let best = result[place - 1].best(n) {
                result[place - 1] = best
            } else {
                result.insert(step, at: place)
            }
        }
        return result
    }
}

extension Step {
    /// The first `n` rows of a sort as the largest or smallest rows; nil where that is not the same, or not less work.
    fileprivate func best(_ n: Int) -> Step? {
        guard case .sortValues(let keys, missingFirst: false) = self, let first = keys.first, n <= 100_000,
            keys.allSatisfy({ $0.ascending == first.ascending })
        else { return nil }
        let by = keys.map(\.column)
        return first.ascending ? .nsmallest(n: n, by: by) : .nlargest(n: n, by: by)
    }

    /// Whether each row gives exactly one row, in the same order.
    fileprivate var keepsRows: Bool {
        switch self {
        case .select, .assign, .rename, .drop, .astype, .fillna, .rowNumber: true
        default: false
        }
    }
}
