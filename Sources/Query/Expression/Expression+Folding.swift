import Columnar

/// Simplification: the same value for every row, with less to compute.
///
/// Only rules that keep missing values and NaN as they are: `not (a < b)` is not `a >= b`, for one.
extension Expression {
    /// Literals computed, double negations removed, `and`/`or` with a literal or with equal sides reduced,
    /// comparisons turned so that the literal is on the right.
    package func simplified() -> Expression {
        let node = mappingChildren { $0.simplified() }
        switch node {
        case .unary(.not, let operand): return operand.negated() ?? node
        case .unary(let operation, .literal(let value)):
            return Self.fold(operation, value).map { .literal($0) } ?? node
        case .unary(.negate, .unary(.negate, let inner)): return inner
        case .binary(let operation, .literal(let left), .literal(let right)):
            return Self.fold(operation, left, right).map { .literal($0) } ?? node
        case .binary(.and, let left, let right): return Self.junction(.and, left, right) ?? node
        case .binary(.or, let left, let right): return Self.junction(.or, left, right) ?? node
        case .binary(let operation, .literal(let value), let right):
            return operation.turned.map { .binary($0, right, .literal(value)) } ?? node
        case .call(.isna, let arguments) where arguments.count == 1:
            if case .literal(let value) = arguments[0] { return .literal(.bool(value.isNull)) }
            return node
        case .call(.notna, let arguments) where arguments.count == 1:
            if case .literal(let value) = arguments[0] { return .literal(.bool(!value.isNull)) }
            return node
        default: return node
        }
    }

    /// The parts that must all be true: `a and b and c` gives three.
    package var conjuncts: [Expression] {
        guard case .binary(.and, let left, let right) = self else { return [self] }
        return left.conjuncts + right.conjuncts
    }

    /// The conjunction of `parts`; `True` of none.
    package static func conjunction(_ parts: some Collection<Expression>) -> Expression {
        guard let first = parts.first else { return .literal(.bool(true)) }
        return parts.dropFirst().reduce(first) { .binary(.and, $0, $1) }
    }

    /// Whether the value is a bool whatever the columns' types.
    package var isPredicate: Bool {
        switch self {
        case .literal(.bool), .unary(.not, _), .isIn, .cast(_, .bool): true
        case .binary(let operation, _, _): operation.isComparison || [.and, .or].contains(operation)
        case .call(let function, _): [.isna, .notna, .contains, .startsWith, .endsWith].contains(function)
        default: false
        }
    }

    /// The negation in fewer operations, where there is one that holds for missing values and NaN too.
    private func negated() -> Expression? {
        switch self {
        case .literal(.bool(let value)): .literal(.bool(!value))
        case .unary(.not, let inner) where inner.isPredicate: inner
        case .binary(.equal, let left, let right): .binary(.notEqual, left, right)
        case .binary(.notEqual, let left, let right): .binary(.equal, left, right)
        case .binary(.or, let left, let right):
            // Conjunctions can be split and pushed down, disjunctions cannot.
            .binary(.and, left.negated() ?? .unary(.not, left), right.negated() ?? .unary(.not, right))
        case .isIn(let value, let items, let negated): .isIn(value, items, negated: !negated)
        case .call(.isna, let arguments): .call(.notna, arguments)
        case .call(.notna, let arguments): .call(.isna, arguments)
        default: nil
        }
    }

    private static func junction(_ operation: BinaryOperator, _ left: Expression, _ right: Expression) -> Expression? {
        guard left.isPredicate, right.isPredicate else { return nil }
        let neutral = Expression.literal(.bool(operation == .and))
        let absorbing = Expression.literal(.bool(operation != .and))
        if left == absorbing || right == absorbing { return absorbing }
        if left == neutral { return right }
        if right == neutral || left.isSame(as: right) { return left }
        if operation == .and, left.conjuncts.contains(where: { $0.isSame(as: right) }) { return left }
        return nil
    }

    /// Equal byte by byte: Swift's strings are equal, too, when only their Unicode normalization differs.
    private func isSame(as other: Expression) -> Bool {
        self == other && description.utf8.elementsEqual(other.description.utf8)
    }

    // MARK: Literals

    private static func fold(_ operation: UnaryOperator, _ value: Scalar) -> Scalar? {
        switch (operation, value) {
        case (.negate, .int(let number)) where number != .min: .int(-number)
        case (.negate, .float(let number)): .float(-number)
        case (.plus, .int), (.plus, .float), (.plus, .uint): value
        default: nil
        }
    }

    private static func fold(_ operation: BinaryOperator, _ left: Scalar, _ right: Scalar) -> Scalar? {
        switch (left, right) {
        case (.int(let a), .int(let b)): foldIntegers(operation, a, b)
        case (.float(let a), .float(let b)): foldFloats(operation, a, b)
        case (.int(let a), .float(let b)):
            Int64(exactly: Double(a)) == a ? foldFloats(operation, Double(a), b) : nil
        case (.float(let a), .int(let b)):
            Int64(exactly: Double(b)) == b ? foldFloats(operation, a, Double(b)) : nil
        case (.string(let a), .string(let b)):
            if operation == .add {
                .string(a + b)
            } else {
                compare(operation, a.utf8.elementsEqual(b.utf8), a.utf8.lexicographicallyPrecedes(b.utf8))
            }
        case (.bool(let a), .bool(let b)):
            switch operation {
            case .and: .bool(a && b)
            case .or: .bool(a || b)
            case .exclusiveOr, .notEqual: .bool(a != b)
            case .equal: .bool(a == b)
            default: nil
            }
        default: nil
        }
    }

    private static func compare(_ operation: BinaryOperator, _ equal: Bool, _ less: Bool) -> Scalar? {
        switch operation {
        case .equal: .bool(equal)
        case .notEqual: .bool(!equal)
        case .less: .bool(less)
        case .lessOrEqual: .bool(less || equal)
        case .greater: .bool(!less && !equal)
        case .greaterOrEqual: .bool(!less)
        default: nil
        }
    }

    /// Nil where the result would not be an exact integer: then the kernels' rules decide.
    private static func foldIntegers(_ operation: BinaryOperator, _ a: Int64, _ b: Int64) -> Scalar? {
        func exact(_ result: (partialValue: Int64, overflow: Bool)) -> Scalar? {
            result.overflow ? nil : .int(result.partialValue)
        }
        switch operation {
        case .add: return exact(a.addingReportingOverflow(b))
        case .subtract: return exact(a.subtractingReportingOverflow(b))
        case .multiply: return exact(a.multipliedReportingOverflow(by: b))
        case .divide: return .float(Double(a) / Double(b))
        case .floorDivide, .modulo:
            guard b != 0, b != -1 else { return nil }
            let quotient = CivilTime.floorDivide(a, b)
            return .int(operation == .floorDivide ? quotient : a - quotient * b)
        default: return compare(operation, a == b, a < b)
        }
    }

    private static func foldFloats(_ operation: BinaryOperator, _ a: Double, _ b: Double) -> Scalar? {
        switch operation {
        case .add: return .float(a + b)
        case .subtract: return .float(a - b)
        case .multiply: return .float(a * b)
        case .divide: return .float(a / b)
        default:
            // A comparison with NaN is false, `!=` apart: not what the order of two numbers says.
            guard !a.isNaN, !b.isNaN else { return nil }
            return compare(operation, a == b, a < b)
        }
    }
}

extension Expression.BinaryOperator {
    package var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }

    /// The comparison that holds when the sides change places.
    package var turned: Self? {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: nil
        }
    }
}
