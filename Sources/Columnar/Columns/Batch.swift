/// Rows in columns: what readers make, operators pass on and writers take.
public struct Batch: Sendable {
    public let schema: Schema
    /// One for each field of the schema, of the field's type or a dictionary of it.
    public let columns: [Column]
    /// Rows.
    public let count: Int

    public init(schema: Schema, columns: [Column], count: Int) {
        precondition(schema.count == columns.count, "a batch needs a column for each field")
        self.schema = schema
        self.columns = columns
        self.count = count
    }

    public init(schema: Schema, columns: [Column]) {
        self.init(schema: schema, columns: columns, count: columns.first?.count ?? 0)
    }

    /// No rows.
    public static func empty(_ schema: Schema) -> Batch {
        Batch(schema: schema, columns: schema.fields.map { ColumnBuilder($0.type, capacity: 0).finish() }, count: 0)
    }

    public subscript(_ name: String) -> Column? { schema.index(of: name).map { columns[$0] } }

    /// Bytes of memory that the values take.
    public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

    /// The same columns under another schema (names; types must agree).
    public func with(schema: Schema) -> Batch { Batch(schema: schema, columns: columns, count: count) }
}

/// A whole result: batches in order under one schema.
public struct Table: Sendable {
    public let schema: Schema
    public let batches: [Batch]

    public init(schema: Schema, batches: [Batch]) {
        self.schema = schema
        self.batches = batches
    }

    /// Rows.
    public var count: Int { batches.reduce(0) { $0 + $1.count } }

    /// All rows in one batch.
    public func combined() throws(SwiftwaterError) -> Batch { try Batch.concatenate(batches, schema: schema) }
}
