/// Days and years of the proleptic Gregorian calendar, by Howard Hinnant's `days_from_civil` and `civil_from_days`
/// formulas (https://howardhinnant.github.io/date_algorithms.html).
package enum CivilTime {
    /// Days since 1970-01-01. The month must be in range.
    @inlinable @inline(__always)
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years begin in March, so that the leap day is the last.
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    @inlinable @inline(__always)
    package static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days &+ 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    @inlinable
    package static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    @inlinable @inline(__always)
    package static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
        if month == 2 { return isLeap(year) ? 29 : 28 }
        // 31 in January, March, May, July, August, October and December.
        return 30 + ((month + (month >> 3)) & 1)
    }

    /// The week of a day by ISO 8601, and the year that it belongs to: that of its Thursday.
    @inlinable
    package static func isoWeek(days: Int64) -> (year: Int64, week: Int64) {
        let thursday = days - (days + 3 - floorDivide(days + 3, 7) * 7) + 3
        let year = date(days: thursday).year
        return (year, (thursday - Self.days(year: year, month: 1, day: 1)) / 7 + 1)
    }

    @inlinable @inline(__always)
    package static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        let quotient = a / b
        return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient
    }
}

extension TimeUnit {
    package var nanoseconds: Int64 { 1_000_000_000 / perSecond }

    /// Digits of a second's fraction.
    package var digits: Int {
        switch self {
        case .second: 0
        case .millisecond: 3
        case .microsecond: 6
        case .nanosecond: 9
        }
    }

    package static func finer(_ a: TimeUnit, _ b: TimeUnit) -> TimeUnit { a.perSecond >= b.perSecond ? a : b }
}
