import Columnar

// Sum, minimum and maximum of a group. A group whose counts are zero has no minimum: the caller's count says so,
// so that the start values below are never shown. Each is a type of its own so that a loop does only what is asked.

/// The sum of doubles.
struct FloatSum: Record {
    var sum = 0.0
    @inline(__always) mutating func add(_ value: Double, at _: Int64) { sum += value }
    mutating func merge(_ other: FloatSum) { sum += other.sum }
    func result(_ function: AggregateCall, count: Int64, of _: DataType) -> UInt64? {
        if function == .mean { return count == 0 ? nil : (sum / Double(count)).bitPattern }
        return sum.bitPattern
    }
}

/// The smallest and the largest double.
struct FloatRange: Record {
    var minimum = Double.infinity
    var maximum = -Double.infinity
    @inline(__always) mutating func add(_ value: Double, at _: Int64) {
        minimum = value < minimum ? value : minimum
        maximum = value > maximum ? value : maximum
    }
    mutating func merge(_ other: FloatRange) {
        guard other.minimum <= other.maximum else { return }
        add(other.minimum, at: 0)
        add(other.maximum, at: 0)
    }
    func result(_ function: AggregateCall, count: Int64, of _: DataType) -> UInt64? {
        // A group may have had its values before anybody asked for these.
        count == 0 || minimum > maximum ? nil : (function == .min ? minimum : maximum).bitPattern
    }
}

/// All three of doubles.
struct FloatSumRange: Record {
    var sum = FloatSum()
    var range = FloatRange()
    @inline(__always) mutating func add(_ value: Double, at position: Int64) {
        sum.add(value, at: position)
        range.add(value, at: position)
    }
    mutating func merge(_ other: FloatSumRange) {
        sum.merge(other.sum)
        range.merge(other.range)
    }
    func result(_ function: AggregateCall, count: Int64, of type: DataType) -> UInt64? {
        function == .sum || function == .mean
            ? sum.result(function, count: count, of: type) : range.result(function, count: count, of: type)
    }
}

/// The sum of integers in 128 bits, so that it does not depend on the order whether it overflows.
struct IntegerSum<Value: FixedWidthInteger & BitwiseCopyable>: Record {
    var low: UInt64 = 0
    var high: Int64 = 0

    @inline(__always) mutating func add(_ value: Value, at _: Int64) {
        let (sum, carry) = low.addingReportingOverflow(UInt64(truncatingIfNeeded: value))
        low = sum
        // Minus one for a negative value is its upper half.
        let upper: Int64 = Value.isSigned ? Int64(truncatingIfNeeded: value) >> 63 : 0
        high = high &+ upper &+ (carry ? 1 : 0)
    }

    mutating func merge(_ other: IntegerSum) {
        let (sum, carry) = low.addingReportingOverflow(other.low)
        low = sum
        high = high &+ other.high &+ (carry ? 1 : 0)
    }

    func result(
        _ function: AggregateCall, count: Int64, of type: DataType
    ) throws(SwiftwaterError) -> UInt64? {
        if function == .mean {
            if count == 0 { return nil }
            if type.isFloat { return (total / Double(count)).bitPattern }
            return UInt64(bitPattern: Int64(total / Double(count)))
        }
        let fits = type == .uint64 ? high == 0 : high == Int64(bitPattern: low) >> 63
        guard fits else {
            throw SwiftwaterError(
                .data, "a sum does not fit \(type)", hint: "convert the column to float64 with astype before")
        }
        return low
    }

    private var total: Double {
        if high == Int64(bitPattern: low) >> 63 { return Double(Int64(bitPattern: low)) }
        return Double(high) * 0x1p64 + Double(low)
    }
}

/// The smallest and the largest integer.
struct IntegerRange<Value: FixedWidthInteger & BitwiseCopyable>: Record {
    var minimum = Value.max
    var maximum = Value.min
    @inline(__always) mutating func add(_ value: Value, at _: Int64) {
        minimum = value < minimum ? value : minimum
        maximum = value > maximum ? value : maximum
    }
    mutating func merge(_ other: IntegerRange) {
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }
    func result(_ function: AggregateCall, count: Int64, of _: DataType) -> UInt64? {
        count == 0 || minimum > maximum ? nil : UInt64(truncatingIfNeeded: function == .min ? minimum : maximum)
    }
}

/// All three of integers.
struct IntegerSumRange<Value: FixedWidthInteger & BitwiseCopyable>: Record {
    var sum = IntegerSum<Value>()
    var range = IntegerRange<Value>()
    @inline(__always) mutating func add(_ value: Value, at position: Int64) {
        sum.add(value, at: position)
        range.add(value, at: position)
    }
    mutating func merge(_ other: IntegerSumRange) {
        sum.merge(other.sum)
        range.merge(other.range)
    }
    func result(
        _ function: AggregateCall, count: Int64, of type: DataType
    ) throws(SwiftwaterError) -> UInt64? {
        function == .sum || function == .mean
            ? try sum.result(function, count: count, of: type) : range.result(function, count: count, of: type)
    }
}
