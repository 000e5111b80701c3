import Columnar
import Glibc

/// A function of two numbers: `minimum`, `maximum`, `arctan2`, `hypot`. Missing where one of them is.
struct PairFunctionNode: Node {
    let function: Expression.Function
    let left: any Node
    let right: any Node
    let lane: LaneKind
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        switch lane {
        case .int:
            let (a, b) = (try left.intLane(batch), try right.intLane(batch))
            return Column(
                integers: extreme(a, b, count), type: type, count: count, validity: both(a.validity, b.validity))
        case .uint:
            let (a, b) = (try left.uintLane(batch), try right.uintLane(batch))
            return Column(
                integers: extreme(a, b, count), type: type, count: count, validity: both(a.validity, b.validity))
        case .float:
            let (a, b) = (try left.floatLane(batch), try right.floatLane(batch))
            let values: Buffer =
                switch function {
                // NaN wins, as NumPy has it.
                case .minimum: mapBinary(a, b, count: count) { $0.isNaN || $0 < $1 ? $0 : $1 }
                case .maximum: mapBinary(a, b, count: count) { $0.isNaN || $0 > $1 ? $0 : $1 }
                case .arctan2: mapBinary(a, b, count: count) { atan2($0, $1) }
                default: mapBinary(a, b, count: count) { hypot($0, $1) }
                }
            return Column(floats: values, type: type, count: count, validity: both(a.validity, b.validity))
        }
    }

    @inline(__always)
    private func extreme<T: Comparable & BitwiseCopyable>(_ a: Lane<T>, _ b: Lane<T>, _ count: Int) -> Buffer {
        function == .minimum
            ? mapBinary(a, b, count: count) { $0 < $1 ? $0 : $1 } : mapBinary(a, b, count: count) { $0 > $1 ? $0 : $1 }
    }
}

/// `searchsorted`: how many of ascending bounds are below a value, or, from the right, at most the value.
struct SearchNode: Node {
    let operand: any Node
    let bounds: [Double]
    let fromRight: Bool
    var type: DataType { .int64 }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let lane = try operand.floatLane(batch)
        let fromRight = fromRight
        let places = bounds.withUnsafeBufferPointer { bounds in
            mapUnary(lane, count: batch.count) { (value: Double) -> Int64 in
                var (low, high) = (0, bounds.count)
                while low < high {
                    let middle = (low + high) / 2
                    let isBefore = fromRight ? bounds[middle] <= value : bounds[middle] < value
                    if isBefore { low = middle + 1 } else { high = middle }
                }
                return Int64(low)
            }
        }
        // NaN is in no bin.
        let numbers = testBinary(lane, lane, count: batch.count) { x, _ in !x.isNaN }
        return Column(
            type: .int64, count: batch.count, validity: both(lane.validity, numbers), storage: .fixed(places))
    }
}
