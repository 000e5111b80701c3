import CSwiftwater

/// The shortest decimal that reads back as the same double, nearest to it among those:
/// Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles", 2020).
enum ShortestDouble {
    /// `digits * 10^exponent`, without trailing zeros. The value must be finite, not zero; the sign is left out.
    @inline(__always)
    static func decimal(_ value: Double) -> (digits: UInt64, exponent: Int)? {
        let bits = value.bitPattern
        let fraction = bits & (1 << 52 - 1)
        let biased = Int(bits >> 52 & 0x7FF)
        let c: UInt64
        let q: Int
        if biased != 0 {
            c = 1 << 52 | fraction
            q = biased - 1075
            if q <= 0, q > -53, c & (1 << UInt64(-q) - 1) == 0 { return stripped(c >> UInt64(-q), 0) }
        } else {
            c = fraction
            q = -1074
        }
        let isEven = c & 1 == 0
        // At a power of two the next lower double is only half as far away.
        let isCloserBelow = fraction == 0 && biased > 1
        // floor(log10(2^q)), or of 3/4 of it.
        let k = (q * 1_262_611 - (isCloserBelow ? 524_031 : 0)) >> 22
        guard -k >= -342, -k <= 308 else { return nil }
        let power = powerOfTen(-k)
        // The shift that brings the scaled value to the right place: floor(log2(10^-k)) + q + 1.
        let h = UInt64(q + (-k * 1_741_647) >> 19 + 1)
        let lowerBound = roundedToOdd(power, (4 * c - (isCloserBelow ? 1 : 2)) << h)
        let scaled = roundedToOdd(power, (4 * c) << h)
        let upperBound = roundedToOdd(power, (4 * c + 2) << h)
        let lower = lowerBound + (isEven ? 0 : 1)
        let upper = upperBound - (isEven ? 0 : 1)
        let s = scaled / 4
        if s >= 10 {
            // One digit fewer, if it is inside.
            let tens = s / 10
            let below = lower <= 40 * tens
            let above = 40 * tens + 40 <= upper
            if below != above { return stripped(tens + (above ? 1 : 0), k + 1) }
        }
        let below = lower <= 4 * s
        let above = 4 * s + 4 <= upper
        if below != above { return (s + (above ? 1 : 0), k) }
        let middle = 4 * s + 2
        let up = scaled > middle || (scaled == middle && s & 1 == 1)
        return (s + (up ? 1 : 0), k)
    }

    /// 10^power as 128 bits, rounded up.
    @inline(__always)
    private static func powerOfTen(_ power: Int) -> (high: UInt64, low: UInt64) {
        let entry = sw_power_of_five_at(Int64(power))
        // The table truncates positive powers; up to 55 they are exact. It never ends in all ones there.
        return (entry.high, power > 55 ? entry.low + 1 : entry.low)
    }

    /// The product's upper 64 bits, the lowest of them set when anything was cut off.
    @inline(__always)
    private static func roundedToOdd(_ power: (high: UInt64, low: UInt64), _ value: UInt64) -> UInt64 {
        let low = power.low.multipliedFullWidth(by: value).high
        let product = power.high.multipliedFullWidth(by: value)
        let (middle, carry) = product.low.addingReportingOverflow(low)
        return (product.high &+ (carry ? 1 : 0)) | (middle > 1 ? 1 : 0)
    }

    @inline(__always)
    private static func stripped(_ digits: UInt64, _ exponent: Int) -> (UInt64, Int) {
        var digits = digits
        var exponent = exponent
        while true {
            let (quotient, rest) = digits.quotientAndRemainder(dividingBy: 10)
            if rest != 0 { return (digits, exponent) }
            digits = quotient
            exponent += 1
        }
    }
}
