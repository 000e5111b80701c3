import Columnar
import Query

/// Random numbers from a seed that a failing test can print.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Random expression trees in the canonical form that the parser makes.
struct ExpressionGenerator {
    var random: SeededGenerator

    mutating func expression(depth: Int) -> Expression {
        let kind = depth == 0 ? Int.random(in: 0..<3, using: &random) : Int.random(in: 0..<10, using: &random)
        switch kind {
        case 0: return .column(name())
        case 1: return .literal(scalar())
        case 2: return Bool.random(using: &random) ? .parameter("p1") : .column("x")
        case 3: return .unary(pick(Expression.UnaryOperator.allCases), operand(depth))
        case 4, 5, 6:
            let operation = pick(Expression.BinaryOperator.allCases)
            return .binary(operation, operand(depth), operand(depth))
        case 7:
            let items = (0..<Int.random(in: 0..<4, using: &random)).map { _ in operand(depth) }
            return .isIn(operand(depth), items, negated: Bool.random(using: &random))
        case 8:
            let types: [DataType] = [.int64, .string, .timestamp(.millisecond, zone: "UTC"), .list(.bool)]
            return .cast(operand(depth), pick(types))
        default: return call(depth)
        }
    }

    /// An operand; a unary minus on a positive number is what the text `-(5)` says, on a list nothing.
    private mutating func operand(_ depth: Int) -> Expression {
        let value = expression(depth: depth - 1)
        // A list beside `==` reads as `in`.
        if case .literal(.list) = value { return .column("y") }
        return value
    }

    private mutating func call(_ depth: Int) -> Expression {
        let function = pick(Expression.Function.allCases)
        var arguments = [operand(depth)]
        for parameter in function.parameters {
            if let standard = parameter.defaultValue, Bool.random(using: &random) {
                arguments.append(.literal(standard))
            } else {
                arguments.append(operand(depth))
            }
        }
        while arguments.count > 1, let standard = function.parameters[arguments.count - 2].defaultValue,
            arguments.last == .literal(standard)
        {
            arguments.removeLast()
        }
        return .call(function, arguments)
    }

    private mutating func name() -> String {
        pick(["a", "cpu_utilization", "a b", "and", "None", "`", "", "r", "b", "date", "é", "1x", "x.y", "np", "where"])
    }

    private mutating func scalar() -> Scalar {
        let bits = random.next()
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .null
        case 1: return .bool(bits & 1 == 0)
        case 2: return .int(Int64(bitPattern: bits))
        case 3: return .int(Int64(bits % 100) - 50)
        case 4: return .uint(bits | 1 << 63)
        case 5: return .float(Double(bitPattern: bits))
        case 6: return .float(pick([0, -0.0, 1, -1.5, .infinity, -.infinity, 1e300, Double.leastNonzeroMagnitude]))
        case 7: return .string(pick(["", "a", "it's", "\"", "'\"", "\\", "\n\t\u{0}\u{7f}", "é😀", "`"]))
        case 8: return .binary([UInt8(truncatingIfNeeded: bits), 0x27, 0x5C])
        case 9: return .date(Int32(truncatingIfNeeded: bits) >> Int32.random(in: 0..<20, using: &random))
        case 10:
            let value = Int64(bitPattern: bits) >> Int64.random(in: 0..<30, using: &random)
            return .timestamp(value, pick(TimeUnit.allCases), zone: pick([nil, "UTC", "Europe/Paris"]))
        default: return .duration(Int64(bitPattern: bits), pick(TimeUnit.allCases))
        }
    }

    mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &random)] }
}
