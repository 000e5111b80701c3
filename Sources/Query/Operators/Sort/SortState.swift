import Columnar

/// The rows of a sort, kept as they come and sorted at the end.
final class SortState: OperatorState {
    private let sort: Sort
    private var kept: OrderedBatches

    init(_ sort: Sort) {
        self.sort = sort
        kept = OrderedBatches(sort.outputSchema)
    }

    var byteCount: Int { kept.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) { kept.append(batch, sequence: sequence) }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? SortState else { throw .foreignState }
        kept.append(other.kept)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] { try finish(threads: 1) }

    func finish(threads: Int) throws(SwiftwaterError) -> [Batch] {
        let rows = try Batch.concatenate(kept.ordered(), schema: sort.outputSchema, threads: threads)
        kept = OrderedBatches(sort.outputSchema)
        guard rows.count <= Int(Int32.max) else {
            throw SwiftwaterError(
                .unsupported, "cannot sort more than two thousand million rows", hint: "filter or aggregate before")
        }
        let order = SortOrder.rows(
            of: sort.keys.map { rows.columns[$0] }, count: rows.count, directions: sort.directions, threads: threads)
        return try rows.pieces(taking: order, threads: threads)
    }
}
