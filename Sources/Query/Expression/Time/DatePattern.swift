import Columnar

/// A date's form in C's and Python's directives, `%Y-%m-%d %H:%M`, to read text by and to write it.
struct DatePattern: Sendable {
    enum Item: Hashable, Sendable {
        case byte(UInt8)
        /// Any white space, or none.
        case space
        case directive(UInt8)
    }

    let items: [Item]

    static let directives = Set("YymdHIMSfpjbBaAzZ".utf8)
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    /// From Monday.
    static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// Throws a `usage` error for a directive that is not known.
    init(_ text: String) throws(SwiftwaterError) {
        var items: [Item] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                items.append(byte == 0x20 ? .space : .byte(byte))
                continue
            }
            guard var letter = rest.popFirst() else {
                throw SwiftwaterError(.usage, "'\(text)' ends in '%'", hint: "write '%%' for a percent sign")
            }
            if letter == UInt8(ascii: "-"), let next = rest.popFirst() { letter = next }
            switch letter {
            case UInt8(ascii: "%"): items.append(.byte(letter))
            case UInt8(ascii: "F"): items += Self.expanded("Y-m-d")
            case UInt8(ascii: "T"): items += Self.expanded("H:M:S")
            case UInt8(ascii: "R"): items += Self.expanded("H:M")
            case UInt8(ascii: "D"): items += Self.expanded("m/d/y")
            case _ where Self.directives.contains(letter): items.append(.directive(letter))
            default:
                throw SwiftwaterError(
                    .usage, "unknown directive '%\(Character(Unicode.Scalar(letter)))' in '\(text)'",
                    hint: "there are %Y %y %m %d %H %I %M %S %f %p %j %b %B %a %A %z %Z %F %T %R %D")
            }
        }
        self.items = items
    }

    private static func expanded(_ letters: String) -> [Item] {
        letters.utf8.map { directives.contains($0) ? .directive($0) : .byte($0) }
    }

    private init(_ items: [Item]) { self.items = items }

    /// Forms of dates that are understood without being told: the month is before the day where both are numbers.
    static let common: [DatePattern] = [
        "Y/m/d", "m/d/Y", "m-d-Y", "Ymd", "d b Y", "d-b-Y", "b d, Y", "b d Y", "a, d b Y",
    ].map { form in
        DatePattern(
            form.utf8.map { $0 == 0x20 ? .space : directives.contains($0) ? .directive($0) : .byte($0) })
    }
}

/// Reads text from left to right by a pattern.
struct DateReader {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var year: Int64?
    private var month: Int64 = 1
    private var day: Int64 = 1
    private var dayOfYear: Int64?
    private var hour: Int64 = 0
    private var minute: Int64 = 0
    private var second: Int64 = 0
    private var nanoseconds: Int64 = 0
    private var isAfternoon: Bool?
    private var offset: Int64?

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    /// The moment that all of `text` is by `pattern`.
    static func moment(_ text: UnsafeBufferPointer<UInt8>, _ pattern: DatePattern) -> TimeText.Moment? {
        var reader = DateReader(text)
        guard reader.take(pattern) else { return nil }
        reader.skipSpaces()
        return reader.position == text.count ? reader.moment : nil
    }

    /// The moment that all of `text` is in one of the common forms, with a time of day or without.
    static func moment(_ text: UnsafeBufferPointer<UInt8>) -> TimeText.Moment? {
        if let moment = TimeText.parse(text) { return moment }
        for pattern in DatePattern.common {
            var reader = DateReader(text)
            guard reader.take(pattern) else { continue }
            if reader.position < text.count, text[reader.position] == UInt8(ascii: "T") { reader.position += 1 }
            reader.skipSpaces()
            if reader.position == text.count || (reader.takeTime() && reader.position == text.count) {
                return reader.moment
            }
        }
        return nil
    }

    private var moment: TimeText.Moment? {
        guard var year else { return nil }
        var (month, day) = (month, day)
        if let dayOfYear {
            guard (1...(CivilTime.isLeap(year) ? 366 : 365)).contains(dayOfYear) else { return nil }
            (year, month, day) = CivilTime.date(days: CivilTime.days(year: year, month: 1, day: 1) + dayOfYear - 1)
        }
        guard (1...12).contains(month), day >= 1, day <= CivilTime.daysInMonth(month, year: year) else { return nil }
        var hour = hour
        if let isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour < 24, minute < 60, second < 60 else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        return TimeText.Moment(
            seconds: days * 86_400 + hour * 3_600 + minute * 60 + second, nanoseconds: nanoseconds,
            unit: nanoseconds == 0 ? .second : .nanosecond, offset: offset, hasTime: true)
    }

    private mutating func skipSpaces() { while position < text.count, text[position] == 0x20 { position += 1 } }

    private mutating func take(_ pattern: DatePattern) -> Bool {
        for item in pattern.items {
            switch item {
            case .space: skipSpaces()
            case .byte(let byte):
                guard position < text.count, text[position] == byte else { return false }
                position += 1
            case .directive(let letter): guard take(letter) else { return false }
            }
        }
        return true
    }

