extension Column {
    /// The value at `row` by itself. Slow: for tables, messages and tests.
    public func scalar(at row: Int) -> Scalar {
        if isNull(row) { return .null }
        switch storage {
        case .null: return .null
        case .bits(let bits): return .bool(bits[row])
        case .variable(let offsets, let bytes):
            let bounds = offsets.mutable(Int32.self)
            let range = Int(bounds[row])..<Int(bounds[row + 1])
            let slice = UnsafeRawBufferPointer(rebasing: bytes.bytes[range])
            return type == .binary ? .binary(Array(slice)) : .string(String(decoding: slice, as: UTF8.self))
        case .list(let offsets, let elements):
            let bounds = offsets.mutable(Int32.self)
            return .list((Int(bounds[row])..<Int(bounds[row + 1])).map { elements.scalar(at: $0) })
        case .structure(let members):
            guard case .structure(let fields) = type else { return .null }
            return .structure(zip(fields, members).map { Scalar.Member($0.name, $1.scalar(at: row)) })
        case .dictionary(let codes, let values):
            return values.column.scalar(at: Int(codes.mutable(Int32.self)[row]))
        case .fixed:
            switch type {
            case .int8: return .int(Int64(values(as: Int8.self)[row]))
            case .int16: return .int(Int64(values(as: Int16.self)[row]))
            case .int32: return .int(Int64(values(as: Int32.self)[row]))
            case .int64: return .int(values(as: Int64.self)[row])
            case .uint8: return .uint(UInt64(values(as: UInt8.self)[row]))
            case .uint16: return .uint(UInt64(values(as: UInt16.self)[row]))
            case .uint32: return .uint(UInt64(values(as: UInt32.self)[row]))
            case .uint64: return .uint(values(as: UInt64.self)[row])
            case .float32: return .float(Double(values(as: Float.self)[row]))
            case .float64: return .float(values(as: Double.self)[row])
            case .date: return .date(values(as: Int32.self)[row])
            case .timestamp(let unit, let zone): return .timestamp(values(as: Int64.self)[row], unit, zone: zone)
            case .duration(let unit): return .duration(values(as: Int64.self)[row], unit)
            default: return .null
            }
        }
    }

    /// All values by themselves.
    public var scalars: [Scalar] { (0..<count).map { scalar(at: $0) } }

    /// A column of `scalars`, each null or of `type` (a literal integer fits every numeric type that holds it).
    /// Throws a `usage` error that names the first value that does not fit.
    public init(_ type: DataType, _ scalars: [Scalar]) throws(SwiftwaterError) {
        var builder = ColumnBuilder(type, capacity: scalars.count)
        for scalar in scalars { try builder.append(scalar) }
        self = builder.finish()
    }
}
