import Columnar

/// JSON texts that the library gives out.
enum JSONWriter {
    enum Value {
        case string(String)
        case int(Int)
        case float(Double)
        /// A text that is JSON already.
        case raw(String)

        var text: String {
            switch self {
            case .string(let text): quoted(text)
            case .int(let value): "\(value)"
            case .float(let value): value.isFinite ? "\(value)" : "null"
            case .raw(let text): text
            }
        }
    }

    /// An object's members in order.
    struct Members {
        private var parts: [String] = []

        mutating func add(_ name: String, _ value: Value) { parts.append("\(quoted(name)):\(value.text)") }
        var text: String { "{\(parts.joined(separator: ","))}" }
    }

    static func list(_ items: some Sequence<String>) -> String { "[\(items.joined(separator: ","))]" }

    /// `[["company","string"]]`.
    static func columns(_ schema: Schema) -> String {
        list(schema.fields.map { "[\(quoted($0.name)),\(quoted($0.type.description))]" })
    }

    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        bytes.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                bytes += "\\u00".utf8
                bytes += [UInt8(ascii: "0") + byte >> 4, Array("0123456789abcdef".utf8)[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }
}
