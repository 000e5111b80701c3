import Columnar

/// What is remembered of groups that have numbers: their rows, their first positions and their aggregated columns.
final class GroupAggregates {
    private let layout: AggregateLayout
    private let keepsPositions: Bool
    /// Rows by group. A group without rows is not part of the result.
    private(set) var rows = BufferBuilder<Int64>(capacity: 16)
    /// The first row of each group, kept only when groups are not sorted by key.
    private(set) var firstPositions = BufferBuilder<Int64>(capacity: 16)
    let columns: [ColumnAggregates]

    convenience init(_ layout: AggregateLayout, keepsPositions: Bool) {
        self.init(layout, keepsPositions: keepsPositions, layout.inputs.map { ColumnAggregates($0) })
    }

    private init(_ layout: AggregateLayout, keepsPositions: Bool, _ columns: [ColumnAggregates]) {
        self.layout = layout
        self.keepsPositions = keepsPositions
        self.columns = columns
    }

    var count: Int { rows.count }

    var byteCount: Int {
        columns.reduce(rows.capacity * 8 + firstPositions.capacity * 8) { $0 + $1.byteCount }
    }

    /// Makes room for groups up to `count`; the new ones have no rows.
    func grow(to count: Int) {
        guard count > rows.count else { return }
        if keepsPositions { firstPositions.append(repeating: RowPosition.none, count: count - rows.count) }
        rows.append(repeating: 0, count: count - rows.count)
        for column in columns { column.grow(to: count) }
    }

    /// Takes the rows of `batch`, or those of them that `kept` has; row `i` belongs to `groups[i]`.
    func update(
        _ batch: Batch, kept: [Int32]?, _ groups: UnsafePointer<Int32>, position: Int64
    ) throws(SwiftwaterError) {
        let count = kept?.count ?? batch.count
        let rows = rows.pointer
        if self.rows.count == 1 {
            rows[0] += Int64(count)
        } else {
            for row in 0..<count { rows[Int(groups[row])] &+= 1 }
        }
        if keepsPositions {
            let first = firstPositions.pointer
            for row in 0..<count where first[Int(groups[row])] < 0 { first[Int(groups[row])] = position + Int64(row) }
        }
        for column in columns {
            try column.update(
                batch.columns[column.column].picking(kept),
                labels: column.label.map { batch.columns[$0].picking(kept) },
                groups, position: position)
        }
    }

    /// Takes in another's groups; its group `i` is this one's `mapping[i]`, or nobody's when that is negative.
    func merge(_ other: GroupAggregates, _ mapping: [Int32]) throws(SwiftwaterError) {
        try mapping.withUnsafeBufferPointer { mapping in
            Result { () throws(SwiftwaterError) in try merge(other, mapping) }
        }.get()
    }

    private func merge(_ other: GroupAggregates, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        let rows = self.rows.pointer
        for (group, target) in mapping.enumerated() where target >= 0 { rows[Int(target)] += other.rows.pointer[group] }
        if keepsPositions {
            let first = firstPositions.pointer
            for (group, target) in mapping.enumerated() where target >= 0 {
                let position = other.firstPositions.pointer[group]
                if position < 0 { continue }
                let known = first[Int(target)]
                first[Int(target)] = known < 0 ? position : min(known, position)
            }
        }
        for (mine, theirs) in zip(columns, other.columns) { try mine.merge(theirs, mapping) }
    }

    /// The group has no rows any more; what its accumulators hold goes when the groups are numbered anew.
    func kill(_ group: Int32) { rows.pointer[Int(group)] = 0 }

    /// The groups that have rows.
    func live() -> [Int32] {
        var groups: [Int32] = []
        groups.reserveCapacity(rows.count)
        let counts = rows.pointer
        for group in 0..<rows.count where counts[group] > 0 { groups.append(Int32(group)) }
        return groups
    }

    /// Groups in the order of their first rows; positions must be kept.
    func byFirstPosition(_ groups: [Int32]) -> [Int32] {
        let positions = groups.map { UInt64(bitPattern: firstPositions.pointer[Int($0)]) }
        return positions.withUnsafeBufferPointer { positions in
            guard let base = positions.baseAddress else { return [] }
            return SortOrder.ascending(words: base, count: groups.count).map { groups[Int($0)] }
        }
    }

