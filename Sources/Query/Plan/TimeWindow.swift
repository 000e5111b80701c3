import Columnar

/// Windows of time that a group-by puts rows into, beside its other keys: pandas' `Grouper(key, freq)`.
///
/// A window has its start and not its end. Windows are counted from 1970-01-01T00:00:00 (UTC where the column has a
/// zone), so that they do not depend on the rows: pandas' `origin="epoch"`. Only windows with rows are in the result.
public struct TimeWindow: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Windows side by side.
        case tumbling(size: TimeSpan)
        /// A window of `size` begins every `slide`; a row is in each that covers it.
        case sliding(size: TimeSpan, slide: TimeSpan)
        /// Rows that follow each other by less than `gap`; a window ends `gap` after its last row.
        case session(gap: TimeSpan)
    }

    /// The column of timestamps. In the result it has the windows' starts, and `<key>_end` their ends.
    public var key: String
    public var kind: Kind
    /// What the windows' starts are moved by.
    public var offset: TimeSpan

    public init(_ key: String, _ kind: Kind, offset: TimeSpan = TimeSpan(nanoseconds: 0)) {
        self.key = key
        self.kind = kind
        self.offset = offset
    }

    public static func tumbling(_ key: String, size: Duration, offset: Duration = .zero) -> TimeWindow {
        TimeWindow(key, .tumbling(size: TimeSpan(size)), offset: TimeSpan(offset))
    }

    public static func sliding(
        _ key: String, size: Duration, slide: Duration, offset: Duration = .zero
    ) -> TimeWindow {
        TimeWindow(key, .sliding(size: TimeSpan(size), slide: TimeSpan(slide)), offset: TimeSpan(offset))
    }

    public static func session(_ key: String, gap: Duration) -> TimeWindow {
        TimeWindow(key, .session(gap: TimeSpan(gap)))
    }

    /// The name of the column with the windows' ends.
    var endName: String { "\(key)_end" }

    /// Windows that one row may be in at most.
    static let coveringLimit: Int64 = 10_000
}

extension TimeWindow {
    /// The unit of a column of timestamps.
    static func unit(of column: String, in schema: Schema) throws(SwiftwaterError) -> TimeUnit {
        let type = schema[try schema.requireIndex(of: column)].type.logical
        guard case .timestamp(let unit, _) = type else {
            throw SwiftwaterError(
                .usage, "the column '\(column)' is \(type), not a timestamp",
                hint: "convert it with astype, to timestamp[ms] for example")
        }
        return unit
    }

    /// Throws a `usage` error where the window does not fit the columns.
    func check(by: [String], input: Schema) throws(SwiftwaterError) {
        _ = try grid(in: input)
        guard by.contains(key) else {
            throw SwiftwaterError(.usage, "the window's key '\(key)' is not in 'by'", hint: "add it to 'by'")
        }
        guard !by.contains(endName) else {
            throw SwiftwaterError(
                .usage, "the ends of the windows are called '\(endName)', and a key has that name",
                hint: "rename that column before")
        }
    }

    /// The window in the unit of its column.
    func grid(in input: Schema) throws(SwiftwaterError) -> WindowGrid {
        let unit = try Self.unit(of: key, in: input)
        func count(_ span: TimeSpan, _ what: String, mayBeNegative: Bool = false) throws(SwiftwaterError) -> Int64 {
            guard mayBeNegative || span.nanoseconds > 0 else {
                throw SwiftwaterError(.usage, "the window's \(what) is \(span)", hint: "use a length above 0")
            }
            guard let count = span.count(of: unit) else {
                throw SwiftwaterError(
                    .usage, "the window's \(what) is \(span), and '\(key)' counts \(unit.name)",
                    hint: "convert '\(key)' to a finer type with astype before, timestamp[ms] for example")
            }
            return count
        }
        let offset = try count(self.offset, "offset", mayBeNegative: true)
        switch kind {
        case .session(let gap):
            guard offset == 0 else {
                throw SwiftwaterError(.usage, "a session window has no offset", hint: "leave 'offset' out")
            }
            return WindowGrid(unit: unit, size: try count(gap, "gap"), slide: nil, offset: 0)
        case .tumbling(let size):
            let size = try count(size, "size")
            return WindowGrid(unit: unit, size: size, slide: size, offset: offset)
        case .sliding(let size, let slide):
            let grid = WindowGrid(
                unit: unit, size: try count(size, "size"), slide: try count(slide, "slide"), offset: offset)
            guard slide.nanoseconds <= size.nanoseconds else {
                throw SwiftwaterError(
                    .usage, "the window slides by \(slide), which is more than its size \(size)",
                    hint: "use a slide that is no longer than the size")
            }
            guard grid.covering <= Self.coveringLimit else {
                throw SwiftwaterError(
                    .usage, "each row would be in \(grid.covering) windows of \(size)",
                    hint: "use a slide of at least \(TimeSpan(nanoseconds: size.nanoseconds / Self.coveringLimit + 1))")
            }
            return grid
        }
    }
}

extension TimeUnit {
    /// `milliseconds`.
    var name: String {
        switch self {
        case .second: "seconds"
        case .millisecond: "milliseconds"
        case .microsecond: "microseconds"
        case .nanosecond: "nanoseconds"
        }
    }
}

extension TimeWindow: CustomStringConvertible {
    /// As `explain` prints it: `timestamp in windows of 1min every 10s`.
    public var description: String {
        let text: String =
            switch kind {
            case .tumbling(let size): "\(key) in windows of \(size)"
            case .sliding(let size, let slide): "\(key) in windows of \(size) every \(slide)"
            case .session(let gap): "\(key) in sessions with gaps of \(gap)"
            }
        return text + (offset.nanoseconds == 0 ? "" : " from \(offset)")
    }
}
