import Columnar

/// The memory behind a slot: buffers that the next batch reuses unless somebody still holds them.
final class ColumnTarget {
    let name: String
    let type: DataType
    private var values: Buffer
    private var validity: Buffer
    /// Rows that each buffer has room for.
    private var valueRoom: Int
    private var validityRoom: Int
    /// Rows that there is room for.
    var capacity: Int { min(valueRoom, validityRoom) }

    /// The bytes of a `plainString` or `binary` column.
    private(set) var bytes: BufferBuilder<UInt8>?
    private(set) var interner: StringInterner?
    /// The members of a `structure`.
    private(set) var object: ObjectParser?
    /// The elements of a `list`: an object parser with one slot, its row the element's index.
    private(set) var elements: ObjectParser?

    /// Strings that the column has seen in earlier batches, to judge whether they repeat.
    private var rowsSeen = 0

    init(name: String, type: DataType, capacity: Int, context: JSONContext, depth: Int) {
        self.name = name
        self.type = type
        valueRoom = capacity
        validityRoom = capacity
        values = Buffer(byteCount: (capacity + 1) * Self.width(type))
        validity = Buffer(byteCount: (capacity + 63) / 64 * 8)
        validity.base.initializeMemory(as: UInt8.self, repeating: 0xFF, count: validity.byteCount)
        switch type.logical {
        case .string: interner = StringInterner(type: .string)
        case .binary: bytes = BufferBuilder(capacity: capacity * 16)
        case .structure(let fields):
            object = ObjectParser(
                schema: Schema(fields), wanted: nil, capacity: capacity, context: context, depth: depth + 1)
        case .list(let element):
            elements = ObjectParser(
                schema: Schema([Field(name, element)]), wanted: nil, capacity: capacity, context: context,
                depth: depth + 1)
        default: break
        }
    }

    /// Bytes a row in `values` while a batch is built.
    private static func width(_ type: DataType) -> Int {
        switch type.logical {
        case .null, .structure: 0
        case .bool: 1
        case .string, .binary, .list: 4
        default: type.byteWidth ?? 8
        }
    }

    var kind: SlotKind {
        switch type.logical {
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
        case .structure: .structure
        case .list: .list
        case .dictionary: .skip
        }
    }

    /// Prepares for a batch of up to `rows` rows: fresh buffers where the last batch is still in use.
    func begin(_ slot: UnsafeMutablePointer<ColumnSlot>, rows: Int) {
        let wanted = max(rows, 1)
        if wanted > valueRoom || !isKnownUniquelyReferenced(&values) {
            values = Buffer(byteCount: (wanted + 1) * Self.width(type))
            valueRoom = wanted
        }
        if wanted > validityRoom || !isKnownUniquelyReferenced(&validity) {
            validity = Buffer(byteCount: (wanted + 63) / 64 * 8)
            validityRoom = wanted
            slot.pointee.hasNulls = true
        }
        if slot.pointee.hasNulls {
            validity.base.initializeMemory(as: UInt8.self, repeating: 0xFF, count: validity.byteCount)
        }
        if bytes != nil {
            // The last batch may still hold the bytes; their builder starts again beside it.
            bytes = BufferBuilder(capacity: max(bytes?.count ?? 0, 64))
        }
        slot.pointee.kind = kind
        slot.pointee.hasNulls = false
        slot.pointee.lastRow = -1
        attach(slot)
        if slot.pointee.kind == .plainString || slot.pointee.kind == .binary || slot.pointee.kind == .list {
            slot.pointee.values.storeBytes(of: 0, as: Int32.self)
        }
        object?.begin(rows: wanted)
        elements?.begin(rows: max(wanted, 16))
    }

    private func attach(_ slot: UnsafeMutablePointer<ColumnSlot>) {
        slot.pointee.values = values.base
        slot.pointee.validity = validity.mutable(UInt8.self)
        slot.pointee.interned = interner?.table
    }

