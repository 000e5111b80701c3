import Columnar

/// Under which names a stream's event time is known on the way of its rows.
struct EventTimeNames: Hashable {
    private(set) var names: Set<String>

    /// - Parameter column: the source's column of event time; nil without one.
    init(_ column: String?) { names = column.map { [$0] } ?? [] }

    /// The names that hold for all of several inputs.
    mutating func keep(_ other: EventTimeNames) { names.formIntersection(other.names) }

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
