/// A decimal number as text gives it: a sign, up to 19 significant digits and a power of ten.
///
/// Grammar (RFC 8259, section 6): an optional minus, digits without a leading zero, an optional fraction,
/// an optional exponent. `csv` relaxes it: a leading plus, leading zeros, `.5` and `5.`.
struct Decimal {
    var negative = false
    /// The first 19 significant digits.
    var mantissa: UInt64 = 0
    /// The value is `mantissa * 10^exponent`, when `truncated` is false.
    var exponent = 0
    /// Further nonzero digits were left out.
    var truncated = false
    /// There was a fraction or an exponent.
    var isInteger = true
    /// There was at least one integer digit that is not a leading zero beyond 19: the integer does not fit 64 bits.
    var overflowsInteger = false

    enum Grammar { case json, csv }

    /// Reads a number at `start`; nil when there is none. The text must end with a byte that is no part of a number.
    /// - Returns: the number and the first byte after it.
    @inline(never)
    static func parse(
        _ start: UnsafePointer<UInt8>, grammar: Grammar
    ) -> (decimal: Decimal, end: UnsafePointer<UInt8>)? {
        var decimal = Decimal()
        var p = start
        if p.pointee == UInt8(ascii: "-") {
            decimal.negative = true
            p += 1
        } else if grammar == .csv, p.pointee == UInt8(ascii: "+") {
            p += 1
        }
        let integerStart = p
        var significant = 0
        var dropped = 0
        while true {
            let digit = p.pointee &- UInt8(ascii: "0")
            if digit > 9 { break }
            decimal.take(digit, &significant, &dropped)
            p += 1
        }
        let integerDigits = p - integerStart
        if dropped > 0 { decimal.overflowsInteger = true }
        decimal.exponent = dropped
        if grammar == .json {
            if integerDigits == 0 { return nil }
            if integerDigits > 1, integerStart.pointee == UInt8(ascii: "0") { return nil }
        }
        var fractionDigits = 0
        if p.pointee == UInt8(ascii: ".") {
            p += 1
            decimal.isInteger = false
            let fractionStart = p
            while true {
                let digit = p.pointee &- UInt8(ascii: "0")
                if digit > 9 { break }
                let before = dropped
                decimal.take(digit, &significant, &dropped)
                if dropped == before { decimal.exponent -= 1 }
                p += 1
            }
            fractionDigits = p - fractionStart
            if grammar == .json, fractionDigits == 0 { return nil }
        }
        if integerDigits + fractionDigits == 0 { return nil }
        if p.pointee | 0x20 == UInt8(ascii: "e") {
            var q = p + 1
            var negativeExponent = false
            if q.pointee == UInt8(ascii: "-") || q.pointee == UInt8(ascii: "+") {
                negativeExponent = q.pointee == UInt8(ascii: "-")
                q += 1
            }
            var exponent = 0
            let exponentStart = q
            while true {
                let digit = q.pointee &- UInt8(ascii: "0")
                if digit > 9 { break }
                // Enough to be zero or infinite, whatever the mantissa's length (a line has at most 2^31 bytes).
                if exponent < 1 << 40 { exponent = exponent * 10 + Int(digit) }
                q += 1
            }
            if q == exponentStart { return nil }
            decimal.isInteger = false
            decimal.exponent += negativeExponent ? -exponent : exponent
            p = q
        }
        return (decimal, p)
    }

    @inline(__always)
    private mutating func take(_ digit: UInt8, _ significant: inout Int, _ dropped: inout Int) {
        if significant < 19 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if mantissa != 0 { significant += 1 }
        } else {
            dropped += 1
            if digit != 0 { truncated = true }
        }
    }
}
