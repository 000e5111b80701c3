package import Columnar

/// Filters move towards the scan, each of their conjuncts as far as it may go, so that fewer rows reach the steps
/// behind them; filters that meet become one.
package struct PushFiltersDown: OptimizerRule {
    package let name = "push filters down"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        let schemas = try plan.schemas()
        for index in plan.frames.indices {
            let input = try plan.frames[index].inputSchema(in: schemas)
            plan.frames[index].steps = try Self.pushed(plan.frames[index].steps, input: input, frames: schemas)
        }
        return plan
    }

    static func pushed(
        _ steps: [Step], input: Schema, frames: [String: Schema]
    ) throws(SwiftwaterError) -> [Step] {
        var result: [Step] = []
        // The schema before each step of `result`, and after the last.
        var schemas = [input]
        for step in steps {
            guard case .filter(let predicate) = step else {
                result.append(step)
                schemas.append(try step.outputSchema(for: schemas[schemas.count - 1], frames: frames))
                continue
            }
            for conjunct in predicate.conjuncts { insert(conjunct, into: &result, &schemas) }
        }
        return result
    }

    private static func insert(_ conjunct: Expression, into steps: inout [Step], _ schemas: inout [Schema]) {
        var predicate = conjunct
        var place = steps.count
        while place > 0, let moved = steps[place - 1].moving(predicate, before: schemas[place - 1]) {
            predicate = moved
            place -= 1
        }
        for neighbour in [place - 1, place] where steps.indices.contains(neighbour) {
            guard case .filter(let other) = steps[neighbour] else { continue }
            if !other.conjuncts.contains(predicate) { steps[neighbour] = .filter(.binary(.and, other, predicate)) }
            return
        }
        steps.insert(.filter(predicate), at: place)
        schemas.insert(schemas[place], at: place)
    }
}

extension Step {
    /// The predicate that keeps the same rows when it stands before this step instead of behind it; nil when there
    /// is none. `input` is the schema before the step.
    func moving(_ predicate: Expression, before input: Schema) -> Expression? {
        let columns = predicate.columns
        /// Rows that count as equal may differ in a float's sign of zero: then a predicate could tell them apart.
        func areExactKeys(_ keys: [String]) -> Bool {
            columns.allSatisfy { keys.contains($0) && input[$0]?.type.logical.isFloat == false }
        }
        switch self {
        case .filter, .select, .drop, .dropna, .sortValues: return predicate
        case .assign(let assigned): return Self.movingBeforeAssign(predicate, columns, assigned)
        case .rename(let renamings):
            return predicate.renaming(Dictionary(renamings.map { ($0.to, $0.from) }) { first, _ in first })
        case .astype(let fields): return fields.contains { columns.contains($0.name) } ? nil : predicate
        case .fillna(let fillings):
            let changes = fillings.contains { filling in filling.column.map { columns.contains($0) } ?? true }
            return changes ? nil : predicate
        case .groupby(let by, _, let options):
            // A window's start is not the time of its rows.
            let keys = by.filter { $0 != options.window?.key }
            return !columns.isEmpty && areExactKeys(keys) ? predicate : nil
        case .valueCounts(let counted, let normalize, _, _):
            return !normalize && !columns.isEmpty && areExactKeys(counted) ? predicate : nil
        case .dropDuplicates(let subset, _, _): return areExactKeys(subset ?? input.names) ? predicate : nil
        case .join(let join): return join.movingToLeft(predicate)
        case .explode(let exploded): return exploded.contains { columns.contains($0) } ? nil : predicate
        case .melt(let id, _, _, _): return columns.allSatisfy(id.contains) ? predicate : nil
        case .nlargest, .nsmallest, .head, .tail, .slice, .rowNumber, .window, .sample: return nil
        }
    }

    /// Through columns that are only other names of columns; a computed one is not computed twice.
    private static func movingBeforeAssign(
        _ predicate: Expression, _ columns: [String], _ assigned: [NamedExpression]
    ) -> Expression? {
        var predicate = predicate
        for column in assigned.reversed() where predicate.columns.contains(column.name) {
            guard case .column(let original) = column.expression else { return nil }
            predicate = predicate.renaming([column.name: original])
        }
        return predicate
    }
}

extension Step.Join {
    /// The predicate on the left frame's rows that keeps the same rows of the result; nil when there is none.
    fileprivate func movingToLeft(_ predicate: Expression) -> Expression? {
        guard how != .right, how != .outer, validation == nil, let columns else { return nil }
        var names: [String: String] = [:]
        for column in columns {
            switch column.origin {
            case .left(let name): names[column.name] = name
            case .key(let number): names[column.name] = leftOn[number]
            case .right: break
            }
        }
        guard predicate.columns.allSatisfy({ names[$0] != nil }) else { return nil }
        return predicate.renaming(names)
    }
}
