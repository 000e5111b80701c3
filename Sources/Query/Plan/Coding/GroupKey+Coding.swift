import Columnar

/// A key of a group-by in its stable form: a column's name, or `{"window": {"key": "timestamp", "size": "1min"}}`.
enum GroupKeyForm: Codable {
    case column(String)
    case window(TimeWindow)

    init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self = .column(name)
            return
        }
        let map = try PlanDecoding.mapping(decoder, of: "a key of 'by'", known: ["window"])
        self = .window(try map.required(TimeWindow.self, "window", in: "a key of 'by'"))
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .column(let name):
            var single = encoder.singleValueContainer()
            try single.encode(name)
        case .window(let window):
            var map = encoder.container(keyedBy: TextKey.self)
            try map.put(window, "window")
        }
    }

    /// The names and the window, of which there is at most one.
    static func split(
        _ keys: [GroupKeyForm], _ path: [any CodingKey]
    ) throws -> (by: [String], window: TimeWindow?) {
        var (by, window): ([String], TimeWindow?) = ([], nil)
        for key in keys {
            switch key {
            case .column(let name): by.append(name)
            case .window(let own):
                guard window == nil else {
                    throw PlanDecoding.error(
                        path, "'by' has two windows", hint: "group by one, then by the other in a further groupby")
                }
                window = own
                by.append(own.key)
            }
        }
        return (by, window)
    }

    static func joined(_ by: [String], _ window: TimeWindow?) -> [GroupKeyForm] {
        by.map { name in
            if let window, window.key == name { return .window(window) }
            return .column(name)
        }
    }
}

extension TimeWindow: Codable {
    static let keys = ["key", "size", "slide", "gap", "offset"]

    public init(from decoder: any Decoder) throws {
        let what = "'window'"
        let map = try PlanDecoding.mapping(decoder, of: what, known: Self.keys)
        func span(_ key: String) throws -> TimeSpan? {
            guard let text = try map.value(String.self, key) else { return nil }
            return try PlanDecoding.located(decoder.codingPath + [TextKey(key)]) { () throws(SwiftwaterError) in
                try TimeSpan(parsing: text)
            }
        }
        key = try map.required(String.self, "key", in: what)
        offset = try span("offset") ?? TimeSpan(nanoseconds: 0)
        switch (try span("size"), try span("slide"), try span("gap")) {
        case (let size?, nil, nil): kind = .tumbling(size: size)
        case (let size?, let slide?, nil): kind = .sliding(size: size, slide: slide)
        case (nil, nil, let gap?): kind = .session(gap: gap)
        default:
            throw PlanDecoding.error(
                decoder.codingPath, "'window' needs either 'size', with or without 'slide', or 'gap'",
                hint: "write {key: timestamp, size: 1min}, or {key: timestamp, gap: 5min} for sessions")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try map.put(key, "key")
        switch kind {
        case .tumbling(let size): try map.put(size.description, "size")
        case .sliding(let size, let slide):
            try map.put(size.description, "size")
            try map.put(slide.description, "slide")
        case .session(let gap): try map.put(gap.description, "gap")
        }
        if offset.nanoseconds != 0 { try map.put(offset.description, "offset") }
    }
}
