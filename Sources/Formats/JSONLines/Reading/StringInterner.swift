import Columnar

/// The growing dictionary of one string column: each distinct string once, with a code.
final class StringInterner {
    private(set) var count = 0
    private let id = DictionaryValues.makeID()
    private var offsets = BufferBuilder<Int32>(capacity: 257)
    private var bytes = BufferBuilder<UInt8>(capacity: 4096)
    /// Open addressing: the hash's upper half and the code + 1 in its lower half; 0 is a free place.
    private var table: UnsafeMutablePointer<UInt64>
    private var mask: Int
    private var published: DictionaryValues?
    private let type: DataType

    init(type: DataType) {
        self.type = type
        mask = 511
        table = .allocate(capacity: 512)
        table.initialize(repeating: 0, count: 512)
        offsets.append(0)
    }

    deinit { table.deallocate() }

    /// The bytes that all strings take.
    var byteCount: Int { bytes.count }

    /// The code of the string, a new one if it is new; nil when the dictionary has reached `limit` strings.
    /// At least 8 bytes after the string must be readable.
    @inline(__always)
    func code(_ start: UnsafePointer<UInt8>, _ length: Int, limit: Int) -> Int32? {
        let hash = Self.hash(start, length)
        var place = Int(truncatingIfNeeded: hash) & mask
        let tag = hash & 0xFFFF_FFFF_0000_0000
        while true {
            let entry = table[place]
            if entry & 0xFFFF_FFFF_0000_0000 == tag, entry & 0xFFFF_FFFF != 0 {
                let code = Int(entry & 0xFFFF_FFFF) - 1
                if equals(code, start, length) { return Int32(truncatingIfNeeded: code) }
            } else if entry == 0 {
                if count >= limit { return nil }
                return insert(start, length, hash: hash, at: place)
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
        if left > 0 {
            let last = Digits.word(p) << UInt64((8 &- left) &* 8)
            hash = (hash ^ last) &* 0xFF51_AFD7_ED55_8CCD
        }
        hash ^= hash >> 29
        return hash &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    private func equals(_ code: Int, _ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        let bounds = offsets.pointer
        let from = Int(bounds[code])
        guard Int(bounds[code + 1]) - from == length else { return false }
        // Both sides have readable bytes after their end: whole words, then the rest of the last one.
        let known = UnsafePointer(bytes.pointer) + from
        var index = 0
        while index &+ 8 <= length {
            if Digits.word(known + index) != Digits.word(start + index) { return false }
            index &+= 8
        }
        if index == length { return true }
        return (Digits.word(known + index) ^ Digits.word(start + index)) << UInt64((8 &- (length &- index)) &* 8) == 0
    }

    @inline(never)
    private func insert(_ start: UnsafePointer<UInt8>, _ length: Int, hash: UInt64, at place: Int) -> Int32? {
        if bytes.count + length > Int(Int32.max) { return nil }
        bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: length))
        offsets.append(Int32(bytes.count))
        let code = count
        count += 1
        published = nil
        table[place] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
        if count * 2 > mask { grow() }
        return Int32(code)
    }

    private func grow() {
        let size = (mask + 1) * 4
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: size)
        larger.initialize(repeating: 0, count: size)
        for code in 0..<count {
            let from = Int(offsets.pointer[code])
            let hash = Self.hash(UnsafePointer(bytes.pointer) + from, Int(offsets.pointer[code + 1]) - from)
            var place = Int(truncatingIfNeeded: hash) & (size - 1)
            while larger[place] != 0 { place = (place + 1) & (size - 1) }
            larger[place] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(code + 1)
        }
        table.deallocate()
        table = larger
        mask = size - 1
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
