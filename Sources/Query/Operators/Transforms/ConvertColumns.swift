package import Columnar

/// Converts columns to other types: `astype`.
package struct ConvertColumns: Transform {
    package let label: String
    package let outputSchema: Schema
    private let conversions: [(column: Int, type: DataType)]

    package init(_ fields: [Field], input: Schema) throws(SwiftwaterError) {
        var schema = input
        var conversions: [(column: Int, type: DataType)] = []
        for field in fields {
            let index = try input.requireIndex(of: field.name)
            guard canCast(from: input[index].type, to: field.type) else {
                throw SwiftwaterError(
                    .usage,
                    "the column '\(field.name)' is \(input[index].type), which is not converted to \(field.type)")
            }
            conversions.append((index, field.type))
            // A category is a way to store its values.
            schema.fields[index].type = field.type.logical
        }
        self.conversions = conversions
        outputSchema = schema
        label = "astype " + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        var columns = batch.columns
        for (index, type) in conversions {
            do {
                columns[index] = try cast(columns[index], to: type)
            } catch {
                var named = error
                named.message = "column '\(outputSchema[index].name)': \(error.message)"
                throw named
            }
        }
        return Batch(schema: outputSchema, columns: columns, count: batch.count)
    }

    package func places(ofUnread column: Int) -> [Int]? {
        conversions.contains { $0.column == column } ? nil : [column]
    }
}
