package import Columnar

extension JSONValue {
    /// The value that `bytes` hold. Throws a `data` error that names `name`, what the bytes are called.
    package init(parsing bytes: [UInt8], name: String) throws(SwiftwaterError) {
        var parser = Parser(bytes: bytes, name: name)
        self = try parser.value(depth: 0)
        parser.skipSpaces()
        if parser.place < bytes.count { throw parser.failure("there is text after the value") }
    }

    private struct Parser {
        let bytes: [UInt8]
        let name: String
        var place = 0

        func failure(_ reason: String) -> SwiftwaterError {
            SwiftwaterError(.data, "'\(name)' is not the JSON it should be: \(reason) (byte \(place + 1))")
        }

        var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

        mutating func skipSpaces() {
            while [0x20, 0x0A, 0x0D, 0x09].contains(next) { place += 1 }
        }

        mutating func expect(_ byte: UInt8) throws(SwiftwaterError) {
            guard next == byte else { throw failure("expected '\(Character(UnicodeScalar(byte)))'") }
            place += 1
        }

        mutating func value(depth: Int) throws(SwiftwaterError) -> JSONValue {
            if depth > 64 { throw failure("it nests too deep") }
            skipSpaces()
            switch next {
            case UInt8(ascii: "{"): return try object(depth)
            case UInt8(ascii: "["): return try list(depth)
            case UInt8(ascii: "\""): return .string(try text())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        mutating func object(_ depth: Int) throws(SwiftwaterError) -> JSONValue {
            var members: [Member] = []
            place += 1
            skipSpaces()
            if next == UInt8(ascii: "}") {
                place += 1
                return .object([])
            }
            while true {
                skipSpaces()
                let name = try text()
                skipSpaces()
                try expect(UInt8(ascii: ":"))
                members.append(Member(name, try value(depth: depth + 1)))
                skipSpaces()
                if next == UInt8(ascii: "}") { break }
                try expect(UInt8(ascii: ","))
            }
            place += 1
            return .object(members)
        }

        mutating func list(_ depth: Int) throws(SwiftwaterError) -> JSONValue {
            var values: [JSONValue] = []
            place += 1
            skipSpaces()
            if next == UInt8(ascii: "]") {
                place += 1
                return .array([])
            }
            while true {
                values.append(try value(depth: depth + 1))
                skipSpaces()
                if next == UInt8(ascii: "]") { break }
                try expect(UInt8(ascii: ","))
            }
            place += 1
            return .array(values)
        }

        mutating func word(_ word: String, _ value: JSONValue) throws(SwiftwaterError) -> JSONValue {
            guard bytes[place...].starts(with: word.utf8) else { throw failure("expected a value") }
            place += word.utf8.count
            return value
        }

        mutating func number() throws(SwiftwaterError) -> JSONValue {
            let start = place
            while "+-.0123456789eE".utf8.contains(next), place < bytes.count { place += 1 }
            let text = String(decoding: bytes[start..<place], as: UTF8.self)
            if let value = Int64(text) { return .int(value) }
            guard let value = Double(text) else { throw failure("expected a value") }
            return .double(value)
        }

        mutating func text() throws(SwiftwaterError) -> String {
            try expect(UInt8(ascii: "\""))
            var characters: [UInt8] = []
            while true {
                guard place < bytes.count else { throw failure("a string does not end") }
                let byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: characters, as: UTF8.self) }
                guard byte == UInt8(ascii: "\\") else {
                    characters.append(byte)
                    continue
                }
                let escaped = next
                place += 1
                switch escaped {
                case UInt8(ascii: "n"): characters.append(0x0A)
                case UInt8(ascii: "r"): characters.append(0x0D)
                case UInt8(ascii: "t"): characters.append(0x09)
                case UInt8(ascii: "b"): characters.append(0x08)
                case UInt8(ascii: "f"): characters.append(0x0C)
                case UInt8(ascii: "u"): try unicode(into: &characters)
                default: characters.append(escaped)
                }
            }
        }

        private mutating func unit() throws(SwiftwaterError) -> UInt32 {
            guard place + 4 <= bytes.count,
                let value = UInt32(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
            else { throw failure("a bad escape in a string") }
            place += 4
            return value
        }

        private mutating func unicode(into characters: inout [UInt8]) throws(SwiftwaterError) {
            var value = try unit()
            if value & 0xFC00 == 0xD800, bytes[place...].starts(with: "\\u".utf8) {
                place += 2
                value = 0x10000 + (value & 0x3FF) << 10 + (try unit()) & 0x3FF
            }
            guard let scalar = UnicodeScalar(value) else { throw failure("a bad escape in a string") }
            characters += Array(String(Character(scalar)).utf8)
        }
    }
}
