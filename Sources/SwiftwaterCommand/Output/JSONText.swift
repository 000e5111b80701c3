/// A JSON value to print, with its keys in order.
indirect enum JSONText {
    case null
    case bool(Bool)
    case int(Int)
    case unsigned(UInt64)
    case float(Double)
    case string(String)
    case list([JSONText])
    case object(KeyValuePairs<String, JSONText>)
    case members([(key: String, value: JSONText)])

    static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
    static func optional(_ number: Int?) -> JSONText { number.map { .int($0) } ?? .null }

    /// On one line.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .float(let value): value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.quoted(value)
        case .list(let items): "[\(items.map(\.text).joined(separator: ","))]"
        case .object(let members): Self.object(members.map { ($0.key, $0.value) })
        case .members(let members): Self.object(members)
        }
    }

    private static func object(_ members: [(key: String, value: JSONText)]) -> String {
        "{\(members.map { "\(quoted($0.key)):\($0.value.text)" }.joined(separator: ","))}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
