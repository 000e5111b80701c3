import Columnar

/// Numbers of one batch that a kernel reads: a pointer to all of them, or one value for all rows.
struct Lane<T: BitwiseCopyable> {
    let pointer: UnsafePointer<T>?
    let constant: T
    let validity: Bitmap?
    /// What keeps `pointer` alive.
    let owner: Buffer?

    init(_ buffer: Buffer, validity: Bitmap?, zero: T) {
        pointer = UnsafePointer(buffer.mutable(T.self))
        constant = zero
        self.validity = validity
        owner = buffer
    }

    init(constant: T) {
        pointer = nil
        self.constant = constant
        validity = nil
        owner = nil
    }
}

/// The three kinds of number that kernels compute with: narrower types widen to them and narrow again.
enum LaneKind: Sendable {
    /// Signed integers, unsigned ones of up to 32 bits, bools, dates, timestamps, durations: as `Int64`.
    case int
    /// `uint64` and what is mixed with it unsigned.
    case uint
    /// Floats, and integers that meet them.
    case float

    init?(_ type: DataType) {
        switch type.logical {
        case .uint64: self = .uint
        case .float32, .float64: self = .float
        case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .date, .timestamp, .duration: self = .int
        default: return nil
        }
    }
}

extension Column {
    /// The values as `Int64`: without a copy where they are, wrapping where they are `uint64`.
    func intLane() -> Lane<Int64> {
        let column = decoded()
        switch column.type {
        case .int64, .uint64, .timestamp, .duration:
            guard case .fixed(let buffer) = column.storage else { break }
            return Lane(buffer, validity: column.validity, zero: 0)
        case .int8: return column.widened(Int8.self) { Int64($0) }
        case .int16: return column.widened(Int16.self) { Int64($0) }
        case .int32, .date: return column.widened(Int32.self) { Int64($0) }
        case .uint8: return column.widened(UInt8.self) { Int64($0) }
        case .uint16: return column.widened(UInt16.self) { Int64($0) }
        case .uint32: return column.widened(UInt32.self) { Int64($0) }
        case .bool:
            let result = Buffer(byteCount: count * 8)
            let out = result.mutable(Int64.self)
            let bits = column.bits
            for row in 0..<count { out[row] = bits[row] ? 1 : 0 }
            return Lane(result, validity: column.validity, zero: 0)
        default: break
        }
        return Lane(Buffer.zeroed(byteCount: count * 8), validity: Bitmap(repeating: false, count: count), zero: 0)
    }

    /// The values as `UInt64`, negative ones wrapping.
    func uintLane() -> Lane<UInt64> {
        let lane = intLane()
        guard let owner = lane.owner else { return Lane(constant: 0) }
        return Lane(owner, validity: lane.validity, zero: 0)
    }

    /// The values as `Double`.
    func floatLane() -> Lane<Double> {
        let column = decoded()
        switch column.type {
        case .float64:
            guard case .fixed(let buffer) = column.storage else { break }
            return Lane(buffer, validity: column.validity, zero: 0)
        case .float32: return column.widened(Float.self) { Double($0) }
        case .uint64: return column.widened(UInt64.self) { Double($0) }
        case .int64: return column.widened(Int64.self) { Double($0) }
        case .int32: return column.widened(Int32.self) { Double($0) }
        default: break
        }
        let integers = column.intLane()
        let result = mapUnary(integers, count: count) { Double($0) }
        return Lane(result, validity: column.validity, zero: 0)
    }

    @inline(__always)
    private func widened<
        From: BitwiseCopyable & ExpressibleByIntegerLiteral, To: BitwiseCopyable & ExpressibleByIntegerLiteral
    >(
        _ from: From.Type, _ convert: (From) -> To
    ) -> Lane<To> {
        guard case .fixed(let buffer) = storage else { return Lane(constant: 0) }
        let lane = Lane<From>(buffer, validity: validity, zero: 0)
        return Lane(mapUnary(lane, count: count, convert), validity: validity, zero: 0)
    }
}

// MARK: - Kernels

