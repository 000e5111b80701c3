package import Columnar

/// Keeps the rows where a predicate is true: not where it is false or missing.
package struct Filter: Transform {
    package let label: String
    package let outputSchema: Schema
    private let predicate: CompiledExpression
    /// The columns that the predicate reads.
    private let columns: [String]

    package init(_ predicate: Expression, input: Schema) throws(SwiftwaterError) {
        self.predicate = try CompiledExpression(predicate, schema: input)
        guard self.predicate.type == .bool || self.predicate.type == .null else {
            throw SwiftwaterError(
                .usage, "the filter '\(predicate)' is \(self.predicate.type), not bool",
                hint: "compare it with a value")
        }
        label = "filter \(predicate)"
        outputSchema = input
        columns = predicate.columns
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        batch.filtered(by: try predicate.select(batch))
    }

    package func places(ofUnread column: Int) -> [Int]? {
        columns.contains(outputSchema[column].name) ? nil : [column]
    }
}
