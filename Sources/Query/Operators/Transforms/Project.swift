package import Columnar

/// Keeps, orders and renames columns: `select`, `drop` and `rename`.
package struct Project: Transform {
    package let label: String
    package let outputSchema: Schema
    private let indices: [Int]

    private init(label: String, outputSchema: Schema, indices: [Int]) throws(SwiftwaterError) {
        var seen: Set<String> = []
        for name in outputSchema.names where !seen.insert(name).inserted {
            throw SwiftwaterError(.usage, "the column '\(name)' would be there twice", hint: "give it another name")
        }
        self.label = label
        self.outputSchema = outputSchema
        self.indices = indices
    }

    package static func select(_ columns: [String], input: Schema) throws(SwiftwaterError) -> Project {
        var indices: [Int] = []
        for name in columns { indices.append(try input.requireIndex(of: name)) }
        return try Project(
            label: "select \(columns.joined(separator: ", "))", outputSchema: Schema(indices.map { input[$0] }),
            indices: indices)
    }

    package static func drop(_ columns: [String], input: Schema) throws(SwiftwaterError) -> Project {
        var dropped: Set<Int> = []
        for name in columns { dropped.insert(try input.requireIndex(of: name)) }
        let indices = (0..<input.count).filter { !dropped.contains($0) }
        return try Project(
            label: "drop \(columns.joined(separator: ", "))", outputSchema: Schema(indices.map { input[$0] }),
            indices: indices)
    }

    /// All renamings happen at once: two columns can change names with each other.
    package static func rename(_ renamings: [Step.Renaming], input: Schema) throws(SwiftwaterError) -> Project {
        var schema = input
        for renaming in renamings { schema.fields[try input.requireIndex(of: renaming.from)].name = renaming.to }
        return try Project(
            label: "rename \(renamings.map { "\($0.from) to \($0.to)" }.joined(separator: ", "))",
            outputSchema: schema, indices: Array(0..<input.count))
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        Batch(schema: outputSchema, columns: indices.map { batch.columns[$0] }, count: batch.count)
    }

    package func places(ofUnread column: Int) -> [Int]? { indices.indices.filter { indices[$0] == column } }
}
