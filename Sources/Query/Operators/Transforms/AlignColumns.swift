import Columnar

/// Brings rows of one input of a concatenation under the common columns: in their order, converted to their types, and
/// missing where the input has none.
struct AlignColumns: Transform {
    let label: String
    let outputSchema: Schema
    /// For each column of the result the input's, if it has one.
    private let origins: [Int?]

    init(input: Schema, output: Schema) {
        origins = output.names.map { input.index(of: $0) }
        outputSchema = output
        var changes: [String] = []
        for (field, origin) in zip(output.fields, origins) {
            guard let origin else {
                changes.append("\(field.name) missing")
                continue
            }
            if input[origin].type.logical != field.type { changes.append("\(field.name) as \(field.type)") }
        }
        label = "align columns" + (changes.isEmpty ? "" : ": " + changes.joined(separator: ", "))
    }

    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        var columns: [Column] = []
        for (field, origin) in zip(outputSchema.fields, origins) {
            guard let origin else {
                columns.append(.missing(field.type, count: batch.count))
                continue
            }
            do {
                columns.append(try batch.columns[origin].widened(to: field.type))
            } catch {
                var named = error
                named.message = "column '\(field.name)': \(error.message)"
                throw named
            }
        }
        return Batch(schema: outputSchema, columns: columns, count: batch.count)
    }
}

extension Column {
    /// The same values as a type that `DataType.widened` made of theirs and others.
    func widened(to type: DataType) throws(SwiftwaterError) -> Column {
        if self.type.logical == type { return self }
        switch (self.type.logical, type) {
        case (.null, _): return .missing(type, count: count)
        case (.list, .list(let element)):
            guard case .list(let offsets, let elements) = decoded().storage else { break }
            return Column(
                type: type, count: count, validity: validity, nullCount: nullCount,
                storage: .list(offsets: offsets, elements: try elements.widened(to: element).decoded()))
        case (.structure(let fields), .structure(let wanted)):
            let plain = decoded()
            var members: [Column] = []
            for field in wanted {
                guard let index = fields.firstIndex(where: { $0.name == field.name }) else {
                    members.append(.missing(field.type, count: count))
                    continue
                }
                members.append(try plain.members[index].widened(to: field.type).decoded())
            }
            return Column(
                type: type, count: count, validity: plain.validity, nullCount: plain.nullCount,
                storage: .structure(members))
        default: break
        }
        return try cast(self, to: type)
    }
}
