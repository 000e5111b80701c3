import Columnar

/// A join's stable form: `{"with": "companies", "how": "left", "on": ["company"]}`.
extension Step.Join: Codable {
    static let keys = ["with", "how", "on", "leftOn", "rightOn", "suffixes", "validate", "within"]

    public init(from decoder: any Decoder) throws {
        let what = "'join'"
        let map = try PlanDecoding.mapping(decoder, of: what, known: Self.keys)
        let frame = try map.required(String.self, "with", in: what)
        let how = try map.choice(How.self, "how") ?? .inner
        let on = try map.value(OneOrMore<String>.self, "on")?.values
        let leftOn = try map.value(OneOrMore<String>.self, "leftOn")?.values
        let rightOn = try map.value(OneOrMore<String>.self, "rightOn")?.values
        if on != nil, leftOn != nil || rightOn != nil {
            throw PlanDecoding.error(
                decoder.codingPath, "'join' has 'on' as well as 'leftOn' or 'rightOn'",
                hint: "'on' names columns of both frames; 'leftOn' and 'rightOn' those of each")
        }
        guard (leftOn == nil) == (rightOn == nil) else {
            throw PlanDecoding.error(
                decoder.codingPath, "'join' needs '\(leftOn == nil ? "leftOn" : "rightOn")' too",
                hint: "name the columns of both frames, or give 'on'")
        }
        guard how == .cross || on ?? leftOn != nil else {
            throw PlanDecoding.error(
                decoder.codingPath, "'join' needs 'on', or 'leftOn' and 'rightOn'",
                hint: "name the columns that are compared")
        }
        let suffixes = try map.value([String].self, "suffixes") ?? ["_x", "_y"]
        guard suffixes.count == 2 else {
            throw PlanDecoding.error(
                decoder.codingPath + [TextKey("suffixes")], "'suffixes' has \(suffixes.count) values, not two")
        }
        self.init(
            with: frame, how: how, leftOn: on ?? leftOn ?? [], rightOn: on ?? rightOn ?? [],
            suffixes: (suffixes[0], suffixes[1]), validation: try map.choice(Validation.self, "validate"),
            within: try map.value(TimeRange.self, "within"))
    }

    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try map.put(with, "with")
        if how != .inner { try map.put(how, "how") }
        if leftOn == rightOn {
            if !leftOn.isEmpty { try map.put(leftOn, "on") }
        } else {
            try map.put(leftOn, "leftOn")
            try map.put(rightOn, "rightOn")
        }
        if (leftSuffix, rightSuffix) != ("_x", "_y") { try map.put([leftSuffix, rightSuffix], "suffixes") }
        try map.put(validation, "validate")
        try map.put(within, "within")
    }
}

/// `{"left": "sent", "right": "answered", "from": "0s", "to": "10s"}`.
extension Step.Join.TimeRange: Codable {
    static let keys = ["left", "right", "from", "to"]

    public init(from decoder: any Decoder) throws {
        let what = "'within'"
        let map = try PlanDecoding.mapping(decoder, of: what, known: Self.keys)
        func span(_ key: String) throws -> TimeSpan? {
            guard let text = try map.value(String.self, key) else { return nil }
            return try PlanDecoding.located(decoder.codingPath + [TextKey(key)]) { () throws(SwiftwaterError) in
                try TimeSpan(parsing: text)
            }
        }
        let left = try map.required(String.self, "left", in: what)
        guard let to = try span("to") else {
            throw PlanDecoding.error(
                decoder.codingPath, "'within' needs 'to'",
                hint: "say how much later than the left row the right one may be, such as to: 10s")
        }
        self.init(
            left: left, right: try map.value(String.self, "right") ?? left,
            from: try span("from") ?? TimeSpan(nanoseconds: 0), to: to)
    }

    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try map.put(left, "left")
        if right != left { try map.put(right, "right") }
        if from.nanoseconds != 0 { try map.put(from.description, "from") }
        try map.put(to.description, "to")
    }
}
