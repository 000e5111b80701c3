import Columnar

/// A window's column is a mapping: its `name`, its `function`, the `column` it is of, and the function's arguments.
extension WindowColumn: Codable {
    private static let keys = ["name", "function", "column"]

    public init(from decoder: any Decoder) throws {
        let all = try PlanDecoding.mapping(decoder)
        let given = try all.value(String.self, "function")
        let word = given ?? (all.contains(TextKey("aggregate")) ? "aggregate" : nil)
        guard let word else { throw PlanDecoding.error(decoder.codingPath, "a window's column needs 'function'") }
        guard let known = Function.arguments(word) else {
            throw PlanDecoding.unknown(
                word, kind: "function", in: "'window'", known: Function.names,
                path: decoder.codingPath + [TextKey("function")])
        }
        let aggregation = try all.choice(Aggregation.Function.self, "aggregate")
        let options = known.contains("aggregate") ? aggregation.map { Aggregation.Options.keys($0) } ?? [] : []
        let map = try PlanDecoding.mapping(decoder, of: "'\(word)'", known: Self.keys + known + options)
        let column = try map.value(String.self, "column")
        let name = try map.value(String.self, "name") ?? column ?? word
        self.init(name, try Function(word, aggregation, map), of: column)
    }

    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try map.put(name, "name")
        try map.put(function.name, "function")
        try map.put(column, "column")
        switch function {
        case .shift(let n, let fill):
            try map.put(n, "n")
            if !fill.isNull { try map.put(PlainScalar(fill), "fill") }
        case .diff(let n): try map.put(n, "n")
        case .cumulative: break
        case .cumcount(let ascending), .ngroup(let ascending): if !ascending { try map.put(false, "ascending") }
        case .ffill(let limit), .bfill(let limit): try map.put(limit, "limit")
        case .rank(let ranking):
            if ranking.method != .average { try map.put(ranking.method.rawValue, "method") }
            if !ranking.ascending { try map.put(false, "ascending") }
            if ranking.missing != .keep { try map.put(ranking.missing.rawValue, "missing") }
            if ranking.percent { try map.put(true, "pct") }
        case .rolling(let frame, let aggregation, let options):
            try map.put(frame.rows, "window")
            try map.put(frame.minimumPeriods, "minPeriods")
            if frame.isCentered { try map.put(true, "center") }
            try map.put(aggregation.rawValue, "aggregate")
            try options.encode(into: &map)
        case .aggregate(let aggregation, let options):
            try map.put(aggregation.rawValue, "aggregate")
            try options.encode(into: &map)
        }
    }
}

extension WindowColumn.Function {
    /// The keys of the arguments of the function `name`; nil when there is no such function.
    static func arguments(_ name: String) -> [String]? {
        switch name {
        case "shift": ["n", "fill"]
        case "diff": ["n"]
        case "cumcount", "ngroup": ["ascending"]
        case "ffill", "bfill": ["limit"]
        case "rank": ["method", "ascending", "missing", "pct"]
        case "rolling": ["window", "minPeriods", "center", "aggregate"]
        case "expanding": ["minPeriods", "aggregate"]
        case "aggregate": ["aggregate"]
        default: WindowColumn.Cumulative(rawValue: name) == nil ? nil : []
        }
    }

    fileprivate init(
        _ word: String, _ aggregation: Aggregation.Function?, _ map: KeyedDecodingContainer<TextKey>
    ) throws {
        let ascending = try map.value(Bool.self, "ascending") ?? true
        func aggregate() throws -> Aggregation.Function {
            if let aggregation { return aggregation }
            throw PlanDecoding.error(map.codingPath, "'\(word)' needs 'aggregate'")
        }
        func limit() throws -> Int? {
            guard let limit = try map.value(Int.self, "limit") else { return nil }
            guard limit > 0 else { throw PlanDecoding.error(map.codingPath, "'limit' is 1 or more") }
            return limit
        }
        switch word {
        case "shift":
            self = .shift(
                by: try map.value(Int.self, "n") ?? 1, fill: try map.value(PlainScalar.self, "fill")?.scalar ?? .null)
        case "diff": self = .diff(by: try map.value(Int.self, "n") ?? 1)
        case "cumcount": self = .cumcount(ascending: ascending)
        case "ngroup": self = .ngroup(ascending: ascending)
        case "ffill": self = .ffill(limit: try limit())
        case "bfill": self = .bfill(limit: try limit())
        case "rank":
            self = .rank(
                WindowColumn.Ranking(
                    try map.choice(WindowColumn.Ranking.Method.self, "method") ?? .average, ascending: ascending,
                    missing: try map.choice(WindowColumn.Ranking.Missing.self, "missing") ?? .keep,
                    percent: try map.value(Bool.self, "pct") ?? false))
        case "rolling":
            let frame = WindowColumn.Frame(
                rows: try map.required(Int.self, "window", in: "'rolling'"),
                minimumPeriods: try map.value(Int.self, "minPeriods"),
                isCentered: try map.value(Bool.self, "center") ?? false)
            self = .rolling(frame, try aggregate(), try Aggregation.Options(from: map))
        case "expanding":
            let frame = WindowColumn.Frame(rows: nil, minimumPeriods: try map.value(Int.self, "minPeriods"))
            self = .rolling(frame, try aggregate(), try Aggregation.Options(from: map))
        case "aggregate": self = .aggregate(try aggregate(), try Aggregation.Options(from: map))
        default:
            guard let cumulative = WindowColumn.Cumulative(rawValue: word) else {
                throw PlanDecoding.error(map.codingPath, "there is no function '\(word)'")
            }
            self = .cumulative(cumulative)
        }
    }
}
