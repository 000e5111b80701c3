import Columnar

/// Operators: which node computes them for the operands' types.
extension Binder {
    func unary(
        _ operation: Expression.UnaryOperator, _ operand: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let type = operand.type.logical
        switch operation {
        case .not:
            guard type == .bool || type == .null else {
                throw failure("'not' needs a bool and got \(type)", path, hint: "compare it with something")
            }
            return NotNode(operand: operand)
        case .plus, .negate:
            if type == .null { return operand }
            guard type.isNumeric || type.isDuration else {
                throw failure("'\(operation.rawValue)' needs a number and got \(type)", path)
            }
            return operation == .plus ? operand : NumberFunctionNode(.negate, operand, type)
        }
    }

    func binary(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ right: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        switch operation {
        case .and, .or, .exclusiveOr: return try logic(operation, left, right, path)
        case _ where operation.isComparison: return try comparison(operation, left, right, path)
        default: return try arithmetic(operation, left, right, path)
        }
    }

    private func mismatch(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ right: any Node, _ path: [Int], hint: String? = nil
    ) -> SwiftwaterError {
        failure("'\(operation.rawValue)' cannot combine \(left.type) and \(right.type)", path, hint: hint)
    }

    // MARK: Logic

    private func logic(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ right: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        for node in [left, right] where node.type.logical != .bool && node.type != .null {
            throw mismatch(operation, left, right, path, hint: "'\(operation.rawValue)' needs bools on both sides")
        }
        return LogicNode(operation: operation, left: left, right: right)
    }

    // MARK: Arithmetic

    private func arithmetic(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ right: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let (a, b) = (left.type.logical, right.type.logical)
        if a == .null || b == .null {
            let known = a == .null ? b : a
            if known.isNumeric || known == .null {
                return MissingNode(type: operation == .divide || known == .null ? .float64 : known)
            }
            if known == .string, operation == .add { return MissingNode(type: .string) }
            if known.isTemporal, operation == .add || operation == .subtract { return MissingNode(type: known) }
            throw mismatch(operation, left, right, path)
        }
        if a == .string, b == .string, operation == .add { return ConcatenationNode(left: left, right: right) }
        if a.isTemporal || b.isTemporal { return try timeArithmetic(operation, left, right, path) }
        guard let common = TypeRules.numeric(left, right) else {
            let hint: String? =
                a == .bool && b == .bool
                ? "use 'and', 'or' and '^', or .astype('int64') to count"
                : (a == .string) != (b == .string) ? "convert one side with .astype(…)" : nil
            throw mismatch(operation, left, right, path, hint: hint)
        }
        var type = common
        switch operation {
        case .divide: type = common == .float32 ? .float32 : .float64
        case .power where type.isInteger:
            // A negative literal exponent makes fractions, as in Python.
            if let exponent = right as? ConstantNode, exponent.value.isNegativeInteger { type = .float64 }
        default: break
        }
        guard let lane = LaneKind(type) else { throw mismatch(operation, left, right, path) }
        return ArithmeticNode(operation: operation, left: left, right: right, lane: lane, type: type)
    }

    // MARK: Comparison

    func comparison(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ right: any Node, _ path: [Int]
    ) throws(SwiftwaterError) -> any Node {
        let (a, b) = (left.type.logical, right.type.logical)
        if a == .null || b == .null { return MissingNode(type: .bool) }
        if let list = [left, right].compactMap({ $0 as? ConstantNode }).first(where: { $0.type.isList }),
            case .list(let items) = list.value, operation == .equal || operation == .notEqual
        {
            let node = try membership(right is ConstantNode ? left : right, items, path)
            return operation == .equal ? node : NotNode(operand: node)
        }
        if left is ConstantNode, !(right is ConstantNode), let turned = operation.turned {
            return try comparison(turned, right, left, path)
        }
        if let constant = right as? ConstantNode {
            switch (a, constant.value) {
            case (.string, .string(let text)):
                return TextNode(left, TextTest(test: .compare(operation, Array(text.utf8))))
            case (.binary, .binary(let bytes)):
                return TextNode(left, TextTest(test: .compare(operation, bytes)))
            default: break
            }
            if let side = try constantSide(operation, left, constant, path) {
                return ComparisonNode(operation: side.operation, left: left, right: side.right)
            }
        } else if let side = columnSide(left, right) {
            return ComparisonNode(operation: operation, left: left, right: side)
        }
        let hint: String? =
            a.isTemporal && b.isNumeric || b.isTemporal && a.isNumeric
            ? "compare with a quoted date, or with Timestamp(count, unit='ms')"
            : a == .string && b.isNumeric || b == .string && a.isNumeric
                ? "quote the value, or convert one side with .astype(…)" : nil
        throw mismatch(operation, left, right, path, hint: hint)
    }

