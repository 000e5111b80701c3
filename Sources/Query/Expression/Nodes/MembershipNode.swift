import Columnar

/// `in` for numbers and times. Never missing: a missing value is in the list where the list has one.
struct MembershipNode: Node {
    enum Values: Sendable {
        case ints([Int64])
        case uints([UInt64])
        /// NaN is in a list with NaN, as in pandas.
        case floats([Double], hasNaN: Bool)
    }

    let operand: any Node
    /// Ascending.
    let values: Values
    let containsMissing: Bool
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        let found: Bitmap
        let validity: Bitmap?
        switch values {
        case .ints(let values):
            let lane = try operand.intLane(batch)
            (found, validity) = (search(lane, values, count), lane.validity)
        case .uints(let values):
            let lane = try operand.uintLane(batch)
            (found, validity) = (search(lane, values, count), lane.validity)
        case .floats(let values, let hasNaN):
            let lane = try operand.floatLane(batch)
            let numbers = search(lane, values, count)
            found = hasNaN ? numbers | testBinary(lane, lane, count: count) { x, _ in x.isNaN } : numbers
            validity = lane.validity
        }
        var bits = found
        if let validity { bits = containsMissing ? found | ~validity : found & validity }
        return Column(type: .bool, count: count, nullCount: 0, storage: .bits(bits))
    }

    @inline(__always)
    private func search<T: Comparable & BitwiseCopyable>(_ lane: Lane<T>, _ values: [T], _ count: Int) -> Bitmap {
        values.withUnsafeBufferPointer { values in
            guard values.count > 8 else {
                return testBinary(lane, lane, count: count) { x, _ in
                    var found = false
                    for value in values { found = found || value == x }
                    return found
                }
            }
            return testBinary(lane, lane, count: count) { x, _ in
                var (low, high) = (0, values.count)
                while low < high {
                    let middle = (low + high) / 2
                    if values[middle] < x { low = middle + 1 } else { high = middle }
                }
                return low < values.count && values[low] == x
            }
        }
    }
}
