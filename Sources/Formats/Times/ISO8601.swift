package import Columnar

/// Dates, times and durations in ISO 8601's text form, as readers meet it.
///
/// - A date is `YYYY-MM-DD`, with a sign and more digits of the year where needed (`-0044-03-15`, `+12019-01-01`).
/// - A timestamp is a date, or a date, `T`, `t` or a space, and `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f` with one to nine
///   digits of fraction after a point or comma; then nothing, `Z`, or an offset `±hh`, `±hhmm` or `±hh:mm`. With an
///   offset it is that instant; without one it is taken as UTC. Second 60 and hour 24 are not valid.
/// - A duration is `PnW` or `PnDTnHnMn.nS`, parts left out at will, with an optional sign in front.
///
/// Nothing is rounded: a fraction finer than the unit must be zeros, and a value outside 64 bits is no value.
package enum ISO8601 {
    /// Days since 1970-01-01 of the date that takes all of `text`, or nil.
    package static func date(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int32? {
        var parser = Parser(text, count)
        guard let days = parser.date(), parser.isAtEnd else { return nil }
        return Int32(exactly: days)
    }

    /// Units since the epoch of the timestamp that takes all of `text`, or nil.
    package static func timestamp(_ text: UnsafePointer<UInt8>, _ count: Int, unit: TimeUnit) -> Int64? {
        var parser = Parser(text, count)
        guard let days = parser.date() else { return nil }
        var seconds = 0
        var nanoseconds = 0
        if !parser.isAtEnd {
            guard parser.take(UInt8(ascii: "T")) || parser.take(UInt8(ascii: " ")) || parser.take(UInt8(ascii: "t")),
                let time = parser.time()
            else { return nil }
            seconds = time.seconds
            nanoseconds = time.nanoseconds
            guard let offset = parser.offset(), parser.isAtEnd else { return nil }
            seconds -= offset
        }
        return combine(seconds: days * 86_400 + seconds, nanoseconds: nanoseconds, unit)
    }

    /// Units of the duration that takes all of `text`, or nil. Years and months have no fixed length and are not read.
    package static func duration(_ text: UnsafePointer<UInt8>, _ count: Int, unit: TimeUnit) -> Int64? {
        var parser = Parser(text, count)
        let negative = parser.take(UInt8(ascii: "-"))
        if !negative { _ = parser.take(UInt8(ascii: "+")) }
        guard parser.take(UInt8(ascii: "P")), let parts = parser.durationParts(), parser.isAtEnd,
            let value = combine(seconds: parts.seconds, nanoseconds: parts.nanoseconds, unit)
        else { return nil }
        return negative ? -value : value
    }

    @inline(__always)
    private static func combine(seconds: Int, nanoseconds: Int, _ unit: TimeUnit) -> Int64? {
        let perUnit = 1_000_000_000 / Int(unit.perSecond)
        let (fraction, rest) = nanoseconds.quotientAndRemainder(dividingBy: perUnit)
        guard rest == 0 else { return nil }
        // Before the epoch the last second's units are counted backwards, so that the least timestamp fits.
        let borrows = seconds < 0 && fraction > 0
        let (product, overflow) = (seconds + (borrows ? 1 : 0)).multipliedReportingOverflow(by: Int(unit.perSecond))
        let (sum, overflow2) = product.addingReportingOverflow(fraction - (borrows ? Int(unit.perSecond) : 0))
        return overflow || overflow2 ? nil : Int64(sum)
    }
}

/// Takes the parts of ISO 8601 text from left to right.
private struct Parser {
    private let text: UnsafePointer<UInt8>
    private let count: Int
    private var position = 0

    init(_ text: UnsafePointer<UInt8>, _ count: Int) {
        self.text = text
        self.count = count
    }

    var isAtEnd: Bool { position == count }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < count, text[position] == byte else { return false }
        position += 1
        return true
    }

    /// Exactly two digits.
    @inline(__always)
    private mutating func two() -> Int? {
        guard position + 2 <= count else { return nil }
        let a = text[position] &- 48
        let b = text[position + 1] &- 48
        guard a < 10, b < 10 else { return nil }
        position += 2
        return Int(a) * 10 + Int(b)
    }

    /// Days since 1970-01-01.
    @inline(__always)
    mutating func date() -> Int? {
        var year = 0
        var negative = false
        if position < count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
            negative = text[position] == UInt8(ascii: "-")
            position += 1
            let start = position
            while position < count, position - start < 7, text[position] &- 48 < 10 {
                year = year * 10 + Int(text[position] &- 48)
                position += 1
            }
            guard position - start >= 4 else { return nil }
        } else {
            guard let century = two(), let rest = two() else { return nil }
            year = century * 100 + rest
        }
        guard take(UInt8(ascii: "-")), let month = two(), month >= 1, month <= 12,
            take(UInt8(ascii: "-")), let day = two(), day >= 1
        else { return nil }
        if negative { year = -year }
        guard day <= CivilTime.daysInMonth(Int64(month), year: Int64(year)) else { return nil }
        return Int(CivilTime.days(year: Int64(year), month: Int64(month), day: Int64(day)))
    }

    /// `hh:mm[:ss[.f]]`.
    @inline(__always)
    mutating func time() -> (seconds: Int, nanoseconds: Int)? {
        guard let hour = two(), hour < 24, take(UInt8(ascii: ":")), let minute = two(), minute < 60 else { return nil }
        var seconds = hour * 3600 + minute * 60
        guard take(UInt8(ascii: ":")) else { return (seconds, 0) }
        guard let second = two(), second < 60 else { return nil }
        seconds += second
        guard take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) else { return (seconds, 0) }
        return fraction().map { (seconds, $0) }
    }

    /// One to nine digits as nanoseconds; further digits must be zeros.
    @inline(__always)
    private mutating func fraction() -> Int? {
        var value = 0
        let start = position
        while position < count, text[position] &- 48 < 10 {
            let digit = Int(text[position] &- 48)
            if position - start < 9 { value = value * 10 + digit } else if digit != 0 { return nil }
            position += 1
        }
        guard position > start else { return nil }
        var digits = position - start
        while digits < 9 {
            value *= 10
            digits += 1
        }
        return value
    }

    /// Seconds east of UTC; 0 when nothing is said.
    @inline(__always)
    mutating func offset() -> Int? {
        if position == count || take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let west = take(UInt8(ascii: "-"))
        guard west || take(UInt8(ascii: "+")), let hours = two(), hours < 24 else { return nil }
        var minutes = 0
        if position < count {
            _ = take(UInt8(ascii: ":"))
            guard let given = two(), given < 60 else { return nil }
            minutes = given
        }
        return (hours * 3600 + minutes * 60) * (west ? -1 : 1)
    }

    /// What follows the `P`.
    mutating func durationParts() -> (seconds: Int, nanoseconds: Int)? {
        var seconds = 0
        var nanoseconds = 0
        var inTime = false
        var parts = 0
        var lastRank = -1
        while position < count {
            if take(UInt8(ascii: "T")) {
                guard !inTime, position < count else { return nil }
                inTime = true
                continue
            }
            let start = position
            var value = 0
            while position < count, text[position] &- 48 < 10 {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, overflow2) = product.addingReportingOverflow(Int(text[position] &- 48))
                guard !overflow, !overflow2 else { return nil }
                value = sum
                position += 1
            }
            guard position > start, position < count else { return nil }
            var part = 0
            if take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) {
                guard let given = fraction(), position < count, text[position] == UInt8(ascii: "S") else { return nil }
                part = given
            }
            let rank: Int
            let length: Int
            switch (inTime, text[position]) {
            case (false, UInt8(ascii: "W")): (rank, length) = (0, 604_800)
            case (false, UInt8(ascii: "D")): (rank, length) = (1, 86_400)
            case (true, UInt8(ascii: "H")): (rank, length) = (2, 3600)
            case (true, UInt8(ascii: "M")): (rank, length) = (3, 60)
            case (true, UInt8(ascii: "S")): (rank, length) = (4, 1)
            default: return nil
            }
            guard rank > lastRank else { return nil }
            lastRank = rank
            position += 1
            parts += 1
            nanoseconds = part
            let (product, overflow) = value.multipliedReportingOverflow(by: length)
            let (sum, overflow2) = seconds.addingReportingOverflow(product)
            guard !overflow, !overflow2 else { return nil }
            seconds = sum
        }
        return parts > 0 ? (seconds, nanoseconds) : nil
    }
}
