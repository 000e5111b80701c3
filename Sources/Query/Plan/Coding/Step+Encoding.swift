import Columnar

/// Steps written in their stable form; arguments that have their default are left out.
extension Step {
    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try encode(into: &map, forKey: TextKey(name.rawValue))
    }

    private func encode(into map: inout KeyedEncodingContainer<TextKey>, forKey key: TextKey) throws {
        switch self {
        case .filter(let predicate): try map.encode(predicate, forKey: key)
        case .select(let columns), .drop(let columns): try map.encode(columns, forKey: key)
        case .assign(let columns):
            try map.encode(Entries(columns.map { ($0.name, $0.expression) }), forKey: key)
        case .rename(let renamings): try map.encode(Entries(renamings.map { ($0.from, $0.to) }), forKey: key)
        case .astype(let fields): try map.encode(Entries(fields.map { ($0.name, $0.type) }), forKey: key)
        case .fillna(let fillings):
            if fillings.count == 1, fillings[0].column == nil {
                try map.encode(PlainScalar(fillings[0].value), forKey: key)
            } else {
                try map.encode(Entries(fillings.map { ($0.column ?? "*", PlainScalar($0.value)) }), forKey: key)
            }
        case .dropna(let subset, let how):
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
            try arguments.put(subset, "subset")
            if how != .any { try arguments.put(how, "how") }
        case .groupby(let by, let aggregations, let options):
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
            try arguments.put(GroupKeyForm.joined(by, options.window), "by")
            try arguments.put(Self.form(aggregations), "agg")
            if !options.sort { try arguments.put(false, "sort") }
            if !options.dropMissing { try arguments.put(false, "dropna") }
        case .nlargest(let n, let by), .nsmallest(let n, let by):
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
            try arguments.put(n, "n")
            try arguments.put(by, "by")
        case .sortValues(let keys, let missingFirst):
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
            try arguments.put(keys.map(\.column), "by")
            if keys.contains(where: { !$0.ascending }) { try arguments.put(keys.map(\.ascending), "ascending") }
            if missingFirst { try arguments.put("first", "na_position") }
        case .head(let n): try map.encode(n, forKey: key)
        case .dropDuplicates(let subset, let keep, let time):
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
            try arguments.put(subset, "subset")
            if keep != .first { try arguments.put(keep, "keep") }
            try arguments.put(time, "time")
        case .valueCounts(let columns, let normalize, let sort, let dropMissing):
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: key)
            try arguments.put(columns, "columns")
            if normalize { try arguments.put(true, "normalize") }
            if !sort { try arguments.put(false, "sort") }
            if !dropMissing { try arguments.put(false, "dropna") }
        case .join(let join): try map.encode(join, forKey: key)
        case .rowNumber, .tail, .slice, .window, .explode, .melt, .sample: try encodeOrdered(into: &map, forKey: key)
        }
    }

    /// The aggregations under their columns, in order.
    private static func form(_ aggregations: [Aggregation]) -> Entries<[AggregationForm]> {
        var entries: [(name: String, value: [AggregationForm])] = []
        for aggregation in aggregations {
            let column = aggregation.column ?? "*"
            let isDefault = aggregation.name == Aggregation(aggregation.function, aggregation.column).name
            let form = AggregationForm(
                function: aggregation.function, name: isDefault ? nil : aggregation.name, options: aggregation.options)
            if entries.last?.name == column {
                entries[entries.count - 1].value.append(form)
            } else {
                entries.append((column, [form]))
            }
        }
        return Entries(entries)
    }
}
