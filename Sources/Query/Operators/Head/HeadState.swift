import Columnar

/// The first rows so far. Complete once there are enough: a state's sequences ascend.
final class HeadState: OperatorState {
    private let head: Head
    private var kept: OrderedBatches

    init(_ head: Head) {
        self.head = head
        kept = OrderedBatches(head.outputSchema)
    }

    var byteCount: Int { kept.byteCount }
    var isComplete: Bool { kept.count >= head.limit }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        // Only as many rows as are asked for, and in memory of their own: a slice would keep its whole batch.
        let wanted = min(batch.count, head.limit)
        let rows = wanted == batch.count ? batch : batch.taking((0..<Int32(wanted)).map { $0 })
        kept.append(rows, sequence: sequence)
        kept.keepFirst(head.limit)
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? HeadState else { throw .foreignState }
        kept.append(other.kept)
        kept.keepFirst(head.limit)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = kept.ordered()
        kept = OrderedBatches(head.outputSchema)
        return batches
    }
}
