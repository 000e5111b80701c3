/// A column of values in Arrow's layout: immutable, cheap to copy, shared between threads.
///
/// Buffers start at the first value: a slice is a view of the buffers from another byte, never an offset.
public struct Column: Sendable {
    /// Where the values are.
    public indirect enum Storage: Sendable {
        /// Type `null`: no memory.
        case null
        /// Type `bool`.
        case bits(Bitmap)
        /// Types with a `byteWidth`.
        case fixed(Buffer)
        /// `string` and `binary`: `count + 1` 32-bit offsets into the bytes.
        case variable(offsets: Buffer, bytes: Buffer)
        /// `list`: `count + 1` 32-bit offsets into the elements.
        case list(offsets: Buffer, elements: Column)
        /// `structure`: its members, each with `count` rows.
        case structure([Column])
        /// `dictionary`: 32-bit codes. A missing value's code is 0 and must not be looked up.
        case dictionary(codes: Buffer, values: DictionaryValues)
    }

    /// The type as it is stored. Where the schema says `T`, it is `T` or `dictionary(T)`.
    public let type: DataType
    /// Rows.
    public let count: Int
    /// Set where there is a value; nil where every row has one.
    public let validity: Bitmap?
    /// Rows without a value.
    public let nullCount: Int
    public let storage: Storage

    public init(type: DataType, count: Int, validity: Bitmap? = nil, nullCount: Int? = nil, storage: Storage) {
        self.type = type
        self.count = count
        if type == .null {
            self.validity = nil
            self.nullCount = count
        } else {
            let nulls = nullCount ?? (validity.map { count - $0.slice(0..<count).countOfOnes } ?? 0)
            self.validity = nulls == 0 ? nil : validity
            self.nullCount = nulls
        }
        self.storage = storage
    }

    @inlinable
    public func isNull(_ row: Int) -> Bool {
        if let validity { return !validity[row] }
        return type == .null
    }

    /// The values of a fixed-width column. `T` must have the type's width; valid while the column is alive.
    @inlinable
    public func values<T: BitwiseCopyable>(as _: T.Type) -> UnsafeBufferPointer<T> {
        guard case .fixed(let buffer) = storage else { preconditionFailure("\(type) has no fixed-width values") }
        return UnsafeBufferPointer(start: UnsafePointer(buffer.mutable(T.self)), count: count)
    }

    /// The bits of a `bool` column.
    public var bits: Bitmap {
        guard case .bits(let bitmap) = storage else { preconditionFailure("\(type) has no bits") }
        return bitmap
    }

    /// The offsets (`count + 1`) and the bytes of a `string` or `binary` column.
    public var variable: (offsets: UnsafePointer<Int32>, bytes: UnsafePointer<UInt8>) {
        guard case .variable(let offsets, let bytes) = storage else { preconditionFailure("\(type) has no bytes") }
        return (UnsafePointer(offsets.mutable(Int32.self)), UnsafePointer(bytes.mutable(UInt8.self)))
    }

    /// The offsets (`count + 1`) and the elements of a `list` column.
    public var list: (offsets: UnsafePointer<Int32>, elements: Column) {
        guard case .list(let offsets, let elements) = storage else { preconditionFailure("\(type) has no elements") }
        return (UnsafePointer(offsets.mutable(Int32.self)), elements)
    }

    /// The members of a `structure` column.
    public var members: [Column] {
        guard case .structure(let members) = storage else { preconditionFailure("\(type) has no members") }
        return members
    }

    /// The codes and the values of a `dictionary` column, or nil.
    public var dictionary: (codes: UnsafePointer<Int32>, values: DictionaryValues)? {
        guard case .dictionary(let codes, let values) = storage else { return nil }
        return (UnsafePointer(codes.mutable(Int32.self)), values)
    }

    /// Bytes of memory that the column's own values take (a shared dictionary counts once for each column).
    public var byteCount: Int {
        let own: Int =
            switch storage {
            case .null: 0
            case .bits: (count + 7) / 8
            case .fixed: count * (type.byteWidth ?? 0)
            case .variable(let offsets, _):
                (count + 1) * 4
                    + (count == 0
                        ? 0 : Int(offsets.mutable(Int32.self)[count]) - Int(offsets.mutable(Int32.self)[0]))
            case .list(_, let elements): (count + 1) * 4 + elements.byteCount
            case .structure(let members): members.reduce(0) { $0 + $1.byteCount }
            case .dictionary(_, let values): count * 4 + values.column.byteCount
            }
        return own + (validity == nil ? 0 : (count + 7) / 8)
    }
}

/// The values that a dictionary column's codes name.
///
/// A reader's dictionary only grows from batch to batch: two values with the same `id` agree on their common prefix,
/// so an operator may keep what it computed for a code as long as the `id` stays.
public struct DictionaryValues: Sendable {
    /// The same for every batch that one growing dictionary made; unique in the process.
    public let id: UInt64
    /// Distinct, not missing.
    public let column: Column

    public init(id: UInt64 = DictionaryValues.makeID(), column: Column) {
        self.id = id
        self.column = column
    }
}
