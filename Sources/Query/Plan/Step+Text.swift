import Columnar

/// A step as `explain` prints it: `filter cpu >= 0`, `groupby company: cpu_min = min(cpu)`.
extension Step: CustomStringConvertible {
    public var description: String {
        switch self {
        case .filter(let predicate): "filter \(predicate)"
        case .select(let columns): "select \(Self.list(columns))"
        case .assign(let columns):
            "assign \(columns.map { "\($0.name) = \($0.expression)" }.joined(separator: ", "))"
        case .rename(let renamings):
            "rename \(renamings.map { "\($0.from) to \($0.to)" }.joined(separator: ", "))"
        case .drop(let columns): "drop \(Self.list(columns))"
        case .astype(let fields): "astype \(fields.map { "\($0.name): \($0.type)" }.joined(separator: ", "))"
        case .fillna(let fillings):
            "fillna "
                + fillings.map { filling in
                    let value = Expression.literal(filling.value).description
                    return filling.column.map { "\($0): \(value)" } ?? value
                }.joined(separator: ", ")
        case .dropna(let subset, let how):
            "dropna" + (subset.map { " \(Self.list($0))" } ?? "") + (how == .all ? " how all" : "")
        case .groupby(let by, let aggregations, let options):
            "groupby \(by.isEmpty ? "everything" : Self.list(by, options.window)): "
                + aggregations.map(\.description).joined(separator: ", ")
                + (options.sort || by.isEmpty ? "" : ", not sorted")
                + (options.dropMissing || by.isEmpty ? "" : ", missing keys kept")
        case .nlargest(let n, let by): "nlargest \(n) by \(Self.list(by))"
        case .nsmallest(let n, let by): "nsmallest \(n) by \(Self.list(by))"
        case .sortValues(let keys, let missingFirst):
            "sort_values "
                + keys.map { $0.ascending ? $0.column : "\($0.column) descending" }.joined(separator: ", ")
                + (missingFirst ? ", missing first" : "")
        case .head(let n): "head \(n)"
        case .dropDuplicates(let subset, let keep, let time):
            "drop_duplicates" + (subset.map { " \(Self.list($0))" } ?? "")
                + (keep == .first ? "" : " keep \(keep.rawValue)") + (time.map { " time \($0)" } ?? "")
        case .valueCounts(let columns, let normalize, let sort, let dropMissing):
            "value_counts \(Self.list(columns))" + (normalize ? ", normalized" : "") + (sort ? "" : ", not sorted")
                + (dropMissing ? "" : ", missing kept")
        case .join(let join): join.description
        case .rowNumber(let name, let start): "row_number \(name)" + (start == 0 ? "" : " from \(start)")
        case .tail(let n): "tail \(n)"
        case .slice(let start, let stop, let step):
            "slice \(start.map { "\($0)" } ?? ""):\(stop.map { "\($0)" } ?? "")" + (step == 1 ? "" : ":\(step)")
        case .window(let by, let columns, let options):
            "window \(by.isEmpty ? "everything" : Self.list(by)): "
                + columns.map(\.description).joined(separator: ", ")
                + (options.dropMissing || by.isEmpty ? "" : ", missing keys kept")
        case .explode(let columns): "explode \(Self.list(columns))"
        case .melt(let id, let value, let variableName, let valueName):
            "melt" + (id.isEmpty ? "" : " \(Self.list(id))") + (value.map { ": \(Self.list($0))" } ?? "")
                + " into \(variableName), \(valueName)"
        case .sample(let sampling):
            switch sampling.size {
            case .rows(let n): "sample \(n) rows" + (sampling.replace ? " with replacement" : "")
            case .fraction(let share): "sample \(share) of the rows" + (sampling.replace ? " with replacement" : "")
            }
        }
    }

    private static func list(_ by: [String], _ window: TimeWindow?) -> String {
        list(by.map { name in window.flatMap { $0.key == name ? $0.description : nil } ?? name })
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