    /// Makes room for `row` where a batch's rows are not known beforehand (elements of lists).
    func ensure(_ slot: UnsafeMutablePointer<ColumnSlot>, row: Int) {
        if row < capacity { return }
        let larger = max(row + 1, capacity * 2)
        let width = Self.width(type)
        let grown = Buffer(byteCount: (larger + 1) * width)
        grown.base.copyMemory(from: values.base, byteCount: (capacity + 1) * width)
        values = grown
        let bits = Buffer(byteCount: (larger + 63) / 64 * 8)
        bits.base.initializeMemory(as: UInt8.self, repeating: 0xFF, count: bits.byteCount)
        bits.base.copyMemory(from: validity.base, byteCount: (capacity + 7) / 8)
        validity = bits
        valueRoom = larger
        validityRoom = larger
        attach(slot)
        object?.ensure(row: row)
    }

    /// Appends a string's bytes for `row`; false when the batch's strings would exceed 2 GiB.
    func append(
        _ slot: UnsafeMutablePointer<ColumnSlot>, row: Int, _ start: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        let offsets = slot.pointee.values.assumingMemoryBound(to: Int32.self)
        // A row that is written again, or the row after a bad line, starts where the row before it ended.
        bytes?.count = Int(offsets[row])
        guard Int(offsets[row]) + count <= Int(Int32.max) else { return false }
        bytes?.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        offsets[row + 1] = offsets[row] + Int32(count)
        return true
    }

    /// Codes a string for `row`; false when the dictionary is full.
    func intern(
        _ slot: UnsafeMutablePointer<ColumnSlot>, row: Int, _ start: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        guard let code = interner?.code(start, count) else { return false }
        slot.pointee.values.assumingMemoryBound(to: Int32.self)[row] = code
        return true
    }

    /// Turns the codes of the rows so far into plain strings: the column's strings do not repeat enough.
    func becomePlain(_ slot: UnsafeMutablePointer<ColumnSlot>, rows: Int) {
        guard let interner else { return }
        let codes = slot.pointee.values.assumingMemoryBound(to: Int32.self)
        var plain = BufferBuilder<UInt8>(capacity: max(interner.byteCount, 64))
        let offsets = Buffer(byteCount: (capacity + 1) * 4)
        let ends = offsets.mutable(Int32.self)
        ends[0] = 0
        for row in 0..<rows {
            if slot.pointee.validity[row >> 3] & (1 << UInt8(row & 7)) != 0 {
                plain.append(contentsOf: interner.string(codes[row]))
            }
            ends[row + 1] = Int32(plain.count)
        }
        bytes = plain
        valueRoom = capacity
        values = offsets
        self.interner = nil
        attach(slot)
        slot.pointee.kind = .plainString
    }

    /// The rows as a column. The buffers are shared with it until `begin`.
    func finish(_ slot: UnsafeMutablePointer<ColumnSlot>, rows: Int) -> Column {
        let bitmap = slot.pointee.hasNulls ? Bitmap(buffer: validity, count: rows) : nil
        let storage: Column.Storage
        var stored = type.logical
        switch slot.pointee.kind {
        case .null: storage = .null
        case .bool: storage = .bits(ByteToBit.pack(values, count: rows))
        case .dictionaryString:
            storage = .dictionary(codes: values, values: interner.unsafelyUnwrapped.values())
            stored = .dictionary(.string)
            reconsider(slot, rows: rows)
        case .plainString, .binary:
            storage = .variable(offsets: values, bytes: bytes.unsafelyUnwrapped.buffer)
        case .structure: storage = .structure(object.unsafelyUnwrapped.finishColumns(rows: rows))
        case .list:
            let count = Int(values.mutable(Int32.self)[rows])
            storage = .list(offsets: values, elements: elements.unsafelyUnwrapped.finishColumns(rows: count)[0])
        default: storage = .fixed(values)
        }
        return Column(type: stored, count: rows, validity: bitmap, storage: storage)
    }

    /// Gives up the dictionary for later batches when more than half of the rows so far were distinct.
    private func reconsider(_ slot: UnsafeMutablePointer<ColumnSlot>, rows: Int) {
        rowsSeen += rows
        guard let interner, interner.count > 4096, interner.count * 2 > rowsSeen else { return }
        self.interner = nil
        bytes = BufferBuilder(capacity: 64)
    }
}
