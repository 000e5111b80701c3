/// A type whose values Parquet stores in four or eight bytes.
protocol FixedValue: BitwiseCopyable, Sendable {
    associatedtype Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable
    /// What a dictionary compares: two floats are the same when their bits are.
    var bits: Bits { get }

    static var alternative: Parquet.Encoding { get }
    /// Appends values in the encoding `alternative`.
    static func encodeAlternative(_ values: UnsafePointer<Self>, _ count: Int, to target: ByteBuffer)

    /// Widens `bounds` by values. Unsigned integers are compared as such.
    static func extend(
        _ bounds: inout FixedBounds<Self>, _ values: UnsafePointer<Self>, _ count: Int, isUnsigned: Bool)
    /// Readers must not be misled by the order of zeros.
    static func normalize(_ bounds: inout FixedBounds<Self>)
}

/// The smallest and the largest of some values.
struct FixedBounds<T: FixedValue> {
    var minimum: T
    var maximum: T
    /// Whether any value was seen; NaN does not count.
    var isSet = false
}

extension FixedValue where Self: FixedWidthInteger & SignedInteger, Self.Magnitude: FixedWidthInteger {
    static var alternative: Parquet.Encoding { .deltaBinaryPacked }

    static func encodeAlternative(_ values: UnsafePointer<Self>, _ count: Int, to target: ByteBuffer) {
        DeltaEncoder.encode(values, count, to: target)
    }

    @inline(__always)
    static func extend(
        _ bounds: inout FixedBounds<Self>, _ values: UnsafePointer<Self>, _ count: Int, isUnsigned: Bool
    ) {
        guard count > 0 else { return }
        // With the sign bit turned over, signed comparison orders unsigned values.
        let flip: Self = isUnsigned ? .min : 0
        var smallest = (bounds.isSet ? bounds.minimum : values[0]) ^ flip
        var largest = (bounds.isSet ? bounds.maximum : values[0]) ^ flip
        for index in 0..<count {
            let value = values[index] ^ flip
            smallest = Swift.min(smallest, value)
            largest = Swift.max(largest, value)
        }
        bounds = FixedBounds(minimum: smallest ^ flip, maximum: largest ^ flip, isSet: true)
    }

    static func normalize(_ bounds: inout FixedBounds<Self>) {}
}

extension FixedValue where Self: BinaryFloatingPoint {
    static var alternative: Parquet.Encoding { .byteStreamSplit }

    static func encodeAlternative(_ values: UnsafePointer<Self>, _ count: Int, to target: ByteBuffer) {
        let width = MemoryLayout<Self>.size
        let from = UnsafeRawPointer(values)
        let to = target.reserve(count * width)
        for byte in 0..<width {
            let stream = (to + byte * count).assumingMemoryBound(to: UInt8.self)
            for index in 0..<count {
                stream[index] = from.load(fromByteOffset: index * width + byte, as: UInt8.self)
            }
        }
        target.advance(count * width)
    }

    @inline(__always)
    static func extend(
        _ bounds: inout FixedBounds<Self>, _ values: UnsafePointer<Self>, _ count: Int, isUnsigned: Bool
    ) {
        // A NaN compares false with everything and is left out.
        var smallest = bounds.isSet ? bounds.minimum : .infinity
        var largest = bounds.isSet ? bounds.maximum : -.infinity
        var hasNumber = false
        for index in 0..<count {
            let value = values[index]
            smallest = value < smallest ? value : smallest
            largest = value > largest ? value : largest
            hasNumber = hasNumber || value == value
        }
        if hasNumber { bounds = FixedBounds(minimum: smallest, maximum: largest, isSet: true) }
    }

    /// A zero may stand for the other zero, whatever its sign: -0 is the smaller one and 0 the larger one.
    static func normalize(_ bounds: inout FixedBounds<Self>) {
        if bounds.minimum == 0 { bounds.minimum = -0.0 }
        if bounds.maximum == 0 { bounds.maximum = 0.0 }
    }
}

extension Int32: FixedValue {
    var bits: UInt32 { UInt32(bitPattern: self) }
}

extension Int64: FixedValue {
    var bits: UInt64 { UInt64(bitPattern: self) }
}

extension Float: FixedValue {
    var bits: UInt32 { bitPattern }
}

extension Double: FixedValue {
    var bits: UInt64 { bitPattern }
}