    private func columnSide(_ left: any Node, _ right: any Node) -> ComparisonNode.Right? {
        let (a, b) = (left.type.logical, right.type.logical)
        if a.isNumeric || a == .bool, b.isNumeric || b == .bool, let x = LaneKind(a), let y = LaneKind(b) {
            return x == y ? .lane(right, x) : .mixed(right, left: x, right: y)
        }
        switch (a, b) {
        case (.string, .string), (.binary, .binary): return .text(right)
        case (.date, .date): return .lane(right, .int)
        case (.duration(let unit), .duration(let other)): return scaled(right, unit.nanoseconds, other.nanoseconds)
        case (.timestamp(let unit, let zone), .timestamp(let other, let otherZone))
        where (zone == nil) == (otherZone == nil):
            return scaled(right, unit.nanoseconds, other.nanoseconds)
        case (.date, .timestamp(let unit, nil)): return scaled(right, Self.dayNanoseconds, unit.nanoseconds)
        case (.timestamp(let unit, nil), .date): return scaled(right, unit.nanoseconds, Self.dayNanoseconds)
        default: return nil
        }
    }

    private func scaled(_ right: any Node, _ left: Int64, _ other: Int64) -> ComparisonNode.Right {
        left == other ? .lane(right, .int) : .scaled(right, left: left, right: other)
    }

    static let dayNanoseconds: Int64 = 86_400_000_000_000

    private func constantSide(
        _ operation: Expression.BinaryOperator, _ left: any Node, _ constant: ConstantNode, _ path: [Int]
    ) throws(SwiftwaterError) -> (operation: Expression.BinaryOperator, right: ComparisonNode.Right)? {
        let type = left.type.logical
        switch (type, constant.value) {
        case (.float32, .float(let value)) where constant.isWeak: return (operation, .float(Double(Float(value))))
        case (.float32, .float(let value)), (.float64, .float(let value)): return (operation, .float(value))
        case (.timestamp, .string), (.date, .string), (.duration, .string):
            return try temporalSide(operation, type, try parsed(constant, beside: type, path), path)
        case (_, .date) where type.isTemporal, (_, .timestamp) where type.isTemporal,
            (_, .duration) where type.isTemporal:
            return try temporalSide(operation, type, constant.value, path)
        default: break
        }
        guard type.isNumeric || type == .bool, constant.type.isNumeric || constant.type == .bool else { return nil }
        guard let threshold = Threshold(constant.value) else {
            // NaN is unlike everything.
            return (operation, .always(operation == .notEqual))
        }
        switch LaneKind(type) {
        case .int?: return threshold.side(operation, Int64.self) { .int($0) }
        case .uint?: return threshold.side(operation, UInt64.self) { .uint($0) }
        case .float?:
            // The literal is an integer here; one that no double holds lies between two of them.
            if let value = Int128(exactly: Double(threshold.floor)), value == threshold.floor {
                return (operation, .float(Double(threshold.floor)))
            }
            return (operation, .mixed(constant, left: .float, right: LaneKind(constant.type) ?? .int))
        case nil: return nil
        }
    }

