public import Columnar
public import Query

/// Operations on rows and columns. Each describes another frame; unknown columns are reported when rows are read.
extension DataFrame {
    /// The rows for which the expression is true, in pandas' grammar: `"latency > 3 and company != 'a'"`.
    ///
    /// - Throws: a `usage` error when the text is not an expression.
    public func filtering(_ expression: String) throws(SwiftwaterError) -> DataFrame {
        then(.filter(try Expression(expression)))
    }

    /// The rows for which the expression is true.
    public func filtering(_ expression: Expression) -> DataFrame { then(.filter(expression)) }

    /// These columns only, in this order.
    public func selecting(_ columns: String...) -> DataFrame { then(.select(columns)) }
    public func selecting(_ columns: [String]) -> DataFrame { then(.select(columns)) }

    /// With a column added, or replaced where there is one of this name: `adding("share", "latency / total")`.
    ///
    /// - Throws: a `usage` error when the text is not an expression.
    public func adding(_ name: String, _ expression: String) throws(SwiftwaterError) -> DataFrame {
        then(.assign([NamedExpression(name, try Expression(expression))]))
    }

    /// With columns added or replaced; a later expression sees the earlier ones.
    ///
    /// - Throws: a `usage` error when a text is not an expression.
    public func adding(_ columns: KeyValuePairs<String, String>) throws(SwiftwaterError) -> DataFrame {
        var named: [NamedExpression] = []
        for (name, text) in columns { named.append(NamedExpression(name, try Expression(text))) }
        return then(.assign(named))
    }

    /// With columns added or replaced; a later expression sees the earlier ones.
    public func adding(_ columns: [NamedExpression]) -> DataFrame { then(.assign(columns)) }

    /// With other names for columns: `renaming(["cpu_utilization": "cpu"])`.
    public func renaming(_ names: KeyValuePairs<String, String>) -> DataFrame {
        then(.rename(names.map { Step.Renaming($0.key, to: $0.value) }))
    }

    /// Without these columns.
    public func dropping(_ columns: String...) -> DataFrame { then(.drop(columns)) }
    public func dropping(_ columns: [String]) -> DataFrame { then(.drop(columns)) }

    /// With columns converted to other types: `casting(["timestamp": .timestamp(.millisecond, zone: nil)])`.
    public func casting(_ types: KeyValuePairs<String, DataType>) -> DataFrame {
        then(.astype(types.map { Field($0.key, $0.value) }))
    }

    // MARK: Missing values

    /// With `value` in place of missing values, in every column whose type it fits.
    public func fillingMissing(with value: some ColumnElement) -> DataFrame {
        then(.fillna([Step.Filling(column: nil, value: value.scalar)]))
    }

    /// With `value` in place of the column's missing values.
    public func fillingMissing(in column: String, with value: some ColumnElement) -> DataFrame {
        then(.fillna([Step.Filling(column: column, value: value.scalar)]))
    }

    /// Without the rows that have a missing value in any (or all) of the columns; nil means all columns.
    public func droppingMissing(in columns: [String]? = nil, how: Step.DropHow = .any) -> DataFrame {
        then(.dropna(subset: columns, how: how))
    }

    // MARK: Order and equality

    /// Sorted by these columns, missing values last unless `missingFirst`. Equal rows keep their order.
    public func sorted(
        by columns: String..., ascending: Bool = true, missingFirst: Bool = false
    ) -> DataFrame {
        sorted(by: columns.map { Step.SortKey($0, ascending: ascending) }, missingFirst: missingFirst)
    }

    /// Sorted by these keys, each in its own direction.
    public func sorted(by keys: [Step.SortKey], missingFirst: Bool = false) -> DataFrame {
        then(.sortValues(by: keys, missingFirst: missingFirst))
    }

    /// The first `count` rows.
    public func prefix(_ count: Int) -> DataFrame { then(.head(count)) }

    /// The `count` rows with the largest values in `columns`, largest first; of equal rows the first.
    public func keepingLargest(_ count: Int, by columns: String...) -> DataFrame {
        then(.nlargest(n: count, by: columns))
    }

    /// The `count` rows with the smallest values in `columns`, smallest first; of equal rows the first.
    public func keepingSmallest(_ count: Int, by columns: String...) -> DataFrame {
        then(.nsmallest(n: count, by: columns))
    }

    /// One of each set of rows that are equal in `columns` (nil: in all).
    public func droppingDuplicates(in columns: [String]? = nil, keeping keep: Step.Keep = .first) -> DataFrame {
        then(.dropDuplicates(subset: columns, keep: keep))
    }

    /// How often each combination of values occurs, most frequent first, in a column `count`
    /// (as shares in `proportion` when `normalized`).
    public func countingValues(
        of columns: String..., normalized: Bool = false, sorted: Bool = true, droppingMissing: Bool = true
    ) -> DataFrame {
        then(.valueCounts(columns: columns, normalize: normalized, sort: sorted, dropMissing: droppingMissing))
    }
}
