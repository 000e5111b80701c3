/// Writes a FlatBuffer from front to back: what a table refers to follows it.
struct FlatBuffer {
    /// A member of a table.
    enum Value {
        case uint8(UInt8)
        case int16(Int16)
        case int32(Int32)
        case int64(Int64)
        /// A string, vector or table that the closure writes.
        case reference((inout FlatBuffer) -> Void)

        var size: Int {
            switch self {
            case .uint8: 1
            case .int16: 2
            case .int32, .reference: 4
            case .int64: 8
            }
        }
    }

    private(set) var bytes: [UInt8] = []

    /// The whole buffer; `body` writes the root table.
    mutating func root(_ body: (inout FlatBuffer) -> Void) {
        append(UInt32(0))
        refer(0, body)
    }

    private mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func store<T: FixedWidthInteger>(_ value: T, at position: Int) {
        withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(position..<(position + $0.count), with: $0) }
    }

    private mutating func align(_ alignment: Int) {
        while bytes.count % alignment != 0 { bytes.append(0) }
    }

    /// Where the last string, vector or table begins, for whoever refers to it.
    private var start = 0

    mutating func table(_ members: [(Int, Value)]) {
        // The members by falling size need no padding between them.
        let sorted = members.sorted { $0.1.size > $1.1.size }
        let fieldCount = (members.map(\.0).max() ?? -1) + 1
        let vtableSize = 4 + fieldCount * 2
        // The table begins with the distance to its vtable; an eight-byte member after it needs a gap.
        let hasWide = sorted.first.map { $0.1.size == 8 } ?? false
        var position = hasWide ? 8 : 4
        var offsets = [UInt16](repeating: 0, count: fieldCount)
        for (id, value) in sorted {
            offsets[id] = UInt16(position)
            position += value.size
        }
        // The vtable ends where the table begins, which is aligned to eight.
        while (bytes.count + vtableSize) % 8 != 0 { bytes.append(0) }
        append(UInt16(vtableSize))
        append(UInt16(position))
        for offset in offsets { append(offset) }
        let table = bytes.count
        append(Int32(vtableSize))
        if hasWide { append(Int32(0)) }
        var references: [(slot: Int, body: (inout FlatBuffer) -> Void)] = []
        for (_, value) in sorted {
            switch value {
            case .uint8(let number): append(number)
            case .int16(let number): append(number)
            case .int32(let number): append(number)
            case .int64(let number): append(number)
            case .reference(let body):
                references.append((bytes.count, body))
                append(UInt32(0))
            }
        }
        for (slot, body) in references { refer(slot, body) }
        start = table
    }

    mutating func vector(_ elements: [(inout FlatBuffer) -> Void]) {
        align(4)
        let vector = bytes.count
        append(UInt32(elements.count))
        for _ in elements { append(UInt32(0)) }
        for (index, body) in elements.enumerated() { refer(vector + 4 + index * 4, body) }
        start = vector
    }

    /// A vector of structures of two 64-bit numbers each.
    mutating func vector(pairs: [(Int64, Int64)]) {
        // The elements, which follow the count, begin at a multiple of eight.
        while (bytes.count + 4) % 8 != 0 { bytes.append(0) }
        let vector = bytes.count
        append(UInt32(pairs.count))
        for (first, second) in pairs {
            append(first)
            append(second)
        }
        start = vector
    }

    mutating func string(_ text: String) {
        align(4)
        let string = bytes.count
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
        start = string
    }

    /// Lets the four bytes at `slot` refer to what `body` writes.
    private mutating func refer(_ slot: Int, _ body: (inout FlatBuffer) -> Void) {
        body(&self)
        store(UInt32(start - slot), at: slot)
    }
}
