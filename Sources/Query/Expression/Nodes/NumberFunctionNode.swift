import Columnar
import Glibc

/// A function of one number: `-x`, `abs`, `round`, `floor`, `ceil`, `sqrt`, `exp`, `log`, `log10`.
struct NumberFunctionNode: Node {
    enum Function: Sendable {
        case negate, absolute, floor, ceil, squareRoot, exponential, logarithm, logarithm10
        case truncate, sign
        /// One of the C library's.
        case library(Expression.Function)
        /// To this many decimals, halves to even.
        case round(Int)
    }

    let function: Function
    let operand: any Node
    let type: DataType

    init(_ function: Function, _ operand: any Node, _ type: DataType) {
        self.function = function
        self.operand = operand
        self.type = type
    }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        guard type.isFloat else {
            let lane = try operand.intLane(batch)
            return Column(integers: integers(lane, count), type: type, count: count, validity: lane.validity)
        }
        let lane = try operand.floatLane(batch)
        return Column(floats: floats(lane, count), type: type, count: count, validity: lane.validity)
    }

    private func integers(_ lane: Lane<Int64>, _ count: Int) -> Buffer {
        switch function {
        case .negate: return mapUnary(lane, count: count) { 0 &- $0 }
        case .sign where type.logical == .uint64: return mapUnary(lane, count: count) { $0 == 0 ? 0 : 1 }
        case .sign: return mapUnary(lane, count: count) { $0.signum() }
        case .absolute where type.logical != .uint64: return mapUnary(lane, count: count) { $0 < 0 ? 0 &- $0 : $0 }
        case .round(let decimals) where decimals < 0: return rounded(lane, -decimals, count)
        default: return mapUnary(lane, count: count) { $0 }
        }
    }

    /// To a multiple of a power of ten, halves to even.
    private func rounded(_ lane: Lane<Int64>, _ digits: Int, _ count: Int) -> Buffer {
        guard digits <= 18 else { return mapUnary(lane, count: count) { _ in 0 } }
        let unit = (0..<digits).reduce(Int64(1)) { product, _ in product * 10 }
        return mapUnary(lane, count: count) { value in
            let quotient = CivilTime.floorDivide(value, unit)
            let rest = value - quotient * unit
            let up = rest * 2 > unit || (rest * 2 == unit && quotient & 1 == 1)
            return (quotient + (up ? 1 : 0)) &* unit
        }
    }

    private func floats(_ lane: Lane<Double>, _ count: Int) -> Buffer {
        switch function {
        case .negate: return mapUnary(lane, count: count) { -$0 }
        case .absolute: return mapUnary(lane, count: count) { $0.magnitude }
        case .floor: return mapUnary(lane, count: count) { $0.rounded(.down) }
        case .ceil: return mapUnary(lane, count: count) { $0.rounded(.up) }
        case .truncate: return mapUnary(lane, count: count) { $0.rounded(.towardZero) }
        case .sign: return mapUnary(lane, count: count) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        case .library(let function): return library(function, lane, count)
        case .squareRoot: return mapUnary(lane, count: count) { $0.squareRoot() }
        case .exponential: return mapUnary(lane, count: count) { exp($0) }
        case .logarithm: return mapUnary(lane, count: count) { log($0) }
        case .logarithm10: return mapUnary(lane, count: count) { log10($0) }
        case .round(0): return mapUnary(lane, count: count) { $0.rounded(.toNearestOrEven) }
        case .round(let decimals):
            // NumPy's way: scale, round, scale back.
            let factor = pow(10, Double(decimals.magnitude))
            if decimals > 0 {
                return mapUnary(lane, count: count) { value in
                    let scaled = (value * factor).rounded(.toNearestOrEven) / factor
                    return scaled.isFinite || !value.isFinite ? scaled : value
                }
            }
            return mapUnary(lane, count: count) { ($0 / factor).rounded(.toNearestOrEven) * factor }
        }
    }
}

