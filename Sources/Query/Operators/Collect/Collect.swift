package import Columnar

/// All rows in the order of the input: a result that is kept in memory.
package struct Collect: Operator {
    package let label = "collect"
    package let outputSchema: Schema

    package init(input: Schema) { outputSchema = input }

    package func makeState() -> any OperatorState { CollectState(outputSchema) }

    package func places(ofOrdered column: Int) -> [Int]? { [column] }
}

/// The rows so far.
final class CollectState: OperatorState {
    private var kept: OrderedBatches

    init(_ schema: Schema) { kept = OrderedBatches(schema) }

    var byteCount: Int { kept.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) { kept.append(batch, sequence: sequence) }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? CollectState else { throw .foreignState }
        kept.append(other.kept)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = kept.ordered()
        kept = OrderedBatches(kept.schema)
        return batches
    }
}
