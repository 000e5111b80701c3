package import Columnar

/// An operator that aggregates groups: what it saved can go on with other aggregations of the same groups.
package protocol AggregatingOperator: Operator {
    /// What it does, but for its aggregations: only an operator with the same can take over what was saved.
    var groupingLabel: String { get }
    var savedAggregates: SavedAggregates { get }
}

/// The aggregations' columns in a snapshot, which are its last ones, by name.
///
/// Aggregations that are there before and after a change keep their values; those that are new begin with nothing:
/// a column that nobody aggregated so far has no values yet.
package struct SavedAggregates: Sendable {
    private let layout: AggregateLayout
    private let keepsPositions: Bool
    /// Columns of a snapshot before these.
    private let prefix: Int

    init(_ layout: AggregateLayout, keepsPositions: Bool, prefix: Int) {
        self.layout = layout
        self.keepsPositions = keepsPositions
        self.prefix = prefix
    }

    private static let rowsName = "rows"

    /// What the columns hold, in their order.
    package var names: [String] {
        var names = [Self.rowsName] + (keepsPositions ? ["first row"] : [])
        for input in layout.inputs {
            let name = Self.name(of: input)
            names.append("\(name): missing")
            for kind in input.accumulators { names += Self.names(of: kind, input).map { "\(name): \($0)" } }
        }
        return names
    }

    private static func name(of input: AggregateLayout.Input) -> String {
        "\(input.name) (\(input.type))" + (input.labelName.map { " of \($0)" } ?? "")
    }

    /// A sum and a range have the same names together as each by itself.
    private static func names(of kind: AggregateLayout.Kind, _ input: AggregateLayout.Input) -> [String] {
        func count(_ kind: AggregateLayout.Kind) -> Int {
            (try? AggregateLayout.makeAccumulator(kind, of: input.type).snapshot(count: 0).count) ?? 0
        }
        if kind == .sumRange { return names(of: .sum, input) + names(of: .range, input) }
        return (0..<count(kind)).map { "\(kind) \($0)" }
    }

    /// A snapshot of an operator with the aggregations `known` as one of this operator.
    ///
    /// - Throws: a `usage` error for an aggregation that cannot begin with nothing: the values that the others have
    ///   seen would count for it.
    package func adapting(_ snapshot: [Batch], from known: [String]) throws(SwiftwaterError) -> [Batch] {
        var adapted: [Batch] = []
        for batch in snapshot {
            guard batch.columns.count == prefix + known.count else {
                adapted.append(batch)
                continue
            }
            let saved = Dictionary(zip(known, batch.columns[prefix...])) { first, _ in first }
            guard let rows = saved[Self.rowsName] else { throw .foreignSnapshot }
            var columns = Array(batch.columns[..<prefix]) + [rows]
            if keepsPositions {
                guard let positions = saved["first row"] else { throw Self.cannotBegin("the order of groups") }
                columns.append(positions)
            }
            for input in layout.inputs { columns += try self.columns(of: input, saved, rows) }
            let fields = columns.enumerated().map { Field("state_\($0)", $1.type) }
            adapted.append(Batch(schema: Schema(fields), columns: columns, count: batch.count))
        }
        return adapted
    }

    private func columns(
        of input: AggregateLayout.Input, _ saved: [String: Column], _ rows: Column
    ) throws(SwiftwaterError) -> [Column] {
        let name = Self.name(of: input)
        let empty = ColumnAggregates(input)
        empty.grow(to: rows.count)
        let fresh = try empty.snapshot(count: rows.count)
        guard let missing = saved["\(name): missing"] else {
            // All rows so far have no value here.
            return [rows] + fresh.dropFirst()
        }
        var columns = [missing]
        var place = 1
        for kind in input.accumulators {
            for part in Self.names(of: kind, input) {
                if let column = saved["\(name): \(part)"] {
                    columns.append(column)
                } else if part.hasPrefix("range") || part.hasPrefix("distinct") {
                    columns.append(fresh[place])
                } else {
                    throw Self.cannotBegin("'\(part.prefix { $0 != " " })' of '\(input.name)'")
                }
                place += 1
            }
        }
        return columns
    }

    private static func cannotBegin(_ what: String) -> SwiftwaterError {
        SwiftwaterError(
            .usage, "\(what) cannot begin with nothing beside aggregations that have values already",
            hint: "give the frame a new name, or start anew with --reset")
    }
}

extension GroupBy: AggregatingOperator {
    package var groupingLabel: String {
        "groupby \(outputSchema.names.prefix(keys.count).joined(separator: ", ")) of \(keyTypes)"
    }

    package var savedAggregates: SavedAggregates {
        SavedAggregates(layout, keepsPositions: !options.sort && !keys.isEmpty, prefix: keys.count)
    }
}
