import Columnar

/// An accumulator that takes a second column beside the values.
protocol LabelledAccumulator: Accumulator {
    func update(
        _ column: Column, labels: Column, _ groups: UnsafePointer<Int32>, position: Int64) throws(SwiftwaterError)
}

/// The labels of the rows with the smallest and the largest value of each group; of equal values the first row's.
final class ExtremeLabelAccumulator<Value: Comparable & BitwiseCopyable>: LabelledAccumulator {
    private struct Best: BitwiseCopyable {
        var value: Value
        /// `none` for a group without a value.
        var position: Int64
        var label: UInt64
        /// A label may be missing.
        var hasLabel: UInt64
    }

    private var smallest = BufferBuilder<Best>(capacity: 16)
    private var largest = BufferBuilder<Best>(capacity: 16)
    private let zero: Value

    init(_: Value.Type) where Value: ExpressibleByIntegerLiteral { zero = 0 }

    var byteCount: Int { (smallest.capacity + largest.capacity) * MemoryLayout<Best>.stride }

    func grow(to count: Int) {
        guard count > smallest.count else { return }
        let none = Best(value: zero, position: RowPosition.none, label: 0, hasLabel: 0)
        smallest.append(repeating: none, count: count - smallest.count)
        largest.append(repeating: none, count: count - largest.count)
    }

    func update(_: Column, _: UnsafePointer<Int32>, position _: Int64) throws(SwiftwaterError) {
        throw SwiftwaterError(.usage, "idxmin and idxmax need a label")
    }

    func update(
        _ column: Column, labels: Column, _ groups: UnsafePointer<Int32>, position: Int64
    ) throws(SwiftwaterError) {
        guard let values = WideValues(column), let labelWords = WideValues(labels) else { return }
        let presence = labels.presence
        withExtendedLifetime((values, labelWords)) {
            let from = values.words(as: Value.self)
            let labels = labelWords.words(as: UInt64.self)
            for row in 0..<column.count {
                let best = Best(
                    value: from[row], position: position + Int64(row), label: labels[row],
                    hasLabel: presence.map { $0[row] } ?? true ? 1 : 0)
                offer(best, Int(groups[row]))
            }
        }
    }

    @inline(__always)
    private func offer(_ best: Best, _ group: Int) {
        let low = smallest.pointer[group]
        if low.position < 0 || best.value < low.value || (best.value == low.value && best.position < low.position) {
            smallest.pointer[group] = best
        }
        let high = largest.pointer[group]
        if high.position < 0 || best.value > high.value || (best.value == high.value && best.position < high.position) {
            largest.pointer[group] = best
        }
    }

    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        guard let other = other as? ExtremeLabelAccumulator<Value> else { throw .foreignState }
        for (group, target) in mapping.enumerated() where target >= 0 && other.smallest.pointer[group].position >= 0 {
            offer(other.smallest.pointer[group], Int(target))
            offer(other.largest.pointer[group], Int(target))
        }
    }

    func result(
        _ function: AggregateCall, type: DataType, counts _: UnsafePointer<Int64>, order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column {
        let words = Buffer(byteCount: order.count * 8)
        var validity = BitmapBuilder(capacity: order.count)
        let from = function == .indexOfMinimum ? smallest.pointer : largest.pointer
        for (index, group) in order.enumerated() {
            let best = from[Int(group)]
            words.mutable(UInt64.self)[index] = best.label
            validity.append(best.position >= 0 && best.hasLabel != 0)
        }
        let known = validity.countOfZeros == 0 ? nil : validity.finish()
        return Column(words: words, count: order.count, type: type, validity: known)
    }

    private static var fields: Int { MemoryLayout<Best>.stride / 8 }

    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] {
        [smallest, largest].flatMap { builder in
            let from = builder.buffer.mutable(UInt64.self)
            return (0..<Self.fields).map { field in
                let words = Buffer(byteCount: count * 8)
                for group in 0..<count { words.mutable(UInt64.self)[group] = from[group * Self.fields + field] }
                return Column(type: .uint64, count: count, storage: .fixed(words))
            }
        }
    }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        grow(to: count)
        for builder in [smallest, largest] {
            let to = builder.buffer.mutable(UInt64.self)
            for field in 0..<Self.fields {
                let from = try columns.next(.uint64).values(as: UInt64.self)
                for group in 0..<count { to[group * Self.fields + field] = from[group] }
            }
        }
    }
}
