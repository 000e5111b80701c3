extension DataType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .float32: "float32"
        case .float64: "float64"
        case .string: "string"
        case .binary: "binary"
        case .date: "date"
        case .timestamp(let unit, nil): "timestamp[\(unit.rawValue)]"
        case .timestamp(let unit, let zone?): "timestamp[\(unit.rawValue), \(zone)]"
        case .duration(let unit): "duration[\(unit.rawValue)]"
        case .list(let element): "list<\(element)>"
        case .structure(let fields): "struct<\(fields.map { "\($0.name): \($0.type)" }.joined(separator: ", "))>"
        case .dictionary(let values): "dictionary<\(values)>"
        }
    }

    private static let simple: [String: DataType] = {
        let types: [DataType] = [
            .null, .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
            .string, .binary, .date, .timestamp(.nanosecond, zone: nil), .duration(.nanosecond),
        ]
        var byName = Swift.Dictionary(uniqueKeysWithValues: types.map { ($0.description, $0) })
        // Names that pandas and Arrow use for the same types.
        byName["int"] = .int64
        byName["float"] = .float64
        byName["double"] = .float64
        byName["boolean"] = .bool
        byName["str"] = .string
        byName["object"] = .string
        byName["date32"] = .date
        byName["category"] = .dictionary(.string)
        byName["datetime64[ns]"] = .timestamp(.nanosecond, zone: nil)
        byName["timestamp"] = .timestamp(.millisecond, zone: nil)
        return byName
    }()

    /// Parses the text form. Throws a `usage` error that names the part it did not understand.
    public init(_ text: String) throws(SwiftwaterError) {
        var parser = TypeParser(rest: text[...])
        self = try parser.type()
        parser.skipSpaces()
        guard parser.rest.isEmpty else {
            throw SwiftwaterError(.usage, "unexpected '\(parser.rest)' after the type in '\(text)'")
        }
    }

    /// A recursive-descent parser of the text form.
    private struct TypeParser {
        var rest: Substring

        mutating func skipSpaces() { rest = rest.drop { $0 == " " } }

        mutating func take(_ character: Character) -> Bool {
            skipSpaces()
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func expect(_ character: Character) throws(SwiftwaterError) {
            guard take(character) else {
                throw SwiftwaterError(.usage, "expected '\(character)' before '\(rest)' in a type")
            }
        }

        mutating func name(until stops: String) -> String {
            skipSpaces()
            let word = rest.prefix { !stops.contains($0) }
            rest = rest.dropFirst(word.count)
            return String(word.reversed().drop { $0 == " " }.reversed())
        }

        mutating func type() throws(SwiftwaterError) -> DataType {
            let word = name(until: "<>[],: ")
            switch word {
            case "list":
                try expect("<")
                let element = try type()
                try expect(">")
                return .list(element)
            case "dictionary":
                try expect("<")
                let values = try type()
                try expect(">")
                return .dictionary(values)
            case "struct":
                try expect("<")
                var fields: [Field] = []
                if take(">") { return .structure([]) }
                repeat {
                    let fieldName = name(until: ":<>")
                    try expect(":")
                    fields.append(Field(fieldName, try type()))
                } while take(",")
                try expect(">")
                return .structure(fields)
            case "timestamp", "duration", "datetime64", "timedelta64":
                guard take("[") else { return try DataType.named(word) }
                let unitName = name(until: ",]")
                guard let unit = TimeUnit(rawValue: unitName) else {
                    throw SwiftwaterError(
                        .usage, "unknown time unit '\(unitName)' in a type", hint: "use s, ms, us or ns")
                }
                let zone: String? = take(",") ? name(until: "]") : nil
                try expect("]")
                return word == "duration" || word == "timedelta64" ? .duration(unit) : .timestamp(unit, zone: zone)
            default:
                return try DataType.named(word)
            }
        }
    }

    private static func named(_ word: String) throws(SwiftwaterError) -> DataType {
        if let type = simple[word] { return type }
        let near = SwiftwaterError.nearest(word, among: simple.keys.sorted())
        throw SwiftwaterError(
            .usage, "unknown type '\(word)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "types are bool, int64, float64, string, timestamp[ms], …")
    }
}

extension DataType: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
