import Columnar

/// One pass of a join, before its build side is there: which rows of the probe side it gives, and with which columns.
///
/// A right join is a left join whose sides have changed places; an outer join is a left join and, for the other
/// side's rows without a match, a pass of the kind `unmatched`.
struct JoinShape: Sendable {
    enum Kind: Sendable {
        /// Pairs with a match.
        case matches
        /// Pairs with a match, and probe rows without one.
        case all
        /// Probe rows with a match, once each.
        case matched
        /// Probe rows without a match.
        case unmatched
        /// Every pair.
        case pairs
    }

    /// Where a column of the result comes from.
    enum Origin: Sendable {
        case probe(Int)
        /// The column of this number among `buildColumns`.
        case build(Int)
        case missing
    }

    let kind: Kind
    let label: String
    let outputSchema: Schema
    let origins: [Origin]
    /// The key columns in each side's rows.
    let probeKeys: [Int]
    let buildKeys: [Int]
    let keys: [JoinKey]
    /// The build side's columns that the result has.
    let buildColumns: [Int]
    /// The build side's keys must be distinct.
    let uniqueness: JoinUniqueness?

    /// The build side's table from its rows.
    func table(
        _ batches: [Batch], schema: Schema, cancellation: CancellationFlag
    ) throws(SwiftwaterError) -> JoinTable {
        let whole = try Batch.concatenate(
            batches.map { $0.selecting(buildColumns) }, schema: Schema(buildColumns.map { schema[$0] }))
        var columns: [Column] = []
        for column in whole.columns { columns.append(try Self.compact(column)) }
        let rows = Batch(schema: whole.schema, columns: columns, count: whole.count)
        let table = try JoinTable(
            batches.map { $0.selecting(buildKeys) }, keys: keys, rows: rows, cancellation: cancellation)
        if let uniqueness, !table.isUnique { throw uniqueness.error }
        return table
    }

    /// Texts of a small table as a dictionary: the result's rows then share them.
    private static func compact(_ column: Column) throws(SwiftwaterError) -> Column {
        guard column.type == .string || column.type == .binary, column.count <= 1 << 12 else { return column }
        return try Cast.encoded(column, column.type)
    }
}

/// Keys of one side that `validate` says are distinct.
struct JoinUniqueness: Sendable {
    /// `left` or `right`, as the join was written.
    var side: String
    var validation: Step.Join.Validation

    var error: SwiftwaterError {
        SwiftwaterError(
            .data, "the keys of the \(side) frame are not unique: this is no \(validation.rawValue) join",
            hint: "drop duplicates before, or leave out 'validate'")
    }
}
