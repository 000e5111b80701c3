package import Columnar

/// A plan that has been checked: the sources' columns are known, parameters have their values, and each frame comes
/// after the one it is made from. Rules rewrite it; the physical planner turns it into stages.
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
        frames = try plan.orderedFrames()
        outputs = plan.outputs
    }

    /// What is made directly from the scan or frame `name`.
    func consumers(of name: String) -> [Plan.Frame] { frames.filter { $0.from == name } }

    func isOutput(_ name: String) -> Bool { outputs.contains { $0.from == name } }

    /// The columns of every scan and frame.
    func schemas() throws(SwiftwaterError) -> [String: Schema] {
        var schemas: [String: Schema] = [:]
        for scan in scans { schemas[scan.name] = scan.outputSchema }
        for frame in frames {
            var schema = schemas[frame.from] ?? Schema([])
            for step in frame.steps { schema = try step.outputSchema(for: schema) }
            schemas[frame.name] = schema
        }
        return schemas
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
