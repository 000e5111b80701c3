import CSwiftwater

/// How the value after a key is read.
enum SlotKind: UInt8 {
    case float64, float32
    case int64, int8, int16, int32, uint8, uint16, uint32, uint64
    case bool
    /// Strings as dictionary codes.
    case dictionaryString
    /// Strings as they are: most are distinct.
    case plainString
    case binary
    case date, timestamp, duration
    case null
    case structure, list
    /// A value that nobody asked for: validated and dropped.
    case skip
}

/// A key and where its values go: plain memory, so that the hot loop touches no class.
struct ColumnSlot {
    /// `"key":`, zeroed beyond its end, then from byte 32 the mask of its first 32 bytes, then its bytes from 32 on.
    var key: UnsafePointer<UInt8>
    /// The bytes of `"key":`.
    var keyLength: Int
    var kind: SlotKind
    /// Some row of this batch has no value.
    var hasNulls = false
    /// The slot whose key came after this one last time.
    var next: Int32 = 0
    /// The row that was last written, to notice repeated and missing keys.
    var lastRow: Int32 = -1
    /// The values' memory, by `kind`: numbers, a byte a row for `bool`, codes, offsets.
    var values: UnsafeMutableRawPointer
    /// The validity bits; all set at the start of a batch.
    var validity: UnsafeMutablePointer<UInt8>
    /// The dictionary of a `dictionaryString`.
    var interned: UnsafeMutablePointer<StringInterner.Table>?

    /// True when the text at `p` starts with `"key":`.
    @inline(__always)
    static func matches(_ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>) -> Bool {
        guard sw_matches_32(p, slot.pointee.key, slot.pointee.key + 32) != 0 else { return false }
        return slot.pointee.keyLength <= 32 || matchesRest(slot, p)
    }

    @inline(never)
    private static func matchesRest(_ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>) -> Bool {
        for index in 32..<slot.pointee.keyLength where p[index] != slot.pointee.byte(index) { return false }
        return true
    }

    /// A byte of `"key":`.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 { index < 32 ? key[index] : key[index + 32] }

    /// Marks the row as missing.
    @inline(__always)
    static func setNull(_ slot: UnsafeMutablePointer<ColumnSlot>, _ row: Int) {
        slot.pointee.hasNulls = true
        slot.pointee.validity[row >> 3] &= ~(1 << UInt8(row & 7))
    }

    /// Undoes `setNull`: the row is written again.
    static func setValid(_ slot: UnsafeMutablePointer<ColumnSlot>, _ row: Int) {
        slot.pointee.validity[row >> 3] |= 1 << UInt8(row & 7)
    }
}
