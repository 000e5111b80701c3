import Columnar

/// A bound expression: types known, names resolved, ready to run over batches. Shared by threads.
///
/// Nodes are not generic: each switches on its lane once a batch and calls a kernel that is specialised for it
/// (a generic node called through the protocol would not be).
protocol Node: Sendable {
    /// The type of the values; a column of it may be dictionary-encoded.
    var type: DataType { get }
    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column
}

/// A column of the batch.
struct ColumnNode: Node {
    let name: String
    let index: Int
    let type: DataType

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        if index < batch.columns.count, batch.schema[index].name == name { return batch.columns[index] }
        return batch.columns[try batch.schema.requireIndex(of: name)]
    }
}

/// One value for all rows.
struct ConstantNode: Node {
    let value: Scalar
    let type: DataType
    /// A literal takes the type of what it stands beside, as a Python number does.
    let isWeak: Bool

    init(_ value: Scalar, type: DataType, isWeak: Bool) {
        self.value = value
        self.type = type
        self.isWeak = isWeak
    }

    /// A literal.
    init(_ value: Scalar) { self.init(value, type: value.naturalType, isWeak: true) }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        try Column(repeating: value, type, count: batch.count)
    }
}

extension Scalar {
    /// The type that a literal has by itself.
    var naturalType: DataType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int64
        case .uint: .uint64
        case .float: .float64
        case .string: .string
        case .binary: .binary
        case .date: .date
        case .timestamp(_, let unit, let zone): .timestamp(unit, zone: zone)
        case .duration(_, let unit): .duration(unit)
        case .list(let items): .list(items.first { !$0.isNull }?.naturalType ?? .null)
        case .structure(let members): .structure(members.map { Field($0.name, $0.value.naturalType) })
        }
    }

    /// The integer, where it is one that 64 signed bits hold.
    var integer: Int64? {
        switch self {
        case .int(let value): value
        case .uint(let value): Int64(exactly: value)
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }
}

extension Column {
    /// `count` times the same value.
    init(repeating value: Scalar, _ type: DataType, count: Int) throws(SwiftwaterError) {
        let one = try Column(type.logical, [value])
        if count == 1 {
            self = one
            return
        }
        if type.logical == .null || value.isNull {
            self = Column.missing(type.logical, count: count)
            return
        }
        if type.logical == .string || type.logical == .binary {
            // One dictionary entry instead of the bytes for each row.
            let codes = Buffer.zeroed(byteCount: count * 4)
            self.init(
                type: .dictionary(type.logical), count: count, nullCount: 0,
                storage: .dictionary(codes: codes, values: DictionaryValues(column: one)))
            return
        }
        let zeros = [Int32](repeating: 0, count: count)
        self = zeros.withUnsafeBufferPointer { one.taking($0) }
    }

    /// `count` missing values.
    static func missing(_ type: DataType, count: Int) -> Column {
        let none = [Int32](repeating: -1, count: count)
        let empty = ColumnBuilder(type.logical, capacity: 0).finish()
        return none.withUnsafeBufferPointer { empty.taking($0) }
    }
}
