import Columnar

/// `== != < <= > >=`: of numbers exactly, whatever their types; of text by bytes.
struct ComparisonNode: Node {
    enum Right: Sendable {
        /// A column, computed with both sides in one lane.
        case lane(any Node, LaneKind)
        /// A column in another lane: compared exactly, without rounding one side to the other's type.
        case mixed(any Node, left: LaneKind, right: LaneKind)
        /// A column of another time unit; each side times its factor, in 128 bits.
        case scaled(any Node, left: Int64, right: Int64)
        case int(Int64)
        case uint(UInt64)
        case float(Double)
        /// Every row with a value compares the same.
        case always(Bool)
        /// A column of text.
        case text(any Node)
    }

    let operation: Expression.BinaryOperator
    let left: any Node
    let right: Right
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        switch right {
        case .int(let value): return compared(try left.intLane(batch), Lane(constant: value), count)
        case .uint(let value): return compared(try left.uintLane(batch), Lane(constant: value), count)
        case .float(let value): return compared(try left.floatLane(batch), Lane(constant: value), count)
        case .always(let value):
            let validity = try left.evaluate(batch).decodedValidity
            return Column(
                type: .bool, count: count, validity: validity, storage: .bits(Bitmap(repeating: value, count: count)))
        case .lane(let right, .int): return compared(try left.intLane(batch), try right.intLane(batch), count)
        case .lane(let right, .uint): return compared(try left.uintLane(batch), try right.uintLane(batch), count)
        case .lane(let right, .float): return compared(try left.floatLane(batch), try right.floatLane(batch), count)
        case .scaled(let right, let leftFactor, let rightFactor):
            return ordered(try left.intLane(batch), try right.intLane(batch), count) { a, b in
                let (x, y) = (Int128(a) * Int128(leftFactor), Int128(b) * Int128(rightFactor))
                return x < y ? -1 : x > y ? 1 : 0
            }
        case .mixed(let right, .int, .uint):
            return ordered(try left.intLane(batch), try right.uintLane(batch), count) { a, b in
                a < 0 ? -1 : threeWay(UInt64(a), b)
            }
        case .mixed(let right, .uint, .int):
            return ordered(try left.uintLane(batch), try right.intLane(batch), count) { a, b in
                b < 0 ? 1 : threeWay(a, UInt64(b))
            }
        case .mixed(let right, .int, _):
            return ordered(try left.intLane(batch), try right.floatLane(batch), count) { exactOrder($0, $1) }
        case .mixed(let right, .uint, _):
            return ordered(try left.uintLane(batch), try right.floatLane(batch), count) { exactOrder($0, $1) }
        case .mixed(let right, .float, .uint):
            return ordered(try left.floatLane(batch), try right.uintLane(batch), count) { reversed(exactOrder($1, $0)) }
        case .mixed(let right, .float, _):
            return ordered(try left.floatLane(batch), try right.intLane(batch), count) { reversed(exactOrder($1, $0)) }
        case .text(let right): return comparedText(try left.evaluate(batch), try right.evaluate(batch))
        }
    }

    @inline(__always)
    private func compared<T: Comparable & BitwiseCopyable>(_ a: Lane<T>, _ b: Lane<T>, _ count: Int) -> Column {
        let bits: Bitmap =
            switch operation {
            case .equal: testBinary(a, b, count: count) { $0 == $1 }
            case .notEqual: testBinary(a, b, count: count) { $0 != $1 }
            case .less: testBinary(a, b, count: count) { $0 < $1 }
            case .lessOrEqual: testBinary(a, b, count: count) { $0 <= $1 }
            case .greater: testBinary(a, b, count: count) { $0 > $1 }
            default: testBinary(a, b, count: count) { $0 >= $1 }
            }
        return Column(type: .bool, count: count, validity: both(a.validity, b.validity), storage: .bits(bits))
    }

    /// By an order of -1, 0, 1, or 2 where one is NaN.
    @inline(__always)
    private func ordered<T: BitwiseCopyable, U: BitwiseCopyable>(
        _ a: Lane<T>, _ b: Lane<U>, _ count: Int, _ order: (T, U) -> Int
    ) -> Column {
        let accepted = acceptedOrders
        let bits = testBinary(a, b, count: count) { accepted & (1 << (order($0, $1) + 1)) != 0 }
        return Column(type: .bool, count: count, validity: both(a.validity, b.validity), storage: .bits(bits))
    }

    /// Bit `order + 1` for each order that makes the comparison true.
    private var acceptedOrders: Int {
        switch operation {
        case .equal: 0b0010
        case .notEqual: 0b1101
        case .less: 0b0001
        case .lessOrEqual: 0b0011
        case .greater: 0b0100
        default: 0b0110
        }
    }

    private func comparedText(_ left: Column, _ right: Column) -> Column {
        let (left, right) = (left.decoded(), right.decoded())
        let (a, b) = (left.variable, right.variable)
        let accepted = acceptedOrders
        let bits = withExtendedLifetime((left, right)) {
            bitmap(count: left.count) { row in
                accepted & (1 << (byteOrder(a, row, b, row) + 1)) != 0
            }
        }
        return Column(
            type: .bool, count: left.count, validity: both(left.validity, right.validity), storage: .bits(bits))
    }
}

extension Column {
    /// Where there is a value, for a column of any type.
    var decodedValidity: Bitmap? { type == .null ? Bitmap(repeating: false, count: count) : validity }
}

@inline(__always)
private func threeWay<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }

private func reversed(_ order: Int) -> Int { order == 2 ? 2 : -order }

/// An integer against a float without rounding either.
private func exactOrder<T: FixedWidthInteger>(_ a: T, _ b: Double) -> Int {
    if b.isNaN { return 2 }
    let floor = b.rounded(.down)
    guard let whole = T(exactly: floor) else { return b > 0 ? -1 : 1 }
    if a != whole { return a < whole ? -1 : 1 }
    return floor < b ? -1 : 0
}

/// The order of two strings' bytes.
@inline(__always)
func byteOrder(
    _ a: (offsets: UnsafePointer<Int32>, bytes: UnsafePointer<UInt8>), _ i: Int,
    _ b: (offsets: UnsafePointer<Int32>, bytes: UnsafePointer<UInt8>), _ j: Int
) -> Int {
    let (start, other) = (Int(a.offsets[i]), Int(b.offsets[j]))
    let (count, otherCount) = (Int(a.offsets[i + 1]) - start, Int(b.offsets[j + 1]) - other)
    let order = Int(compareBytes(a.bytes + start, b.bytes + other, min(count, otherCount)))
    if order != 0 { return order < 0 ? -1 : 1 }
    return threeWay(count, otherCount)
}
