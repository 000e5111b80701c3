package import Columnar

/// The text form of dates, timestamps and durations, written into memory that the caller provides.
extension ISO8601 {
    /// The most bytes that one value takes.
    package static let maximumCount = 40

    /// Writes `2019-07-22`; the bytes written.
    package static func write(date days: Int32, to target: UnsafeMutablePointer<UInt8>) -> Int {
        writeDate(Int(days), target)
    }

    /// Writes `2019-07-22T11:33:13.534`, with as many digits of fraction as the unit has, and `Z` when `zoned`.
    package static func write(
        timestamp value: Int64, unit: TimeUnit, zoned: Bool, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let perSecond = unit.perSecond
        var (seconds, fraction) = value.quotientAndRemainder(dividingBy: perSecond)
        if fraction < 0 {
            fraction += perSecond
            seconds -= 1
        }
        var (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
        if time < 0 {
            time += 86_400
            days -= 1
        }
        var at = writeDate(Int(days), target)
        let second = Int(time)
        target[at] = UInt8(ascii: "T")
        writeTwo(second / 3600, target + at + 1)
        target[at + 3] = UInt8(ascii: ":")
        writeTwo(second / 60 % 60, target + at + 4)
        target[at + 6] = UInt8(ascii: ":")
        writeTwo(second % 60, target + at + 7)
        at += 9
        at += writeFraction(fraction, unit.digits, target + at)
        if zoned {
            target[at] = UInt8(ascii: "Z")
            at += 1
        }
        return at
    }

    /// Writes `P1DT2H3M4.5S`, parts of zero left out, `PT0S` for nothing; a leading `-` where it is negative.
    package static func write(
        duration value: Int64, unit: TimeUnit, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var at = 0
        if value < 0 {
            target[0] = UInt8(ascii: "-")
            at = 1
        }
        let perSecond = UInt64(unit.perSecond)
        var (seconds, fraction) = value.magnitude.quotientAndRemainder(dividingBy: perSecond)
        target[at] = UInt8(ascii: "P")
        at += 1
        func part(_ number: UInt64, _ letter: UInt8) {
            at += writeNumber(number, target + at)
            target[at] = letter
            at += 1
        }
        if seconds >= 86_400 { part(seconds / 86_400, UInt8(ascii: "D")) }
        let hasDays = seconds >= 86_400
        seconds %= 86_400
        if seconds > 0 || fraction > 0 || !hasDays {
            target[at] = UInt8(ascii: "T")
            at += 1
            if seconds >= 3600 { part(seconds / 3600, UInt8(ascii: "H")) }
            if seconds / 60 % 60 > 0 { part(seconds / 60 % 60, UInt8(ascii: "M")) }
            if seconds % 60 > 0 || fraction > 0 || seconds == 0 {
                at += writeNumber(seconds % 60, target + at)
                if fraction > 0 {
                    var count = unit.digits
                    while fraction % 10 == 0 {
                        fraction /= 10
                        count -= 1
                    }
                    at += writeFraction(Int64(fraction), count, target + at)
                }
                target[at] = UInt8(ascii: "S")
                at += 1
            }
        }
        return at
    }

    @inline(__always)
    private static func writeTwo(_ value: Int, _ target: UnsafeMutablePointer<UInt8>) {
        target[0] = UInt8(truncatingIfNeeded: 48 &+ value / 10)
        target[1] = UInt8(truncatingIfNeeded: 48 &+ value % 10)
    }

    /// A point and exactly `digits` digits; nothing for none.
    private static func writeFraction(_ value: Int64, _ digits: Int, _ target: UnsafeMutablePointer<UInt8>) -> Int {
        if digits == 0 { return 0 }
        target[0] = UInt8(ascii: ".")
        var rest = value
        for index in stride(from: digits, to: 0, by: -1) {
            target[index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        return digits + 1
    }

    private static func writeNumber(_ value: UInt64, _ target: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 1
        var scale = value
        while scale >= 10 {
            scale /= 10
            count += 1
        }
        var rest = value
        for index in stride(from: count - 1, through: 0, by: -1) {
            target[index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        return count
    }

    private static func writeDate(_ days: Int, _ target: UnsafeMutablePointer<UInt8>) -> Int {
        let date = CivilTime.date(days: Int64(days))
        let (year, month, day) = (Int(date.year), Int(date.month), Int(date.day))
        var at: Int
        if year >= 0, year <= 9999 {
            writeTwo(year / 100, target)
            writeTwo(year % 100, target + 2)
            at = 4
        } else {
            // Outside four digits ISO 8601 wants a sign; inside, four digits at least.
            target[0] = year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
            let magnitude = year.magnitude
            at = 1
            for limit in [UInt(1000), 100, 10] where magnitude < limit {
                target[at] = UInt8(ascii: "0")
                at += 1
            }
            at += writeNumber(UInt64(magnitude), target + at)
        }
        target[at] = UInt8(ascii: "-")
        writeTwo(month, target + at + 1)
        target[at + 3] = UInt8(ascii: "-")
        writeTwo(day, target + at + 4)
        return at + 6
    }
}
