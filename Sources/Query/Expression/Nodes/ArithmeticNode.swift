import Columnar
import Glibc

/// `+ - * / // % **` of numbers.
struct ArithmeticNode: Node {
    let operation: Expression.BinaryOperator
    let left: any Node
    let right: any Node
    let lane: LaneKind
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        switch lane {
        case .int:
            let (a, b) = (try left.intLane(batch), try right.intLane(batch))
            let (values, missing) = try integers(a, b, count)
            let validity = both(both(a.validity, b.validity), missing)
            return Column(integers: values, type: type, count: count, validity: validity)
        case .uint:
            let (a, b) = (try left.uintLane(batch), try right.uintLane(batch))
            let (values, missing) = try integers(a, b, count)
            let validity = both(both(a.validity, b.validity), missing)
            return Column(integers: values, type: type, count: count, validity: validity)
        case .float:
            let (a, b) = (try left.floatLane(batch), try right.floatLane(batch))
            return Column(floats: floats(a, b, count), type: type, count: count, validity: both(a.validity, b.validity))
        }
    }

    /// Wraps on overflow, as pandas does. Division by zero has no integer: those rows are missing.
    @inline(__always)
    private func integers<T: FixedWidthInteger & BitwiseCopyable>(
        _ a: Lane<T>, _ b: Lane<T>, _ count: Int
    ) throws(SwiftwaterError) -> (Buffer, missing: Bitmap?) {
        switch operation {
        case .add: return (mapBinary(a, b, count: count) { $0 &+ $1 }, nil)
        case .subtract: return (mapBinary(a, b, count: count) { $0 &- $1 }, nil)
        case .multiply: return (mapBinary(a, b, count: count) { $0 &* $1 }, nil)
        case .floorDivide: return (mapBinary(a, b, count: count) { floorQuotient($0, $1) }, Self.nonzero(b, count))
        case .modulo: return (mapBinary(a, b, count: count) { floorRemainder($0, $1) }, Self.nonzero(b, count))
        default:
            if b.pointer == nil, b.constant == 2 { return (mapUnary(a, count: count) { $0 &* $0 }, nil) }
            try checkExponents(b, both(a.validity, b.validity), count)
            return (mapBinary(a, b, count: count) { wrappingPower($0, $1) }, nil)
        }
    }

    @inline(__always)
    private static func nonzero<T: FixedWidthInteger & BitwiseCopyable>(_ b: Lane<T>, _ count: Int) -> Bitmap? {
        if b.pointer == nil, b.constant != 0 { return nil }
        return testBinary(b, Lane(constant: 0), count: count) { (x: T, zero: T) in x != zero }
    }

    @inline(__always)
    private func checkExponents<T: FixedWidthInteger & BitwiseCopyable>(
        _ b: Lane<T>, _ validity: Bitmap?, _ count: Int
    ) throws(SwiftwaterError) {
        guard T.isSigned else { return }
        let negative = testBinary(b, Lane(constant: 0), count: count) { (x: T, zero: T) in x < zero }
        let bad = both(negative, validity) ?? negative
        if let row = bad.indices.first {
            let exponent = b.pointer.map { $0[Int(row)] } ?? b.constant
            throw SwiftwaterError(
                .data, "an integer to the negative power \(exponent) is no integer",
                hint: "convert one side with .astype('float64')")
        }
    }

    private func floats(_ a: Lane<Double>, _ b: Lane<Double>, _ count: Int) -> Buffer {
        switch operation {
        case .add: return mapBinary(a, b, count: count) { $0 + $1 }
        case .subtract: return mapBinary(a, b, count: count) { $0 - $1 }
        case .multiply: return mapBinary(a, b, count: count) { $0 * $1 }
        case .divide: return mapBinary(a, b, count: count) { $0 / $1 }
        case .floorDivide: return mapBinary(a, b, count: count) { floorQuotient($0, $1) }
        case .modulo: return mapBinary(a, b, count: count) { floorRemainder($0, $1) }
        default:
            if b.pointer == nil, b.constant == 2 { return mapUnary(a, count: count) { $0 * $0 } }
            return mapBinary(a, b, count: count) { pow($0, $1) }
        }
    }
}

/// The quotient rounded towards minus infinity; of nothing by zero, 0.
@inline(__always)
private func floorQuotient<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
    if b == 0 { return 0 }
    let quotient = a.dividedReportingOverflow(by: b).partialValue
    let remainder = a &- quotient &* b
    return remainder != 0 && (remainder < 0) != (b < 0) ? quotient &- 1 : quotient
}

/// The remainder with the divisor's sign.
@inline(__always)
private func floorRemainder<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
    if b == 0 { return 0 }
    let quotient = a.dividedReportingOverflow(by: b).partialValue
    let remainder = a &- quotient &* b
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder &+ b : remainder
}

@inline(__always)
private func wrappingPower<T: FixedWidthInteger>(_ base: T, _ exponent: T) -> T {
    var result: T = 1
    var square = base
    var rest = exponent
    while rest > 0 {
        if rest & 1 == 1 { result = result &* square }
        square = square &* square
        rest >>= 1
    }
    return result
}

/// Python's and NumPy's floor division: from the exact remainder, so that it agrees with `%`.
private func floorQuotient(_ a: Double, _ b: Double) -> Double {
    if b == 0 { return a / b }
    let remainder = fmod(a, b)
    var quotient = (a - remainder) / b
    if remainder != 0, (b < 0) != (remainder < 0) { quotient -= 1 }
    if quotient == 0 { return Double(signOf: a / b, magnitudeOf: 0) }
    let floor = quotient.rounded(.down)
    return quotient - floor > 0.5 ? floor + 1 : floor
}

private func floorRemainder(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    if remainder == 0 { return Double(signOf: b, magnitudeOf: 0) }
    return (b < 0) != (remainder < 0) ? remainder + b : remainder
}

extension Node {
    /// The values of the batch in a lane: a constant as one value, whatever else evaluated and widened.
    func intLane(_ batch: Batch) throws(SwiftwaterError) -> Lane<Int64> {
        if let constant = self as? ConstantNode, let value = constant.value.laneInteger { return Lane(constant: value) }
        return try evaluate(batch).intLane()
    }

    func uintLane(_ batch: Batch) throws(SwiftwaterError) -> Lane<UInt64> {
        if let constant = self as? ConstantNode, let value = constant.value.laneInteger {
            return Lane(constant: UInt64(bitPattern: value))
        }
        return try evaluate(batch).uintLane()
    }

    func floatLane(_ batch: Batch) throws(SwiftwaterError) -> Lane<Double> {
        if let constant = self as? ConstantNode, let value = constant.value.laneFloat { return Lane(constant: value) }
        return try evaluate(batch).floatLane()
    }
}

extension Scalar {
    /// The value in 64 bits, `uint64` by its bits.
    var laneInteger: Int64? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): value
        case .uint(let value): Int64(bitPattern: value)
        case .date(let days): Int64(days)
        case .timestamp(let value, _, _), .duration(let value, _): value
        default: nil
        }
    }

    var laneFloat: Double? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }
}
