import CSwiftwater

/// The pieces of JSON's grammar (RFC 8259) that need no output: white space, strings' ends, values to pass over.
///
/// All functions read from a line that ends with a line feed, which no token of JSON contains, so that none of them
/// can run past it; the buffer has `InputBlock.padding` readable bytes after its last line.
enum JSONText {
    /// How deep objects and arrays may nest.
    static let maximumDepth = 512

    /// The first byte from `p` that is not white space. A line feed is none here: it ends the line.
    @inline(__always)
    static func skipSpaces(_ p: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        if p.pointee > 0x20 { return p }
        return skipMoreSpaces(p)
    }

    @inline(never)
    private static func skipMoreSpaces(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var p = start
        while p.pointee == 0x20 || p.pointee == 0x09 || p.pointee == 0x0D { p += 1 }
        return p
    }

    /// The closing quote of a string of plain ASCII that starts at `start` (after its opening quote), or the first
    /// byte that needs a closer look: a backslash, a control character or a non-ASCII character.
    @inline(__always)
    static func plainStringEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var p = start
        while true {
            let stops = sw_json_string_stops(p)
            if stops != 0 { return p + stops.trailingZeroBitCount }
            p += 16
        }
    }

    /// Passes over a value of any kind, validating it. Returns the first byte after it, or nil with the failure noted.
    static func skipValue(
        _ start: UnsafePointer<UInt8>, depth: Int, _ context: JSONContext
    ) -> UnsafePointer<UInt8>? {
        switch start.pointee {
        case UInt8(ascii: "\""):
            let end = plainStringEnd(start + 1)
            if end.pointee == UInt8(ascii: "\"") { return end + 1 }
            return context.string(from: start + 1)?.after
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return skipContainer(start, depth: depth, context)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return skipNumber(start, context)
        default:
            if let end = literal(start) { return end }
            return context.fail(at: start, .expectedValue)
        }
    }

    /// The end of `true`, `false` or `null` at `p`, or nil.
    @inline(__always)
    static func literal(_ p: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        let word = UnsafeRawPointer(p).loadUnaligned(as: UInt32.self).littleEndian
        if word == 0x6C6C_756E || word == 0x6575_7274 { return p + 4 }
        if word == 0x736C_6166, p[4] == UInt8(ascii: "e") { return p + 5 }
        return nil
    }

    @inline(__always)
    static func isNull(_ p: UnsafePointer<UInt8>) -> Bool {
        UnsafeRawPointer(p).loadUnaligned(as: UInt32.self).littleEndian == 0x6C6C_756E
    }

    @inline(__always)
    static func skipDigits(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var p = start
        while true {
            let count = Digits.leadingCount(Digits.word(p))
            p += count
            if count < 8 { return p }
        }
    }

    static func skipNumber(_ start: UnsafePointer<UInt8>, _ context: JSONContext) -> UnsafePointer<UInt8>? {
        var p = start
        if p.pointee == UInt8(ascii: "-") { p += 1 }
        let integer = p
        p = skipDigits(p)
        if p == integer || (integer.pointee == UInt8(ascii: "0") && p - integer > 1) {
            return context.fail(at: start, .badNumber)
        }
        if p.pointee == UInt8(ascii: ".") {
            let fraction = p + 1
            p = skipDigits(fraction)
            if p == fraction { return context.fail(at: start, .badNumber) }
        }
        if p.pointee | 0x20 == UInt8(ascii: "e") {
            p += 1
            if p.pointee == UInt8(ascii: "-") || p.pointee == UInt8(ascii: "+") { p += 1 }
            let exponent = p
            p = skipDigits(p)
            if p == exponent { return context.fail(at: start, .badNumber) }
        }
        return p
    }

    private static func skipContainer(
        _ start: UnsafePointer<UInt8>, depth: Int, _ context: JSONContext
    ) -> UnsafePointer<UInt8>? {
        guard depth < maximumDepth else { return context.fail(at: start, .tooDeep) }
        let isObject = start.pointee == UInt8(ascii: "{")
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        var p = skipSpaces(start + 1)
        if p.pointee == close { return p + 1 }
        while true {
            if isObject {
                guard p.pointee == UInt8(ascii: "\"") else { return context.fail(at: p, .expectedKey) }
                let end = plainStringEnd(p + 1)
                if end.pointee == UInt8(ascii: "\"") {
                    p = end + 1
                } else {
                    guard let key = context.string(from: p + 1) else { return nil }
                    p = key.after
                }
                p = skipSpaces(p)
                guard p.pointee == UInt8(ascii: ":") else { return context.fail(at: p, .expectedColon) }
                p = skipSpaces(p + 1)
            }
            guard let after = skipValue(p, depth: depth + 1, context) else { return nil }
            p = skipSpaces(after)
            if p.pointee == UInt8(ascii: ",") {
                p = skipSpaces(p + 1)
            } else if p.pointee == close {
                return p + 1
            } else {
                return context.fail(at: p, isObject ? .expectedCommaOrBrace : .expectedCommaOrBracket)
            }
        }
    }
}
