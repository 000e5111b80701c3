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
        // One to seven integer digits, a point, no exponent, fifteen digits in all: what logs are full of. The number
        // of digits varies from value to value, so it steers shifts and products here, not branches.
        if UInt(bitPattern: integerDigits &- 1) < 7, p[integerDigits] == UInt8(ascii: "."),
            integerDigits == 1 || p.pointee != UInt8(ascii: "0")
        {
            // The first eight digits, the point left out: the bytes after it come from one byte further on.
            let beforePoint = (1 as UInt64) &<< UInt64(truncatingIfNeeded: integerDigits &* 8) &- 1
            let head = (first & beforePoint) | (Digits.word(p + 1) & ~beforePoint)
            let tail = Digits.word(p + 9)
            let headDigits = Digits.leadingCount(head)
            let tailDigits = headDigits == 8 ? Digits.leadingCount(tail) : 0
            let digits = headDigits &+ tailDigits
            let end = p + (digits &+ 1)
            let mantissa =
                Digits.value(head, count: headDigits) &* sw_integer_power_of_ten(Int64(tailDigits))
                &+ Digits.value(tail, count: tailDigits)
            // Fifteen digits are an exact double, and so is the power of ten: the quotient is correctly rounded.
            if digits <= 15, digits > integerDigits, end.pointee | 0x20 != UInt8(ascii: "e") {
                let magnitude =
                    Double(Int64(bitPattern: mantissa)) / sw_exact_power_of_ten(Int64(digits &- integerDigits))
                value = Double(bitPattern: magnitude.bitPattern | (negative ? 1 << 63 : 0))
                return end
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
