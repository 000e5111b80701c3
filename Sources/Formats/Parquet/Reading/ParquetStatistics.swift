import Columnar

/// What a chunk's statistics say of its values, as far as they can be trusted.
struct ParquetStatistics {
    /// Not above any value; for strings perhaps cut short.
    var minimum: Scalar?
    /// Not below any value.
    var maximum: Scalar?
    var nullCount: Int64?
    /// Both bounds are values.
    var isExact = false

    init?(_ leaf: ParquetLeaf, _ chunk: Parquet.ColumnMetadata, order: Parquet.ColumnOrder?) {
        guard let statistics = chunk.statistics else { return nil }
        nullCount = statistics.nullCount.flatMap { $0 >= 0 ? $0 : nil }
        let low: [UInt8]?
        let high: [UInt8]?
        if let order, !order.isTypeDefined {
            return
        } else if statistics.minValue != nil || statistics.maxValue != nil {
            (low, high) = (statistics.minValue, statistics.maxValue)
        } else if Self.hasSignedOrder(leaf.type) {
            (low, high) = (statistics.legacyMin, statistics.legacyMax)
        } else {
            return
        }
        minimum = low.flatMap { Self.scalar($0, leaf) }
        maximum = high.flatMap { Self.scalar($0, leaf) }
        let isVariable = leaf.conversion == .bytes
        isExact =
            minimum != nil && maximum != nil
            && (!isVariable || (statistics.isMinValueExact == true && statistics.isMaxValueExact == true))
    }

    /// Types whose old statistics, whose order was never defined, are right all the same.
    private static func hasSignedOrder(_ type: DataType) -> Bool {
        switch type {
        case .bool, .float32, .float64, .date, .timestamp, .duration: true
        default: type.isSignedInteger
        }
    }

    /// A value in the plain encoding without a length; nil when it says nothing, as NaN does.
    private static func scalar(_ bytes: [UInt8], _ leaf: ParquetLeaf) -> Scalar? {
        func number<T: FixedWidthInteger>(_: T.Type) -> T? {
            guard bytes.count == MemoryLayout<T>.size else { return nil }
            return bytes.withUnsafeBytes { $0.loadUnaligned(as: T.self).littleEndian }
        }
        func float(_ value: Double) -> Scalar? { value.isNaN ? nil : .float(value) }
        switch leaf.type {
        case .bool: return bytes.count == 1 ? .bool(bytes[0] != 0) : nil
        case .int8, .int16, .int32: return number(Int32.self).map { .int(Int64($0)) }
        case .uint8, .uint16, .uint32: return number(UInt32.self).map { .uint(UInt64($0)) }
        case .int64: return number(Int64.self).map { .int($0) }
        case .uint64: return number(UInt64.self).map { .uint($0) }
        case .float32 where leaf.conversion == .float16:
            return number(UInt16.self).flatMap { float(Double(Float(bitPattern: ColumnSink.float32(half: $0)))) }
        case .float32: return number(UInt32.self).flatMap { float(Double(Float(bitPattern: $0))) }
        case .float64: return number(UInt64.self).flatMap { float(Double(bitPattern: $0)) }
        case .date: return number(Int32.self).map { .date($0) }
        case .timestamp(let unit, let zone) where leaf.conversion == .doubleWord:
            return number(Int64.self).map { .timestamp($0, unit, zone: zone) }
        case .duration(let unit):
            if leaf.conversion == .widen { return number(Int32.self).map { .duration(Int64($0), unit) } }
            return number(Int64.self).map { .duration($0, unit) }
        case .string: return .string(String(decoding: bytes, as: UTF8.self))
        case .binary where leaf.problem == nil: return .binary(bytes)
        default: return nil
        }
    }

