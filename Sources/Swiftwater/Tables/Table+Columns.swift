public import Columnar

/// Columns from Swift's values and back.
extension Column {
    /// A column without missing values: `Column([1.5, 2.5])`.
    public init<Element: ColumnElement>(_ values: [Element]) {
        self.init(values.map(Optional.some))
    }

    /// A column in which nil is a missing value: `Column(["a", nil])`.
    public init<Element: ColumnElement>(_ values: [Element?]) {
        var builder = ColumnBuilder(Element.columnType, capacity: values.count)
        for value in values {
            // A value of the column's own type always fits.
            if (try? builder.append(value?.scalar ?? .null)) == nil { builder.appendNull() }
        }
        self = builder.finish()
    }

    /// The values as `Element`, nil where one is missing.
    ///
    /// - Throws: a `usage` error when the column is of another type.
    public func values<Element: ColumnElement>(as type: Element.Type) throws(SwiftwaterError) -> [Element?] {
        var values: [Element?] = []
        values.reserveCapacity(count)
        for row in 0..<count {
            let scalar = scalar(at: row)
            guard !scalar.isNull else {
                values.append(nil)
                continue
            }
            guard let value = Element(scalar) else {
                throw SwiftwaterError(.usage, "a value of the \(self.type) column is not a Swift \(Element.self)")
            }
            values.append(value)
        }
        return values
    }
}

extension Table {
    /// A table of columns with the same number of rows.
    ///
    /// - Throws: a `usage` error when the numbers differ or a name is twice.
    public init(columns: KeyValuePairs<String, Column>) throws(SwiftwaterError) {
        var names: Set<String> = []
        for (name, column) in columns {
            guard names.insert(name).inserted else { throw SwiftwaterError(.usage, "the column '\(name)' is twice") }
            guard column.count == columns[0].value.count else {
                throw SwiftwaterError(
                    .usage,
                    "the column '\(name)' has \(column.count) rows, '\(columns[0].key)' has "
                        + "\(columns[0].value.count)", hint: "give all columns the same number of rows")
            }
        }
        let schema = Schema(columns.map { Field($0.key, $0.value.type.logical) })
        self.init(schema: schema, batches: [Batch(schema: schema, columns: columns.map(\.value))])
    }

    /// The values of a column, nil where one is missing: `try table.column("latency", as: Double.self)`.
    ///
    /// - Throws: a `usage` error when there is no such column or it is of another type.
    public func column<Element: ColumnElement>(
        _ name: String, as type: Element.Type
    ) throws(SwiftwaterError) -> [Element?] {
        let index = try schema.requireIndex(of: name)
        var values: [Element?] = []
        for batch in batches { values += try batch.columns[index].values(as: type) }
        return values
    }
}
