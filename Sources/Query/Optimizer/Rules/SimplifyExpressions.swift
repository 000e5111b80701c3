package import Columnar

/// Constant parts of expressions are computed once; filters that are always true, and steps that change nothing,
/// are left out; a filter that is never true keeps no row.
package struct SimplifyExpressions: OptimizerRule {
    package let name = "simplify expressions"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        for index in plan.frames.indices {
            plan.frames[index].steps = plan.frames[index].steps.compactMap { Self.simplified($0) }
        }
        return plan
    }

    private static func simplified(_ step: Step) -> Step? {
        switch step {
        case .filter(let predicate):
            let predicate = predicate.simplified()
            switch predicate {
            case .literal(.bool(true)): return nil
            case .literal(.bool(false)), .literal(.null): return .head(0)
            default: return .filter(predicate)
            }
        case .assign(let columns):
            if columns.isEmpty { return nil }
            return .assign(columns.map { NamedExpression($0.name, $0.expression.simplified()) })
        case .rename(let renamings):
            let effective = renamings.filter { $0.from != $0.to }
            return effective.isEmpty ? nil : .rename(effective)
        case .drop(let columns): return columns.isEmpty ? nil : step
        case .astype(let fields): return fields.isEmpty ? nil : step
        case .fillna(let fillings): return fillings.isEmpty ? nil : step
        default: return step
        }
    }
}
