public import Columnar

/// A column that `window` computes: each row's value from the rows of its group, in the order of the input.
///
/// The functions are pandas': missing values and NaN are skipped, and results that have no value are missing.
public struct WindowColumn: Hashable, Sendable {
    /// The column that is added or replaced.
    public var name: String
    public var function: Function
    /// The column that is computed from; nil for functions that look at no values.
    public var column: String?

    public init(_ name: String, _ function: Function, of column: String? = nil) {
        self.name = name
        self.function = function
        self.column = column
    }

    public enum Function: Hashable, Sendable {
        /// The value `by` rows before (after, when negative); `fill` where there is no such row.
        case shift(by: Int, fill: Scalar)
        /// The difference to the value `by` rows before (after, when negative).
        case diff(by: Int)
        /// The sum, smallest, largest or product of the values so far.
        case cumulative(Cumulative)
        /// The rows of the group before this one, or after it when not `ascending`.
        case cumcount(ascending: Bool)
        /// The number of the row's group, in the order of the groups.
        case ngroup(ascending: Bool)
        /// The last value before (the next after) where one is missing, over at most `limit` rows in a row.
        case ffill(limit: Int?)
        case bfill(limit: Int?)
        case rank(Ranking)
        /// An aggregation of the rows around each row; all rows so far when the frame has no size.
        case rolling(Frame, Aggregation.Function, Aggregation.Options)
        /// An aggregation of the whole group.
        case aggregate(Aggregation.Function, Aggregation.Options)
    }

    public enum Cumulative: String, Hashable, Sendable, CaseIterable {
        case sum = "cumsum"
        case min = "cummin"
        case max = "cummax"
        case product = "cumprod"
    }

    public struct Ranking: Hashable, Sendable {
        /// What equal values get: the mean, lowest or highest of their ranks, ranks in the order of the rows, or the
        /// number of distinct values up to theirs.
        public enum Method: String, Hashable, Sendable, CaseIterable { case average, min, max, first, dense }
        /// Missing values have no rank, or come before or after all others.
        public enum Missing: String, Hashable, Sendable, CaseIterable { case keep, top, bottom }
        public var method: Method
        public var ascending: Bool
        public var missing: Missing
        /// Ranks as shares of the number of ranked rows.
        public var percent: Bool

        public init(
            _ method: Method = .average, ascending: Bool = true, missing: Missing = .keep, percent: Bool = false
        ) {
            self.method = method
            self.ascending = ascending
            self.missing = missing
            self.percent = percent
        }
    }

    /// The rows that `rolling` looks at.
    public struct Frame: Hashable, Sendable {
        /// Rows; nil for all rows up to this one.
        public var rows: Int?
        /// Values that must be there for a result; by default all rows of the frame, or one without a size.
        public var minimumPeriods: Int?
        /// The row is in the middle of the frame, not at its end.
        public var isCentered: Bool

        public init(rows: Int?, minimumPeriods: Int? = nil, isCentered: Bool = false) {
            self.rows = rows
            self.minimumPeriods = minimumPeriods
            self.isCentered = isCentered
        }
    }
}

extension WindowColumn.Function {
    /// The function's name in a plan's text.
    var name: String {
        switch self {
        case .shift: "shift"
        case .diff: "diff"
        case .cumulative(let function): function.rawValue
        case .cumcount: "cumcount"
        case .ngroup: "ngroup"
        case .ffill: "ffill"
        case .bfill: "bfill"
        case .rank: "rank"
        case .rolling(let frame, _, _): frame.rows == nil ? "expanding" : "rolling"
        case .aggregate: "aggregate"
        }
    }

    /// Every name.
    static let names =
        ["shift", "diff"] + WindowColumn.Cumulative.allCases.map(\.rawValue) + [
            "cumcount", "ngroup", "ffill", "bfill", "rank", "rolling", "expanding", "aggregate",
        ]

    /// Whether the function looks at no values.
    var needsNoColumn: Bool {
        switch self {
        case .cumcount, .ngroup, .aggregate(.size, _): true
        default: false
        }
    }

    /// The aggregations that `rolling` and `expanding` have.
    static let rollingFunctions: Set<Aggregation.Function> = [
        .sum, .mean, .min, .max, .standardDeviation, .variance, .count, .median, .quantile, .standardError,
    ]
}

