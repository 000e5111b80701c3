package import Columnar

/// Columns that nothing needs are not read, computed or kept.
package struct PruneColumns: OptimizerRule {
    package let name = "prune columns"

    package init() {}

    package func apply(_ plan: LogicalPlan) throws(SwiftwaterError) -> LogicalPlan {
        var plan = plan
        let schemas = try plan.schemas()
        // Backwards: what each frame's steps need of their inputs.
        var needed: [String: Set<String>] = [:]
        for output in plan.outputs { needed[output.from] = Set(schemas[output.from]?.names ?? []) }
        var requirements: [String: [Set<String>]] = [:]
        for frame in plan.frames.reversed() {
            let (before, joined) = try Self.requirements(
                frame.steps, input: try frame.inputSchema(in: schemas), frames: schemas,
                needed: needed[frame.name] ?? [])
            requirements[frame.name] = before
            for name in frame.from { needed[name, default: []].formUnion(before[0]) }
            needed.merge(joined) { $0.union($1) }
        }
        for index in plan.scans.indices {
            let wanted = needed[plan.scans[index].name] ?? []
            plan.scans[index].columns.removeAll { !wanted.contains($0) }
            plan.scans[index].takesNewColumns = plan.isOpenEnded(plan.scans[index].name)
        }
        // Forwards: each step with the columns that are there now.
        var present: [String: Schema] = [:]
        for scan in plan.scans { present[scan.name] = scan.outputSchema }
        for index in plan.frames.indices {
            let frame = plan.frames[index]
            var schema = try frame.inputSchema(in: present)
            var steps: [Step] = []
            let needs = requirements[frame.name] ?? []
            for (number, step) in frame.steps.enumerated() {
                if step.keepsWholeRows, !schema.names.allSatisfy(needs[number].contains) {
                    let narrowed = Step.select(schema.names.filter(needs[number].contains))
                    steps.append(narrowed)
                    schema = try narrowed.outputSchema(for: schema)
                }
                guard let pruned = step.pruned(input: schema, needed: needs[number + 1]) else { continue }
                steps.append(pruned)
                schema = try pruned.outputSchema(for: schema, frames: present)
            }
            // Rows that are kept for a join or a concatenation are kept with what it needs only.
            let wanted = needed[frame.name] ?? []
            if plan.isKept(frame.name), !schema.names.allSatisfy(wanted.contains) {
                let narrowed = Step.select(schema.names.filter(wanted.contains))
                steps.append(narrowed)
                schema = try narrowed.outputSchema(for: schema)
            }
            plan.frames[index].steps = steps
            present[frame.name] = schema
        }
        return plan
    }

    /// The columns needed before each step and, last, after all; and those of frames that the steps join.
    private static func requirements(
        _ steps: [Step], input: Schema, frames: [String: Schema], needed: Set<String>
    ) throws(SwiftwaterError) -> (before: [Set<String>], joined: [String: Set<String>]) {
        var schemas = [input]
        for step in steps { schemas.append(try step.outputSchema(for: schemas[schemas.count - 1], frames: frames)) }
        var requirements = [needed]
        var joined: [String: Set<String>] = [:]
        for (step, schema) in zip(steps, schemas).reversed() {
            let after = requirements[requirements.count - 1]
            if let join = step.join { joined[join.with, default: []].formUnion(join.required(of: .right, for: after)) }
            requirements.append(step.requiredColumns(input: schema, needed: after))
        }
        return (requirements.reversed(), joined)
    }
}

extension LogicalPlan {
    /// Whether some output has whatever columns `name` has.
    fileprivate func isOpenEnded(_ name: String) -> Bool {
        isOutput(name) || isJoined(name)
            || consumers(of: name).contains { frame in
                for step in frame.steps {
                    if step.looksAtAllColumns { return true }
                    if step.namesItsColumns { return false }
                }
                return isOpenEnded(frame.name)
            }
    }

    /// Whether only joins and concatenations take the frame's rows.
    fileprivate func isKept(_ name: String) -> Bool {
        guard !isOutput(name) else { return false }
        return isJoined(name) || consumers(of: name).contains { $0.from.count > 1 }
    }
}

extension Step {
    /// Whether the result has only columns that the step names.
    fileprivate var namesItsColumns: Bool {
        switch self {
        case .select, .groupby, .valueCounts, .melt(_, .some, _, _): true
        default: false
        }
    }

    /// Whether which rows are kept depends on columns that the step does not name.
    fileprivate var looksAtAllColumns: Bool {
        switch self {
        case .dropna(nil, _), .dropDuplicates(nil, _, _), .melt(_, nil, _, _): true
        default: false
        }
    }

