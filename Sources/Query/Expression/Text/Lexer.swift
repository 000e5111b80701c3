import Columnar

/// A piece of an expression's text.
struct Token {
    enum Kind: Hashable {
        case name(String)
        /// A backquoted column name.
        case quotedName(String)
        /// `@name`.
        case parameter(String)
        case integer(UInt64)
        case float(Double)
        case string(String)
        case bytes([UInt8])
        /// Operators, brackets and punctuation.
        case symbol(String)
        case end
    }

    var kind: Kind
    /// Bytes of the text.
    var range: Range<Int>
}

/// Splits an expression's text into tokens, by Python's rules for names, numbers and strings.
struct Lexer {
    let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    /// Longest first, so that `**` is not two stars.
    private static let symbols: [[UInt8]] = [
        "**", "//", "==", "!=", "<=", ">=", "&&", "||", "<>", "+", "-", "*", "/", "%", "<", ">", "=", "(", ")", "[",
        "]", "{", "}", ",", ".", ":", "&", "|", "~", "^", "!",
    ].map { Array($0.utf8) }

    mutating func next() throws(SwiftwaterError) -> Token {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
        let start = position
        guard position < text.count else { return Token(kind: .end, range: start..<start) }
        let byte = text[position]
        if Self.isNameStart(byte) {
            let word = nameText()
            if position < text.count, text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\"") {
                switch word {
                case "r", "R": return Token(kind: .string(try string(raw: true)), range: start..<position)
                case "b", "B":
                    return Token(kind: .bytes(try quoted(raw: false, bytes: true)), range: start..<position)
                default: break
                }
            }
            return Token(kind: .name(word), range: start..<position)
        }
        let next = position + 1 < text.count ? text[position + 1] : 0
        if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && Self.isDigit(next)) {
            return Token(kind: try number(), range: start..<position)
        }
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return Token(kind: .string(try string(raw: false)), range: start..<position)
        case UInt8(ascii: "`"):
            return Token(kind: .quotedName(try backquoted()), range: start..<position)
        case UInt8(ascii: "@"):
            position += 1
            guard position < text.count, Self.isNameStart(text[position]) else {
                throw failure("expected a parameter's name after '@'", at: start)
            }
            return Token(kind: .parameter(nameText()), range: start..<position)
        default:
            for symbol in Self.symbols where text[position...].starts(with: symbol) {
                position += symbol.count
                return Token(kind: .symbol(String(decoding: symbol, as: UTF8.self)), range: start..<position)
            }
            throw failure("unexpected character '\(character(at: start))'", at: start)
        }
    }

    static func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
            || byte >= 0x80
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private mutating func nameText() -> String {
        let start = position
        while position < text.count, Self.isNameStart(text[position]) || Self.isDigit(text[position]) { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    /// A column's name between backquotes; a doubled backquote stands for one.
    private mutating func backquoted() throws(SwiftwaterError) -> String {
        let start = position
        let quote = text[position]
        var name: [UInt8] = []
        position += 1
        while let end = text[position...].firstIndex(of: quote) {
            name.append(contentsOf: text[position..<end])
            position = end + 1
            guard position < text.count, text[position] == quote else { return try decoded(name, at: start) }
            name.append(quote)
            position += 1
        }
        throw failure("a backquoted name has no closing backquote", at: start)
    }

    private func character(at position: Int) -> Character {
        String(decoding: text[position...].prefix(4), as: UTF8.self).first ?? "?"
    }

    private func decoded(_ bytes: [UInt8], at start: Int) throws(SwiftwaterError) -> String {
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw failure("this is not valid UTF-8", at: start)
        }
        return string
    }

    /// An error at a byte of the text.
    func failure(_ message: String, at offset: Int, hint: String? = nil) -> SwiftwaterError {
        let before = text[..<min(offset, text.count)]
        let lines = before.count { $0 == 0x0A }
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return SwiftwaterError(
            .usage, message, at: .init(line: lines == 0 ? nil : lines + 1, column: offset - lineStart + 1), hint: hint)
    }
}

// MARK: - Numbers

