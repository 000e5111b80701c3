package import Columnar

/// Filters behind a concatenation go to each of its inputs, and those behind a join that look at the right frame's
/// columns alone go to that frame: readers may then skip rows, and fewer are kept in memory.
package struct PushFiltersIntoInputs: OptimizerRule {
    package let name = "push filters into inputs"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        let schemas = try plan.schemas()
        // From the end, so that a filter that reaches an earlier frame goes on from there.
        for name in plan.frames.map(\.name).reversed() {
            guard var index = plan.frames.firstIndex(where: { $0.name == name }) else { continue }
            let input = try plan.frames[index].inputSchema(in: schemas)
            plan.frames[index].steps = try PushFiltersDown.pushed(
                plan.frames[index].steps, input: input, frames: schemas)
            Self.pushIntoInputs(&plan, &index, output: input, schemas)
            Self.pushIntoJoined(&plan, &index)
        }
        return plan
    }

    /// - Parameter output: the concatenation's columns.
    private static func pushIntoInputs(
        _ plan: inout LogicalPlan, _ index: inout Int, output: Schema, _ schemas: [String: Schema]
    ) {
        let frame = plan.frames[index]
        guard frame.from.count > 1, case .filter(let predicate)? = frame.steps.first else { return }
        // Where a column has another type, the predicate could mean something else.
        let means = frame.from.allSatisfy { name in
            predicate.columns.allSatisfy { column in
                let type = schemas[name]?[column]?.type.logical
                return type != nil && type == output[column]?.type
            }
        }
        guard means else { return }
        for (place, name) in frame.from.enumerated() {
            let filtered = plan.filtering(name, by: predicate, for: &index)
            plan.frames[index].from[place] = filtered
        }
        plan.frames[index].steps.removeFirst()
    }

    private static func pushIntoJoined(_ plan: inout LogicalPlan, _ index: inout Int) {
        var number = 0
        while number + 1 < plan.frames[index].steps.count {
            if case .join(var join) = plan.frames[index].steps[number],
                case .filter(let predicate) = plan.frames[index].steps[number + 1]
            {
                let moved = predicate.conjuncts.compactMap(join.movingToRight)
                let kept = predicate.conjuncts.filter { join.movingToRight($0) == nil }
                if !moved.isEmpty { join.with = plan.filtering(join.with, by: .all(moved), for: &index) }
                plan.frames[index].steps[number] = .join(join)
                if kept.isEmpty {
                    plan.frames[index].steps.remove(at: number + 1)
                } else {
                    plan.frames[index].steps[number + 1] = .filter(.all(kept))
                }
            }
            number += 1
        }
    }
}

extension LogicalPlan {
    /// The name of a frame with the rows of `name` that fulfil `predicate`: the same one where only the frame at
    /// `index` takes its rows.
    fileprivate mutating func filtering(_ name: String, by predicate: Expression, for index: inout Int) -> String {
        let own = frames.firstIndex { $0.name == name }
        if let own, useCount(of: name) == 1, !isOutput(name) {
            frames[own].steps.append(.filter(predicate))
            return name
        }
        var fresh = "\(name), filtered"
        while frames.contains(where: { $0.name == fresh }) || scans.contains(where: { $0.name == fresh }) {
            fresh += " again"
        }
        frames.insert(Plan.Frame(fresh, from: name, steps: [.filter(predicate)]), at: index)
        index += 1
        return fresh
    }
}

extension Expression {
    /// All of `conjuncts`, of which there is one at least.
    fileprivate static func all(_ conjuncts: [Expression]) -> Expression {
        conjuncts.dropFirst().reduce(conjuncts[0]) { .binary(.and, $0, $1) }
    }
}

extension Step.Join {
    /// The predicate on the right frame's rows that keeps the same rows of the result; nil when there is none.
    fileprivate func movingToRight(_ predicate: Expression) -> Expression? {
        guard how == .inner || how == .cross || how == .right, validation == nil, let columns,
            !predicate.columns.isEmpty
        else { return nil }
        var names: [String: String] = [:]
        for column in columns { if case .right(let name) = column.origin { names[column.name] = name } }
        guard predicate.columns.allSatisfy({ names[$0] != nil }) else { return nil }
        return predicate.renaming(names)
    }
}
