package import Columnar

/// A row for each element of lists, with the other columns' values repeated.
///
/// An empty or missing list gives one row with a missing value. A column that holds no lists stays as it is.
package struct Explode: Transform {
    package let label: String
    package let outputSchema: Schema
    private let lists: [Int]

    package init(_ columns: [String], input: Schema) throws(SwiftwaterError) {
        outputSchema = try Self.schema(columns, input: input)
        var lists: [Int] = []
        for name in columns {
            let index = try input.requireIndex(of: name)
            if case .list = input[index].type.logical { lists.append(index) }
        }
        self.lists = lists
        label = "explode \(columns.joined(separator: ", "))"
    }

    static func schema(_ columns: [String], input: Schema) throws(SwiftwaterError) -> Schema {
        guard !columns.isEmpty else { throw SwiftwaterError(.usage, "'explode' names no column") }
        try Step.requireDistinct(columns)
        var schema = input
        for name in columns {
            let index = try input.requireIndex(of: name)
            if case .list(let element) = input[index].type.logical { schema.fields[index].type = element.logical }
        }
        return schema
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        guard let first = lists.first else { return batch }
        let columns = lists.map { batch.columns[$0].decoded() }
        let lengths = columns.map { Self.lengths($0) }
        for (other, list) in zip(lengths, lists).dropFirst() where other != lengths[0] {
            throw SwiftwaterError(
                .data, "the lists of '\(batch.schema[first].name)' and '\(batch.schema[list].name)' differ in length",
                hint: "explode them one after the other")
        }
        var rows: [Int32] = []
        rows.reserveCapacity(batch.count * 2)
        for (row, length) in lengths[0].enumerated() {
            for _ in 0..<max(1, length) { rows.append(Int32(row)) }
        }
        var result: [Column] = []
        for (index, column) in batch.columns.enumerated() {
            if let place = lists.firstIndex(of: index) {
                result.append(Self.elements(columns[place], lengths[0], count: rows.count))
            } else {
                result.append(rows.withUnsafeBufferPointer { column.taking($0) })
            }
        }
        return Batch(schema: outputSchema, columns: result, count: rows.count)
    }

    private static func lengths(_ column: Column) -> [Int] {
        let offsets = column.list.offsets
        return (0..<column.count).map { column.isNull($0) ? 0 : Int(offsets[$0 + 1] - offsets[$0]) }
    }

    private static func elements(_ column: Column, _ lengths: [Int], count: Int) -> Column {
        let (offsets, elements) = column.list
        var places: [Int32] = []
        places.reserveCapacity(count)
        for (row, length) in lengths.enumerated() {
            if length == 0 { places.append(-1) }
            for element in 0..<length { places.append(offsets[row] + Int32(element)) }
        }
        return withExtendedLifetime(column) { places.withUnsafeBufferPointer { elements.taking($0) } }
    }
}
