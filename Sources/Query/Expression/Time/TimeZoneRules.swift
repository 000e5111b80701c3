import Columnar
import Formats

/// A time zone's distance from UTC at any moment: UTC, a fixed offset such as `+02:00`, or a named zone of the
/// system's time zone database.
struct TimeZoneRules: Sendable {
    /// Moments, in seconds since 1970-01-01T00:00Z, from which `offsets` hold; the first is the beginning of time.
    private let starts: [Int64]
    /// Seconds east of UTC.
    private let offsets: [Int64]

    static let utc = TimeZoneRules(fixedOffset: 0)

    /// The same offset at all times.
    init(fixedOffset: Int64) {
        starts = [.min]
        offsets = [fixedOffset]
    }

    init(starts: [Int64], offsets: [Int64]) {
        self.starts = starts
        self.offsets = offsets
    }

    /// The rules of a timestamp's zone; those of UTC where it has none.
    init(named name: String?) throws(SwiftwaterError) {
        guard let name, !Self.isUTC(name) else {
            self = .utc
            return
        }
        if let moment = TimeText.parse("1970-01-01T00:00\(name)".utf8), let offset = moment.offset {
            self.init(fixedOffset: offset)
        } else {
            self = try TimeZoneFile.rules(of: name)
        }
    }

    static func isUTC(_ name: String?) -> Bool {
        guard let name else { return false }
        return ["UTC", "utc", "Z", "GMT", "Etc/UTC", "+00:00", "-00:00"].contains(name)
    }

    /// The offset for all times, where there is one.
    var fixedOffset: Int64? { offsets.count == 1 ? offsets[0] : nil }

    /// Seconds that local time is ahead of UTC at a moment.
    func offset(at seconds: Int64) -> Int64 { offsets[place(of: seconds)] }

    /// The moment of a local time: of one that comes twice the later, of one that is skipped as if the clock had
    /// not been changed yet.
    func moment(ofLocal seconds: Int64) -> Int64 {
        let guess = seconds &- offset(at: seconds)
        return seconds &- offset(at: guess)
    }

    private func place(of seconds: Int64) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return low
    }

    /// Looks up one moment after another, which are mostly near each other.
    struct Cursor {
        private let rules: TimeZoneRules
        private var from: Int64 = 0
        private var until: Int64 = 0
        private var offset: Int64 = 0

        init(_ rules: TimeZoneRules) { self.rules = rules }

        mutating func offset(at seconds: Int64) -> Int64 {
            if seconds >= from, seconds < until { return offset }
            let place = rules.place(of: seconds)
            from = rules.starts[place]
            until = place + 1 < rules.starts.count ? rules.starts[place + 1] : .max
            offset = rules.offsets[place]
            return offset
        }
    }
}
