import Columnar

/// The type of an expression's values; to be replaced by what compiling the expression says.
extension Expression {
    func resultType(in schema: Schema, parameters: [String: Scalar]) throws(SwiftwaterError) -> DataType {
        for column in columns { _ = try schema.requireIndex(of: column) }
        if isPredicate { return .bool }
        if case .column(let name) = self { return schema[name]?.type.logical ?? .null }
        return .float64
    }
}
