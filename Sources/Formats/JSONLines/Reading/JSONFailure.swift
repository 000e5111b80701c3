import Columnar

/// Why a line is not a row.
enum JSONFailure {
    case expectedObject, expectedKey, expectedColon, expectedValue
    case expectedCommaOrBrace, expectedCommaOrBracket, trailingText
    case badNumber, numberTooLarge
    case controlCharacter, badEscape, badSurrogate, badUTF8, unterminatedString
    case tooDeep
    /// A valid value that does not fit its column.
    case mismatch(column: String, type: DataType, found: String)
    /// A key that an inferred schema does not have.
    case newKey

    /// True when the line may be valid JSON that an inferred schema has to be widened for.
    var mayWiden: Bool {
        switch self {
        case .mismatch, .newKey, .numberTooLarge: true
        default: false
        }
    }

    var reason: String {
        switch self {
        case .expectedObject: "expected '{': a line must be one JSON object"
        case .expectedKey: "expected a key in double quotes"
        case .expectedColon: "expected ':' after the key"
        case .expectedValue: "expected a value"
        case .expectedCommaOrBrace: "expected ',' or '}'"
        case .expectedCommaOrBracket: "expected ',' or ']'"
        case .trailingText: "unexpected text after the object"
        case .badNumber: "malformed number"
        case .numberTooLarge: "number too large for a float64"
        case .controlCharacter: "unescaped control character in a string"
        case .badEscape: "unknown escape in a string"
        case .badSurrogate: "unpaired surrogate in a string"
        case .badUTF8: "invalid UTF-8 in a string"
        case .unterminatedString: "unterminated string"
        case .tooDeep: "objects and arrays nest deeper than \(JSONText.maximumDepth)"
        case .mismatch(let column, let type, let found): "column '\(column)' is \(type), found \(found)"
        case .newKey: "a key that the inferred schema does not have"
        }
    }
}

/// What one reader's parsers share: the failure of the current line and the memory for unescaped strings.
final class JSONContext {
    private(set) var failure: JSONFailure?
    private(set) var failurePosition: UnsafePointer<UInt8>?
    private var scratch = BufferBuilder<UInt8>(capacity: 256)

    /// Notes a failure; nil, for parsers to return.
    @inline(never)
    func fail(at position: UnsafePointer<UInt8>, _ failure: JSONFailure) -> UnsafePointer<UInt8>? {
        self.failure = failure
        failurePosition = position
        return nil
    }

    func clear() {
        failure = nil
        failurePosition = nil
    }

    /// A string's characters, in the input or in this context's memory until the next call.
    struct Text {
        var bytes: UnsafePointer<UInt8>
        var count: Int
        /// The first byte after the closing quote.
        var after: UnsafePointer<UInt8>
    }

    /// Reads a string with escapes or non-ASCII characters, from after its opening quote: validates UTF-8, unescapes.
    func string(from start: UnsafePointer<UInt8>) -> Text? {
        var p = start
        var copied = false
        var plain = start
        scratch.count = 0
        while true {
            p = JSONText.plainStringEnd(p)
            switch p.pointee {
            case UInt8(ascii: "\""):
                if !copied { return Text(bytes: start, count: p - start, after: p + 1) }
                scratch.append(contentsOf: UnsafeBufferPointer(start: plain, count: p - plain))
                // Readers of the text load whole words.
                scratch.reserve(32)
                return Text(bytes: scratch.pointer, count: scratch.count, after: p + 1)
            case UInt8(ascii: "\\"):
                copied = true
                scratch.append(contentsOf: UnsafeBufferPointer(start: plain, count: p - plain))
                guard let after = unescape(p) else { return nil }
                p = after
                plain = p
            case 0x80...:
                let length = UTF8Sequence.length(p)
                if length == 0 {
                    _ = fail(at: p, .badUTF8)
                    return nil
                }
                p += length
            case 0x0A:
                _ = fail(at: start - 1, .unterminatedString)
                return nil
            default:
                _ = fail(at: p, .controlCharacter)
                return nil
            }
        }
    }

    /// Appends the character of the escape at `p` to the scratch memory.
    private func unescape(_ p: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        switch p[1] {
        case UInt8(ascii: "\""): scratch.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): scratch.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): scratch.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            guard let unit = hexadecimal(p + 2) else { return fail(at: p, .badEscape) }
            if unit & 0xFC00 == 0xD800 {
                guard p[6] == UInt8(ascii: "\\"), p[7] == UInt8(ascii: "u"), let low = hexadecimal(p + 8),
                    low & 0xFC00 == 0xDC00
                else { return fail(at: p, .badSurrogate) }
                append(scalar: 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
                return p + 12
            }
            if unit & 0xFC00 == 0xDC00 { return fail(at: p, .badSurrogate) }
            append(scalar: unit)
            return p + 6
        default: return fail(at: p, .badEscape)
        }
        return p + 2
    }

    private func hexadecimal(_ p: UnsafePointer<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            let digit: UInt8
            switch p[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = p[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = p[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = p[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private func append(scalar: UInt32) {
        if scalar < 0x80 {
            scratch.append(UInt8(scalar))
        } else if scalar < 0x800 {
            scratch.append(UInt8(0xC0 | scalar >> 6))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        } else if scalar < 0x10000 {
            scratch.append(UInt8(0xE0 | scalar >> 12))
            scratch.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        } else {
            scratch.append(UInt8(0xF0 | scalar >> 18))
            scratch.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            scratch.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
