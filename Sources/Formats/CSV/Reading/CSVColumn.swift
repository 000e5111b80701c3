import Columnar

/// How a field becomes a value.
enum CSVKind: UInt8 {
    /// The column is not read.
    case skip
    case null, bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64
    case dictionaryString, plainString, binary, date, timestamp, duration
}

/// A column as the row parser sees it: plain memory, reached without touching a class.
struct CSVSlot {
    var kind = CSVKind.skip
    /// The type was inferred: a value that does not fit asks for a wider one, and nothing is lost by rounding.
    var isInferred = false
    var unit = TimeUnit.second
    /// The batch has missing values; at first also that the bits have not been set.
    var hasNulls = true
    /// Values by row, or codes, or the strings' offsets.
    var values = UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
    /// A bit a row, set where there is a value.
    var validity = UnsafeMutablePointer<UInt8>(bitPattern: 64).unsafelyUnwrapped
    var interned: UnsafeMutablePointer<StringInterner.Table>?
    /// The bytes of plain strings: where they begin and how many there is room for.
    var bytes = UnsafeMutablePointer<UInt8>(bitPattern: 64).unsafelyUnwrapped
    var bytesCapacity = 0

    @inline(__always)
    mutating func setNull(_ row: Int) {
        hasNulls = true
        validity[row >> 3] &= ~(1 << UInt8(truncatingIfNeeded: row & 7))
    }

    @inline(__always)
    func store<T: BitwiseCopyable>(_ value: T, _ row: Int) {
        values.storeBytes(of: value, toByteOffset: row &* MemoryLayout<T>.size, as: T.self)
    }
}

/// The memory behind a slot: buffers that the next batch reuses unless somebody still holds them.
final class CSVColumn {
    let name: String
    let type: DataType
    private var values: Buffer
    private var validity: Buffer
    private var bytes: Buffer
    private var capacity: Int
    private var interner: StringInterner?
    /// Rows of earlier batches, to judge whether strings repeat.
    private var rowsSeen = 0
    private let isInferred: Bool

    init(_ field: Field, capacity: Int, isInferred: Bool) {
        name = field.name
        type = field.type.logical
        self.capacity = capacity
        self.isInferred = isInferred
        values = Buffer(byteCount: (capacity + 1) * Self.width(type))
        validity = Buffer(byteCount: (capacity + 63) / 64 * 8)
        bytes = Buffer(byteCount: type == .binary ? 4096 : 0)
        if type == .string { interner = StringInterner(type: .string) }
    }

    private static func width(_ type: DataType) -> Int {
        switch type {
        case .null: 0
        case .bool: 1
        case .string, .binary: 4
        default: type.byteWidth ?? 8
        }
    }

    private var kind: CSVKind {
        switch type {
        case .null: .null
        case .bool: .bool
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uint8
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        case .float32: .float32
        case .float64: .float64
        case .string: interner == nil ? .plainString : .dictionaryString
        case .binary: .binary
        case .date: .date
        case .timestamp: .timestamp
        case .duration: .duration
        case .list, .structure, .dictionary: .skip
        }
    }

    private var hasBytes: Bool { kind == .plainString || kind == .binary }

    /// Prepares for a batch of about `rows` rows: fresh buffers where the last batch is still in use.
    func begin(_ slot: UnsafeMutablePointer<CSVSlot>, rows: Int) {
        let larger = rows > capacity
        capacity = max(capacity, rows)
        if larger || !isKnownUniquelyReferenced(&values) {
            values = Buffer(byteCount: (capacity + 1) * Self.width(type))
        }
        if larger || !isKnownUniquelyReferenced(&validity) {
            validity = Buffer(byteCount: (capacity + 63) / 64 * 8)
            slot.pointee.hasNulls = true
        }
        if hasBytes, !isKnownUniquelyReferenced(&bytes) { bytes = Buffer(byteCount: bytes.byteCount) }
        if slot.pointee.hasNulls {
            validity.base.initializeMemory(as: UInt8.self, repeating: 0xFF, count: validity.byteCount)
        }
        slot.pointee.hasNulls = false
        attach(slot)
        if hasBytes { slot.pointee.store(Int32(0), 0) }
    }

