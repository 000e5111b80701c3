/// Tells which batches of a record set belong to transactions that were aborted.
package struct AbortedTransactions {
    /// Those that do not begin yet, the next one last.
    private var ahead: [AbortedTransaction]
    private var open: Set<Int64> = []

    package init(_ list: [AbortedTransaction]) { ahead = list.sorted { $0.first > $1.first } }

    /// Whether a batch of events is not to be seen. Batches are shown in the order of their offsets.
    package mutating func hides(_ batch: BatchHeader) -> Bool {
        while let next = ahead.last, next.first <= batch.lastOffset {
            open.insert(next.producer)
            ahead.removeLast()
        }
        return batch.isTransactional && open.contains(batch.producer)
    }

    /// A producer's transaction ends here.
    package mutating func end(_ producer: Int64) { open.remove(producer) }
}
