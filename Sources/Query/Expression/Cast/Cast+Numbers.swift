import Columnar

/// Numbers and bools to numbers.
extension Cast {
    static func number(_ column: Column, _ type: DataType) throws(SwiftwaterError) -> Column {
        let count = column.count
        if type.isFloat {
            let lane = column.floatLane()
            // Rounding an integer to a double and that to a float rounds twice; the first is exact below 2^53.
            if type == .float32, column.type == .int64 || column.type == .uint64 { return narrowed(column) }
            let values = mapUnary(lane, count: count) { $0 }
            return Column(floats: values, type: type, count: count, validity: column.validity)
        }
        if column.type.isFloat { return try truncated(column, type) }
        if column.type == .uint64 {
            let lane = column.uintLane()
            let bad = testBinary(lane, Lane(constant: UInt64(bounds(type).upperBound)), count: count) { $0 > $1 }
            try check(bad, column, type)
            return Column(
                integers: mapUnary(lane, count: count) { Int64(bitPattern: $0) }, type: type, count: count,
                validity: column.validity)
        }
        let lane = column.intLane()
        let range = bounds(type)
        let low = Int64(range.lowerBound)
        let high = Int64(clamping: range.upperBound)
        let bad = testBinary(lane, Lane(constant: low), count: count) { x, _ in x < low || x > high }
        try check(bad, column, type)
        return Column(
            integers: mapUnary(lane, count: count) { $0 }, type: type, count: count, validity: column.validity)
    }

    private static func narrowed(_ column: Column) -> Column {
        let values =
            column.type == .int64
            ? mapUnary(column.intLane(), count: column.count) { Float($0) }
            : mapUnary(column.uintLane(), count: column.count) { Float($0) }
        return Column(
            type: .float32, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .fixed(values))
    }

    private static func truncated(_ column: Column, _ type: DataType) throws(SwiftwaterError) -> Column {
        let lane = column.floatLane()
        let range = bounds(type)
        // Both are exact as doubles: a power of two, or zero.
        let (low, end) = (Double(range.lowerBound), Double(range.upperBound + 1))
        let bad = testBinary(lane, Lane(constant: end), count: column.count) { value, end in
            let whole = value.rounded(.towardZero)
            return !(whole >= low && whole < end)
        }
        try check(bad, column, type, hint: "replace NaN and infinity, or clip the values, first")
        let values =
            type == .uint64
            ? mapUnary(lane, count: column.count) { value -> UInt64 in
                value > -1 && value < 0x1p64 ? UInt64(value) : 0
            }
            : mapUnary(lane, count: column.count) { value -> UInt64 in
                value >= -0x1p63 && value < 0x1p63 ? UInt64(bitPattern: Int64(value)) : 0
            }
        return Column(integers: values, type: type, count: column.count, validity: column.validity)
    }

    private static func bounds(_ type: DataType) -> ClosedRange<Int128> {
        switch type {
        case .int8: Int128(Int8.min)...Int128(Int8.max)
        case .int16: Int128(Int16.min)...Int128(Int16.max)
        case .int32: Int128(Int32.min)...Int128(Int32.max)
        case .uint8: 0...Int128(UInt8.max)
        case .uint16: 0...Int128(UInt16.max)
        case .uint32: 0...Int128(UInt32.max)
        case .uint64: 0...Int128(UInt64.max)
        default: Int128(Int64.min)...Int128(Int64.max)
        }
    }

    /// Throws for the first row with a value where `bad` is set.
    static func check(_ bad: Bitmap, _ column: Column, _ type: DataType, hint: String? = nil) throws(SwiftwaterError) {
        let bad = both(bad, column.validity) ?? bad
        guard bad.countOfOnes > 0, let row = bad.indices.first else { return }
        throw failure(column, Int(row), type, hint: hint ?? "choose a wider type, or clip the values first")
    }
}
