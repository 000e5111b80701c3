import CSwiftwater

extension Decimal {
    /// The nearest double, ties to even; infinite when too large. `text` is the number's own text.
    ///
    /// Clinger's fast path, then Eisel-Lemire, then the C library for the few numbers that neither decides.
    func double(text: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Double {
        if !truncated {
            if mantissa == 0 { return negative ? -0.0 : 0.0 }
            if let exact = Self.clinger(mantissa, exponent) { return negative ? -exact : exact }
            if let rounded = Self.eiselLemire(mantissa, exponent) { return negative ? -rounded : rounded }
        } else if let low = Self.eiselLemire(mantissa, exponent),
            let high = Self.eiselLemire(mantissa + 1, exponent), low == high
        {
            // The dropped digits put the value between these two.
            return negative ? -low : low
        }
        return Self.libraryDouble(text: text, end: end)
    }

    /// Exact when mantissa and power of ten are both exact doubles (Clinger 1990).
    @inline(__always)
    static func clinger(_ mantissa: UInt64, _ exponent: Int) -> Double? {
        guard mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        let value = Double(Int64(bitPattern: mantissa))
        return exponent < 0
            ? value / sw_exact_power_of_ten(Int64(-exponent)) : value * sw_exact_power_of_ten(Int64(exponent))
    }

    /// The nearest double to `mantissa * 10^exponent`, or nil in the rare cases that 128 bits do not decide.
    ///
    /// Lemire, "Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51 (8), 2021, with
    /// Mushtak and Lemire, "Fast Number Parsing Without Fallback", 2022.
    static func eiselLemire(_ mantissa: UInt64, _ exponent: Int) -> Double? {
        if mantissa == 0 || exponent < -342 { return 0 }
        if exponent > 308 { return .infinity }
        let leadingZeros = mantissa.leadingZeroBitCount
        let w = mantissa << UInt64(leadingZeros)
        let power = sw_power_of_five_at(Int64(exponent))
        var (high, low) = w.multipliedFullWidth(by: power.high)
        // 52 + 3 bits decide the rounding; the second half of the power matters only when those below are all ones.
        if high & 0x1FF == 0x1FF {
            let second = w.multipliedFullWidth(by: power.low).high
            let (sum, carry) = low.addingReportingOverflow(second)
            low = sum
            if carry { high += 1 }
            if low == .max, exponent < -27 || exponent > 55 { return nil }
        }
        let upper = high >> 63
        let shift = upper + 64 - 52 - 3
        var bits = high >> shift
        // floor(log2(10^exponent)) by a fixed-point product, exact in this range.
        var binary = ((217706 * exponent) >> 16) + 63 + Int(upper) - leadingZeros + 1023
        if binary <= 0 {
            if 1 - binary >= 64 { return 0 }
            bits >>= UInt64(1 - binary)
            bits += bits & 1
            bits >>= 1
            binary = bits < 1 << 52 ? 0 : 1
            return Double(bitPattern: (UInt64(binary) << 52) | (bits & ((1 << 52) - 1)))
        }
        // Exactly between two doubles: round to even, where the product is exact.
        if low <= 1, exponent >= -4, exponent <= 23, bits & 3 == 1, bits << shift == high {
            bits &= ~1
        }
        bits += bits & 1
        bits >>= 1
        if bits >= 1 << 53 {
            bits = 1 << 52
            binary += 1
        }
        bits &= (1 << 52) - 1
        if binary >= 0x7FF { return .infinity }
        return Double(bitPattern: (UInt64(binary) << 52) | bits)
    }

    /// glibc's `strtod` in the C locale: correctly rounded, slow.
    private static func libraryDouble(text: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Double {
        let count = end - text
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
            for index in 0..<count { copy[index] = CChar(bitPattern: text[index]) }
            copy[count] = 0
            guard let start = copy.baseAddress else { return 0 }
            return sw_strtod(start)
        }
    }
}
