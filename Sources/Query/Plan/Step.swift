public import Columnar

/// One operation on a frame, as a function file lists them; pandas' names and meaning.
public enum Step: Hashable, Sendable {
    case filter(Expression)
    /// Keeps these columns, in this order.
    case select([String])
    /// Adds or replaces columns; a later expression sees the earlier ones.
    case assign([NamedExpression])
    case rename([Renaming])
    case drop([String])
    /// Converts columns.
    case astype([Field])
    /// Replaces missing values, in all columns that the value fits (`column` nil) or in one.
    case fillna([Filling])
    /// Drops rows with a missing value in one of (`any`) or all of the columns; all columns when `subset` is nil.
    case dropna(subset: [String]?, how: DropHow)
    /// - `by` empty: one row over everything.
    case groupby(by: [String], aggregations: [Aggregation], options: GroupOptions)
    case nlargest(n: Int, by: [String])
    case nsmallest(n: Int, by: [String])
    case sortValues(by: [SortKey], missingFirst: Bool)
    case head(Int)
    /// - `time`: a column of event time by which a stream forgets rows that no further row is compared with.
    case dropDuplicates(subset: [String]?, keep: Keep, time: String? = nil)
    /// Rows for each distinct combination of `columns` with their `count`, most frequent first
    /// (ties by first appearance) unless `sort` is false.
    case valueCounts(columns: [String], normalize: Bool, sort: Bool, dropMissing: Bool)
    /// Puts the rows together with those of another frame.
    case join(Join)
    /// Adds (or replaces) a column with the rows' numbers in the order of the input, from `start`.
    case rowNumber(name: String, start: Int64)
    case tail(Int)
    /// Python's slice of the rows.
    case slice(start: Int?, stop: Int?, step: Int)
    /// Adds or replaces columns whose values depend on the rows around; all are computed from the input's columns.
    case window(by: [String], columns: [WindowColumn], options: GroupOptions)
    /// A row for each element of lists; an empty or missing list gives one row without a value.
    case explode([String])
    /// A row for each value of the columns `value` (all but `id` when nil), with the column's name beside it.
    case melt(id: [String], value: [String]?, variableName: String, valueName: String)
    /// Rows drawn at random, in random order.
    case sample(Sampling)

    public struct Renaming: Hashable, Sendable {
        public var from: String
        public var to: String
        public init(_ from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    public struct Filling: Hashable, Sendable {
        public var column: String?
        public var value: Scalar
        public init(column: String?, value: Scalar) {
            self.column = column
            self.value = value
        }
    }

    public enum DropHow: String, Hashable, Sendable, Codable, CaseIterable { case any, all }

    /// Which of equal rows `drop_duplicates` keeps; `none` drops them all (pandas' `False`).
    public enum Keep: String, Hashable, Sendable, Codable, CaseIterable { case first, last, none }

    public struct SortKey: Hashable, Sendable {
        public var column: String
        public var ascending: Bool
        public init(_ column: String, ascending: Bool = true) {
            self.column = column
            self.ascending = ascending
        }
    }

    public struct Sampling: Hashable, Sendable {
        public enum Size: Hashable, Sendable {
            case rows(Int)
            /// Of the rows that there are; above 1 only with `replace`.
            case fraction(Double)
        }
        public var size: Size
        /// The same seed draws the same rows of the same input.
        public var seed: UInt64
        /// A row may be drawn more than once.
        public var replace: Bool
        public init(_ size: Size, seed: UInt64 = 0, replace: Bool = false) {
            self.size = size
            self.seed = seed
            self.replace = replace
        }
    }

    public struct GroupOptions: Hashable, Sendable {
        /// Groups sorted by key; otherwise in the order of their first row.
        public var sort: Bool
        /// Rows with a missing key are left out.
        public var dropMissing: Bool
        /// Windows of time in place of the values of one of a group-by's keys. Rows without a time are left out.
        public var window: TimeWindow?
        public init(sort: Bool = true, dropMissing: Bool = true, window: TimeWindow? = nil) {
            self.sort = sort
            self.dropMissing = dropMissing
            self.window = window
        }
    }
}
