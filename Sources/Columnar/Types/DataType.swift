/// The type of a column's values, as in Arrow.
///
/// The text form (`description`, `init(_:)`) is what `schema:` in a function file takes:
/// `int64`, `timestamp[ms]`, `timestamp[us, Europe/Paris]`, `list<string>`, `struct<a: int64, b: list<bool>>`.
public indirect enum DataType: Hashable, Sendable {
    case null
    case bool
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case float32, float64
    /// UTF-8.
    case string
    case binary
    /// Days since 1970-01-01 in 32 bits.
    case date
    /// 64-bit count of `unit` since 1970-01-01T00:00:00Z; with `zone` nil it is wall-clock time without a zone.
    case timestamp(TimeUnit, zone: String?)
    /// 64-bit count of `unit`.
    case duration(TimeUnit)
    case list(DataType)
    case structure([Field])
    /// 32-bit codes into a dictionary of values.
    ///
    /// A batch may hold a column of type `T` as `dictionary(T)` too, where its values repeat: see `Column.type`.
    case dictionary(DataType)

    /// The type without its dictionary encoding.
    public var logical: DataType {
        if case .dictionary(let values) = self { return values }
        return self
    }

    public var isInteger: Bool { isSignedInteger || isUnsignedInteger }
    public var isSignedInteger: Bool {
        switch self {
        case .int8, .int16, .int32, .int64: true
        default: false
        }
    }
    public var isUnsignedInteger: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: true
        default: false
        }
    }
    public var isFloat: Bool { self == .float32 || self == .float64 }
    public var isNumeric: Bool { isInteger || isFloat }
    public var isTemporal: Bool {
        switch self {
        case .date, .timestamp, .duration: true
        default: false
        }
    }
    public var isNested: Bool {
        switch self {
        case .list, .structure: true
        default: false
        }
    }

    /// Bytes a value in `Column.Storage.fixed`; nil for types that are stored otherwise.
    public var byteWidth: Int? {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32, .date: 4
        case .int64, .uint64, .float64, .timestamp, .duration: 8
        case .null, .bool, .string, .binary, .list, .structure, .dictionary: nil
        }
    }
}

/// The unit of a timestamp or a duration.
public enum TimeUnit: String, Hashable, Sendable, Codable, CaseIterable {
    case second = "s"
    case millisecond = "ms"
    case microsecond = "us"
    case nanosecond = "ns"

    /// Units a second.
    public var perSecond: Int64 {
        switch self {
        case .second: 1
        case .millisecond: 1_000
        case .microsecond: 1_000_000
        case .nanosecond: 1_000_000_000
        }
    }
}
