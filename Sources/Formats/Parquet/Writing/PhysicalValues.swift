import Columnar

/// Turns Arrow's values into Parquet's: narrow integers become 32 bits wide, seconds become milliseconds.
enum PhysicalValues {
    /// The values of `range` as `T`: the column's own memory, or `scratch` where they are converted.
    static func pointer<T: FixedValue>(
        _ column: Column, _ range: Range<Int>, as _: T.Type, _ scratch: ByteBuffer
    ) throws(SwiftwaterError) -> UnsafePointer<T> {
        switch column.type {
        case .int8: widen(column.values(as: Int8.self), range, scratch)
        case .int16: widen(column.values(as: Int16.self), range, scratch)
        case .uint8: widen(column.values(as: UInt8.self), range, scratch)
        case .uint16: widen(column.values(as: UInt16.self), range, scratch)
        case .timestamp(.second, _): try milliseconds(column.values(as: Int64.self), range, scratch)
        default:
            guard let base = column.values(as: T.self).baseAddress else { break }
            return base + range.lowerBound
        }
        return UnsafePointer(scratch.base.assumingMemoryBound(to: T.self))
    }

    @inline(__always)
    private static func widen<S: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<S>, _ range: Range<Int>, _ scratch: ByteBuffer
    ) {
        let to = scratch.reserve(range.count * 4).assumingMemoryBound(to: Int32.self)
        guard let from = values.baseAddress else { return }
        for index in 0..<range.count { to[index] = Int32(truncatingIfNeeded: from[range.lowerBound + index]) }
        scratch.advance(range.count * 4)
    }

    private static func milliseconds(
        _ values: UnsafeBufferPointer<Int64>, _ range: Range<Int>, _ scratch: ByteBuffer
    ) throws(SwiftwaterError) {
        let to = scratch.reserve(range.count * 8).assumingMemoryBound(to: Int64.self)
        guard let from = values.baseAddress else { return }
        var overflows = false
        for index in 0..<range.count {
            let (product, overflow) = from[range.lowerBound + index].multipliedReportingOverflow(by: 1000)
            to[index] = product
            overflows = overflows || overflow
        }
        guard !overflows else {
            throw SwiftwaterError(
                .data, "a timestamp in seconds is too large for Parquet, which stores milliseconds",
                hint: "cast the column to int64")
        }
        scratch.advance(range.count * 8)
    }
}
