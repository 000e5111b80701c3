import Columnar

/// ISO 8601 text of dates and timestamps.
enum TimeText {
    /// A moment as text gives it.
    struct Moment {
        /// Seconds since 1970-01-01T00:00:00, without regard to the offset.
        var seconds: Int64
        var nanoseconds: Int64
        /// The coarsest unit that holds every digit given.
        var unit: TimeUnit
        /// Seconds east of UTC; nil where the text has no zone.
        var offset: Int64?
        /// False for a date alone.
        var hasTime: Bool
    }

    /// `2020-01-31`, `2020-01-31T10:20`, `2020-01-31 10:20:30.123456789Z`, with `+02:00`, `+0200` or `+02`.
    static func parse(_ text: some Collection<UInt8>) -> Moment? {
        var scanner = Scanner(bytes: Array(text))
        scanner.skipSpaces()
        guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2), (1...12).contains(month),
            scanner.take("-"), let day = scanner.digits(2), day >= 1, day <= CivilTime.daysInMonth(month, year: year)
        else { return nil }
        var moment = Moment(
            seconds: CivilTime.days(year: year, month: month, day: day) * 86_400, nanoseconds: 0, unit: .second,
            offset: nil, hasTime: false)
        if scanner.take("T") || scanner.take("t") || (scanner.peek == 0x20 && scanner.digitFollows && scanner.take(" "))
        {
            moment.hasTime = true
            guard let hour = scanner.digits(2), hour < 24, scanner.take(":"), let minute = scanner.digits(2),
                minute < 60
            else { return nil }
            moment.seconds += hour * 3_600 + minute * 60
            if scanner.take(":") {
                guard let second = scanner.digits(2), second < 60 else { return nil }
                moment.seconds += second
                if scanner.take(".") || scanner.take(",") {
                    guard let (nanoseconds, digits) = scanner.fraction() else { return nil }
                    moment.nanoseconds = nanoseconds
                    moment.unit =
                        digits <= 3 ? .millisecond : digits <= 6 ? .microsecond : .nanosecond
                }
            }
            scanner.skipSpaces()
            if scanner.take("Z") || scanner.take("z") {
                moment.offset = 0
            } else if let sign = scanner.sign() {
                guard let hours = scanner.digits(2), hours < 24 else { return nil }
                var minutes: Int64 = 0
                if scanner.take(":") || scanner.peek != nil {
                    guard let given = scanner.digits(2), given < 60 else { return nil }
                    minutes = given
                }
                moment.offset = sign * (hours * 3_600 + minutes * 60)
            }
        }
        scanner.skipSpaces()
        return scanner.peek == nil ? moment : nil
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
        var digitFollows: Bool { position + 1 < bytes.count && Lexer.isDigit(bytes[position + 1]) }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func skipSpaces() { while take(" ") {} }

        mutating func digits(_ count: Int) -> Int64? {
            guard position + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[position..<(position + count)] {
                guard Lexer.isDigit(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            position += count
            return value
        }

        mutating func sign() -> Int64? { take("+") ? 1 : take("-") ? -1 : nil }

        mutating func fraction() -> (nanoseconds: Int64, digits: Int)? {
            var value: Int64 = 0
            var count = 0
            while let byte = peek, Lexer.isDigit(byte), count < 9 {
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
                count += 1
                position += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<9 { value *= 10 }
            return (value, count)
        }
    }

    static func date(days: Int64) -> String {
        let (year, month, day) = CivilTime.date(days: days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// `2020-01-31T10:20:30.123`, with as many digits as the unit has; `separator` is `T` or a space.
    static func timestamp(_ value: Int64, _ unit: TimeUnit, separator: String = "T") -> String {
        let seconds = CivilTime.floorDivide(value, unit.perSecond)
        let fraction = value &- seconds &* unit.perSecond
        let days = CivilTime.floorDivide(seconds, 86_400)
        let rest = seconds - days * 86_400
        var text = date(days: days) + separator
        text += "\(padded(rest / 3_600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
        if unit.digits > 0 { text += "." + padded(fraction, unit.digits) }
        return text
    }

    static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A number of units of a day or less: `5min`, `1h 30min`, `1 days 02:00:00.5`. Nil when it is none.
    static func duration(_ text: String) -> (value: Int64, unit: TimeUnit)? {
        var total: Int64 = 0
        var finest = TimeUnit.second
        var rest = Array(text.utf8)[...]
        var negative = false
        while rest.first == 0x20 { rest.removeFirst() }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            negative = rest.removeFirst() == UInt8(ascii: "-")
        }
        guard !rest.isEmpty else { return nil }
        var any = false
        while true {
            while rest.first == 0x20 { rest.removeFirst() }
            guard !rest.isEmpty else { break }
            let digits = rest.prefix { Lexer.isDigit($0) }
            rest = rest.dropFirst(digits.count)
            if rest.first == UInt8(ascii: ":") {
                guard let clock = parse(Array("1970-01-01T".utf8) + Array(digits) + Array(rest)), clock.offset == nil
                else { return nil }
                total += clock.seconds * 1_000_000_000 + clock.nanoseconds
                finest = .finer(finest, clock.unit)
                rest = []
                any = true
                break
            }
            while rest.first == 0x20 { rest.removeFirst() }
            let word = rest.prefix { Lexer.isNameStart($0) }
            rest = rest.dropFirst(word.count)
            guard let (nanoseconds, unit) = durationUnit(String(decoding: word, as: UTF8.self)),
                let count = digits.isEmpty && !any ? 1 : Int64(String(decoding: digits, as: UTF8.self))
            else { return nil }
            let (part, overflow) = count.multipliedReportingOverflow(by: nanoseconds)
            let (sum, carry) = total.addingReportingOverflow(part)
            guard !overflow, !carry else { return nil }
            total = sum
            finest = .finer(finest, unit)
            any = true
        }
        guard any else { return nil }
        return ((negative ? -total : total) / finest.nanoseconds, finest)
    }

    /// pandas' names for units, in nanoseconds, and the coarsest unit that holds them.
    static func durationUnit(_ word: String) -> (nanoseconds: Int64, unit: TimeUnit)? {
        switch word {
        case "W", "w", "weeks", "week": (604_800_000_000_000, .second)
        case "D", "d", "day", "days": (86_400_000_000_000, .second)
        case "h", "H", "hour", "hours", "hr": (3_600_000_000_000, .second)
        case "min", "m", "minute", "minutes", "T": (60_000_000_000, .second)
        case "s", "S", "sec", "second", "seconds": (1_000_000_000, .second)
        case "ms", "milli", "millis", "millisecond", "milliseconds", "L": (1_000_000, .millisecond)
        case "us", "micro", "micros", "microsecond", "microseconds", "U": (1_000, .microsecond)
        case "ns", "nano", "nanos", "nanosecond", "nanoseconds", "N": (1, .nanosecond)
        default: nil
        }
    }
}
