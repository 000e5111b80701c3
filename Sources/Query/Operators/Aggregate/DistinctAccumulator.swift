import Columnar

/// The number of distinct values of each group: one table of (group, value) pairs for all groups.
final class DistinctAccumulator: Accumulator {
    /// Four bytes of the group's number, then the value as `OrderedBytes` or, for byte strings, as it is.
    private var pairs = BytesKeyTable()
    private var counts = BufferBuilder<Int64>(capacity: 16)
    private var scratch = BufferBuilder<UInt8>(capacity: 256)

    var byteCount: Int { pairs.byteCount + counts.capacity * 8 }

    func grow(to count: Int) {
        if count > counts.count { counts.append(repeating: 0, count: count - counts.count) }
    }

    func update(_ column: Column, _ groups: UnsafePointer<Int32>, position: Int64) throws(SwiftwaterError) {
        if let view = BytesView(column) {
            withExtendedLifetime(column) {
                for row in 0..<column.count { add(view[row], groups[row]) }
            }
        } else {
            let rows = OrderedBytes([column], count: column.count)
            withExtendedLifetime(rows) {
                for row in 0..<column.count { add(rows[row], groups[row]) }
            }
        }
    }

    private func add(_ value: UnsafeBufferPointer<UInt8>, _ group: Int32) {
        scratch.count = 0
        withUnsafeBytes(of: group) { scratch.append(contentsOf: $0.assumingMemoryBound(to: UInt8.self)) }
        scratch.append(contentsOf: value)
        let known = pairs.count
        let pair = pairs.findOrInsert(UnsafeBufferPointer(start: scratch.pointer, count: scratch.count))
        if Int(pair) == known { counts.pointer[Int(group)] += 1 }
    }

    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        guard let other = other as? DistinctAccumulator else { throw .foreignState }
        for index in 0..<other.pairs.count {
            let (group, value) = Self.split(other.pairs[index])
            let target = mapping[Int(group)]
            if target >= 0 { add(value, target) }
        }
    }

    private static func split(
        _ pair: UnsafeBufferPointer<UInt8>
    ) -> (group: Int32, value: UnsafeBufferPointer<UInt8>) {
        (UnsafeRawBufferPointer(pair).loadUnaligned(as: Int32.self), UnsafeBufferPointer(rebasing: pair[4...]))
    }

    func result(
        _: AggregateCall, type _: DataType, counts _: UnsafePointer<Int64>, order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column {
        let words = Buffer(byteCount: order.count * 8)
        for (index, group) in order.enumerated() {
            words.mutable(Int64.self)[index] = counts.pointer[Int(group)]
        }
        return Column(type: .int64, count: order.count, storage: .fixed(words))
    }

    /// A list of values for each group.
    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] {
        let ends = Buffer.zeroed(byteCount: (count + 1) * 4)
        let at = ends.mutable(Int32.self)
        guard pairs.count <= Int(Int32.max) else {
            throw SwiftwaterError(.unsupported, "too many distinct values to save in one batch")
        }
        for group in 0..<count { at[group + 1] = at[group] + Int32(truncatingIfNeeded: counts.pointer[group]) }
        var cursors = [Int32](unsafeUninitializedCapacity: count) { cursors, filled in
            for group in 0..<count { cursors[group] = at[group] }
            filled = count
        }
        var order = [Int32](repeating: 0, count: pairs.count)
        for index in 0..<pairs.count {
            let group = Int(Self.split(pairs[index]).group)
            order[Int(cursors[group])] = Int32(index)
            cursors[group] += 1
        }
        var values = ColumnBuilder(.binary, capacity: pairs.count)
        for index in order { try values.append(bytes: UnsafeRawBufferPointer(Self.split(pairs[Int(index)]).value)) }
        return [
            Column(
                type: .list(.binary), count: count, storage: .list(offsets: ends, elements: values.finish()))
        ]
    }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        grow(to: count)
        let lists = try columns.next(.list(.binary))
        let (ends, elements) = lists.list
        guard let view = BytesView(elements) else { throw .foreignSnapshot }
        withExtendedLifetime(lists) {
            for group in 0..<count {
                for index in ends[group]..<ends[group + 1] { add(view[Int(index)], Int32(group)) }
            }
        }
    }
}

/// Whether a group has a byte string with and one without bytes, for `any` and `all`.
final class BytesTruthAccumulator: Accumulator {
    private let truth = RecordAccumulator(WordTruth.self)

    var byteCount: Int { truth.byteCount }
    func grow(to count: Int) { truth.grow(to: count) }

    func update(_ column: Column, _ groups: UnsafePointer<Int32>, position: Int64) throws(SwiftwaterError) {
        let words = Buffer(byteCount: column.count * 8)
        let to = words.mutable(UInt64.self)
        if let view = BytesView(column) {
            for row in 0..<column.count { to[row] = view[row].isEmpty ? 0 : 1 }
        } else {
            // A list or a structure is true when it is not empty.
            let column = column.decoded()
            for row in 0..<column.count {
                if case .list(let elements) = column.scalar(at: row), elements.isEmpty {
                    to[row] = 0
                } else {
                    to[row] = 1
                }
            }
        }
        try withExtendedLifetime(column) { () throws(SwiftwaterError) in
            try truth.update(
                Column(type: .uint64, count: column.count, storage: .fixed(words)), groups, position: position)
        }
    }

    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        guard let other = other as? BytesTruthAccumulator else { throw .foreignState }
        try truth.merge(other.truth, mapping)
    }

    func result(
        _ function: AggregateCall, type: DataType, counts: UnsafePointer<Int64>,
        order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column {
        try truth.result(function, type: type, counts: counts, order: order)
    }

    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] { try truth.snapshot(count: count) }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        try truth.restore(&columns, count: count)
    }
}
