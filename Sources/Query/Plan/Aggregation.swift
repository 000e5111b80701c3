/// One result column of a `groupby`: a function over one column's values in each group.
public struct Aggregation: Hashable, Sendable {
    /// pandas' aggregations: missing values are skipped; `variance` and `standardDeviation` use `ddof=1`.
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
    }

    public var function: Function
    /// The column; nil for `size`, which needs none.
    public var column: String?
    /// The result column's name.
    public var name: String

    /// - Parameter name: by default `column_function`, for `size` `size`.
    public init(_ function: Function, _ column: String?, name: String? = nil) {
        self.function = function
        self.column = column
        self.name = name ?? column.map { "\($0)_\(function.rawValue)" } ?? function.rawValue
    }
}
