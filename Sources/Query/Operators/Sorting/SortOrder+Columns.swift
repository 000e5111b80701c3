import Columnar

extension SortOrder {
    /// Rows from which keys are packed into words and sorted in parts.
    static let manyRows = 1 << 14

    /// The rows 0..<count in the order of the key columns; equal rows keep their order.
    static func rows(
        of columns: [Column], count: Int, directions: [OrderedBytes.Direction], threads: Int = 1
    ) -> [Int32] {
        if count >= manyRows {
            let levels = SortLevels(columns, count: count, directions: directions, threads: threads)
            return ParallelSort.rows(levels, count: count, threads: threads)
        }
        if columns.count == 1, let words = OrderedBytes.orderedWords(columns[0]) {
            return rows(words, columns[0].presence, count, directions[0])
        }
        let keys = OrderedBytes(columns, count: count, directions: directions)
        return withExtendedLifetime(keys) { ascending(count: count) { keys[$0] } }
    }

    /// One column of words: the missing rows are put at their end, the others sorted by radix.
    private static func rows(
        _ words: Buffer, _ presence: Bitmap?, _ count: Int, _ direction: OrderedBytes.Direction
    ) -> [Int32] {
        let from = words.mutable(UInt64.self)
        if !direction.ascending { for row in 0..<count { from[row] = ~from[row] } }
        guard let presence else {
            return withExtendedLifetime(words) { ascending(words: from, count: count) }
        }
        let present = presence.indices
        let missing = (~presence).indices
        for (index, row) in present.enumerated() { from[index] = from[Int(row)] }
        let order = withExtendedLifetime(words) { ascending(words: from, count: present.count) }
        let sorted = order.map { present[Int($0)] }
        return direction.missingFirst ? missing + sorted : sorted + missing
    }
}