extension WindowColumn: CustomStringConvertible {
    /// As `explain` prints it: `previous = shift(latency, 1)`.
    public var description: String {
        var arguments = column.map { [$0] } ?? []
        switch function {
        case .shift(let n, let fill):
            arguments.append("\(n)")
            if !fill.isNull { arguments.append("fill \(Expression.literal(fill))") }
        case .diff(let n): arguments.append("\(n)")
        case .cumulative: break
        case .cumcount(let ascending), .ngroup(let ascending): if !ascending { arguments.append("descending") }
        case .ffill(let limit), .bfill(let limit): if let limit { arguments.append("limit \(limit)") }
        case .rank(let ranking):
            arguments.append(ranking.method.rawValue)
            if !ranking.ascending { arguments.append("descending") }
            if ranking.missing != .keep { arguments.append("missing \(ranking.missing.rawValue)") }
            if ranking.percent { arguments.append("percent") }
        case .rolling(let frame, let aggregation, let options):
            if let rows = frame.rows { arguments.append("\(rows) rows") }
            if let minimum = frame.minimumPeriods { arguments.append("at least \(minimum)") }
            if frame.isCentered { arguments.append("centered") }
            arguments.append(options.text(aggregation))
        case .aggregate(let aggregation, let options): arguments.append(options.text(aggregation))
        }
        return "\(name) = \(function.name)(\(arguments.joined(separator: ", ")))"
    }
}

extension WindowColumn {
    /// The type of the column; throws a `usage` error where the function does not fit what it is computed from.
    func resultType(in input: Schema) throws(SwiftwaterError) -> DataType {
        guard let column else {
            guard function.needsNoColumn else {
                throw SwiftwaterError(.usage, "\(function.name) needs a column", hint: "name it with 'column'")
            }
            return .int64
        }
        let type = input[try input.requireIndex(of: column)].type.logical
        switch function {
        case .cumcount, .ngroup: return .int64
        case .shift(_, let fill):
            if !fill.isNull, fill.coerced(to: type) == nil {
                throw SwiftwaterError(
                    .usage, "'\(column)' is \(type), which \(Expression.literal(fill)) does not fit",
                    hint: "fill it with another value, or convert the column with astype before")
            }
            return type
        case .ffill, .bfill: return type
        case .diff:
            switch type {
            case .null, .bool, .float32, .float64: return type
            case .uint64: return .float64
            case _ where type.isInteger: return .int64
            case .timestamp(let unit, _), .duration(let unit): return .duration(unit)
            case .date: return .duration(.second)
            default: throw mismatch(type, "a column of numbers or times")
            }
        case .cumulative(let cumulative):
            switch type {
            case .null, .float32, .float64: return type
            case .duration where cumulative != .product: return type
            case _ where type.isNumeric || type == .bool:
                if cumulative == .min || cumulative == .max { return type }
                return type.isUnsignedInteger ? .uint64 : .int64
            case .timestamp where cumulative == .min || cumulative == .max,
                .date where cumulative == .min || cumulative == .max:
                return type
            default: throw mismatch(type, "a column of numbers")
            }
        case .rank:
            guard !type.isNested else { throw mismatch(type, "a column with an order") }
            return .float64
        case .rolling(let frame, let aggregation, _):
            guard Function.rollingFunctions.contains(aggregation) else {
                throw SwiftwaterError(
                    .usage, "\(function.name) has no '\(aggregation.rawValue)'",
                    hint: "use \(Function.rollingFunctions.map(\.rawValue).sorted().joined(separator: ", "))")
            }
            guard type.isNumeric || type == .bool || type == .null || aggregation == .count else {
                throw mismatch(type, "a column of numbers")
            }
            guard frame.rows ?? 1 >= 0, frame.minimumPeriods ?? 0 >= 0 else {
                throw SwiftwaterError(.usage, "a window has 0 or more rows and values")
            }
            if let rows = frame.rows, let minimum = frame.minimumPeriods, minimum > rows {
                throw SwiftwaterError(
                    .usage, "a window of \(rows) rows never has \(minimum) values", hint: "lower minPeriods")
            }
            return .float64
        case .aggregate(let aggregation, let options):
            return try Aggregation(aggregation, column, name: name, options: options).resultType(in: input)
        }
    }

    private func mismatch(_ type: DataType, _ wanted: String) -> SwiftwaterError {
        SwiftwaterError(
            .usage, "\(function.name) needs \(wanted), and '\(column ?? "")' is \(type)",
            hint: "convert it with astype before")
    }
}