    private func attach(_ slot: UnsafeMutablePointer<CSVSlot>) {
        slot.pointee.kind = kind
        slot.pointee.isInferred = isInferred
        if case .timestamp(let unit, _) = type { slot.pointee.unit = unit }
        if case .duration(let unit) = type { slot.pointee.unit = unit }
        slot.pointee.values = values.base
        slot.pointee.validity = validity.mutable(UInt8.self)
        slot.pointee.interned = interner?.table
        slot.pointee.bytes = bytes.mutable(UInt8.self)
        slot.pointee.bytesCapacity = bytes.byteCount
    }

    /// Makes room for twice the rows; `rows` have been written.
    func grow(_ slot: UnsafeMutablePointer<CSVSlot>, rows: Int) {
        let larger = capacity * 2
        let width = Self.width(type)
        let grown = Buffer(byteCount: (larger + 1) * width)
        grown.base.copyMemory(from: values.base, byteCount: (rows + 1) * width)
        values = grown
        let bits = Buffer(byteCount: (larger + 63) / 64 * 8)
        bits.base.initializeMemory(as: UInt8.self, repeating: 0xFF, count: bits.byteCount)
        bits.base.copyMemory(from: validity.base, byteCount: validity.byteCount)
        validity = bits
        capacity = larger
        attach(slot)
    }

    /// Makes room for `count` bytes of strings in all; `used` are there.
    func growBytes(_ slot: UnsafeMutablePointer<CSVSlot>, to count: Int, used: Int) {
        let grown = Buffer(byteCount: max(count, bytes.byteCount * 2, 4096))
        grown.base.copyMemory(from: bytes.base, byteCount: used)
        bytes = grown
        attach(slot)
    }

    /// The code of a string that the table does not have yet; nil when the dictionary is full.
    func intern(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32? { interner?.code(start, count) }

    /// Turns the codes of the rows so far into plain strings.
    func becomePlain(_ slot: UnsafeMutablePointer<CSVSlot>, rows: Int) {
        guard let interner else { return }
        let codes = values.mutable(Int32.self)
        let offsets = Buffer(byteCount: (capacity + 1) * 4)
        let ends = offsets.mutable(Int32.self)
        var plain = BufferBuilder<UInt8>(capacity: max(interner.byteCount, 4096))
        ends[0] = 0
        for row in 0..<rows {
            if slot.pointee.validity[row >> 3] & (1 << UInt8(row & 7)) != 0 {
                plain.append(contentsOf: interner.string(codes[row]))
            }
            ends[row + 1] = Int32(plain.count)
        }
        values = offsets
        bytes = plain.buffer
        self.interner = nil
        attach(slot)
    }

    /// The rows as a column. The buffers are shared with it until `begin`.
    func finish(_ slot: UnsafeMutablePointer<CSVSlot>, rows: Int) -> Column {
        let bitmap = slot.pointee.hasNulls ? Bitmap(buffer: validity, count: rows) : nil
        switch slot.pointee.kind {
        case .null, .skip: return Column(type: .null, count: rows, storage: .null)
        case .bool:
            return Column(
                type: .bool, count: rows, validity: bitmap, storage: .bits(ByteToBit.pack(values, count: rows)))
        case .dictionaryString:
            guard let interner else { return Column(type: .null, count: rows, storage: .null) }
            let storage = Column.Storage.dictionary(codes: values, values: interner.values())
            // More than half of many strings were distinct: later batches hold plain strings.
            rowsSeen += rows
            if interner.count > 4096, interner.count * 2 > rowsSeen {
                self.interner = nil
                values = Buffer(byteCount: (capacity + 1) * 4)
            }
            return Column(type: .dictionary(.string), count: rows, validity: bitmap, storage: storage)
        case .plainString, .binary:
            return Column(
                type: type, count: rows, validity: bitmap, storage: .variable(offsets: values, bytes: bytes))
        default: return Column(type: type, count: rows, validity: bitmap, storage: .fixed(values))
        }
    }
}
