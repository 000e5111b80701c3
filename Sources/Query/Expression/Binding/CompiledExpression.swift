package import Columnar

/// An expression bound to a schema: columns found, types checked, parameters in place.
///
/// Immutable and shared by the workers; its kernels switch on types once a batch.
package struct CompiledExpression: Sendable {
    /// The type of the values; a column of it may come dictionary-encoded, as in every batch.
    package let type: DataType
    /// The columns that are read, in the order of the text.
    package let columns: [String]
    private let root: any Node

    /// - Parameters:
    ///   - schema: The columns of the batches to come.
    ///   - parameters: The values of `@name`s; a list stands for its elements after `in`.
    ///
    /// Throws a `usage` error for an unknown column or parameter and for types that do not go together; its
    /// location's column is the byte of the expression's printed text where it went wrong.
    package init(
        _ expression: Expression, schema: Schema, parameters: [String: Scalar] = [:]
    ) throws(SwiftwaterError) {
        let binder = Binder(schema: schema, parameters: parameters, root: expression)
        root = try binder.bind(expression, [])
        type = root.type
        columns = expression.columns
    }

    /// The value for each row, as a column of `type` or `dictionary(type)`.
    package func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column { try root.evaluate(batch) }

    /// The rows where the expression is true: not where it is false or missing.
    ///
    /// Throws a `usage` error when the type is not `bool`.
    package func select(_ batch: Batch) throws(SwiftwaterError) -> Bitmap {
        guard type == .bool || type == .null else {
            throw SwiftwaterError(
                .usage, "a filter needs a bool, and this expression is \(type)", hint: "compare it with something")
        }
        let column = try root.evaluate(batch).asBits()
        guard let validity = column.validity else { return column.bits }
        return column.bits & validity
    }
}
