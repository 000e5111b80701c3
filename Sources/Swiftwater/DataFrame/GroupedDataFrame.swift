public import Query

/// A frame's rows in groups, waiting for what to compute of each.
public struct GroupedDataFrame: Sendable {
    let frame: DataFrame
    let keys: [String]
    let options: Step.GroupOptions

    /// One row for each group: its keys, then the aggregations.
    public func aggregated(_ aggregations: [Aggregation]) -> DataFrame {
        frame.then(.groupby(by: keys, aggregations: aggregations, options: options))
    }

    /// One row for each group: its keys, then the aggregations.
    public func aggregated(_ aggregations: Aggregation...) -> DataFrame { aggregated(aggregations) }
}

extension DataFrame {
    /// Groups of rows with the same values in `keys`.
    ///
    /// - Parameters:
    ///   - sorted: by key; otherwise in the order of the groups' first rows.
    ///   - droppingMissing: whether rows with a missing key are left out.
    public func grouped(by keys: String..., sorted: Bool = true, droppingMissing: Bool = true) -> GroupedDataFrame {
        GroupedDataFrame(
            frame: self, keys: keys, options: Step.GroupOptions(sort: sorted, dropMissing: droppingMissing))
    }

    /// Groups of rows in the same window of time, and with the same values in `keys`.
    ///
    /// The result has the windows' starts under the window's key, their ends under `<key>_end`, then the other keys.
    /// Rows without a time are left out.
    public func grouped(
        by keys: String..., window: TimeWindow, sorted: Bool = true, droppingMissing: Bool = true
    ) -> GroupedDataFrame {
        GroupedDataFrame(
            frame: self, keys: [window.key] + keys,
            options: Step.GroupOptions(sort: sorted, dropMissing: droppingMissing, window: window))
    }

    /// One row of aggregations over all rows.
    public func aggregated(_ aggregations: Aggregation...) -> DataFrame {
        then(.groupby(by: [], aggregations: aggregations, options: Step.GroupOptions()))
    }
}

/// The aggregations by name. A result column is called `column_function` unless `name` says otherwise.
extension Aggregation {
    /// Values that are not missing.
    public static func count(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.count, column, name: name)
    }
    /// Rows, those with missing values too.
    public static func size(as name: String? = nil) -> Aggregation { Self(.size, nil, name: name) }
    public static func sum(_ column: String, as name: String? = nil) -> Aggregation { Self(.sum, column, name: name) }
    public static func mean(_ column: String, as name: String? = nil) -> Aggregation { Self(.mean, column, name: name) }
    public static func min(_ column: String, as name: String? = nil) -> Aggregation { Self(.min, column, name: name) }
    public static func max(_ column: String, as name: String? = nil) -> Aggregation { Self(.max, column, name: name) }
    /// The sample variance (divided by the count less one).
    public static func variance(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.variance, column, name: name)
    }
    /// The sample standard deviation (divided by the count less one).
    public static func standardDeviation(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.standardDeviation, column, name: name)
    }
    /// The first value that is not missing.
    public static func first(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.first, column, name: name)
    }
    /// The last value that is not missing.
    public static func last(_ column: String, as name: String? = nil) -> Aggregation { Self(.last, column, name: name) }
    /// Distinct values.
    public static func distinctCount(_ column: String, as name: String? = nil) -> Aggregation {
        Self(.distinctCount, column, name: name)
    }
    /// Whether any value is true.
    public static func any(_ column: String, as name: String? = nil) -> Aggregation { Self(.any, column, name: name) }
    /// Whether all values are true.
    public static func all(_ column: String, as name: String? = nil) -> Aggregation { Self(.all, column, name: name) }
}
