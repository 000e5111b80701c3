import Columnar

/// The names that a plan's text gives to steps: pandas'.
enum StepName: String, CaseIterable {
    case filter, select, assign, rename, drop, astype, fillna, dropna, groupby, nlargest, nsmallest
    case sortValues = "sort_values"
    case head
    case dropDuplicates = "drop_duplicates"
    case valueCounts = "value_counts"
    case join
    case rowNumber = "row_number"
    case tail, slice, window, explode, melt, sample
}

extension Step {
    var name: StepName {
        switch self {
        case .filter: .filter
        case .select: .select
        case .assign: .assign
        case .rename: .rename
        case .drop: .drop
        case .astype: .astype
        case .fillna: .fillna
        case .dropna: .dropna
        case .groupby: .groupby
        case .nlargest: .nlargest
        case .nsmallest: .nsmallest
        case .sortValues: .sortValues
        case .head: .head
        case .dropDuplicates: .dropDuplicates
        case .valueCounts: .valueCounts
        case .join: .join
        case .rowNumber: .rowNumber
        case .tail: .tail
        case .slice: .slice
        case .window: .window
        case .explode: .explode
        case .melt: .melt
        case .sample: .sample
        }
    }
}

/// A step's stable form is a mapping with one entry, its operation: `{"filter": "cpu >= 0"}`.
///
/// An operation whose arguments may all be left out may also stand as a plain word: `dropna`.
extension Step: Codable {
    public init(from decoder: any Decoder) throws {
        let known = StepName.allCases.map(\.rawValue)
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            switch StepName(rawValue: word) {
            case .dropna: self = .dropna(subset: nil, how: .any)
            case .dropDuplicates: self = .dropDuplicates(subset: nil, keep: .first)
            case .some: throw PlanDecoding.error(decoder.codingPath, "the step '\(word)' needs arguments")
            case nil:
                throw PlanDecoding.unknown(word, kind: "step", in: "a frame", known: known, path: decoder.codingPath)
            }
            return
        }
        let map = try PlanDecoding.mapping(decoder)
        guard let key = map.allKeys.first, map.allKeys.count == 1 else {
            throw PlanDecoding.error(
                decoder.codingPath, "a step is a mapping with one entry, its operation",
                hint: "write each operation as a list item of its own")
        }
        guard let name = StepName(rawValue: key.stringValue) else {
            throw PlanDecoding.unknown(
                key.stringValue, kind: "step", in: "a frame", known: known, path: decoder.codingPath + [key])
        }
        self = try Step(name, from: try map.superDecoder(forKey: key))
    }

    private init(_ name: StepName, from decoder: any Decoder) throws {
        let what = "'\(name.rawValue)'"
        func arguments(_ known: String...) throws -> KeyedDecodingContainer<TextKey> {
            try PlanDecoding.mapping(decoder, of: what, known: known)
        }
        func texts() throws -> [String] { try OneOrMore<String>(from: decoder).values }
        switch name {
        case .filter: self = .filter(try Expression(from: decoder))
        case .select: self = .select(try texts())
        case .assign:
            self = .assign(try Entries<Expression>(from: decoder).entries.map { NamedExpression($0.name, $0.value) })
        case .rename:
            self = .rename(try Entries<String>(from: decoder).entries.map { Renaming($0.name, to: $0.value) })
        case .drop: self = .drop(try texts())
        case .astype:
            self = .astype(try Entries<DataType>(from: decoder).entries.map { Field($0.name, $0.value) })
        case .fillna: self = .fillna(try Self.fillings(decoder))
        case .dropna:
            if Self.isNil(decoder) {
                self = .dropna(subset: nil, how: .any)
                return
            }
            let map = try arguments("subset", "how")
            self = .dropna(
                subset: try map.value(OneOrMore<String>.self, "subset")?.values,
                how: try map.choice(DropHow.self, "how") ?? .any)
        case .groupby:
            let map = try arguments("by", "agg", "sort", "dropna")
            let (by, window) = try GroupKeyForm.split(
                try map.value(OneOrMore<GroupKeyForm>.self, "by")?.values ?? [], decoder.codingPath)
            self = .groupby(
                by: by,
                aggregations: try Self.aggregations(
                    try map.required(Entries<OneOrMore<AggregationForm>>.self, "agg", in: what)),
                options: GroupOptions(
                    sort: try map.value(Bool.self, "sort") ?? true,
                    dropMissing: try map.value(Bool.self, "dropna") ?? true, window: window))
        case .nlargest, .nsmallest:
            let map = try arguments("n", "by")
            let n = try map.required(Int.self, "n", in: what)
            let by = try map.required(OneOrMore<String>.self, "by", in: what).values
            self = name == .nlargest ? .nlargest(n: n, by: by) : .nsmallest(n: n, by: by)
        case .sortValues: self = try Self.sortValues(decoder)
        case .head:
            if let n = try? decoder.singleValueContainer().decode(Int.self) {
                self = .head(n)
            } else {
                self = .head(try arguments("n").required(Int.self, "n", in: what))
            }
        case .dropDuplicates:
            if Self.isNil(decoder) {
                self = .dropDuplicates(subset: nil, keep: .first)
                return
            }
            let map = try arguments("subset", "keep", "time")
            let dropsAll = (try? map.value(Bool.self, "keep")) == false
            self = .dropDuplicates(
                subset: try map.value(OneOrMore<String>.self, "subset")?.values,
                keep: dropsAll ? .none : try map.choice(Keep.self, "keep") ?? .first,
                time: try map.value(String.self, "time"))
        case .valueCounts:
            if let columns = try? texts() {
                self = .valueCounts(columns: columns, normalize: false, sort: true, dropMissing: true)
                return
            }
            let map = try arguments("columns", "normalize", "sort", "dropna")
            self = .valueCounts(
                columns: try map.required(OneOrMore<String>.self, "columns", in: what).values,
                normalize: try map.value(Bool.self, "normalize") ?? false,
                sort: try map.value(Bool.self, "sort") ?? true,
                dropMissing: try map.value(Bool.self, "dropna") ?? true)
        case .join: self = .join(try Join(from: decoder))
        case .rowNumber, .tail, .slice, .window, .explode, .melt, .sample: self = try Step(ordered: name, from: decoder)
        }
    }

    private static func isNil(_ decoder: any Decoder) -> Bool {
        (try? decoder.singleValueContainer().decodeNil()) ?? false
    }

    /// A value for all columns, or one for each named column.
    private static func fillings(_ decoder: any Decoder) throws -> [Filling] {
        if (try? decoder.container(keyedBy: TextKey.self)) == nil, (try? decoder.unkeyedContainer()) == nil {
            return [Filling(column: nil, value: try PlainScalar(from: decoder).scalar)]
        }
        return try Entries<PlainScalar>(from: decoder).entries.map {
            Filling(column: $0.name == "*" ? nil : $0.name, value: $0.value.scalar)
        }
    }

    private static func sortValues(_ decoder: any Decoder) throws -> Step {
        if let columns = try? OneOrMore<String>(from: decoder).values {
            return .sortValues(by: columns.map { SortKey($0) }, missingFirst: false)
        }
        let map = try PlanDecoding.mapping(
            decoder, of: "'sort_values'", known: ["by", "ascending", "na_position"])
        let by = try map.required(OneOrMore<String>.self, "by", in: "'sort_values'").values
        let ascending = try map.value(OneOrMore<Bool>.self, "ascending")?.values ?? [true]
        guard ascending.count == 1 || ascending.count == by.count else {
            throw PlanDecoding.error(
                decoder.codingPath, "'ascending' has \(ascending.count) values for \(by.count) columns",
                hint: "give one value, or one for each column of 'by'")
        }
        let keys = by.enumerated().map { SortKey($1, ascending: ascending[ascending.count == 1 ? 0 : $0]) }
        let missing = try map.choice(MissingPosition.self, "na_position") ?? .last
        return .sortValues(by: keys, missingFirst: missing == .first)
    }

    enum MissingPosition: String, CaseIterable { case first, last }

    private static func aggregations(_ entries: Entries<OneOrMore<AggregationForm>>) throws -> [Aggregation] {
        entries.entries.flatMap { column, forms in
            forms.values.map {
                Aggregation($0.function, column == "*" ? nil : column, name: $0.name, options: $0.options)
            }
        }
    }
}