    /// Whether a value that meets the condition may be among `valueCount` values.
    func mayMeet(_ bound: ColumnBound, valueCount: Int64) -> Bool {
        if bound.comparison == .notEqual {
            // All rows must be known to be this one value. Floats may hide a NaN.
            guard nullCount == 0, isExact, let minimum, let maximum else { return true }
            if case .float = minimum { return true }
            return !(Self.order(minimum, bound.value) == .some(0) && Self.order(maximum, bound.value) == .some(0))
        }
        if let nullCount, nullCount == valueCount, valueCount > 0 { return false }
        let low = minimum.flatMap { Self.order($0, bound.value) }
        let high = maximum.flatMap { Self.order($0, bound.value) }
        switch bound.comparison {
        case .equal: return (low ?? 0) <= 0 && (high ?? 0) >= 0
        case .less: return (low ?? -1) < 0
        case .lessOrEqual: return (low ?? -1) <= 0
        case .greater: return (high ?? 1) > 0
        case .greaterOrEqual: return (high ?? 1) >= 0
        case .notEqual: return true
        }
    }

    /// −1, 0 or 1 as `a` is below, equal to or above `b`; nil when they do not compare exactly.
    private static func order(_ a: Scalar, _ b: Scalar) -> Int? {
        func compare<T: Comparable>(_ x: T, _ y: T) -> Int { x < y ? -1 : (x == y ? 0 : 1) }
        switch (a, b) {
        case (.int(let x), .int(let y)): return compare(x, y)
        case (.uint(let x), .uint(let y)): return compare(x, y)
        case (.int(let x), .uint(let y)): return x < 0 ? -1 : compare(UInt64(x), y)
        case (.uint(let x), .int(let y)): return y < 0 ? 1 : compare(x, UInt64(y))
        case (.float(let x), .float(let y)): return y.isNaN ? nil : compare(x, y)
        case (.float(let x), .int(let y)): return Double(exactly: y).map { compare(x, $0) }
        case (.float(let x), .uint(let y)): return Double(exactly: y).map { compare(x, $0) }
        case (.int(let x), .float(let y)):
            return y.isNaN ? nil : Double(exactly: x).map { compare($0, y) }
        case (.uint(let x), .float(let y)):
            return y.isNaN ? nil : Double(exactly: x).map { compare($0, y) }
        case (.bool(let x), .bool(let y)): return compare(x ? 1 : 0, y ? 1 : 0)
        case (.date(let x), .date(let y)): return compare(x, y)
        case (.string(let x), .string(let y)):
            // By bytes, as Parquet orders strings; Swift's own order is another.
            return x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : (x.utf8.elementsEqual(y.utf8) ? 0 : 1)
        case (.timestamp(let x, let xUnit, _), .timestamp(let y, let yUnit, _)):
            return compareTimes(x, xUnit, y, yUnit)
        case (.duration(let x, let xUnit), .duration(let y, let yUnit)):
            return compareTimes(x, xUnit, y, yUnit)
        default: return nil
        }
    }

    private static func compareTimes(_ x: Int64, _ xUnit: TimeUnit, _ y: Int64, _ yUnit: TimeUnit) -> Int? {
        let finest = max(xUnit.perSecond, yUnit.perSecond)
        let (left, leftOverflow) = x.multipliedReportingOverflow(by: finest / xUnit.perSecond)
        let (right, rightOverflow) = y.multipliedReportingOverflow(by: finest / yUnit.perSecond)
        guard !leftOverflow, !rightOverflow else { return nil }
        return left < right ? -1 : (left == right ? 0 : 1)
    }
}

extension ParquetFile {
    /// Whether a row group may have rows that meet all of `bounds`, by its statistics.
    func mayMatch(rowGroup index: Int, _ bounds: [ColumnBound]) -> Bool {
        let group = metadata.rowGroups[index]
        for bound in bounds {
            guard case .leaf(_, let leaf)? = columns.first(where: { $0.name == bound.column }),
                leaf.index < group.columns.count, let chunk = group.columns[leaf.index].metadata,
                chunk.type == leaf.physicalType
            else { continue }
            let order = metadata.columnOrders.flatMap { leaf.index < $0.count ? $0[leaf.index] : nil }
            guard let statistics = ParquetStatistics(leaf, chunk, order: order) else { continue }
            if !statistics.mayMeet(bound, valueCount: chunk.valueCount) { return false }
        }
        return true
    }
}