    /// For each group the rows with a value, column by column: made once for all pieces of a result.
    func counts() -> [BufferBuilder<Int64>] { columns.map { $0.counts(rows) } }

    /// The aggregations of the groups in `order`.
    func result(
        _ order: UnsafeBufferPointer<Int32>, _ counts: [BufferBuilder<Int64>]
    ) throws(SwiftwaterError) -> [Column] {
        var result: [Column] = []
        for output in layout.outputs {
            guard let input = output.input else {
                result.append(rows.gathered(order))
                continue
            }
            guard let accumulator = output.accumulator else {
                result.append(counts[input].gathered(order))
                continue
            }
            result.append(
                try columns[input].accumulators[accumulator].result(
                    output.call, type: output.type, counts: UnsafePointer(counts[input].pointer), order: order))
        }
        return result
    }

    // MARK: Copies

    /// All groups can be copied without a look at each of them.
    var isFlat: Bool { columns.allSatisfy(\.isFlat) }

    /// Bytes of the arrays that are copied for so many groups.
    func sizes(of groups: Int) -> [Int] {
        ([8] + (keepsPositions ? [8] : []) + columns.flatMap(\.flatWidths)).map { $0 * groups }
    }

    /// A copy of all groups.
    func copied(_ memory: SpareMemory) throws(SwiftwaterError) -> GroupAggregates { try copy(nil, memory) }

    /// A copy of the groups in `order` alone, numbered anew.
    func picked(
        _ order: [Int32], _ memory: SpareMemory = SpareMemory()
    ) throws(SwiftwaterError) -> GroupAggregates {
        try order.withUnsafeBufferPointer { order in
            Result { () throws(SwiftwaterError) in try copy(order, memory) }
        }.get()
    }

    private func copy(
        _ order: UnsafeBufferPointer<Int32>?, _ memory: SpareMemory
    ) throws(SwiftwaterError) -> GroupAggregates {
        var copies: [ColumnAggregates] = []
        for column in columns { copies.append(try column.picked(order, memory)) }
        let copy = GroupAggregates(layout, keepsPositions: keepsPositions, copies)
        copy.rows = rows.picked(order, memory)
        if keepsPositions { copy.firstPositions = firstPositions.picked(order, memory) }
        return copy
    }

    // MARK: Snapshots

    /// A column for each thing that is remembered, with a row for each group.
    func snapshot() throws(SwiftwaterError) -> [Column] {
        var state = [rows.column] + (keepsPositions ? [firstPositions.column] : [])
        for column in columns { state += try column.snapshot(count: count) }
        return state
    }

    /// Takes back what `snapshot` gave of `count` groups; there are none yet.
    func restore(_ state: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        rows = BufferBuilder(capacity: count)
        for value in try state.next(.int64).values(as: Int64.self) { rows.append(value) }
        if keepsPositions {
            for value in try state.next(.int64).values(as: Int64.self) { firstPositions.append(value) }
        }
        for column in columns { try column.restore(&state, count: count) }
        guard state.isEmpty else { throw .foreignSnapshot }
    }
}

extension BufferBuilder<Int64> {
    /// The elements as a column.
    var column: Column {
        let words = Buffer(byteCount: count * 8)
        words.mutable(Int64.self).update(from: pointer, count: count)
        return Column(type: .int64, count: count, storage: .fixed(words))
    }

    /// The elements at `order` as a column.
    func gathered(_ order: UnsafeBufferPointer<Int32>) -> Column {
        let words = Buffer(byteCount: order.count * 8)
        let to = words.mutable(Int64.self)
        for index in 0..<order.count { to[index] = pointer[Int(order[index])] }
        return Column(type: .int64, count: order.count, storage: .fixed(words))
    }
}

extension Column {
    /// The values of these rows; all when nil.
    func picking(_ rows: [Int32]?) -> Column {
        guard let rows else { return self }
        return rows.withUnsafeBufferPointer { taking($0) }
    }
}