    private mutating func take(_ letter: UInt8) -> Bool {
        func set(_ value: Int64?, _ to: inout Int64) -> Bool {
            guard let value else { return false }
            to = value
            return true
        }
        switch letter {
        case UInt8(ascii: "Y"):
            year = digits(4...4)
            return year != nil
        case UInt8(ascii: "y"):
            year = digits(2...2).map { $0 < 69 ? 2000 + $0 : 1900 + $0 }
            return year != nil
        case UInt8(ascii: "m"): return set(digits(1...2), &month)
        case UInt8(ascii: "d"): return set(digits(1...2), &day)
        case UInt8(ascii: "j"):
            dayOfYear = digits(1...3)
            return dayOfYear != nil
        case UInt8(ascii: "H"), UInt8(ascii: "I"): return set(digits(1...2), &hour)
        case UInt8(ascii: "M"): return set(digits(1...2), &minute)
        case UInt8(ascii: "S"): return set(digits(1...2), &second)
        case UInt8(ascii: "f"): return takeFraction()
        case UInt8(ascii: "p"): return takeHalf()
        case UInt8(ascii: "b"), UInt8(ascii: "B"):
            guard let place = name(DatePattern.months) else { return false }
            month = Int64(place + 1)
            return true
        case UInt8(ascii: "a"), UInt8(ascii: "A"): return name(DatePattern.weekdays) != nil
        case UInt8(ascii: "z"): return takeOffset()
        default:
            // A zone's name, of which only UTC's is known.
            for name in ["UTC", "GMT", "Z"] where text[position...].starts(with: name.utf8) {
                position += name.utf8.count
                offset = 0
                return true
            }
            return false
        }
    }

    private mutating func digits(_ range: ClosedRange<Int>) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while count < range.upperBound, position < text.count, Lexer.isDigit(text[position]) {
            value = value * 10 + Int64(text[position] - UInt8(ascii: "0"))
            position += 1
            count += 1
        }
        return count >= range.lowerBound ? value : nil
    }

    private mutating func takeFraction() -> Bool {
        let start = position
        guard var value = digits(1...9) else { return false }
        for _ in (position - start)..<9 { value *= 10 }
        nanoseconds = value
        return true
    }

    private mutating func takeHalf() -> Bool {
        guard position + 2 <= text.count, text[position + 1] | 0x20 == UInt8(ascii: "m") else { return false }
        switch text[position] | 0x20 {
        case UInt8(ascii: "a"): isAfternoon = false
        case UInt8(ascii: "p"): isAfternoon = true
        default: return false
        }
        position += 2
        return true
    }

    /// The place of a name that stands here, whole or by its first three letters.
    private mutating func name(_ names: [String]) -> Int? {
        func matches(_ name: some Collection<UInt8>, _ reader: DateReader) -> Bool {
            reader.position + name.count <= reader.text.count
                && zip(name, reader.text[reader.position...]).allSatisfy { $0 | 0x20 == $1 | 0x20 }
        }
        for (index, name) in names.enumerated() {
            for form in [Array(name.utf8), Array(name.utf8.prefix(3))] where matches(form, self) {
                position += form.count
                return index
            }
        }
        return nil
    }

    private mutating func takeOffset() -> Bool {
        guard position < text.count else { return false }
        if text[position] | 0x20 == UInt8(ascii: "z") {
            position += 1
            offset = 0
            return true
        }
        let sign: Int64 = text[position] == UInt8(ascii: "-") ? -1 : 1
        guard text[position] == UInt8(ascii: "+") || sign < 0 else { return false }
        position += 1
        guard let hours = digits(2...2), hours < 24 else { return false }
        if position < text.count, text[position] == UInt8(ascii: ":") { position += 1 }
        let minutes = position < text.count ? digits(2...2) ?? 0 : 0
        guard minutes < 60 else { return false }
        offset = sign * (hours * 3_600 + minutes * 60)
        return true
    }

    /// `hh:mm`, `hh:mm:ss`, `hh:mm:ss.f`, each with `AM` or `PM` and an offset or without.
    private mutating func takeTime() -> Bool {
        guard let hour = digits(1...2), take(UInt8(ascii: ":"), by: 1), let minute = digits(2...2) else { return false }
        self.hour = hour
        self.minute = minute
        if position < text.count, text[position] == UInt8(ascii: ":") {
            position += 1
            guard let second = digits(2...2) else { return false }
            self.second = second
            if position < text.count, text[position] == UInt8(ascii: ".") {
                position += 1
                guard takeFraction() else { return false }
            }
        }
        skipSpaces()
        _ = takeHalf()
        skipSpaces()
        if position < text.count, !take(UInt8(ascii: "Z")), !takeOffset() { return false }
        skipSpaces()
        return true
    }

    private mutating func take(_ byte: UInt8, by count: Int) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += count
        return true
    }
}
