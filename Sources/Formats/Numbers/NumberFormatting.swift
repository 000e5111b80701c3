import CSwiftwater

/// Numbers as text for the writers: into memory that the caller provides, at least `maximumCount` bytes.
enum NumberFormatting {
    /// The most bytes that one number takes.
    static let maximumCount = 32

    /// How many decimal digits `value` has; 1 for zero.
    @inline(__always)
    static func digitCount(_ value: UInt64) -> Int {
        // log10 from log2 by 1233 / 4096, then one step up where the power of ten is passed.
        let bits = 64 - (value | 1).leadingZeroBitCount
        let guess = (bits &* 1233) >> 12
        return guess &+ (value | 1 >= powerOfTen(guess) ? 1 : 0)
    }

    @inline(__always)
    private static func powerOfTen(_ exponent: Int) -> UInt64 { sw_integer_power_of_ten(Int64(exponent)) }

    /// Writes exactly `count` digits, zeros in front.
    @inline(__always)
    private static func write(digits value: UInt64, count: Int, to target: UnsafeMutablePointer<UInt8>) {
        var rest = value
        var end = count
        while end >= 2 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            sw_write_two_digits(target + (end &- 2), pair)
            rest = quotient
            end &-= 2
        }
        if end == 1 { target[0] = UInt8(truncatingIfNeeded: 48 &+ rest % 10) }
    }

    @inline(__always)
    static func write(_ value: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let count = digitCount(value)
        write(digits: value, count: count, to: target)
        return count
    }

    @inline(__always)
    static func write(_ value: Int64, to target: UnsafeMutablePointer<UInt8>) -> Int {
        if value >= 0 { return write(UInt64(value), to: target) }
        target[0] = UInt8(ascii: "-")
        return write(value.magnitude, to: target + 1) &+ 1
    }

    /// Writes the shortest decimal that reads back as `value`, which must be finite; with a point or an exponent, so that it
    /// stays a float: `250.0`, `0.1`, `1e+16`, `2.5e-07`. Exponents from 1e16 up and below 1e-4, as Python has it.
    @inline(__always)
    static func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
        var at = 0
        if value.sign == .minus {
            target[0] = UInt8(ascii: "-")
            at = 1
        }
        if value == 0 {
            target[at] = UInt8(ascii: "0")
            target[at + 1] = UInt8(ascii: ".")
            target[at + 2] = UInt8(ascii: "0")
            return at &+ 3
        }
        guard let (digits, exponent) = ShortestDouble.decimal(value) else { return writeRare(value, to: target) }
        return at &+ write(decimal: digits, exponent, to: target + at)
    }

    /// Writes `digits * 10^exponent`.
    @inline(__always)
    private static func write(decimal digits: UInt64, _ exponent: Int, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let count = digitCount(digits)
        // Digits before the point.
        let point = count &+ exponent
        if point > 0, point <= 16 {
            if exponent >= 0 {
                write(digits: digits, count: count, to: target)
                for index in count..<point { target[index] = UInt8(ascii: "0") }
                target[point] = UInt8(ascii: ".")
                target[point + 1] = UInt8(ascii: "0")
                return point &+ 2
            }
            let scale = powerOfTen(0 &- exponent)
            let (integer, fraction) = digits.quotientAndRemainder(dividingBy: scale)
            write(digits: integer, count: point, to: target)
            target[point] = UInt8(ascii: ".")
            write(digits: fraction, count: 0 &- exponent, to: target + (point + 1))
            return count &+ 1
        }
        if point <= 0, point > -4 {
            target[0] = UInt8(ascii: "0")
            target[1] = UInt8(ascii: ".")
            for index in 0..<(0 &- point) { target[2 &+ index] = UInt8(ascii: "0") }
            write(digits: digits, count: count, to: target + (2 &- point))
            return 2 &- point &+ count
        }
        // One digit, the point if more follow, and an exponent of at least two digits.
        write(digits: digits, count: count, to: target + 1)
        target[0] = target[1]
        var at = 1
        if count > 1 {
            target[1] = UInt8(ascii: ".")
            at = count &+ 1
        }
        let power = point &- 1
        target[at] = UInt8(ascii: "e")
        target[at &+ 1] = power < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        let magnitude = UInt64(power.magnitude)
        let width = max(2, digitCount(magnitude))
        write(digits: magnitude, count: width, to: target + (at &+ 2))
        return at &+ 2 &+ width
    }

    /// Numbers next to zero, beyond the powers of ten at hand.
    @inline(never)
    private static func writeRare(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
        write(text: value.description, to: target)
    }

    /// The shortest decimal that reads back as the same 32-bit float.
    @inline(never)
    static func write(_ value: Float, to target: UnsafeMutablePointer<UInt8>) -> Int {
        write(text: value.description, to: target)
    }

    private static func write(text: String, to target: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        for byte in text.utf8.prefix(maximumCount) {
            target[count] = byte
            count += 1
        }
        return count
    }
}
