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
    let values: Values
    let containsMissing: Bool
    /// For lists that are too long to be gone through.
    private let table: WordTable?
    var type: DataType { .bool }

    init(operand: any Node, values: Values, containsMissing: Bool) {
        self.operand = operand
        self.values = values
        self.containsMissing = containsMissing
        let words: [UInt64] =
            switch values {
            case .ints(let values): values.map { UInt64(bitPattern: $0) }
            case .uints(let values): values
            case .floats(let values, _): values.map(\.word)
            }
        table = words.count > 8 ? WordTable(words) : nil
    }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        let found: Bitmap
        let validity: Bitmap?
        switch values {
        case .ints(let values):
            let lane = try operand.intLane(batch)
            (found, validity) = (search(lane, values, table, count) { UInt64(bitPattern: $0) }, lane.validity)
        case .uints(let values):
            let lane = try operand.uintLane(batch)
            (found, validity) = (search(lane, values, table, count) { $0 }, lane.validity)
        case .floats(let values, let hasNaN):
            let lane = try operand.floatLane(batch)
            let numbers = search(lane, values, table, count) { $0.word }
            found = hasNaN ? numbers | testBinary(lane, lane, count: count) { x, _ in x.isNaN } : numbers
            validity = lane.validity
        }
        var bits = found
        if let validity { bits = containsMissing ? found | ~validity : found & validity }
        return Column(type: .bool, count: count, nullCount: 0, storage: .bits(bits))
    }

    @inline(__always)
    private func search<T: Equatable & BitwiseCopyable>(
        _ lane: Lane<T>, _ values: [T], _ table: WordTable?, _ count: Int, _ word: (T) -> UInt64
    ) -> Bitmap {
        guard let table else {
            return values.withUnsafeBufferPointer { values in
                testBinary(lane, lane, count: count) { x, _ in
                    var found = false
                    for value in values { found = found || value == x }
                    return found
                }
            }
        }
        return table.withFinder { find in testBinary(lane, lane, count: count) { x, _ in find(word(x)) >= 0 } }
    }
}
