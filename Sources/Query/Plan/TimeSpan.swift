public import Columnar

/// A length of time with pandas' spelling: `1min`, `10s`, `500ms`, `1h30min`, `1D`.
public struct TimeSpan: Hashable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Lengths beyond 292 years are cut off there.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("D", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Parses whole numbers of units, one after the other; a unit alone is one of it.
    public init(parsing text: String) throws(SwiftwaterError) {
        var rest = Substring(text)
        var total: Int64 = 0
        var isNegative = false
        if rest.first == "-" {
            isNegative = true
            rest.removeFirst()
        }
        var isEmpty = true
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest.removeFirst(digits.count)
            let word = rest.prefix { $0.isASCII && $0.isLetter }
            rest.removeFirst(word.count)
            guard let unit = Self.units.first(where: { $0.name == word }), digits.isEmpty || Int64(digits) != nil
            else { throw Self.error(text) }
            let (product, overflow) = (Int64(digits) ?? 1).multipliedReportingOverflow(by: unit.nanoseconds)
            let (sum, carry) = total.addingReportingOverflow(product)
            guard !overflow, !carry else { throw Self.error(text) }
            total = sum
            isEmpty = false
        }
        if isEmpty { throw Self.error(text) }
        nanoseconds = isNegative ? -total : total
    }

    private static func error(_ text: String) -> SwiftwaterError {
        SwiftwaterError(
            .usage, "'\(text)' is not a length of time",
            hint: "write a whole number and a unit, such as 500ms, 10s, 1min, 1h or 1D")
    }

    /// The same in a column's unit; nil where the unit is too coarse for it.
    func count(of unit: TimeUnit) -> Int64? {
        let divisor = 1_000_000_000 / unit.perSecond
        return nanoseconds % divisor == 0 ? nanoseconds / divisor : nil
    }
}

extension TimeSpan: CustomStringConvertible {
    public var description: String {
        guard nanoseconds != 0, let unit = Self.units.first(where: { nanoseconds % $0.nanoseconds == 0 }) else {
            return "0s"
        }
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }
}
