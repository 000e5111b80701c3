import Columnar

/// The growing dictionary of one string column: each distinct string once, with a code.
final class StringInterner {
    /// What a look-up needs, as plain memory that the hot loop reaches without touching a class.
    struct Table {
        /// Open addressing: the hash's upper half and the code + 1 in its lower half; 0 is a free place.
        var places: UnsafeMutablePointer<UInt64>
        var mask: Int
        /// The strings' bytes, each at `offsets[code]..<offsets[code + 1]`.
        var offsets: UnsafePointer<Int32>
        var bytes: UnsafePointer<UInt8>
    }

    let table: UnsafeMutablePointer<Table>
    private(set) var count = 0
    private let id = DictionaryValues.makeID()
    private var offsets = BufferBuilder<Int32>(capacity: 257)
    private var bytes = BufferBuilder<UInt8>(capacity: 4096)
    private var published: DictionaryValues?
    private let type: DataType

    /// Distinct strings that a dictionary may have.
    private static let limit = 1 << 16

    init(type: DataType) {
        self.type = type
        offsets.append(0)
        table = .allocate(capacity: 1)
        let places = UnsafeMutablePointer<UInt64>.allocate(capacity: 512)
        places.initialize(repeating: 0, count: 512)
        table.initialize(
            to: Table(
                places: places, mask: 511, offsets: UnsafePointer(offsets.pointer), bytes: UnsafePointer(bytes.pointer))
        )
    }

    deinit {
        table.pointee.places.deallocate()
        table.deallocate()
    }

    /// The bytes that all strings take.
    var byteCount: Int { bytes.count }

    /// The code of a known string, or -1. At least 8 bytes after the string must be readable.
    @inline(__always)
    static func find(_ table: UnsafeMutablePointer<Table>, _ start: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
        let hash = hash(start, length)
        let mask = table.pointee.mask
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = table.pointee.places[place]
            if entry == 0 { return -1 }
            if (entry ^ hash) >> 32 == 0 {
                let code = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                if equals(table, code, start, length) { return Int32(truncatingIfNeeded: code) }
            }
            place = (place &+ 1) & mask
        }
    }

    /// A hash of all bytes, eight at a time (multiply and fold).
    @inline(__always)
    private static func hash(_ start: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
        var left = length
        var p = start
        while left > 8 {
            hash = (hash ^ Digits.word(p)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            p += 8
            left &-= 8
        }
        // A shift by half the distance twice: by all 64 bits too, for the empty string.
        let half = UInt64(truncatingIfNeeded: (8 &- left) &* 4)
        hash = (hash ^ ((Digits.word(p) &<< half) &<< half)) &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 29
        return hash &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    private static func equals(
        _ table: UnsafeMutablePointer<Table>, _ code: Int, _ start: UnsafePointer<UInt8>, _ length: Int
    ) -> Bool {
        let from = Int(table.pointee.offsets[code])
        guard Int(table.pointee.offsets[code + 1]) &- from == length else { return false }
        // Both sides have readable bytes after their end: whole words, then the rest of the last one.
        let known = table.pointee.bytes + from
        var index = 0
        while index &+ 8 <= length {
            if Digits.word(known + index) != Digits.word(start + index) { return false }
            index &+= 8
        }
        let half = UInt64(truncatingIfNeeded: (8 &- (length &- index)) &* 4)
        return ((Digits.word(known + index) ^ Digits.word(start + index)) &<< half) &<< half == 0
    }

    /// The code of the string, a new one if it is new; nil when the dictionary is full.
    @inline(never)
    func code(_ start: UnsafePointer<UInt8>, _ length: Int) -> Int32? {
        let known = Self.find(table, start, length)
        if known >= 0 { return known }
        guard count < Self.limit, bytes.count + length <= Int(Int32.max) else { return nil }
        bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: length))
        offsets.append(Int32(bytes.count))
        table.pointee.bytes = UnsafePointer(bytes.pointer)
        table.pointee.offsets = UnsafePointer(offsets.pointer)
        let code = count
        count += 1
        published = nil
        place(code, Self.hash(start, length))
        if count * 2 > table.pointee.mask { grow() }
        return Int32(code)
    }

    private func place(_ code: Int, _ hash: UInt64) {
        let mask = table.pointee.mask
        var place = Int(truncatingIfNeeded: hash) & mask
        while table.pointee.places[place] != 0 { place = (place + 1) & mask }
        table.pointee.places[place] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
    }

    private func grow() {
        let size = (table.pointee.mask + 1) * 4
        table.pointee.places.deallocate()
        table.pointee.places = .allocate(capacity: size)
        table.pointee.places.initialize(repeating: 0, count: size)
        table.pointee.mask = size - 1
        for code in 0..<count {
            let text = string(Int32(code))
            if let start = text.baseAddress { place(code, Self.hash(start, text.count)) }
        }
    }

    /// The bytes of the string with this code.
    func string(_ code: Int32) -> UnsafeBufferPointer<UInt8> {
        let from = Int(offsets.pointer[Int(code)])
        return UnsafeBufferPointer(
            start: UnsafePointer(bytes.pointer) + from, count: Int(offsets.pointer[Int(code) + 1]) - from)
    }

    /// The strings so far as a dictionary. Its memory is shared with this interner, which only appends to it.
    func values() -> DictionaryValues {
        if let published { return published }
        let column = Column(
            type: type, count: count, storage: .variable(offsets: offsets.buffer, bytes: bytes.buffer))
        let values = DictionaryValues(id: id, column: column)
        published = values
        return values
    }
}
