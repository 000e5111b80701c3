import Columnar
import Formats

/// Reads the system's time zone database: compiled files in TZif format (RFC 9636), and the rule for later years
/// in POSIX's `TZ` form at their end.
enum TimeZoneFile {
    private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"]
    /// Years for which the rule at the end is written out.
    private static let lastYear: Int64 = 2200

    static func rules(of name: String) throws(SwiftwaterError) -> TimeZoneRules {
        let unknown = SwiftwaterError(
            .usage, "unknown time zone '\(name)'",
            hint: "use a name such as 'Europe/Paris' or an offset such as '+02:00'; named zones need the system's "
                + "time zone database (the package tzdata)")
        let plain = name.utf8.allSatisfy { Lexer.isNameStart($0) || Lexer.isDigit($0) || "/+-_".utf8.contains($0) }
        guard plain, !name.isEmpty, !name.hasPrefix("/"), !name.contains("//") else { throw unknown }
        for folder in folders {
            guard let file = try? FileDescriptor.openForReading("\(folder)/\(name)"), let size = file.regularFileSize,
                size < 1 << 20
            else { continue }
            let buffer = Buffer(byteCount: size)
            let count = try file.read(into: buffer.base, byteCount: size, at: 0)
            let bytes = Array(UnsafeRawBufferPointer(start: buffer.base, count: count))
            guard let rules = parse(bytes) else {
                throw SwiftwaterError(.data, "'\(folder)/\(name)' is not a time zone file")
            }
            return rules
        }
        throw unknown
    }

    /// The rules in a file of version 2 or later; nil when it is none.
    static func parse(_ bytes: [UInt8]) -> TimeZoneRules? {
        var reader = Reader(bytes: bytes)
        guard let first = reader.header(), first.version >= UInt8(ascii: "2"),
            reader.skip(first.byteCount(timeBytes: 4)), let header = reader.header(), header.types > 0
        else { return nil }
        var starts: [Int64] = [.min]
        for _ in 0..<header.times {
            guard let time = reader.integer(8) else { return nil }
            starts.append(time)
        }
        var kinds: [Int] = [0]
        for _ in 0..<header.times {
            guard let kind = reader.integer(1), kind >= 0, kind < header.types else { return nil }
            kinds.append(Int(kind))
        }
        var offsets: [Int64] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), abs(offset) < 200_000, reader.skip(2) else { return nil }
            offsets.append(offset)
        }
        guard reader.skip(header.characters + header.leaps * 12 + header.standards + header.universals) else {
            return nil
        }
        var values = kinds.map { offsets[$0] }
        if let rule = PosixRule(reader.footer()) {
            let last = starts.count > 1 ? starts[starts.count - 1] : CivilTime.days(year: 1970, month: 1, day: 1)
            let year = CivilTime.date(days: CivilTime.floorDivide(last, 86_400)).year
            for year in year...max(year, lastYear) {
                for change in rule.changes(in: year) where change.at > last {
                    starts.append(change.at)
                    values.append(change.offset)
                }
            }
        }
        return zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
            ? TimeZoneRules(starts: starts, offsets: values) : nil
    }

    private struct Header {
        var version: UInt8
        var universals, standards, leaps, times, types, characters: Int

        func byteCount(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + standards + universals
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        /// A big-endian signed integer.
        mutating func integer(_ count: Int) -> Int64? {
            guard position + count <= bytes.count else { return nil }
            var value: UInt64 = bytes[position] >= 0x80 && count > 1 ? .max : 0
            for byte in bytes[position..<(position + count)] { value = value << 8 | UInt64(byte) }
            position += count
            return Int64(bitPattern: value)
        }

        mutating func skip(_ count: Int) -> Bool {
            guard count >= 0, position + count <= bytes.count else { return false }
            position += count
            return true
        }

        mutating func header() -> Header? {
            guard bytes[min(position, bytes.count)...].starts(with: "TZif".utf8), skip(4), let version = integer(1),
                skip(15)
            else { return nil }
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = integer(4), count >= 0, count < 1 << 20 else { return nil }
                counts.append(Int(count))
            }
            return Header(
                version: UInt8(truncatingIfNeeded: version), universals: counts[0], standards: counts[1],
                leaps: counts[2], times: counts[3], types: counts[4], characters: counts[5])
        }

        func footer() -> [UInt8] { Array(bytes[min(position + 1, bytes.count)...].prefix { $0 != 0x0A }) }
    }
}