/// `operation` of each value.
@inline(__always)
func mapUnary<T: BitwiseCopyable, R: BitwiseCopyable>(
    _ a: Lane<T>, count: Int, _ operation: (T) -> R
) -> Buffer {
    let result = Buffer(byteCount: count * MemoryLayout<R>.stride)
    let out = result.mutable(R.self)
    withExtendedLifetime(a.owner) {
        if let pointer = a.pointer {
            for row in 0..<count { out[row] = operation(pointer[row]) }
        } else {
            let value = operation(a.constant)
            for row in 0..<count { out[row] = value }
        }
    }
    return result
}

/// `operation` of each pair of values.
@inline(__always)
func mapBinary<T: BitwiseCopyable, U: BitwiseCopyable, R: BitwiseCopyable>(
    _ a: Lane<T>, _ b: Lane<U>, count: Int, _ operation: (T, U) -> R
) -> Buffer {
    let result = Buffer(byteCount: count * MemoryLayout<R>.stride)
    let out = result.mutable(R.self)
    withExtendedLifetime((a.owner, b.owner)) {
        switch (a.pointer, b.pointer) {
        case (let left?, let right?): for row in 0..<count { out[row] = operation(left[row], right[row]) }
        case (let left?, nil):
            let constant = b.constant
            for row in 0..<count { out[row] = operation(left[row], constant) }
        case (nil, let right?):
            let constant = a.constant
            for row in 0..<count { out[row] = operation(constant, right[row]) }
        case (nil, nil):
            let value = operation(a.constant, b.constant)
            for row in 0..<count { out[row] = value }
        }
    }
    return result
}

/// A bit for each pair of values.
@inline(__always)
func testBinary<T: BitwiseCopyable, U: BitwiseCopyable>(
    _ a: Lane<T>, _ b: Lane<U>, count: Int, _ test: (T, U) -> Bool
) -> Bitmap {
    withExtendedLifetime((a.owner, b.owner)) {
        switch (a.pointer, b.pointer) {
        case (let left?, let right?): bitmap(count: count) { test(left[$0], right[$0]) }
        case (let left?, nil):
            bitmap(count: count) { [constant = b.constant] in test(left[$0], constant) }
        case (nil, let right?):
            bitmap(count: count) { [constant = a.constant] in test(constant, right[$0]) }
        case (nil, nil): Bitmap(repeating: test(a.constant, b.constant), count: count)
        }
    }
}

/// A bitmap of `test(row)`: 64 rows at a time as bytes, which the compiler vectorizes, then packed.
@inline(__always)
func bitmap(count: Int, _ test: (Int) -> Bool) -> Bitmap {
    let words = (count + 63) / 64
    let result = Buffer(byteCount: words * 8)
    let out = result.mutable(UInt64.self)
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 64) { memory in
        guard let base = memory.baseAddress else { return }
        let flags = base.assumingMemoryBound(to: UInt8.self)
        let whole = count / 64
        for word in 0..<whole {
            let start = word * 64
            for bit in 0..<64 { flags[bit] = test(start + bit) ? 1 : 0 }
            out[word] = packed(base)
        }
        if whole < words {
            for bit in 0..<64 { flags[bit] = 0 }
            for bit in 0..<(count - whole * 64) { flags[bit] = test(whole * 64 + bit) ? 1 : 0 }
            out[whole] = packed(base)
        }
    }
    return Bitmap(buffer: result, count: count)
}

/// 64 bytes of 0 or 1 as bits. The multiplication moves byte i's bit to bit 56 + i.
@inline(__always)
private func packed(_ flags: UnsafeMutableRawPointer) -> UInt64 {
    var word: UInt64 = 0
    for byte in 0..<8 {
        let eight = flags.load(fromByteOffset: byte * 8, as: UInt64.self)
        word |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(byte * 8)
    }
    return word
}

/// Rows where both have a value; nil where all rows do.
func both(_ a: Bitmap?, _ b: Bitmap?) -> Bitmap? {
    guard let a else { return b }
    guard let b else { return a }
    return a & b
}
