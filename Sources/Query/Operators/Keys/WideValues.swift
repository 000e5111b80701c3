import Columnar

/// How a fixed-width or `bool` column's values are held in 64 bits, so that kernels exist for three types only.
///
/// Floats become doubles, unsigned integers `UInt64`, and all else (signed integers, dates, times, `bool`) `Int64`.
enum WideKind {
    case float, signed, unsigned

    /// Nil for types that are not of fixed width.
    init?(_ type: DataType) {
        switch type.logical {
        case .float32, .float64: self = .float
        case .uint8, .uint16, .uint32, .uint64: self = .unsigned
        case .bool, .int8, .int16, .int32, .int64, .date, .timestamp, .duration: self = .signed
        case .null, .string, .binary, .list, .structure, .dictionary: return nil
        }
    }
}

/// A column's values as 64-bit words: its own memory where they are that wide already, else a copy.
///
/// The words of missing values are arbitrary.
struct WideValues {
    let kind: WideKind
    private let buffer: Buffer
    /// The words; a column of 64-bit values shares its own memory.
    var memory: Buffer { buffer }

    /// Nil for types that are not of fixed width. A dictionary column is decoded.
    init?(_ column: Column) {
        let column = column.decoded()
        guard let kind = WideKind(column.type) else { return nil }
        self.kind = kind
        switch column.storage {
        case .bits(let bits):
            buffer = Buffer(byteCount: column.count * 8)
            let to = buffer.mutable(Int64.self)
            for row in 0..<column.count { to[row] = bits[row] ? 1 : 0 }
        case .fixed(let values):
            switch column.type {
            case .int8: buffer = Self.widened(column, Int8.self) { Int64($0) }
            case .int16: buffer = Self.widened(column, Int16.self) { Int64($0) }
            case .int32, .date: buffer = Self.widened(column, Int32.self) { Int64($0) }
            case .uint8: buffer = Self.widened(column, UInt8.self) { UInt64($0) }
            case .uint16: buffer = Self.widened(column, UInt16.self) { UInt64($0) }
            case .uint32: buffer = Self.widened(column, UInt32.self) { UInt64($0) }
            case .float32: buffer = Self.widened(column, Float.self) { Double($0) }
            default: buffer = values
            }
        default: return nil
        }
    }

    private init(kind: WideKind, buffer: Buffer) {
        self.kind = kind
        self.buffer = buffer
    }

    /// The words; valid while this value is alive. `T` is any 64-bit type: reinterpreted, not converted.
    @inline(__always)
    func words<T: BitwiseCopyable>(as _: T.Type) -> UnsafePointer<T> {
        UnsafePointer(buffer.mutable(T.self))
    }

    /// The same values converted to doubles.
    func asDoubles(count: Int) -> WideValues {
        guard kind != .float else { return self }
        let converted = Buffer(byteCount: count * 8)
        let to = converted.mutable(Double.self)
        if kind == .signed {
            let from = words(as: Int64.self)
            for row in 0..<count { to[row] = Double(from[row]) }
        } else {
            let from = words(as: UInt64.self)
            for row in 0..<count { to[row] = Double(from[row]) }
        }
        return WideValues(kind: .float, buffer: converted)
    }

    @inline(__always)
    private static func widened<T: BitwiseCopyable, W: BitwiseCopyable>(
        _ column: Column, _: T.Type, _ widen: (T) -> W
    ) -> Buffer {
        let result = Buffer(byteCount: column.count * 8)
        let to = result.mutable(W.self)
        guard let from = column.values(as: T.self).baseAddress else { return result }
        for row in 0..<column.count { to[row] = widen(from[row]) }
        return result
    }
}

extension Column {
    /// A fixed-width or `bool` column from 64-bit words of its type's `WideKind`.
    ///
    /// - Parameter validity: nil when every row has a value.
    init(words: Buffer, count: Int, type: DataType, validity: Bitmap? = nil) {
        let from = words.mutable(Int64.self)
        let storage: Storage
        switch type {
        case .bool:
            var bits = BitmapBuilder(capacity: count)
            for row in 0..<count { bits.append(from[row] != 0) }
            storage = .bits(bits.finish())
        case .float32:
            let doubles = words.mutable(Double.self)
            let narrow = Buffer(byteCount: count * 4)
            let to = narrow.mutable(Float.self)
            for row in 0..<count { to[row] = Float(doubles[row]) }
            storage = .fixed(narrow)
        default:
            switch type.byteWidth ?? 8 {
            case 1: storage = .fixed(Self.narrowed(from, count, UInt8.self))
            case 2: storage = .fixed(Self.narrowed(from, count, UInt16.self))
            case 4: storage = .fixed(Self.narrowed(from, count, UInt32.self))
            default: storage = .fixed(words)
            }
        }
        self.init(type: type, count: count, validity: validity, storage: storage)
    }

    private static func narrowed<T: FixedWidthInteger & BitwiseCopyable>(
        _ from: UnsafePointer<Int64>, _ count: Int, _: T.Type
    ) -> Buffer {
        let result = Buffer(byteCount: count * MemoryLayout<T>.stride)
        let to = result.mutable(T.self)
        for row in 0..<count { to[row] = T(truncatingIfNeeded: from[row]) }
        return result
    }
}
