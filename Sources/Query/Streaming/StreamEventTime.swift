import Columnar

/// Under which names a stream's event time is known on the way of its rows.
struct EventTimeNames: Hashable {
    private(set) var names: Set<String>

    /// - Parameter column: the source's column of event time; nil without one.
    init(_ column: String?) { names = column.map { [$0] } ?? [] }

    /// The names that hold for all of several inputs.
    mutating func keep(_ other: EventTimeNames) { names.formIntersection(other.names) }

    mutating func keep(_ columns: [String]) { names.formIntersection(columns) }
    mutating func forget(_ columns: [String]) { names.subtract(columns) }

    func contains(_ name: String) -> Bool { names.contains(name) }

    /// The names behind a step that keeps rows as they are.
    mutating func pass(_ step: Step) {
        switch step {
        case .select(let columns): names.formIntersection(columns)
        case .drop(let columns): names.subtract(columns)
        case .rename(let renamings):
            let before = names
            names.subtract(renamings.map(\.from))
            names.subtract(renamings.map(\.to))
            names.formUnion(renamings.filter { before.contains($0.from) }.map(\.to))
        case .assign(let columns):
            for column in columns {
                if case .column(let original) = column.expression, names.contains(original) {
                    names.insert(column.name)
                } else {
                    names.remove(column.name)
                }
            }
        case .astype(let fields):
            for field in fields {
                if case .timestamp = field.type.logical { continue }
                names.remove(field.name)
            }
        case .join(let join):
            guard let columns = join.columns else { return }
            let before = names
            names = []
            for column in columns {
                switch column.origin {
                case .left(let name): if before.contains(name) { names.insert(column.name) }
                case .key(let number): if before.contains(join.leftOn[number]) { names.insert(column.name) }
                case .right: break
                }
            }
        case .rowNumber(let name, _): names.remove(name)
        default: break
        }
    }
}

extension LogicalPlan {
    /// With the event time as the time by which `drop_duplicates` forgets rows, where it is among the columns compared:
    /// then a row from before the watermark has no equal among those that are still to come in time.
    func forgettingDuplicates(by eventTime: String, of stream: String) throws(SwiftwaterError) -> LogicalPlan {
        var plan = self
        var schemas: [String: Schema] = [:]
        var known: [String: EventTimeNames] = [:]
        for scan in scans {
            schemas[scan.name] = scan.outputSchema
            known[scan.name] = EventTimeNames(scan.name == stream ? eventTime : nil)
        }
        for index in frames.indices {
            let frame = frames[index]
            var names = known[frame.from[0]] ?? EventTimeNames(nil)
            for input in frame.from.dropFirst() { names.keep(known[input] ?? EventTimeNames(nil)) }
            var schema = try frame.inputSchema(in: schemas)
            for (number, step) in frame.steps.enumerated() {
                if case .dropDuplicates(let subset, let keep, nil) = step {
                    let time = (subset ?? schema.names).first { names.contains($0) && schema[$0] != nil }
                    plan.frames[index].steps[number] = .dropDuplicates(subset: subset, keep: keep, time: time)
                }
                if step.isRowWise { names.pass(step) } else { names = EventTimeNames(nil) }
                schema = try step.outputSchema(for: schema, frames: schemas)
            }
            schemas[frame.name] = schema
            known[frame.name] = names
        }
        return plan
    }
}

extension Step {
    /// Whether each row gives rows of its own that keep its time.
    fileprivate var isRowWise: Bool {
        switch self {
        case .filter, .select, .assign, .rename, .drop, .astype, .fillna, .dropna, .explode: true
        case .join(let join): join.within == nil && join.how != .right && join.how != .outer
        default: false
        }
    }
}
