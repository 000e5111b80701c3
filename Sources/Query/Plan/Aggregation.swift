/// One result column of a `groupby`: a function over one column's values in each group.
public struct Aggregation: Hashable, Sendable {
    /// pandas' aggregations: missing values are skipped.
    public enum Function: String, Hashable, Sendable, Codable, CaseIterable {
        /// Values that are not missing.
        case count
        /// Rows, missing values too.
        case size
        case sum, mean, min, max
        case variance = "var"
        case standardDeviation = "std"
        /// The first (last) value that is not missing, in the order of the input.
        case first, last
        /// Distinct values.
        case distinctCount = "nunique"
        case any, all
        case median
        /// The value below which a share `q` of the values is.
        case quantile
        case product = "prod"
        /// The standard error of the mean.
        case standardError = "sem"
        /// The sample skewness and excess kurtosis, without bias.
        case skewness = "skew"
        case kurtosis = "kurt"
        /// The row with the smallest (largest) value, of equal ones the first: its number, or its `label`.
        case indexOfMinimum = "idxmin"
        case indexOfMaximum = "idxmax"
    }

    /// What a function takes besides its column.
    public struct Options: Hashable, Sendable {
        /// What `var`, `std` and `sem` take off the number of values that they divide by.
        public var ddof: Int
        /// `quantile`'s share, from 0 to 1.
        public var q: Double
        public var interpolation: Interpolation
        /// The column that `idxmin` and `idxmax` give the value of; the row's number, from 0, when nil.
        public var label: String?

        public init(ddof: Int = 1, q: Double = 0.5, interpolation: Interpolation = .linear, label: String? = nil) {
            self.ddof = ddof
            self.q = q
            self.interpolation = interpolation
            self.label = label
        }
    }

    /// What a quantile is that lies between two values.
    public enum Interpolation: String, Hashable, Sendable, Codable, CaseIterable {
        case linear, lower, higher, midpoint, nearest
    }

    public var function: Function
    /// The column; nil for `size`, which needs none.
    public var column: String?
    /// The result column's name.
    public var name: String
    public var options: Options

    /// - Parameter name: by default `column_function`, for `size` `size`.
    public init(_ function: Function, _ column: String?, name: String? = nil, options: Options = Options()) {
        self.function = function
        self.column = column
        self.name = name ?? column.map { "\($0)_\(function.rawValue)" } ?? function.rawValue
        self.options = options
    }
}

extension Aggregation.Options {
    /// The function with what differs from its standard: `quantile 0.9`, `var ddof 0`.
    func text(_ function: Aggregation.Function) -> String {
        var text = function.rawValue
        switch function {
        case .quantile:
            text += " \(q)"
            if interpolation != .linear { text += " \(interpolation.rawValue)" }
        case .variance, .standardDeviation, .standardError: if ddof != 1 { text += " ddof \(ddof)" }
        case .indexOfMinimum, .indexOfMaximum: if let label { text += " of \(label)" }
        default: break
        }
        return text
    }
}

extension Aggregation: CustomStringConvertible {
    /// As `explain` prints it: `latency_max = max(latency)`.
    public var description: String { "\(name) = \(options.text(function))(\(column ?? ""))" }
}
