import Columnar

/// The first rows so far. Complete once there are enough: a state's sequences ascend.
final class HeadState: OperatorState {
    private let head: Head
    private var kept: OrderedBatches
    /// Rows that a stream's output has got already.
    private var given = 0

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

    /// The rows, then how many of them were given.
    func snapshot() throws(SwiftwaterError) -> [Batch] {
        let count = Column(type: .int64, count: 1, storage: .fixed(Buffer([Int64(given)])))
        return kept.snapshot() + [Batch(schema: Schema([Field("given", .int64)]), columns: [count], count: 1)]
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        guard let last = snapshot.last, last.columns.count == 1, last.count == 1, last.columns[0].type == .int64 else {
            throw .foreignSnapshot
        }
        given = Int(last.columns[0].values(as: Int64.self)[0])
        try kept.restore(snapshot.dropLast())
    }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = kept.ordered()
        kept = OrderedBatches(head.outputSchema)
        given = 0
        return batches
    }

    // MARK: A stream

    /// The rows so far.
    func current() -> [Batch] { kept.ordered() }

    /// The rows that were not given before.
    func takeNew() -> [Batch] {
        defer { given = kept.count }
        return kept.ordered(from: given)
    }

    /// The rows that came with `delta`, whose sequences follow all earlier ones.
    func rows(cameWith delta: HeadState) -> [Batch] {
        guard let first = delta.kept.firstSequence else { return [] }
        return kept.ordered(from: kept.rows(before: first))
    }
}
