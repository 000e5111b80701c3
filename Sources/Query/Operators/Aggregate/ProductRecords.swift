import Columnar

/// The product of doubles.
struct FloatProduct: Record {
    var product = 1.0
    @inline(__always) mutating func add(_ value: Double, at _: Int64) { product *= value }
    mutating func merge(_ other: FloatProduct) { product *= other.product }
    func result(_: AggregateCall, count _: Int64, of _: DataType) -> UInt64? { product.bitPattern }
}

/// The product of integers; it wraps, as pandas' does.
struct IntegerProduct<Value: FixedWidthInteger & BitwiseCopyable>: Record {
    var product: Value = 1
    @inline(__always) mutating func add(_ value: Value, at _: Int64) { product = product &* value }
    mutating func merge(_ other: IntegerProduct) { product = product &* other.product }
    func result(_: AggregateCall, count _: Int64, of _: DataType) -> UInt64? { UInt64(truncatingIfNeeded: product) }
}
