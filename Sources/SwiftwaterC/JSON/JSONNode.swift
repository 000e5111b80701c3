/// A value of a JSON text, with the members of objects in their order.
///
/// Foundation's decoder loses that order, and is larger than the engine.
indirect enum JSONNode: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case float(Double)
    case string(String)
    case list([JSONNode])
    case object([(key: String, value: JSONNode)])

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): "the text '\(value)'"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
