import Columnar

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
    /// `"key":` — its first 24 bytes as words with masks, to compare them all at once.
    var word0: UInt64 = 0
    var word1: UInt64 = 0
    var word2: UInt64 = 0
    var mask0: UInt64 = 0
    var mask1: UInt64 = 0
    var mask2: UInt64 = 0
    /// The bytes of `"key":`; `keyLength` counts the colon.
    var key: UnsafePointer<UInt8>
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

    /// True when the text at `p` starts with `"key":`.
    @inline(__always)
    static func matches(_ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>) -> Bool {
        let different =
            ((Digits.word(p) ^ slot.pointee.word0) & slot.pointee.mask0)
            | ((Digits.word(p + 8) ^ slot.pointee.word1) & slot.pointee.mask1)
            | ((Digits.word(p + 16) ^ slot.pointee.word2) & slot.pointee.mask2)
        if different != 0 { return false }
        return slot.pointee.keyLength <= 24 || matchesRest(slot, p)
    }

    @inline(never)
    private static func matchesRest(_ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>) -> Bool {
        for index in 24..<slot.pointee.keyLength where p[index] != slot.pointee.key[index] { return false }
        return true
    }

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