    /// A quoted date, timestamp or duration beside a column of `type`.
    private func parsed(_ constant: ConstantNode, beside type: DataType, _ path: [Int]) throws(SwiftwaterError)
        -> Scalar
    {
        guard case .string(let text) = constant.value else { return constant.value }
        switch type {
        case .duration:
            if let (value, unit) = TimeText.duration(text) { return .duration(value, unit) }
        case .timestamp(_, let zone?):
            if let value = ScalarText.timestamp(text, zone: zone) { return value }
        default:
            if let value = ScalarText.timestamp(text, zone: nil) { return value }
        }
        _ = try coerced(constant, to: type, path)
        return constant.value
    }

    private func temporalSide(
        _ operation: Expression.BinaryOperator, _ type: DataType, _ value: Scalar, _ path: [Int]
    ) throws(SwiftwaterError) -> (operation: Expression.BinaryOperator, right: ComparisonNode.Right)? {
        let own: Int64
        let count: Int64
        let factor: Int64
        switch (type, value) {
        case (.date, .date(let days)): (own, count, factor) = (1, Int64(days), 1)
        case (.date, .timestamp(let given, let unit, nil)):
            (own, count, factor) = (Self.dayNanoseconds, given, unit.nanoseconds)
        case (.timestamp(let unit, nil), .date(let days)):
            (own, count, factor) = (unit.nanoseconds, Int64(days), Self.dayNanoseconds)
        case (.timestamp(let unit, let zone), .timestamp(let given, let givenUnit, let givenZone)):
            guard (zone == nil) == (givenZone == nil) else {
                throw failure(
                    "'\(operation.rawValue)' cannot compare a time with a zone and one without", path,
                    hint: zone == nil ? "leave out the offset or the Z" : "give the offset: '2020-01-31 10:20:30Z'")
            }
            (own, count, factor) = (unit.nanoseconds, given, givenUnit.nanoseconds)
        case (.duration(let unit), .duration(let given, let givenUnit)):
            (own, count, factor) = (unit.nanoseconds, given, givenUnit.nanoseconds)
        default: return nil
        }
        let (floor, rest) = Threshold.floorDivide(Int128(count) * Int128(factor), by: Int128(own))
        return Threshold(floor: floor, isExact: rest == 0).side(operation, Int64.self) { .int($0) }
    }
}

/// A constant between integers: comparing an integer column with it is comparing with an integer.
struct Threshold {
    let floor: Int128
    /// Whether the constant is `floor` itself rather than a little more.
    let isExact: Bool

    init(floor: Int128, isExact: Bool) {
        self.floor = floor
        self.isExact = isExact
    }

    /// Nil for NaN and for what is no number.
    init?(_ value: Scalar) {
        switch value {
        case .bool(let flag): self.init(floor: flag ? 1 : 0, isExact: true)
        case .int(let number): self.init(floor: Int128(number), isExact: true)
        case .uint(let number): self.init(floor: Int128(number), isExact: true)
        case .float(let number):
            guard !number.isNaN else { return nil }
            // Beyond all 64-bit integers, how far makes no difference.
            let near = min(max(number, -0x1p100), 0x1p100)
            let floor = near.rounded(.down)
            self.init(floor: Int128(floor), isExact: floor == near)
        default: return nil
        }
    }

    static func floorDivide(_ a: Int128, by b: Int128) -> (quotient: Int128, remainder: Int128) {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
    }

    func side<T: FixedWidthInteger>(
        _ operation: Expression.BinaryOperator, _: T.Type, _ make: (T) -> ComparisonNode.Right
    ) -> (operation: Expression.BinaryOperator, right: ComparisonNode.Right) {
        var operation = operation
        if !isExact {
            switch operation {
            case .equal: return (operation, .always(false))
            case .notEqual: return (operation, .always(true))
            case .less: operation = .lessOrEqual
            case .greaterOrEqual: operation = .greater
            default: break
            }
        }
        if let value = T(exactly: floor) { return (operation, make(value)) }
        let above = floor > 0
        switch operation {
        case .equal: return (operation, .always(false))
        case .notEqual: return (operation, .always(true))
        case .less, .lessOrEqual: return (operation, .always(above))
        default: return (operation, .always(!above))
        }
    }
}

extension DataType {
    var isDuration: Bool { if case .duration = self { true } else { false } }
    var isList: Bool { if case .list = self { true } else { false } }
}
