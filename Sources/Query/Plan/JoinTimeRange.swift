import Columnar

extension Step.Join {
    /// How far apart in time two rows may be that a join puts together.
    ///
    /// Rows with equal keys meet where the time of the right row less that of the left one is at least `from` and at
    /// most `to`. A row without a time meets none. Times of different units are compared exactly.
    public struct TimeRange: Hashable, Sendable {
        /// The left frame's column of timestamps.
        public var left: String
        /// The right frame's column of timestamps.
        public var right: String
        public var from: TimeSpan
        public var to: TimeSpan

        public init(left: String, right: String, from: TimeSpan = TimeSpan(nanoseconds: 0), to: TimeSpan) {
            self.left = left
            self.right = right
            self.from = from
            self.to = to
        }

        /// A range over columns that have the same name in both frames, or another in the right one.
        public init(_ left: String, _ right: String? = nil, from: Duration = .zero, to: Duration) {
            self.init(left: left, right: right ?? left, from: TimeSpan(from), to: TimeSpan(to))
        }
    }
}

extension Step.Join.TimeRange: CustomStringConvertible {
    /// As `explain` prints it: `answered from 0s to 10s after sent`.
    public var description: String { "\(right) from \(from) to \(to) after \(left)" }
}

/// A range in the unit in which the times of both sides are compared: the finer one of the two columns.
struct TimeBounds: Hashable, Sendable {
    let unit: TimeUnit
    /// The least and the greatest difference.
    let from: Int64
    let to: Int64
}

extension Step.Join {
    /// The range in the columns' unit; nil for a join without one. Throws a `usage` error where it does not fit them.
    func timeBounds(left: Schema, right: Schema) throws(SwiftwaterError) -> TimeBounds? {
        guard let within else { return nil }
        guard how != .cross else {
            throw SwiftwaterError(
                .usage, "a cross join has no 'within'", hint: "use how: inner, with the keys that rows meet by")
        }
        guard validation == nil else {
            throw SwiftwaterError(
                .usage, "a join has 'within' as well as 'validate'",
                hint: "leave 'validate' out, or drop duplicates before")
        }
        let leftUnit = try TimeWindow.unit(of: within.left, in: left)
        let rightUnit: TimeUnit
        do throws(SwiftwaterError) {
            rightUnit = try TimeWindow.unit(of: within.right, in: right)
        } catch {
            var located = error
            located.message += " in '\(with)'"
            throw located
        }
        guard (left[within.left]?.type.zone == nil) == (right[within.right]?.type.zone == nil) else {
            throw SwiftwaterError(
                .usage,
                "the time '\(within.left)' is \(left[within.left]?.type.logical ?? .null), and '\(within.right)' of "
                    + "'\(with)' is \(right[within.right]?.type.logical ?? .null)",
                hint: "convert one of them with astype")
        }
        guard within.from.nanoseconds <= within.to.nanoseconds else {
            throw SwiftwaterError(
                .usage, "'within' goes from \(within.from) to \(within.to), and nothing lies between them",
                hint: "let 'from' be the lesser one; rows before the left row's time are at negative distances")
        }
        let unit = TimeUnit.finer(leftUnit, rightUnit)
        let divisor = 1_000_000_000 / unit.perSecond
        // Differences are whole: what lies between two of them counts as the one inside the range.
        let from = within.from.nanoseconds.quotient(by: divisor, roundedUp: true)
        let to = within.to.nanoseconds.quotient(by: divisor, roundedUp: false)
        guard from <= to else {
            throw SwiftwaterError(
                .usage,
                "'within' goes from \(within.from) to \(within.to), and the times differ by whole \(unit.name)",
                hint: "convert one of them to a finer type with astype before, timestamp[ms] for example")
        }
        return TimeBounds(unit: unit, from: from, to: to)
    }
}

extension Int64 {
    /// Never the least number, so that it can be turned round.
    fileprivate func quotient(by divisor: Int64, roundedUp: Bool) -> Int64 {
        let (quotient, rest) = Swift.max(self, -.max).quotientAndRemainder(dividingBy: divisor)
        return quotient + (roundedUp ? (rest > 0 ? 1 : 0) : (rest < 0 ? -1 : 0))
    }
}

extension DataType {
    /// The zone of a timestamp.
    fileprivate var zone: String? {
        if case .timestamp(_, let zone) = logical { return zone }
        return nil
    }
}