extension Lexer {
    private mutating func number() throws(SwiftwaterError) -> Token.Kind {
        let start = position
        func malformed(_ lexer: Lexer) -> SwiftwaterError {
            lexer.failure(
                "malformed number '\(String(decoding: text[start..<lexer.position], as: UTF8.self))'", at: start)
        }
        if text[position] == UInt8(ascii: "0"), position + 1 < text.count {
            let radixes: [UInt8: Int] = [UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2]
            if let radix = radixes[text[position + 1] | 0x20] {
                position += 2
                let digits = nameOrDigits()
                guard let value = UInt64(digits, radix: radix) else { throw malformed(self) }
                return .integer(value)
            }
        }
        takeDigits()
        var isFloat = false
        // `5.isna()` is not a float: a method's name follows the point.
        if position < text.count, text[position] == UInt8(ascii: ".") {
            let after = position + 1 < text.count ? text[position + 1] : 0
            let exponent =
                after | 0x20 == UInt8(ascii: "e") && position + 2 < text.count
                && (Self.isDigit(text[position + 2]) || text[position + 2] == UInt8(ascii: "-")
                    || text[position + 2] == UInt8(ascii: "+"))
            if !Self.isNameStart(after) || exponent {
                isFloat = true
                position += 1
                takeDigits()
            }
        }
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            var probe = position + 1
            if probe < text.count, text[probe] == UInt8(ascii: "+") || text[probe] == UInt8(ascii: "-") { probe += 1 }
            if probe < text.count, Self.isDigit(text[probe]) {
                isFloat = true
                position = probe
                takeDigits()
            }
        }
        if position < text.count, Self.isNameStart(text[position]) {
            _ = nameText()
            throw malformed(self)
        }
        let digits = String(decoding: text[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if isFloat {
            guard let value = Double(digits) else { throw malformed(self) }
            return .float(value)
        }
        guard let value = UInt64(digits) else {
            throw failure(
                "the integer \(digits) exceeds 64 bits", at: start, hint: "write it as a float: \(digits).0")
        }
        return .integer(value)
    }

    private mutating func takeDigits() {
        while position < text.count, Self.isDigit(text[position]) || text[position] == UInt8(ascii: "_") {
            position += 1
        }
    }

    private mutating func nameOrDigits() -> String {
        let start = position
        while position < text.count, Self.isDigit(text[position]) || Self.isNameStart(text[position]) { position += 1 }
        return String(decoding: text[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }
}

// MARK: - Strings

extension Lexer {
    private mutating func string(raw: Bool) throws(SwiftwaterError) -> String {
        let start = position
        return try decoded(try quoted(raw: raw, bytes: false), at: start)
    }

    /// The bytes of a quoted string with Python's escapes; an unknown escape keeps its backslash, as in Python.
    private mutating func quoted(raw: Bool, bytes: Bool) throws(SwiftwaterError) -> [UInt8] {
        let start = position
        let quote = text[position]
        position += 1
        var result: [UInt8] = []
        while true {
            guard position < text.count else {
                throw failure(
                    "a string has no closing quote", at: start,
                    hint: "close it with \(Character(Unicode.Scalar(quote)))")
            }
            let byte = text[position]
            position += 1
            if byte == quote { return result }
            guard byte == UInt8(ascii: "\\"), position < text.count else {
                result.append(byte)
                continue
            }
            if raw {
                result.append(byte)
                result.append(text[position])
                position += 1
            } else {
                try escape(into: &result, bytes: bytes)
            }
        }
    }

    private mutating func escape(into result: inout [UInt8], bytes: Bool) throws(SwiftwaterError) {
        let letter = text[position]
        position += 1
        switch letter {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "a"): result.append(0x07)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "v"): result.append(0x0B)
        case UInt8(ascii: "0"): result.append(0x00)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(letter)
        case 0x0A: break
        case UInt8(ascii: "x"): try codePoint(digits: 2, into: &result, bytes: bytes)
        case UInt8(ascii: "u") where !bytes: try codePoint(digits: 4, into: &result, bytes: false)
        case UInt8(ascii: "U") where !bytes: try codePoint(digits: 8, into: &result, bytes: false)
        default:
            result.append(UInt8(ascii: "\\"))
            result.append(letter)
        }
    }

    private mutating func codePoint(digits: Int, into result: inout [UInt8], bytes: Bool) throws(SwiftwaterError) {
        let start = position - 2
        let end = position + digits
        guard end <= text.count, text[position..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: text[position..<end], as: UTF8.self), radix: 16)
        else { throw failure("an escape needs \(digits) hexadecimal digits", at: start) }
        position = end
        if bytes {
            result.append(UInt8(truncatingIfNeeded: value))
        } else {
            guard let scalar = Unicode.Scalar(value) else {
                throw failure("an escape names no character", at: start)
            }
            result.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
    }
}
