public import Columnar

/// A Swift type whose values columns can be made from and read as.
public protocol ColumnElement: Sendable {
    /// The type of a column made from such values.
    static var columnType: DataType { get }
    var scalar: Scalar { get }
    /// The value, or nil when it is of another type or does not fit.
    init?(_ scalar: Scalar)
}

extension Bool: ColumnElement {
    public static var columnType: DataType { .bool }
    public var scalar: Scalar { .bool(self) }
    public init?(_ scalar: Scalar) {
        guard case .bool(let value) = scalar else { return nil }
        self = value
    }
}

extension String: ColumnElement {
    public static var columnType: DataType { .string }
    public var scalar: Scalar { .string(self) }
    public init?(_ scalar: Scalar) {
        guard case .string(let value) = scalar else { return nil }
        self = value
    }
}

extension Double: ColumnElement {
    public static var columnType: DataType { .float64 }
    public var scalar: Scalar { .float(self) }
    public init?(_ scalar: Scalar) {
        switch scalar {
        case .float(let value): self = value
        case .int(let value):
            guard let exact = Double(exactly: value) else { return nil }
            self = exact
        case .uint(let value):
            guard let exact = Double(exactly: value) else { return nil }
            self = exact
        default: return nil
        }
    }
}

extension Float: ColumnElement {
    public static var columnType: DataType { .float32 }
    public var scalar: Scalar { .float(Double(self)) }
    public init?(_ scalar: Scalar) {
        guard let value = Double(scalar) else { return nil }
        self = Float(value)
    }
}

extension ColumnElement where Self: FixedWidthInteger {
    public var scalar: Scalar { Self.isSigned ? .int(Int64(self)) : .uint(UInt64(self)) }
    public init?(_ scalar: Scalar) {
        switch scalar {
        case .int(let value): self.init(exactly: value)
        case .uint(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

extension Int: ColumnElement { public static var columnType: DataType { .int64 } }
extension Int8: ColumnElement { public static var columnType: DataType { .int8 } }
extension Int16: ColumnElement { public static var columnType: DataType { .int16 } }
extension Int32: ColumnElement { public static var columnType: DataType { .int32 } }
extension Int64: ColumnElement { public static var columnType: DataType { .int64 } }
extension UInt: ColumnElement { public static var columnType: DataType { .uint64 } }
extension UInt8: ColumnElement { public static var columnType: DataType { .uint8 } }
extension UInt16: ColumnElement { public static var columnType: DataType { .uint16 } }
extension UInt32: ColumnElement { public static var columnType: DataType { .uint32 } }
extension UInt64: ColumnElement { public static var columnType: DataType { .uint64 } }
