import Columnar

/// The groups met so far: their keys, and what is remembered of each.
final class GroupByState: OperatorState {
    let groupBy: GroupBy
    private var keys: GroupKeys
    private var aggregates: GroupAggregates
    private var changed = ChangedGroups()

    init(_ groupBy: GroupBy) {
        self.groupBy = groupBy
        keys = GroupKeys(types: groupBy.keyTypes)
        aggregates = Self.aggregates(groupBy)
        aggregates.grow(to: keys.count)
    }

    private static func aggregates(_ groupBy: GroupBy) -> GroupAggregates {
        GroupAggregates(groupBy.layout, keepsPositions: !groupBy.options.sort && !groupBy.keys.isEmpty)
    }

    var byteCount: Int { keys.byteCount + aggregates.byteCount + changed.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard batch.count > 0 else { return }
        var keyColumns = groupBy.keys.map { batch.columns[$0] }
        var kept: [Int32]?
        if groupBy.options.dropMissing {
            kept = GroupKeys.rowsWithKeys(keyColumns)
            if kept?.isEmpty == true { return }
            keyColumns = keyColumns.map { $0.picking(kept) }
        }
        let groups = try keys.groups(of: keyColumns, count: kept?.count ?? batch.count)
        aggregates.grow(to: keys.count)
        try aggregates.update(batch, kept: kept, groups, position: RowPosition.first(ofSequence: sequence))
        if changed.isTracking {
            let count = kept?.count ?? batch.count
            changed.mark(UnsafeBufferPointer(start: groups, count: count), total: keys.count)
        }
        withExtendedLifetime(keyColumns) {}
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? GroupByState else { throw .foreignState }
        let chosen = other.aggregates.live()
        if chosen.isEmpty { return }
        var mapping = [Int32](repeating: -1, count: other.aggregates.count)
        let keyColumns = try other.keys.columns(of: chosen)
        let groups = try keys.groups(of: keyColumns, count: chosen.count)
        for (index, group) in chosen.enumerated() { mapping[Int(group)] = groups[index] }
        withExtendedLifetime(keyColumns) {}
        aggregates.grow(to: keys.count)
        try aggregates.merge(other.aggregates, mapping)
        changed.mark(mapping, total: keys.count)
    }

    // MARK: Results

    /// The groups of the result in its order.
    func resultOrder() -> [Int32] {
        if groupBy.keys.isEmpty { return [0] }
        let live = aggregates.live()
        guard groupBy.options.sort else { return aggregates.byFirstPosition(live) }
        let sorted = keys.sorted()
        return live.count == sorted.count ? sorted : sorted.filter { aggregates.rows.pointer[Int($0)] > 0 }
    }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = try rows(of: resultOrder())
        keys = GroupKeys(types: groupBy.keyTypes)
        aggregates = Self.aggregates(groupBy)
        aggregates.grow(to: keys.count)
        changed.markAll()
        return batches
    }

    /// The result's rows for these groups, in this order.
    func rows(of order: [Int32]) throws(SwiftwaterError) -> [Batch] {
        let counts = aggregates.counts()
        return try Batch.pieces(of: order, schema: groupBy.outputSchema) { piece throws(SwiftwaterError) in
            try keys.columns(order: piece) + aggregates.result(piece, counts)
        }
    }

    /// The groups that have rows in `other` too, by key.
    func groups(in other: GroupByState) throws(SwiftwaterError) -> [Int32] {
        if groupBy.keys.isEmpty { return [0] }
        let theirs = other.aggregates.live()
        let keyColumns = try other.keys.columns(of: theirs)
        let found = try keys.groups(of: keyColumns, count: theirs.count)
        aggregates.grow(to: keys.count)
        let groups = UnsafeBufferPointer(start: found, count: theirs.count).filter {
            aggregates.rows.pointer[Int($0)] > 0
        }
        withExtendedLifetime(keyColumns) {}
        return try keys.sorted(groups)
    }

    // MARK: Snapshots

    /// Batches with a row for each group: its keys, its rows, its first position, then each column's columns.
    func snapshot() throws(SwiftwaterError) -> [Batch] {
        try saved(GroupCapture(viewing: aggregates), holdsChanges: false).batches()
    }

    func capture(_ extent: SnapshotExtent, memory: SpareMemory) throws(SwiftwaterError) -> StateCapture {
        let groups = changed.take(extent, total: keys.count)
        return saved(try GroupCapture(aggregates, changed: groups, memory: memory), holdsChanges: groups != nil)
    }

    func copySizes(_ extent: SnapshotExtent) -> [Int] {
        aggregates.copySizes(changed: changed.count(extent, total: keys.count))
    }

    /// Keys are only ever added to a table, behind those that are there: the state can go on beside.
    private func saved(_ capture: GroupCapture, holdsChanges: Bool) -> StateCapture {
        let keys = self.keys
        return StateCapture(holdsChanges: holdsChanges, count: capture.batchCount) { number throws(SwiftwaterError) in
            let (groups, columns) = try capture.batch(number)
            return .saved(try keys.columns(of: groups) + columns)
        }
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot { try restore(batch) { _ in true } }
    }

    func restore(older snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot {
            try restore(batch) { [aggregates] group in aggregates.rows.pointer[Int(group)] == 0 }
        }
    }

    /// - Parameter isWanted: whether what is saved of a group counts.
    private func restore(_ batch: Batch, _ isWanted: (Int32) -> Bool) throws(SwiftwaterError) {
        var state = batch.columns[...]
        var keyColumns: [Column] = []
        for type in groupBy.keyTypes { keyColumns.append(try state.next(type)) }
        if groupBy.keys.isEmpty, batch.count != 1 { throw .foreignSnapshot }
        let saved = Self.aggregates(groupBy)
        try saved.restore(&state, count: batch.count)
        let groups = try keys.groups(of: keyColumns, count: batch.count)
        aggregates.grow(to: keys.count)
        let mapping = UnsafeBufferPointer(start: groups, count: batch.count).map { isWanted($0) ? $0 : -1 }
        withExtendedLifetime(keyColumns) {}
        try aggregates.merge(saved, mapping)
        changed.markAll()
    }
}

extension GroupKeys {
    /// The keys of the groups in `order` as columns.
    func columns(of order: [Int32]) throws(SwiftwaterError) -> [Column] {
        try order.withUnsafeBufferPointer { order in
            Result { () throws(SwiftwaterError) in try columns(order: order) }
        }.get()
    }

    /// Some groups in the order of their keys.
    func sorted(_ groups: [Int32]) throws(SwiftwaterError) -> [Int32] {
        let columns = try columns(of: groups)
        let ascending = columns.map { _ in OrderedBytes.Direction(ascending: true) }
        return SortOrder.rows(of: columns, count: groups.count, directions: ascending).map { groups[Int($0)] }
    }
}

extension Batch {
    /// A result of groups in pieces of at most `resultRows` rows.
    static func pieces(
        of order: [Int32], schema: Schema,
        _ columns: (UnsafeBufferPointer<Int32>) throws(SwiftwaterError) -> [Column]
    ) throws(SwiftwaterError) -> [Batch] {
        var batches: [Batch] = []
        for start in stride(from: 0, to: order.count, by: resultRows) {
            let piece = order[start..<min(start + resultRows, order.count)]
            let batch = piece.withUnsafeBufferPointer { piece in
                Result { () throws(SwiftwaterError) in
                    Batch(schema: schema, columns: try columns(piece), count: piece.count)
                }
            }
            batches.append(try batch.get())
        }
        return batches
    }
}
