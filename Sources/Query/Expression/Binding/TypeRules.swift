import Columnar

/// Which types go together and what comes out: NumPy's promotion, as pandas has it, with weak literals (NEP 50).
enum TypeRules {
    /// The type that holds both numbers; bool counts as an integer of the other's type.
    static func promoted(_ a: DataType, _ b: DataType) -> DataType? {
        if a == b { return a.isNumeric ? a : nil }
        if a == .bool { return b.isNumeric ? b : nil }
        if b == .bool { return a.isNumeric ? a : nil }
        guard a.isNumeric, b.isNumeric else { return nil }
        if a.isFloat || b.isFloat {
            // A 32-bit float holds integers of up to 16 bits exactly.
            let narrow = [a, b].allSatisfy { $0 == .float32 || ($0.isInteger && ($0.byteWidth ?? 8) <= 2) }
            return narrow ? .float32 : .float64
        }
        let (width, other) = (a.byteWidth ?? 8, b.byteWidth ?? 8)
        if a.isSignedInteger == b.isSignedInteger { return width >= other ? a : b }
        let (signed, unsigned) = a.isSignedInteger ? (width, other) : (other, width)
        if signed > unsigned { return a.isSignedInteger ? a : b }
        switch unsigned {
        case 1: return .int16
        case 2: return .int32
        case 4: return .int64
        default: return .float64
        }
    }

    /// The number type for two operands, literals taking the column's type where it holds them.
    static func numeric(_ a: any Node, _ b: any Node) -> DataType? {
        let (left, right) = (a.type.logical, b.type.logical)
        if let literal = a.weakNumber, b.weakNumber == nil { return adapted(literal, to: right) }
        if let literal = b.weakNumber, a.weakNumber == nil { return adapted(literal, to: left) }
        return promoted(left, right)
    }

    /// The type of a column of `type` beside a literal.
    private static func adapted(_ literal: Scalar, to type: DataType) -> DataType? {
        if type.isFloat { return type }
        switch literal {
        case .bool: return type.isNumeric ? type : nil
        case .float: return type.isInteger || type == .bool ? .float64 : nil
        default: break
        }
        if type == .bool { return .int64 }
        guard type.isInteger else { return nil }
        if let same = try? Column(type, [literal]), same.count == 1 { return type }
        let candidates: [DataType] =
            literal.isNegativeInteger ? [.int8, .int16, .int32, .int64] : [.uint8, .uint16, .uint32, .int64, .uint64]
        let smallest = candidates.first { (try? Column($0, [literal])) != nil }
        return smallest.flatMap { promoted(type, $0) }
    }

    /// The type that both sides of `where`, `fillna` and `clip` become.
    static func common(_ a: any Node, _ b: any Node) -> DataType? {
        let (left, right) = (a.type.logical, b.type.logical)
        if left == right { return left }
        if left == .null { return right }
        if right == .null { return left }
        if left.isNumeric || left == .bool, right.isNumeric || right == .bool {
            // A bool is a number only in arithmetic: where(c, True, 1) has no type that says what is meant.
            return left == .bool || right == .bool ? nil : numeric(a, b)
        }
        switch (left, right) {
        case (.timestamp(let unit, let zone), .timestamp(let other, let otherZone)) where zone == otherZone:
            return .timestamp(.finer(unit, other), zone: zone)
        case (.duration(let unit), .duration(let other)): return .duration(.finer(unit, other))
        case (.date, .timestamp(_, nil)): return right
        case (.timestamp(_, nil), .date): return left
        case (.string, _) where right.isTemporal && a is ConstantNode: return right
        case (_, .string) where left.isTemporal && b is ConstantNode: return left
        default: return nil
        }
    }
}

extension Node {
    /// The value, for a literal number or bool.
    var weakNumber: Scalar? {
        guard let constant = self as? ConstantNode, constant.isWeak, constant.type.isNumeric || constant.type == .bool
        else { return nil }
        return constant.value
    }
}

extension Scalar {
    var isNegativeInteger: Bool {
        if case .int(let value) = self { return value < 0 }
        return false
    }

    /// The same value as a scalar of `type`; nil when there is none.
    func coerced(to type: DataType) -> Scalar? {
        if isNull { return .null }
        switch (type.logical, self) {
        case (.bool, .bool), (.string, .string), (.binary, .binary), (.date, .date): return self
        case (.date, .string(let text)):
            guard let moment = TimeText.parse(text.utf8), !moment.hasTime else { return nil }
            return Int32(exactly: moment.seconds / 86_400).map { .date($0) }
        case (.timestamp(let unit, let zone), .string(let text)):
            guard case .timestamp(let value, let given, let givenZone)? = ScalarText.timestamp(text, zone: zone),
                // Text with an offset names a moment, which wall-clock time is not.
                zone != nil || givenZone == nil
            else { return nil }
            return Self.rescaled(value, given, unit).map { .timestamp($0, unit, zone: zone) }
        case (.timestamp(let unit, let zone), .timestamp(let value, let given, let givenZone)):
            guard (zone == nil) == (givenZone == nil) else { return nil }
            return Self.rescaled(value, given, unit).map { .timestamp($0, unit, zone: zone) }
        case (.timestamp(let unit, nil), .date(let days)):
            return Self.rescaled(Int64(days) * 86_400, .second, unit).map { .timestamp($0, unit, zone: nil) }
        case (.duration(let unit), .duration(let value, let given)):
            return Self.rescaled(value, given, unit).map { .duration($0, unit) }
        case (.duration(let unit), .string(let text)):
            guard let (value, given) = TimeText.duration(text) else { return nil }
            return Self.rescaled(value, given, unit).map { .duration($0, unit) }
        case (let type, .bool(let value)) where type.isNumeric:
            return type.isFloat ? .float(value ? 1 : 0) : .int(value ? 1 : 0)
        case (let type, _) where type.isNumeric:
            guard let column = try? Column(type, [self]) else { return nil }
            return column.scalar(at: 0)
        default: return nil
        }
    }

    /// A count in another unit; nil when it is none.
    private static func rescaled(_ value: Int64, _ from: TimeUnit, _ to: TimeUnit) -> Int64? {
        if to.perSecond >= from.perSecond {
            let (result, overflow) = value.multipliedReportingOverflow(by: to.perSecond / from.perSecond)
            return overflow ? nil : result
        }
        let factor = from.perSecond / to.perSecond
        return value % factor == 0 ? value / factor : nil
    }
}
