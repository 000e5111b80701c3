import CSwiftwater

/// Numbers from text, as the JSON and CSV readers need them: short common forms at once, the rest by `Decimal`.
///
/// All take a pointer into a buffer with at least 32 readable bytes after the number's end, and a text that ends with a
/// byte that is no part of a number. A parser returns the first byte after the number, or nil when there is none.
enum NumberParsing {
    /// A number in JSON's grammar as the nearest double.
    @inline(__always)
    static func double(
        _ start: UnsafePointer<UInt8>, into value: inout Double
    ) -> UnsafePointer<UInt8>? {
        let negative = start.pointee == UInt8(ascii: "-")
        let p = start + (negative ? 1 : 0)
        let first = Digits.word(p)
        let integerDigits = Digits.leadingCount(first)
        // One to seven integer digits, a point, one to eleven decimals, no exponent: what logs are full of.
        if UInt(bitPattern: integerDigits &- 1) < 7, p[integerDigits] == UInt8(ascii: "."),
            integerDigits == 1 || p.pointee != UInt8(ascii: "0")
        {
            let integer = Digits.value(first, count: integerDigits)
            let q = p + (integerDigits &+ 1)
            let second = Digits.word(q)
            let decimals = Digits.leadingCount(second)
            if decimals == 8 {
                let third = Digits.word(q + 8)
                let more = Digits.leadingCount(third)
                let end = q + (8 &+ more)
                let mantissa = (integer &* 100_000_000 &+ Digits.value(second, count: 8))
                // Up to 7 + 8 + 7 digits; above 2^53 the slow path rounds.
                if more < 8, end.pointee | 0x20 != UInt8(ascii: "e") {
                    let tail = more == 0 ? 0 : Digits.value(third, count: more)
                    let (scaled, overflow) = mantissa.multipliedReportingOverflow(
                        by: sw_integer_power_of_ten(Int64(more)))
                    let all = scaled &+ tail
                    if !overflow, all <= 1 << 53 {
                        let magnitude = Double(Int64(bitPattern: all)) / sw_exact_power_of_ten(Int64(8 &+ more))
                        value = negative ? -magnitude : magnitude
                        return end
                    }
                }
            } else if decimals > 0 {
                let end = q + decimals
                if end.pointee | 0x20 != UInt8(ascii: "e") {
                    let all =
                        integer &* sw_integer_power_of_ten(Int64(decimals)) &+ Digits.value(second, count: decimals)
                    let magnitude = Double(Int64(bitPattern: all)) / sw_exact_power_of_ten(Int64(decimals))
                    value = negative ? -magnitude : magnitude
                    return end
                }
            }
        }
        return anyDouble(start, into: &value)
    }

    /// Every other number. An infinite result is a number too large for a double, which the caller may refuse.
    @inline(never)
    static func anyDouble(
        _ start: UnsafePointer<UInt8>, grammar: Decimal.Grammar = .json, into value: inout Double
    ) -> UnsafePointer<UInt8>? {
        guard let (decimal, end) = Decimal.parse(start, grammar: grammar) else { return nil }
        value = decimal.double(text: start, end: end)
        return end
    }

    /// What an integer parser found.
    enum IntegerResult {
        case value
        /// A number, but with a fraction or an exponent.
        case notAnInteger
        /// An integer that the type does not hold.
        case outOfRange
        /// No number.
        case none
    }

    /// An integer in JSON's grammar.
    @inline(__always)
    static func int64(
        _ start: UnsafePointer<UInt8>, into value: inout Int64, end: inout UnsafePointer<UInt8>
    ) -> IntegerResult {
        let negative = start.pointee == UInt8(ascii: "-")
        let p = start + (negative ? 1 : 0)
        let first = Digits.word(p)
        let digits = Digits.leadingCount(first)
        var magnitude: UInt64
        var q: UnsafePointer<UInt8>
        if digits < 8 {
            if digits == 0 { return .none }
            magnitude = Digits.value(first, count: digits)
            q = p + digits
        } else {
            let second = Digits.word(p + 8)
            let more = Digits.leadingCount(second)
            if more == 8 { return anyInt64(start, into: &value, end: &end) }
            let tail = more == 0 ? 0 : Digits.value(second, count: more)
            magnitude = Digits.value(first, count: 8) &* sw_integer_power_of_ten(Int64(more)) &+ tail
            q = p + (8 &+ more)
        }
        let stop = q.pointee
        if stop == UInt8(ascii: ".") || stop | 0x20 == UInt8(ascii: "e")
            || (p.pointee == UInt8(ascii: "0") && q - p > 1)
        {
            return anyInt64(start, into: &value, end: &end)
        }
        value = negative ? 0 &- Int64(bitPattern: magnitude) : Int64(bitPattern: magnitude)
        end = q
        return .value
    }

    @inline(never)
    static func anyInt64(
        _ start: UnsafePointer<UInt8>, grammar: Decimal.Grammar = .json, into value: inout Int64,
        end: inout UnsafePointer<UInt8>
    ) -> IntegerResult {
        var magnitude: UInt64 = 0
        var negative = false
        let result = integer(start, grammar, &magnitude, &negative, &end)
        guard result == .value else { return result }
        if negative {
            guard magnitude <= UInt64(1) << 63 else { return .outOfRange }
            value = Int64(truncatingIfNeeded: 0 &- magnitude)
        } else {
            guard magnitude < UInt64(1) << 63 else { return .outOfRange }
            value = Int64(magnitude)
        }
        return .value
    }

    @inline(never)
    static func uint64(
        _ start: UnsafePointer<UInt8>, grammar: Decimal.Grammar = .json, into value: inout UInt64,
        end: inout UnsafePointer<UInt8>
    ) -> IntegerResult {
        var negative = false
        let result = integer(start, grammar, &value, &negative, &end)
        guard result == .value else { return result }
        return negative && value != 0 ? .outOfRange : .value
    }

    private static func integer(
        _ start: UnsafePointer<UInt8>, _ grammar: Decimal.Grammar, _ magnitude: inout UInt64, _ negative: inout Bool,
        _ end: inout UnsafePointer<UInt8>
    ) -> IntegerResult {
        guard let (decimal, after) = Decimal.parse(start, grammar: grammar) else { return .none }
        end = after
        guard decimal.isInteger else { return .notAnInteger }
        negative = decimal.negative
        magnitude = decimal.mantissa
        if decimal.exponent == 0 { return .value }
        // A twentieth digit may still fit an unsigned integer.
        guard decimal.exponent == 1 else { return .outOfRange }
        let digit = UInt64((after - 1).pointee &- UInt8(ascii: "0"))
        let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(digit)
        if overflow || carry { return .outOfRange }
        magnitude = sum
        return .value
    }
}