/// `CET-1CEST,M3.5.0,M10.5.0/3`: standard time, and from which rule to which it is summer time.
struct PosixRule {
    private var standard: Int64
    private var summer: Int64?
    private var begin = Day()
    private var end = Day()

    /// The `week`th `weekday` (Sunday is 0; week 5 is the last) of a month, or a day of the year.
    private struct Day {
        enum Kind { case month, julian, zeroBased }
        var kind = Kind.month
        var month: Int64 = 1, week: Int64 = 1, weekday: Int64 = 0
        var number: Int64 = 0
        /// Seconds after midnight, local time.
        var time: Int64 = 7_200

        /// Days since 1970-01-01.
        func days(in year: Int64) -> Int64 {
            let newYear = CivilTime.days(year: year, month: 1, day: 1)
            switch kind {
            case .julian: return newYear + number - 1 + (CivilTime.isLeap(year) && number >= 60 ? 1 : 0)
            case .zeroBased: return newYear + number
            case .month:
                let first = CivilTime.days(year: year, month: month, day: 1)
                // 1970-01-01 was a Thursday.
                let weekdayOfFirst = first + 4 - CivilTime.floorDivide(first + 4, 7) * 7
                var day = (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
                if day >= CivilTime.daysInMonth(month, year: year) { day -= 7 }
                return first + day
            }
        }
    }

    /// Nil for text that is no rule, and for none.
    init?(_ text: [UInt8]) {
        var rest = text[...]
        guard Self.name(&rest), let offset = Self.time(&rest) else { return nil }
        standard = -offset
        guard !rest.isEmpty else { return }
        guard Self.name(&rest) else { return nil }
        summer = standard + 3_600
        if rest.first != UInt8(ascii: ","), let offset = Self.time(&rest) { summer = -offset }
        guard let begin = Self.day(&rest), let end = Self.day(&rest), rest.isEmpty else { return nil }
        self.begin = begin
        self.end = end
    }

    /// The changes of a year, in order.
    func changes(in year: Int64) -> [(at: Int64, offset: Int64)] {
        guard let summer else { return [] }
        let changes = [
            (at: begin.days(in: year) * 86_400 + begin.time - standard, offset: summer),
            (at: end.days(in: year) * 86_400 + end.time - summer, offset: standard),
        ]
        return changes.sorted { $0.at < $1.at }
    }

    private static func name(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "<") {
            guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(close + 1)...]
            return true
        }
        let letters = rest.prefix { Lexer.isNameStart($0) }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        let digits = rest.prefix { Lexer.isDigit($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count > 4 ? nil : Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func take(_ byte: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        let negative = take("-", &rest)
        if !negative { _ = take("+", &rest) }
        guard let hours = number(&rest) else { return nil }
        var seconds = hours * 3_600
        for unit: Int64 in [60, 1] where take(":", &rest) {
            guard let part = number(&rest) else { return nil }
            seconds += part * unit
        }
        return negative ? -seconds : seconds
    }

    private static func day(_ rest: inout ArraySlice<UInt8>) -> Day? {
        guard take(",", &rest) else { return nil }
        var day = Day()
        if take("M", &rest) {
            guard let month = number(&rest), (1...12).contains(month), take(".", &rest), let week = number(&rest),
                (1...5).contains(week), take(".", &rest), let weekday = number(&rest), weekday < 7
            else { return nil }
            (day.month, day.week, day.weekday) = (month, week, weekday)
        } else {
            day.kind = take("J", &rest) ? .julian : .zeroBased
            guard let number = number(&rest), number < 367 else { return nil }
            day.number = number
        }
        if take("/", &rest) {
            guard let time = time(&rest) else { return nil }
            day.time = time
        }
        return day
    }
}
