public import Query

/// Operations that look at the rows around, and those that make rows of rows.
extension DataFrame {
    /// With the rows' numbers in the order of the input in a column.
    public func numberingRows(as name: String, from start: Int64 = 0) -> DataFrame {
        then(.rowNumber(name: name, start: start))
    }

    /// The last rows.
    public func suffix(_ count: Int) -> DataFrame { then(.tail(count)) }

    /// Some of the rows by their places, as Python's slices have it: negative places count from the end, and a step
    /// of -1 turns the order round.
    public func sliced(from start: Int? = nil, to stop: Int? = nil, by step: Int = 1) -> DataFrame {
        then(.slice(start: start, stop: stop, step: step))
    }

    /// With columns whose values depend on the rows before and after, in groups of rows with the same `keys`, or over
    /// all rows.
    ///
    ///     events.adding(
    ///         [.init("before", .shift(by: 1, fill: .null), of: "latency")], inGroupsOf: ["company"])
    public func adding(_ columns: [WindowColumn], inGroupsOf keys: [String]) -> DataFrame {
        then(.window(by: keys, columns: columns, options: Step.GroupOptions()))
    }

    /// With a row for each element of a column of lists.
    public func exploding(_ columns: String...) -> DataFrame { then(.explode(columns)) }

    /// A row for each value of some columns (all but `id` when nil), with the column's name beside it.
    public func melted(
        id: [String] = [], values: [String]? = nil, names: String = "variable", value: String = "value"
    ) -> DataFrame {
        then(.melt(id: id, value: values, variableName: names, valueName: value))
    }

    /// Rows drawn at random, in random order: the same for the same seed.
    public func sampled(_ count: Int, seed: UInt64 = 0, replacing: Bool = false) -> DataFrame {
        then(.sample(.init(.rows(count), seed: seed, replace: replacing)))
    }

    /// A share of the rows, drawn at random, in random order: the same for the same seed.
    public func sampled(fraction: Double, seed: UInt64 = 0, replacing: Bool = false) -> DataFrame {
        then(.sample(.init(.fraction(fraction), seed: seed, replace: replacing)))
    }
}

extension Aggregation {
    public static func median(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.median, column, name: name)
    }
    /// The value below which the share `q` of the values is.
    public static func quantile(
        _ column: String, _ q: Double, interpolation: Interpolation = .linear, as name: String? = nil
    ) -> Aggregation {
        Self(.quantile, column, name: name, options: Options(q: q, interpolation: interpolation))
    }
    public static func product(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.product, column, name: name)
    }
    /// The standard error of the mean.
    public static func standardError(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.standardError, column, name: name)
    }
    /// The number of the row, from 0, with the smallest value; of equal ones the first.
    public static func indexOfMinimum(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.indexOfMinimum, column, name: name)
    }
    /// The number of the row, from 0, with the largest value; of equal ones the first.
    public static func indexOfMaximum(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.indexOfMaximum, column, name: name)
    }
}
