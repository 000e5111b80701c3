import Columnar

/// The groups met so far: their keys, their rows and what is remembered of each aggregated column.
final class GroupByState: OperatorState {
    let groupBy: GroupBy
    private(set) var keys: GroupKeys
    /// Rows by group. A group without rows is not part of the result.
    private(set) var rows = BufferBuilder<Int64>(capacity: 16)
    /// The first row of each group, kept only when groups are not sorted by key.
    private(set) var firstPositions = BufferBuilder<Int64>(capacity: 16)
    private(set) var columns: [ColumnAggregates]

    init(_ groupBy: GroupBy) {
        self.groupBy = groupBy
        keys = GroupKeys(types: groupBy.keyTypes)
        columns = groupBy.layout.inputs.map { ColumnAggregates($0) }
        grow()
    }

    private var keepsPositions: Bool { !groupBy.options.sort && !groupBy.keys.isEmpty }

    var byteCount: Int {
        columns.reduce(keys.byteCount + rows.capacity * 8 + firstPositions.capacity * 8) { $0 + $1.byteCount }
    }

    private func grow() {
        let count = keys.count
        guard count > rows.count else { return }
        if keepsPositions { firstPositions.append(repeating: RowPosition.none, count: count - rows.count) }
        rows.append(repeating: 0, count: count - rows.count)
        for column in columns { column.grow(to: count) }
    }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard batch.count > 0 else { return }
        let position = RowPosition.first(ofSequence: sequence)
        let keyColumns = groupBy.keys.map { batch.columns[$0] }
        if groupBy.options.dropMissing, let kept = GroupKeys.rowsWithKeys(keyColumns) {
            if kept.isEmpty { return }
            let picked = { (column: Column) in kept.withUnsafeBufferPointer { column.taking($0) } }
            try update(
                keyColumns.map(picked), columns.map { picked(batch.columns[$0.column]) },
                columns.map { $0.label.map { picked(batch.columns[$0]) } }, kept.count, position)
        } else {
            try update(
                keyColumns, columns.map { batch.columns[$0.column] },
                columns.map { $0.label.map { batch.columns[$0] } },
                batch.count, position)
        }
    }

    private func update(
        _ keyColumns: [Column], _ values: [Column], _ labels: [Column?], _ count: Int, _ position: Int64
    ) throws(SwiftwaterError) {
        let groups = try keys.groups(of: keyColumns, count: count)
        grow()
        countRows(groups, count)
        if keepsPositions { notePositions(groups, count, position) }
        for (index, column) in columns.enumerated() {
            try column.update(values[index], labels: labels[index], groups, position: position)
        }
        withExtendedLifetime(keyColumns) {}
    }

    private func countRows(_ groups: UnsafePointer<Int32>, _ count: Int) {
        let rows = self.rows.pointer
        if groupBy.keys.isEmpty {
            rows[0] += Int64(count)
        } else {
            for row in 0..<count { rows[Int(groups[row])] &+= 1 }
        }
    }

    private func notePositions(_ groups: UnsafePointer<Int32>, _ count: Int, _ position: Int64) {
        let first = firstPositions.pointer
        for row in 0..<count where first[Int(groups[row])] < 0 { first[Int(groups[row])] = position + Int64(row) }
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? GroupByState else { throw .foreignState }
        try merge(other, other.liveGroups())
    }

    /// Takes in the groups `chosen` of `other`.
    func merge(_ other: GroupByState, _ chosen: [Int32]) throws(SwiftwaterError) {
        if chosen.isEmpty { return }
        var mapping = [Int32](repeating: -1, count: other.rows.count)
        let keyColumns = try chosen.withUnsafeBufferPointer { chosen in
            Result { () throws(SwiftwaterError) in try other.keys.columns(order: chosen) }
        }.get()
        let groups = try keys.groups(of: keyColumns, count: chosen.count)
        for (index, group) in chosen.enumerated() { mapping[Int(group)] = groups[index] }
        withExtendedLifetime(keyColumns) {}
        grow()
        let result = mapping.withUnsafeBufferPointer { mapping in
            Result { () throws(SwiftwaterError) in try merge(other, mapping) }
        }
        try result.get()
    }

    private func merge(
        _ other: GroupByState, _ mapping: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) {
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

    /// The groups that have rows.
    func liveGroups() -> [Int32] {
        var groups: [Int32] = []
        groups.reserveCapacity(rows.count)
        let counts = rows.pointer
        for group in 0..<rows.count where counts[group] > 0 { groups.append(Int32(group)) }
        return groups
    }

    /// The groups of the result in its order.
    func resultOrder() -> [Int32] {
        if groupBy.keys.isEmpty { return [0] }
        let live = liveGroups()
        if groupBy.options.sort {
            let sorted = keys.sorted()
            return live.count == sorted.count ? sorted : sorted.filter { rows.pointer[Int($0)] > 0 }
        }
        let positions = live.map { UInt64(firstPositions.pointer[Int($0)]) }
        return positions.withUnsafeBufferPointer { positions in
            guard let base = positions.baseAddress else { return [] }
            return SortOrder.ascending(words: base, count: live.count).map { live[Int($0)] }
        }
    }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let batches = try rows(of: resultOrder())
        reset()
        return batches
    }

    /// The result's rows for these groups, in this order.
    func rows(of order: [Int32]) throws(SwiftwaterError) -> [Batch] {
        let counts = columns.map { $0.counts(rows) }
        var batches: [Batch] = []
        for start in stride(from: 0, to: order.count, by: Batch.resultRows) {
            let piece = order[start..<min(start + Batch.resultRows, order.count)]
            let batch = piece.withUnsafeBufferPointer { piece in
                Result { () throws(SwiftwaterError) in try result(piece, counts) }
            }
            batches.append(try batch.get())
        }
        return batches
    }

    /// The groups that have rows in `other` too, by key.
    func groups(in other: GroupByState) throws(SwiftwaterError) -> [Int32] {
        let theirs = other.liveGroups()
        let keyColumns = try theirs.withUnsafeBufferPointer { theirs in
            Result { () throws(SwiftwaterError) in try other.keys.columns(order: theirs) }
        }.get()
        if keyColumns.isEmpty { return [0] }
        let found = try keys.groups(of: keyColumns, count: theirs.count)
        grow()
        let groups = UnsafeBufferPointer(start: found, count: theirs.count).filter { rows.pointer[Int($0)] > 0 }
        withExtendedLifetime(keyColumns) {}
        let ascending = keyColumns.map { _ in OrderedBytes.Direction(ascending: true) }
        let columns = try groups.withUnsafeBufferPointer { groups in
            Result { () throws(SwiftwaterError) in try keys.columns(order: groups) }
        }.get()
        return SortOrder.rows(of: columns, count: groups.count, directions: ascending).map { groups[Int($0)] }
    }

    private func result(
        _ order: UnsafeBufferPointer<Int32>, _ counts: [BufferBuilder<Int64>]
    ) throws(SwiftwaterError) -> Batch {
        var result = try keys.columns(order: order)
        for output in groupBy.layout.outputs {
            guard let input = output.input else {
                result.append(Self.gather(rows, order))
                continue
            }
            guard let accumulator = output.accumulator else {
                result.append(Self.gather(counts[input], order))
                continue
            }
            result.append(
                try columns[input].accumulators[accumulator].result(
                    output.call, type: output.type, counts: UnsafePointer(counts[input].pointer), order: order))
        }
        return Batch(schema: groupBy.outputSchema, columns: result, count: order.count)
    }

    private static func gather(_ counts: BufferBuilder<Int64>, _ order: UnsafeBufferPointer<Int32>) -> Column {
        let words = Buffer(byteCount: order.count * 8)
        let to = words.mutable(Int64.self)
        let from = counts.pointer
        for index in 0..<order.count { to[index] = from[Int(order[index])] }
        return Column(type: .int64, count: order.count, storage: .fixed(words))
    }

    private func reset() {
        keys = GroupKeys(types: groupBy.keyTypes)
        rows = BufferBuilder(capacity: 16)
        firstPositions = BufferBuilder(capacity: 16)
        columns = groupBy.layout.inputs.map { ColumnAggregates($0) }
        grow()
    }

    /// One batch with a row for each group: its keys, its rows, its first position, then each column's columns.
    func snapshot() throws(SwiftwaterError) -> [Batch] {
        let count = rows.count
        let all = (0..<Int32(count)).map { $0 }
        let keyColumns = try all.withUnsafeBufferPointer { all in
            Result { () throws(SwiftwaterError) in try keys.columns(order: all) }
        }.get()
        let result = all.withUnsafeBufferPointer { all in
            (Self.gather(rows, all), keepsPositions ? [Self.gather(firstPositions, all)] : [])
        }
        var state = keyColumns + [result.0] + result.1
        for column in columns { state += try column.snapshot(count: count) }
        let fields = state.enumerated().map { Field("state_\($0)", $1.type) }
        return [Batch(schema: Schema(fields), columns: state, count: count)]
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot {
            var state = batch.columns[...]
            var keyColumns: [Column] = []
            for type in groupBy.keyTypes { keyColumns.append(try state.next(type)) }
            if groupBy.keys.isEmpty, batch.count != 1 { throw .foreignSnapshot }
            let saved = GroupByState(groupBy)
            try saved.load(&state, count: batch.count)
            let groups = try keys.groups(of: keyColumns, count: batch.count)
            grow()
            try merge(saved, UnsafeBufferPointer(start: groups, count: batch.count))
            withExtendedLifetime(keyColumns) {}
        }
    }

    /// Takes what was saved of the groups 0..<count, without their keys.
    private func load(_ state: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        rows = BufferBuilder(capacity: count)
        for value in try state.next(.int64).values(as: Int64.self) { rows.append(value) }
        if keepsPositions {
            for value in try state.next(.int64).values(as: Int64.self) { firstPositions.append(value) }
        }
        for column in columns { try column.restore(&state, count: count) }
        guard state.isEmpty else { throw .foreignSnapshot }
    }
}
