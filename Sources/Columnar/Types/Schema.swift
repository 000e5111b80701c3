/// A named column of a schema.
public struct Field: Hashable, Sendable, Codable {
    public var name: String
    public var type: DataType

    public init(_ name: String, _ type: DataType) {
        self.name = name
        self.type = type
    }
}

/// The names and types of a frame's columns, in order. Every column may have missing values.
public struct Schema: Hashable, Sendable, Codable {
    public var fields: [Field]

    public init(_ fields: [Field]) { self.fields = fields }

    public var count: Int { fields.count }
    public var names: [String] { fields.map(\.name) }

    /// The position of the column with this name, or nil.
    public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

    /// The position of the column with this name. Throws a `usage` error with a "did you mean".
    public func requireIndex(of name: String) throws(SwiftwaterError) -> Int {
        if let index = index(of: name) { return index }
        let near = SwiftwaterError.nearest(name, among: names)
        var error = SwiftwaterError(
            .usage, "no column '\(name)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "the columns are \(names.joined(separator: ", "))")
        error.missingColumn = name
        throw error
    }

    /// With `field` in place of the one of its name, or at the end.
    public func setting(_ field: Field) -> Schema {
        var schema = self
        if let index = index(of: field.name) { schema.fields[index] = field } else { schema.fields.append(field) }
        return schema
    }

    public subscript(_ index: Int) -> Field { fields[index] }
    public subscript(_ name: String) -> Field? { index(of: name).map { fields[$0] } }
}
