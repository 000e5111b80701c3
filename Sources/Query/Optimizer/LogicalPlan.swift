package import Columnar

/// A plan that has been checked: the sources' columns are known, parameters have their values, joins their columns,
/// and each frame comes after those that it is made from. Rules rewrite it; the physical planner turns it into stages.
package struct LogicalPlan: Hashable, Sendable {
    package var scans: [Scan]
    package var frames: [Plan.Frame]
    package var outputs: [Plan.Output]

    /// A source and what is asked of its reader.
    package struct Scan: Hashable, Sendable {
        package var source: Source
        /// All columns of the source.
        package var schema: Schema
        /// The columns to read, in the schema's order.
        package var columns: [String]
        /// Comparisons that every row in use fulfils: the reader may leave out rows that do not.
        package var bounds: [Expression]
        /// Whether columns that the schema does not know yet would be in a result.
        package var takesNewColumns = true
        /// Rows that a morsel has at most, where the reader can choose; nil: as it likes.
        package var morselRows: Int?

        package init(source: Source, schema: Schema, columns: [String]? = nil, bounds: [Expression] = []) {
            self.source = source
            self.schema = schema
            self.columns = columns ?? schema.names
            self.bounds = bounds
        }

        package var name: String { source.name }

        /// The columns that the scan gives.
        package var outputSchema: Schema {
            Schema(schema.fields.filter { columns.contains($0.name) })
        }
    }

    /// Checks `plan` against the sources' columns and puts the parameters' values in their places.
    package init(
        _ plan: Plan, schemas: [String: Schema], parameters: [String: Scalar] = [:]
    ) throws(SwiftwaterError) {
        var plan = plan
        for index in plan.frames.indices {
            for step in plan.frames[index].steps.indices {
                do {
                    plan.frames[index].steps[step] = try plan.frames[index].steps[step].binding(parameters)
                } catch {
                    throw error.inFrame(plan.frames[index].name, step: step, plan.frames[index].steps[step])
                }
            }
        }
        _ = try plan.schemas(sources: schemas)
        scans = plan.sources.map { Scan(source: $0, schema: schemas[$0.name] ?? Schema([])) }
        frames = try plan.orderedFrames().map { Plan.Frame($0.name, from: $0.from, steps: $0.steps.numberingRows()) }
        outputs = plan.outputs
        try resolveJoins()
    }

    /// What is made directly from the rows of the scan or frame `name`, alone or with others.
    func consumers(of name: String) -> [Plan.Frame] { frames.filter { $0.from.contains(name) } }

    /// Whether a join takes the rows of the scan or frame `name` as its right ones.
    func isJoined(_ name: String) -> Bool {
        frames.contains { $0.steps.contains { $0.join?.with == name } }
    }

    /// How often frames take the rows of the scan or frame `name`.
    func useCount(of name: String) -> Int {
        frames.reduce(0) { $0 + $1.dependencies.count { $0 == name } }
    }

    func isOutput(_ name: String) -> Bool { outputs.contains { $0.from == name } }

    /// The columns of every scan and frame.
    func schemas() throws(SwiftwaterError) -> [String: Schema] {
        var schemas: [String: Schema] = [:]
        for scan in scans { schemas[scan.name] = scan.outputSchema }
        for frame in frames {
            var schema = try frame.inputSchema(in: schemas)
            for step in frame.steps { schema = try step.outputSchema(for: schema, frames: schemas) }
            schemas[frame.name] = schema
        }
        return schemas
    }

    /// Spells out the columns of joins, whose names must stay when others are not needed any more.
    private mutating func resolveJoins() throws(SwiftwaterError) {
        var schemas: [String: Schema] = [:]
        for scan in scans { schemas[scan.name] = scan.outputSchema }
        for index in frames.indices {
            var schema = try frames[index].inputSchema(in: schemas)
            for number in frames[index].steps.indices {
                if let join = frames[index].steps[number].join, let right = schemas[join.with] {
                    frames[index].steps[number] = .join(try join.resolved(left: schema, right: right))
                }
                schema = try frames[index].steps[number].outputSchema(for: schema, frames: schemas)
            }
            schemas[frames[index].name] = schema
        }
    }
}

extension Step {
    /// The same step with its parameters' values in their places.
    func binding(_ parameters: [String: Scalar]) throws(SwiftwaterError) -> Step {
        switch self {
        case .filter(let predicate): return .filter(try predicate.binding(parameters))
        case .assign(let columns):
            var bound: [NamedExpression] = []
            for column in columns {
                bound.append(NamedExpression(column.name, try column.expression.binding(parameters)))
            }
            return .assign(bound)
        default: return self
        }
    }
}

extension [Step] {
    /// With the rows numbered before a group-by that gives the numbers of rows: `idxmin`, `idxmax` without a label.
    func numberingRows() -> [Step] {
        flatMap { step -> [Step] in
            guard case .groupby(let by, var aggregations, let options) = step else { return [step] }
            let used = by + aggregations.compactMap(\.column) + aggregations.compactMap(\.options.label)
            var name = "row number"
            while used.contains(name) { name += "_" }
            var isNeeded = false
            for (index, aggregation) in aggregations.enumerated()
            where [.indexOfMinimum, .indexOfMaximum].contains(aggregation.function) && aggregation.options.label == nil
            {
                aggregations[index].options.label = name
                isNeeded = true
            }
            if !isNeeded { return [step] }
            return [
                .rowNumber(name: name, start: 0), .groupby(by: by, aggregations: aggregations, options: options),
            ]
        }
    }
}
