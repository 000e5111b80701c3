import Columnar

/// Rows that may be in the result, and a bar that further rows must reach.
///
/// A batch costs one scan of its first key column once the bar is set; only the rows that pass are copied.
final class TopKState: OperatorState {
    private let topK: TopK
    private var store: RowStore
    private var positions: [Int64] = []
    /// The first key of the last row of the best so far; nil until there are enough rows without missing keys.
    private var bar: TopKBar?
    /// The highest position of the rows that set the bar.
    private var barPosition = RowPosition.none
    /// Rows at which the best are sorted out next.
    private var pruningCount: Int

    init(_ topK: TopK) {
        self.topK = topK
        pruningCount = max(topK.limit, 1)
        store = RowStore(topK.outputSchema)
    }

    var byteCount: Int { store.byteCount + positions.capacity * 8 }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard batch.count > 0, topK.limit > 0 else { return }
        let position = RowPosition.first(ofSequence: sequence)
        var candidates: [Int32]
        if let bar {
            // An equal first key is not enough when it is the only key and the row comes later.
            let orEqual = topK.keys.count > 1 || position < barPosition
            candidates = bar.passing(batch.columns[topK.keys[0]], orEqual: orEqual)
        } else {
            candidates = (0..<Int32(batch.count)).map { $0 }
        }
        if candidates.isEmpty { return }
        if candidates.count > 2 * topK.limit {
            let keys = topK.keys.map { key in
                candidates.withUnsafeBufferPointer { batch.columns[key].taking($0) }
            }
            let order = SortOrder.rows(of: keys, count: candidates.count, directions: topK.directions)
            candidates = order.prefix(topK.limit).map { candidates[Int($0)] }
        }
        store.append(batch.taking(candidates))
        positions += candidates.map { position + Int64($0) }
        if store.count >= pruningCount { try prune() }
    }

    /// Keeps the best rows only, in order, and sets the bar.
    private func prune() throws(SwiftwaterError) {
        pruningCount = 2 * topK.limit + 1024
        let rows = try store.combined()
        let inOrder = positions.map { UInt64(bitPattern: $0) }.withUnsafeBufferPointer { words in
            words.baseAddress.map { SortOrder.ascending(words: $0, count: words.count) } ?? []
        }
        let keys = topK.keys.map { key in
            inOrder.withUnsafeBufferPointer { rows.columns[key].taking($0) }
        }
        let order = SortOrder.rows(of: keys, count: rows.count, directions: topK.directions)
        let best = order.prefix(topK.limit).map { inOrder[Int($0)] }
        if best.count < positions.count || best != Array(0..<Int32(best.count)) {
            let kept = best.map { positions[Int($0)] }
            try store.keep(best)
            positions = kept
        }
        guard positions.count == topK.limit, let highest = positions.max() else { return }
        let first = try store.combined().columns[topK.keys[0]]
        bar = TopKBar(first, row: topK.limit - 1, largest: topK.largest)
        barPosition = highest
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? TopKState else { throw .foreignState }
        guard !other.positions.isEmpty else { return }
        store.append(other.store)
        positions += other.positions
        try prune()
    }

    /// The best rows so far, in order.
    func best() throws(SwiftwaterError) -> Batch {
        try prune()
        return try store.combined()
    }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let result = try best()
        store.removeAll()
        positions = []
        bar = nil
        pruningCount = max(topK.limit, 1)
        return result.pieces()
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] {
        try prune()
        return [try store.combined().adding("position", words: positions)]
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot {
            let (rows, words) = try batch.removing(1, schema: topK.outputSchema)
            store.append(rows)
            positions += words[0]
        }
        try prune()
    }
}
