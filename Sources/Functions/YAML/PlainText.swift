import Columnar
import Formats

/// What a text without quotes means: YAML 1.2's core schema, for function files and for `--set`.
enum PlainText {
    static func scalar(_ text: String) -> Scalar {
        switch text {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case "", "~", "null", "Null", "NULL": return .null
        case ".inf", "+.inf", ".Inf", "+.Inf": return .float(.infinity)
        case "-.inf", "-.Inf": return .float(-.infinity)
        case ".nan", ".NaN", ".NAN": return .float(.nan)
        default: break
        }
        guard let first = text.utf8.first, first <= UInt8(ascii: "9") else { return .string(text) }
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            if let value = Int64(text) { return .int(value) }
            if let value = UInt64(text) { return .uint(value) }
        }
        if isNumber(digits), let value = NumberText.double(String(text.drop { $0 == "+" })) { return .float(value) }
        return .string(text)
    }

    /// Digits with a point or an exponent: not the words and letters that other grammars take for numbers.
    private static func isNumber(_ digits: Substring) -> Bool {
        guard let first = digits.utf8.first, first == UInt8(ascii: ".") || isDigit(first) else { return false }
        return digits.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isWord(_ text: String) -> Bool {
        text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 >= 0x41 }
    }
}
