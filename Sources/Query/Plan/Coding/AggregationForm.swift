/// An aggregation under its column: `max`, `{max: peak}` to name the result, or, for a function with options,
/// `{quantile: {q: 0.9, name: p90}}`.
struct AggregationForm: Codable {
    var function: Aggregation.Function
    var name: String?
    var options: Aggregation.Options

    init(function: Aggregation.Function, name: String?, options: Aggregation.Options) {
        self.function = function
        self.name = name
        self.options = options
    }

    init(from decoder: any Decoder) throws {
        options = Aggregation.Options()
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            function = try Self.function(word, decoder.codingPath)
            return
        }
        let map = try PlanDecoding.mapping(decoder)
        guard let key = map.allKeys.first, map.allKeys.count == 1 else {
            throw PlanDecoding.error(
                decoder.codingPath, "an aggregation is a function, or a mapping of one function to a name")
        }
        function = try Self.function(key.stringValue, decoder.codingPath + [key])
        if let name = try? map.decode(String.self, forKey: key) {
            self.name = name
            return
        }
        let arguments = try PlanDecoding.mapping(
            try map.superDecoder(forKey: key), of: "'\(key.stringValue)'",
            known: ["name"] + Aggregation.Options.keys(function))
        name = try arguments.value(String.self, "name")
        options = try Aggregation.Options(from: arguments)
    }

    private static func function(_ text: String, _ path: [any CodingKey]) throws -> Aggregation.Function {
        if let function = Aggregation.Function(rawValue: text) { return function }
        throw PlanDecoding.unknown(
            text, kind: "aggregation", in: "'agg'", known: Aggregation.Function.allCases.map(\.rawValue), path: path)
    }

    func encode(to encoder: any Encoder) throws {
        if options != Aggregation.Options() {
            var map = encoder.container(keyedBy: TextKey.self)
            var arguments = map.nestedContainer(keyedBy: TextKey.self, forKey: TextKey(function.rawValue))
            try arguments.put(name, "name")
            try options.encode(into: &arguments)
        } else if let name {
            var map = encoder.container(keyedBy: TextKey.self)
            try map.put(name, function.rawValue)
        } else {
            var single = encoder.singleValueContainer()
            try single.encode(function.rawValue)
        }
    }
}

extension Aggregation.Options {
    /// The options that a function has.
    static func keys(_ function: Aggregation.Function) -> [String] {
        switch function {
        case .variance, .standardDeviation, .standardError: ["ddof"]
        case .quantile: ["q", "interpolation"]
        case .indexOfMinimum, .indexOfMaximum: ["label"]
        default: []
        }
    }

    init(from arguments: KeyedDecodingContainer<TextKey>) throws {
        self.init()
        if let ddof = try arguments.value(Int.self, "ddof") { self.ddof = ddof }
        if let q = try arguments.value(Double.self, "q") { self.q = q }
        interpolation = try arguments.choice(Aggregation.Interpolation.self, "interpolation") ?? .linear
        label = try arguments.value(String.self, "label")
    }

    func encode(into arguments: inout KeyedEncodingContainer<TextKey>) throws {
        if ddof != 1 { try arguments.put(ddof, "ddof") }
        if q != 0.5 { try arguments.put(q, "q") }
        if interpolation != .linear { try arguments.put(interpolation.rawValue, "interpolation") }
        try arguments.put(label, "label")
    }
}
