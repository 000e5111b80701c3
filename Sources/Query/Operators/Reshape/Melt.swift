package import Columnar

/// A row for each value of some columns: the rows of the first column, then those of the second, and so on, each
/// with the column's name and the values that the other columns have in its row.
package struct Melt: Operator {
    package let label: String
    package let outputSchema: Schema
    let id: [Int]
    let value: [Int]
    let names: [String]
    let type: DataType
    let input: Schema

    package init(
        id: [String], value: [String]?, variable: String, valueName: String, input: Schema
    ) throws(SwiftwaterError) {
        outputSchema = try Self.schema(id: id, value: value, variable: variable, valueName: valueName, input: input)
        names = value ?? input.names.filter { !id.contains($0) }
        self.id = id.compactMap { input.index(of: $0) }
        self.value = names.compactMap { input.index(of: $0) }
        type = outputSchema[outputSchema.count - 1].type
        self.input = input
        label = Step.melt(id: id, value: value, variableName: variable, valueName: valueName).description
    }

    static func schema(
        id: [String], value: [String]?, variable: String, valueName: String, input: Schema
    ) throws(SwiftwaterError) -> Schema {
        var fields: [Field] = []
        for name in id { fields.append(input[try input.requireIndex(of: name)]) }
        var type = DataType.null
        for name in value ?? input.names.filter({ !id.contains($0) }) {
            let field = input[try input.requireIndex(of: name)]
            guard let common = TypeRules.common(type, field.type.logical) else {
                throw SwiftwaterError(
                    .usage, "'\(name)' is \(field.type) and the columns before it are \(type)",
                    hint: "convert them to one type with astype before")
            }
            type = common
        }
        fields += [Field(variable, .string), Field(valueName, type)]
        try Step.requireDistinct(fields.map(\.name))
        return Schema(fields)
    }

    package func makeState() -> any OperatorState { MeltState(self) }
}

extension TypeRules {
    /// The type that holds the values of two columns; nil when there is none.
    static func common(_ a: DataType, _ b: DataType) -> DataType? {
        common(MissingNode(type: a) as any Node, MissingNode(type: b) as any Node)
    }
}

/// The rows so far.
final class MeltState: OperatorState {
    private let melt: Melt
    private var kept: OrderedBatches

    init(_ melt: Melt) {
        self.melt = melt
        kept = OrderedBatches(melt.input)
    }

    var byteCount: Int { kept.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) { kept.append(batch, sequence: sequence) }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? MeltState else { throw .foreignState }
        kept.append(other.kept)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    /// Batches with the columns of those that are kept, not copied where the values have one type.
    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = kept.ordered()
        kept = OrderedBatches(melt.input)
        let names = DictionaryValues(column: try Column(.string, melt.names.map { .string($0) }))
        var result: [Batch] = []
        for (number, column) in melt.value.enumerated() {
            for batch in batches {
                let codes = Buffer([Int32](repeating: Int32(number), count: batch.count))
                let variable = Column(
                    type: .dictionary(.string), count: batch.count, nullCount: 0,
                    storage: .dictionary(codes: codes, values: names))
                let values = try cast(batch.columns[column], to: melt.type)
                result.append(
                    Batch(
                        schema: melt.outputSchema, columns: melt.id.map { batch.columns[$0] } + [variable, values],
                        count: batch.count))
            }
        }
        return result
    }
}
