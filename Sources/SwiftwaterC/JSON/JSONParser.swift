import Columnar
import Formats

/// Parses a JSON text (RFC 8259). Python's `NaN`, `Infinity` and `-Infinity` are numbers too.
struct JSONParser {
    private static let deepest = 256

    private var bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    static func parse(_ text: UnsafePointer<CChar>) throws(SwiftwaterError) -> JSONNode {
        var count = 0
        while text[count] != 0 { count += 1 }
        let bytes = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
        var parser = JSONParser(bytes: UnsafeBufferPointer(start: bytes, count: count))
        let node = try parser.value()
        parser.skipSpaces()
        guard parser.position == count else { throw parser.unexpected("the end") }
        return node
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private func unexpected(_ wanted: String) -> SwiftwaterError {
        SwiftwaterError(.usage, "not a JSON text: \(wanted) is expected at byte \(position + 1)")
    }

    private mutating func skipSpaces() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    }

    /// The next byte that is no space, not taken; 0 at the end.
    private mutating func peek() -> UInt8 {
        skipSpaces()
        return position < bytes.count ? bytes[position] : 0
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
        position += count
        return true
    }

    private mutating func value() throws(SwiftwaterError) -> JSONNode {
        switch peek() {
        case UInt8(ascii: "{"):
            return .object(try nested { parser throws(SwiftwaterError) in try parser.members() })
        case UInt8(ascii: "["):
            return .list(try nested { parser throws(SwiftwaterError) in try parser.items() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): if take(word: "true") { return .bool(true) }
        case UInt8(ascii: "f"): if take(word: "false") { return .bool(false) }
        case UInt8(ascii: "n"): if take(word: "null") { return .null }
        case UInt8(ascii: "N"): if take(word: "NaN") { return .float(.nan) }
        case UInt8(ascii: "I"): if take(word: "Infinity") { return .float(.infinity) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return take(word: "-Infinity") ? .float(-.infinity) : try number()
        default: break
        }
        throw unexpected("a value")
    }

    private mutating func nested<T>(
        _ body: (inout JSONParser) throws(SwiftwaterError) -> T
    ) throws(SwiftwaterError) -> T {
        depth += 1
        guard depth <= Self.deepest else {
            throw SwiftwaterError(.usage, "the JSON text is nested deeper than \(Self.deepest) levels")
        }
        position += 1
        let result = try body(&self)
        depth -= 1
        return result
    }

    private mutating func members() throws(SwiftwaterError) -> [(key: String, value: JSONNode)] {
        var members: [(key: String, value: JSONNode)] = []
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            members.append((key, try value()))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw unexpected("',' or '}'") }
        return members
    }

    private mutating func items() throws(SwiftwaterError) -> [JSONNode] {
        var items: [JSONNode] = []
        if take(UInt8(ascii: "]")) { return items }
        repeat { items.append(try value()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw unexpected("',' or ']'") }
        return items
    }

    private mutating func number() throws(SwiftwaterError) -> JSONNode {
        let start = position
        while position < bytes.count, Self.isNumberPart(bytes[position]) { position += 1 }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        // Only JSON's own grammar: the double's parser refuses "01" and "1.".
        guard let float = NumberText.double(text, json: true) else {
            position = start
            throw unexpected("a number")
        }
        if let value = Int64(text), text != "-0" { return .int(value) }
        if let value = UInt64(text) { return .uint(value) }
        return .float(float)
    }

    private static func isNumberPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    // MARK: Strings

    private mutating func string() throws(SwiftwaterError) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
            bytes[position] != UInt8(ascii: "\\")
        {
            position += 1
        }
        let plain = UnsafeBufferPointer(rebasing: bytes[start..<position])
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            position += 1
            guard let text = String(validating: plain, as: UTF8.self) else { throw Self.notUTF8 }
            return text
        }
        var unescaped = Array(plain)
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else { throw Self.notUTF8 }
                return text
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw unexpected("an escape for the control character before this,")
            default: unescaped.append(byte)
            }
        }
        throw unexpected("the end of a text")
    }

    private static var notUTF8: SwiftwaterError { SwiftwaterError(.usage, "a text in the JSON is not UTF-8") }

    private mutating func escape(into target: inout [UInt8]) throws(SwiftwaterError) {
        guard position < bytes.count else { throw unexpected("an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): target.append(byte)
        case UInt8(ascii: "b"): target.append(0x08)
        case UInt8(ascii: "f"): target.append(0x0C)
        case UInt8(ascii: "n"): target.append(0x0A)
        case UInt8(ascii: "r"): target.append(0x0D)
        case UInt8(ascii: "t"): target.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), take(word: "\\u") {
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw unexpected("the second half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw unexpected("a pair of surrogates") }
            target.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default:
            position -= 1
            throw unexpected("an escape")
        }
    }

    private mutating func hexadecimal() throws(SwiftwaterError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
        var code: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
        }
        position += 4
        return code
    }
}