extension NumberFunctionNode {
    private func library(_ function: Expression.Function, _ lane: Lane<Double>, _ count: Int) -> Buffer {
        switch function {
        case .cbrt: mapUnary(lane, count: count) { Glibc.cbrt($0) }
        case .expm1: mapUnary(lane, count: count) { Glibc.expm1($0) }
        case .log1p: mapUnary(lane, count: count) { Glibc.log1p($0) }
        case .log2: mapUnary(lane, count: count) { Glibc.log2($0) }
        case .sin: mapUnary(lane, count: count) { Glibc.sin($0) }
        case .cos: mapUnary(lane, count: count) { Glibc.cos($0) }
        case .tan: mapUnary(lane, count: count) { Glibc.tan($0) }
        case .arcsin: mapUnary(lane, count: count) { Glibc.asin($0) }
        case .arccos: mapUnary(lane, count: count) { Glibc.acos($0) }
        case .arctan: mapUnary(lane, count: count) { Glibc.atan($0) }
        case .sinh: mapUnary(lane, count: count) { Glibc.sinh($0) }
        case .cosh: mapUnary(lane, count: count) { Glibc.cosh($0) }
        default: mapUnary(lane, count: count) { Glibc.tanh($0) }
        }
    }
}

/// `isfinite` and `isinf`.
struct FinitenessNode: Node {
    let operand: any Node
    let wantsFinite: Bool
    var type: DataType { .bool }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let lane = try operand.floatLane(batch)
        let bits =
            wantsFinite
            ? testBinary(lane, lane, count: batch.count) { x, _ in x.isFinite }
            : testBinary(lane, lane, count: batch.count) { x, _ in x.isInfinite }
        return Column(type: .bool, count: batch.count, validity: lane.validity, storage: .bits(bits))
    }
}

/// `clip`: values below `lower` become it, values above `upper` become that; a missing bound bounds nothing.
struct ClipNode: Node {
    let operand: any Node
    let lower: (any Node)?
    let upper: (any Node)?
    let lane: LaneKind
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let count = batch.count
        switch lane {
        case .int:
            var lane = try operand.intLane(batch)
            if let lower { lane = bounded(lane, try lower.intLane(batch), count) { $0 < $1 ? $1 : $0 } }
            if let upper { lane = bounded(lane, try upper.intLane(batch), count) { $0 > $1 ? $1 : $0 } }
            return Column(
                integers: mapUnary(lane, count: count) { $0 }, type: type, count: count, validity: lane.validity)
        case .uint:
            var lane = try operand.uintLane(batch)
            if let lower { lane = bounded(lane, try lower.uintLane(batch), count) { $0 < $1 ? $1 : $0 } }
            if let upper { lane = bounded(lane, try upper.uintLane(batch), count) { $0 > $1 ? $1 : $0 } }
            return Column(
                integers: mapUnary(lane, count: count) { $0 }, type: type, count: count, validity: lane.validity)
        case .float:
            var lane = try operand.floatLane(batch)
            if let lower { lane = bounded(lane, try lower.floatLane(batch), count) { $0 < $1 ? $1 : $0 } }
            if let upper { lane = bounded(lane, try upper.floatLane(batch), count) { $0 > $1 ? $1 : $0 } }
            return Column(
                floats: mapUnary(lane, count: count) { $0 }, type: type, count: count, validity: lane.validity)
        }
    }

    @inline(__always)
    private func bounded<T: BitwiseCopyable>(
        _ lane: Lane<T>, _ bound: Lane<T>, _ count: Int, _ pick: (T, T) -> T
    ) -> Lane<T> {
        let picked = mapBinary(lane, bound, count: count, pick)
        if let known = bound.validity {
            let out = picked.mutable(T.self)
            withExtendedLifetime(lane.owner) {
                for row in 0..<count where !known[row] { out[row] = lane.pointer?[row] ?? lane.constant }
            }
        }
        return Lane(picked, validity: lane.validity, zero: lane.constant)
    }
}
