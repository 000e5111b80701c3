package import Columnar

/// Replaces missing values and NaN.
package struct FillMissing: Transform {
    package let label: String
    package let outputSchema: Schema
    /// For each filled column one row with the value.
    private let values: [(column: Int, value: Column)]

    /// A filling without a column is for all columns that the value fits and that no other filling names.
    package init(_ fillings: [Step.Filling], input: Schema) throws(SwiftwaterError) {
        var values: [(column: Int, value: Column)] = []
        for filling in fillings where filling.column != nil {
            let index = try input.requireIndex(of: filling.column ?? "")
            let field = input[index]
            do {
                values.append((index, try Column(field.type.logical, [filling.value])))
            } catch {
                throw SwiftwaterError(
                    .usage, "'\(field.name)' is \(field.type), which \(filling.value) does not fit",
                    hint: "fill it with another value, or convert the column with astype before")
            }
        }
        for filling in fillings where filling.column == nil {
            for (index, field) in input.fields.enumerated() where !values.contains(where: { $0.column == index }) {
                if let value = try? Column(field.type.logical, [filling.value]) { values.append((index, value)) }
            }
        }
        self.values = values
        outputSchema = input
        label = "fillna " + fillings.map { $0.column ?? "all" }.joined(separator: ", ")
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        var columns = batch.columns
        for (index, value) in values {
            let column = columns[index]
            guard value.type != .null, let presence = column.presence else { continue }
            let both = try Column.concatenate([column.decoded(), value], type: value.type)
            let rows = (0..<Int32(column.count)).map { presence[Int($0)] ? $0 : Int32(column.count) }
            columns[index] = rows.withUnsafeBufferPointer { both.taking($0) }
        }
        return Batch(schema: outputSchema, columns: columns, count: batch.count)
    }

    package func places(ofUnread column: Int) -> [Int]? { values.contains { $0.column == column } ? nil : [column] }
}
