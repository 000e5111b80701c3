import Columnar

/// What a group-by remembers of one column: how many values are missing in each group, and its accumulators.
final class ColumnAggregates {
    let column: Int
    /// The column that the accumulators take labels from.
    let label: Int?
    let accumulators: [any Accumulator]
    private let input: AggregateLayout.Input
    /// Rows without a value by group; nil while there is none.
    private var missing: BufferBuilder<Int64>?
    private var groupCount = 0

    convenience init(_ input: AggregateLayout.Input) {
        self.init(input, input.accumulators.map { AggregateLayout.makeAccumulator($0, of: input.type) })
    }

    private init(_ input: AggregateLayout.Input, _ accumulators: [any Accumulator]) {
        self.input = input
        column = input.column
        label = input.label
        self.accumulators = accumulators
    }

    var byteCount: Int { accumulators.reduce((missing?.capacity ?? 0) * 8) { $0 + $1.byteCount } }

    func grow(to count: Int) {
        guard count > groupCount else { return }
        groupCount = count
        for accumulator in accumulators { accumulator.grow(to: count) }
        if let known = missing?.count { missing?.append(repeating: 0, count: count - known) }
    }

    func update(
        _ values: Column, labels: Column?, _ groups: UnsafePointer<Int32>, position: Int64
    ) throws(SwiftwaterError) {
        guard let presence = values.presence else { return try pass(values, labels, groups, position) }
        countMissing(presence, groups)
        guard !accumulators.isEmpty else { return }
        let rows = presence.indices
        if rows.isEmpty { return }
        let present = rows.withUnsafeBufferPointer { values.taking($0) }
        let presentLabels = labels.map { labels in rows.withUnsafeBufferPointer { labels.taking($0) } }
        let kept = rows.map { groups[Int($0)] }
        // Positions stay in order; those of one batch are compared with those of others only.
        let result = kept.withUnsafeBufferPointer { kept in
            Result { () throws(SwiftwaterError) in
                guard let base = kept.baseAddress else { return }
                try pass(present, presentLabels, base, position)
            }
        }
        try result.get()
    }

    private func pass(
        _ values: Column, _ labels: Column?, _ groups: UnsafePointer<Int32>, _ position: Int64
    ) throws(SwiftwaterError) {
        for accumulator in accumulators {
            if let labels, let labelled = accumulator as? any LabelledAccumulator {
                try labelled.update(values, labels: labels, groups, position: position)
            } else {
                try accumulator.update(values, groups, position: position)
            }
        }
    }

    private func countMissing(_ presence: Bitmap, _ groups: UnsafePointer<Int32>) {
        if missing == nil {
            missing = BufferBuilder(capacity: groupCount)
            missing?.append(repeating: 0, count: groupCount)
        }
        guard let counts = missing?.pointer else { return }
        for index in 0..<((presence.count + 63) / 64) {
            let valid = min(64, presence.count - index * 64)
            var bits = ~presence.word(index)
            if valid < 64 { bits &= (1 << UInt64(valid)) - 1 }
            while bits != 0 {
                counts[Int(groups[index * 64 + bits.trailingZeroBitCount])] += 1
                bits &= bits &- 1
            }
        }
    }

    func merge(_ other: ColumnAggregates, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        for (mine, theirs) in zip(accumulators, other.accumulators) { try mine.merge(theirs, mapping) }
        guard let theirs = other.missing else { return }
        if missing == nil {
            missing = BufferBuilder(capacity: groupCount)
            missing?.append(repeating: 0, count: groupCount)
        }
        guard let counts = missing?.pointer else { return }
        for (group, target) in mapping.enumerated() where target >= 0 {
            counts[Int(target)] += theirs.pointer[group]
        }
    }

    /// The rows with a value of each group, from the rows of each group.
    func counts(_ rows: BufferBuilder<Int64>) -> BufferBuilder<Int64> {
        guard let missing else { return rows }
        var counts = BufferBuilder<Int64>(capacity: groupCount)
        for group in 0..<groupCount { counts.append(rows.pointer[group] - missing.pointer[group]) }
        return counts
    }

    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] {
        let words = Buffer.zeroed(byteCount: count * 8)
        if let missing { words.mutable(Int64.self).update(from: missing.pointer, count: count) }
        var columns = [Column(type: .int64, count: count, storage: .fixed(words))]
        for accumulator in accumulators { columns += try accumulator.snapshot(count: count) }
        return columns
    }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        grow(to: count)
        let counts = try columns.next(.int64)
        var restored = BufferBuilder<Int64>(capacity: count)
        for value in counts.values(as: Int64.self) { restored.append(value) }
        missing = restored
        for accumulator in accumulators { try accumulator.restore(&columns, count: count) }
    }

    // MARK: Copies

    var isFlat: Bool { accumulators.allSatisfy { $0.flatWidth != nil } }

    /// Bytes of a group in each of the arrays that are copied as they are.
    var flatWidths: [Int] { (missing == nil ? [] : [8]) + accumulators.compactMap(\.flatWidth) }

    /// A copy with the groups in `order` alone, numbered anew; with all when nil.
    func picked(
        _ order: UnsafeBufferPointer<Int32>?, _ memory: SpareMemory
    ) throws(SwiftwaterError) -> ColumnAggregates {
        let count = order?.count ?? groupCount
        var copies: [any Accumulator] = []
        for (accumulator, kind) in zip(accumulators, input.accumulators) {
            if let copy = accumulator.picked(order, memory) {
                copies.append(copy)
                continue
            }
            let copy = AggregateLayout.makeAccumulator(kind, of: input.type)
            copy.grow(to: count)
            var mapping = [Int32](repeating: -1, count: groupCount)
            for index in 0..<count { mapping[order.map { Int($0[index]) } ?? index] = Int32(index) }
            let merged = mapping.withUnsafeBufferPointer { mapping in
                Result { () throws(SwiftwaterError) in try copy.merge(accumulator, mapping) }
            }
            try merged.get()
            copies.append(copy)
        }
        let copy = ColumnAggregates(input, copies)
        copy.groupCount = count
        copy.missing = missing?.picked(order, memory)
        return copy
    }
}

extension BufferBuilder {
    /// A copy of the elements at `order`; of all when nil.
    func picked(_ order: UnsafeBufferPointer<Int32>?, _ memory: SpareMemory) -> BufferBuilder {
        var copy = BufferBuilder(memory.take((order?.count ?? count) * MemoryLayout<Element>.stride))
        if let order {
            let to = copy.pointer
            for index in 0..<order.count { to[index] = pointer[Int(order[index])] }
            copy.count = order.count
        } else {
            copy.append(contentsOf: UnsafeBufferPointer(start: pointer, count: count))
        }
        return copy
    }
}
