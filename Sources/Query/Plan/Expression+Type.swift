import Columnar

/// The type of an expression's values: what binding it to the schema says.
extension Expression {
    func resultType(in schema: Schema, parameters: [String: Scalar]) throws(SwiftwaterError) -> DataType {
        try CompiledExpression(self, schema: schema, parameters: parameters).type.logical
    }
}
