public import Columnar

extension Schema {
    /// The columns of rows that come one after the other: all names in order of first appearance, each of the
    /// narrowest type that holds the inputs' values. An input without a column has missing values there.
    ///
    /// - Parameter inputs: the inputs' names, for messages, and their columns.
    /// - Throws: a `usage` error that names a column whose types do not go together.
    public static func concatenated(_ inputs: [(name: String, schema: Schema)]) throws(SwiftwaterError) -> Schema {
        var fields: [Field] = []
        var places: [String: (index: Int, input: String)] = [:]
        for (input, schema) in inputs {
            for field in schema.fields {
                let type = field.type.logical
                guard let (index, first) = places[field.name] else {
                    places[field.name] = (fields.count, input)
                    fields.append(Field(field.name, type))
                    continue
                }
                guard let common = fields[index].type.widened(with: type) else {
                    throw SwiftwaterError(
                        .usage,
                        "the column '\(field.name)' is \(fields[index].type) in '\(first)' and \(type) in '\(input)'",
                        hint: "convert one of them with astype")
                }
                fields[index].type = common
            }
        }
        return Schema(fields)
    }
}

extension DataType {
    /// The narrowest type that holds the values of both; nil where they do not go together.
    ///
    /// Numbers widen as NumPy's do; `bool` is no number. Times get the finer unit, and zones must agree. Members of
    /// structures are united by name.
    package func widened(with other: DataType) -> DataType? {
        let (a, b) = (logical, other.logical)
        if a == b || b == .null { return a }
        if a == .null { return b }
        switch (a, b) {
        case (.timestamp(let unit, let zone), .timestamp(let otherUnit, let otherZone)) where zone == otherZone:
            return .timestamp(.finer(unit, otherUnit), zone: zone)
        case (.duration(let unit), .duration(let otherUnit)): return .duration(.finer(unit, otherUnit))
        case (.date, .timestamp(_, nil)): return b
        case (.timestamp(_, nil), .date): return a
        case (.list(let element), .list(let otherElement)):
            return element.widened(with: otherElement).map { .list($0) }
        case (.structure(let fields), .structure(let otherFields)):
            var united = fields
            for field in otherFields {
                guard let index = united.firstIndex(where: { $0.name == field.name }) else {
                    united.append(field)
                    continue
                }
                guard let type = united[index].type.widened(with: field.type) else { return nil }
                united[index].type = type
            }
            return .structure(united)
        case (.bool, _), (_, .bool): return nil
        default: return TypeRules.promoted(a, b)
        }
    }
}
