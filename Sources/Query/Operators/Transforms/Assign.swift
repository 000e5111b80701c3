package import Columnar

/// Adds or replaces columns by what expressions compute; each sees the columns of those before it.
package struct Assign: Transform {
    package let label: String
    package let outputSchema: Schema
    private let assignments: [Assignment]

    private struct Assignment: Sendable {
        let expression: CompiledExpression
        /// The columns that the expression reads, or the one that it is.
        let read: [Int]
        let copied: Int?
        /// Where the column goes; the end for a new one.
        let index: Int
        /// The columns from here on.
        let schema: Schema
    }

    package init(_ columns: [NamedExpression], input: Schema) throws(SwiftwaterError) {
        var schema = input
        var assignments: [Assignment] = []
        for column in columns {
            let compiled = try CompiledExpression(column.expression, schema: schema)
            let read = column.expression.columns.compactMap(schema.index)
            var copied: Int?
            if case .column = column.expression { copied = read.first }
            let field = Field(column.name, compiled.type.logical)
            let index = schema.index(of: column.name) ?? schema.count
            if index < schema.count { schema.fields[index] = field } else { schema.fields.append(field) }
            assignments.append(
                Assignment(expression: compiled, read: read, copied: copied, index: index, schema: schema))
        }
        self.assignments = assignments
        outputSchema = schema
        label = "assign " + columns.map { "\($0.name) = \($0.expression)" }.joined(separator: ", ")
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        var batch = batch
        for assignment in assignments {
            let column = try assignment.expression.evaluate(batch)
            var columns = batch.columns
            if assignment.index < columns.count { columns[assignment.index] = column } else { columns.append(column) }
            batch = Batch(schema: assignment.schema, columns: columns, count: batch.count)
        }
        return batch
    }

    package func places(ofUnread column: Int) -> [Int]? {
        var places = [column]
        for assignment in assignments {
            let isCopied = assignment.copied.map(places.contains) ?? false
            if !isCopied, assignment.read.contains(where: places.contains) { return nil }
            places.removeAll { $0 == assignment.index }
            if isCopied { places.append(assignment.index) }
        }
        return places
    }
}