    /// The columns that the step needs so that `needed` of its result are right.
    fileprivate func requiredColumns(input: Schema, needed: Set<String>) -> Set<String> {
        switch self {
        case .filter(let predicate): return needed.union(predicate.columns)
        case .select(let columns): return needed.intersection(columns)
        case .assign(let columns):
            var needed = needed
            for column in columns.reversed() where needed.contains(column.name) {
                needed.remove(column.name)
                needed.formUnion(column.expression.columns)
            }
            return needed
        case .rename(let renamings):
            let original = Dictionary(renamings.map { ($0.to, $0.from) }) { first, _ in first }
            return Set(needed.map { original[$0] ?? $0 })
        case .drop, .astype, .fillna, .head, .tail, .slice, .sample: return needed
        case .dropna(let subset, _): return needed.union(subset ?? input.names)
        case .dropDuplicates(let subset, _, let time):
            return needed.union(subset ?? input.names).union(time.map { [$0] } ?? [])
        case .groupby(let by, let aggregations, _):
            let kept = Self.kept(aggregations, needed)
            return Set(by).union(kept.compactMap(\.column)).union(kept.compactMap(\.options.label))
        case .nlargest(_, let by), .nsmallest(_, let by): return needed.union(by)
        case .sortValues(let keys, _): return needed.union(keys.map(\.column))
        case .valueCounts(let columns, _, _, _): return Set(columns)
        case .join(let join): return join.required(of: .left, for: needed)
        case .rowNumber(let name, _): return needed.subtracting([name])
        case .window(let by, let columns, _):
            let kept = columns.filter { needed.contains($0.name) }
            if kept.isEmpty { return needed }
            return needed.subtracting(kept.map(\.name)).union(by).union(kept.compactMap(\.column))
        case .explode(let columns): return needed.union(columns)
        case .melt(let id, let value, _, _):
            return needed.intersection(id).union(value ?? input.names.filter { !id.contains($0) })
        }
    }

    /// The aggregations whose results are needed; one at least where there are any, for the rows themselves.
    private static func kept(_ aggregations: [Aggregation], _ needed: Set<String>) -> [Aggregation] {
        let kept = aggregations.filter { needed.contains($0.name) }
        return kept.isEmpty ? Array(aggregations.prefix(1)) : kept
    }

    /// The step over the columns that are still there; nil when it has nothing left to do.
    fileprivate func pruned(input: Schema, needed: Set<String>) -> Step? {
        func isPresent(_ name: String) -> Bool { input.index(of: name) != nil }
        switch self {
        case .select(let columns):
            let kept = columns.filter(needed.contains)
            return kept == input.names ? nil : .select(kept)
        case .assign(let columns):
            var wanted = needed
            var kept: [NamedExpression] = []
            for column in columns.reversed() where wanted.contains(column.name) {
                wanted.remove(column.name)
                wanted.formUnion(column.expression.columns)
                kept.insert(column, at: 0)
            }
            return kept.isEmpty ? nil : .assign(kept)
        case .rename(let renamings):
            let kept = renamings.filter { isPresent($0.from) }
            return kept.isEmpty ? nil : .rename(kept)
        case .drop(let columns):
            let kept = columns.filter(isPresent)
            return kept.isEmpty ? nil : .drop(kept)
        case .astype(let fields):
            let kept = fields.filter { isPresent($0.name) && needed.contains($0.name) }
            return kept.isEmpty ? nil : .astype(kept)
        case .fillna(let fillings):
            let kept = fillings.filter { $0.column.map { isPresent($0) && needed.contains($0) } ?? true }
            return kept.isEmpty ? nil : .fillna(kept)
        case .groupby(let by, let aggregations, let options):
            return .groupby(by: by, aggregations: Self.kept(aggregations, needed), options: options)
        case .join(var join):
            join.columns?.removeAll { !needed.contains($0.name) }
            return .join(join)
        case .rowNumber(let name, _): return needed.contains(name) ? self : nil
        case .window(let by, let columns, let options):
            let kept = columns.filter { needed.contains($0.name) }
            return kept.isEmpty ? nil : .window(by: by, columns: kept, options: options)
        case .melt(let id, let value, let variableName, let valueName):
            return .melt(id: id.filter(isPresent), value: value, variableName: variableName, valueName: valueName)
        default: return self
        }
    }

    /// Whether the operator remembers rows with all their columns.
    fileprivate var keepsWholeRows: Bool {
        switch self {
        case .join(let join) where join.within != nil: false
        case .join(let join): join.how == .right || join.how == .outer || join.validation?.needsUniqueLeft == true
        case .nlargest, .nsmallest, .sortValues, .head, .dropDuplicates, .tail, .slice, .window, .sample, .explode,
            .melt:
            true
        default: false
        }
    }
}

extension Step.Join {
    /// The columns of one side that the join needs so that `needed` of its result are right.
    fileprivate func required(of side: JoinSides.Which, for needed: Set<String>) -> Set<String> {
        var names = Set(side == .left ? leftOn : rightOn)
        if let within { names.insert(side == .left ? within.left : within.right) }
        for column in columns ?? [] where needed.contains(column.name) {
            switch column.origin {
            case .left(let name): if side == .left { names.insert(name) }
            case .right(let name): if side == .right { names.insert(name) }
            case .key: break
            }
        }
        return names
    }
}
