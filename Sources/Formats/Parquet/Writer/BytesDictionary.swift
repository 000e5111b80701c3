/// The distinct strings of a chunk and their codes, in the order of their first use.
///
/// They are kept as the dictionary page has them: the length in four bytes, then the bytes.
struct BytesDictionary {
    private var slots: UnsafeMutablePointer<Int32>
    private var slotBits: Int
    private let entries = ByteBuffer()
    /// Where the bytes of each code begin in `entries`.
    private let offsets = ByteBuffer()
    /// The hash of each code.
    private let hashes = ByteBuffer()
    private(set) var count = 0

    init() {
        slotBits = 10
        slots = Self.makeSlots(slotBits)
    }

    /// Frees the memory; the dictionary must not be used afterwards.
    func deallocate() { slots.deallocate() }

    /// The dictionary page.
    var bytes: UnsafeRawBufferPointer { entries.bytes }

    /// The bytes of the value with this code; valid until the next `code(of:)`.
    @inline(__always)
    subscript(_ code: Int) -> UnsafeRawBufferPointer {
        let offset = offsets.base.load(fromByteOffset: code * 8, as: Int.self)
        let length = entries.base.loadUnaligned(fromByteOffset: offset - 4, as: UInt32.self)
        return UnsafeRawBufferPointer(start: entries.base + offset, count: Int(UInt32(littleEndian: length)))
    }

    mutating func removeAll() {
        entries.removeAll()
        offsets.removeAll()
        hashes.removeAll()
        count = 0
        if slotBits > 10 {
            slots.deallocate()
            slotBits = 10
            slots = Self.makeSlots(slotBits)
        } else {
            slots.update(repeating: -1, count: 1 << slotBits)
        }
    }

    /// The code of a value; a new one gets the next code.
    @inline(__always)
    mutating func code(of source: UnsafeRawPointer, _ length: Int) -> UInt32 {
        let hash = ByteStrings.hash(source, length)
        let mask = 1 << slotBits - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let code = slots[slot]
            if code < 0 { return insert(source, length, hash, slot) }
            if hashes.base.load(fromByteOffset: Int(code) * 8, as: UInt64.self) == hash {
                let known = self[Int(code)]
                if known.count == length, let bytes = known.baseAddress, ByteStrings.areEqual(bytes, source, length) {
                    return UInt32(bitPattern: code)
                }
            }
            slot = (slot + 1) & mask
        }
    }

    @inline(never)
    private mutating func insert(
        _ source: UnsafeRawPointer, _ length: Int, _ hash: UInt64, _ slot: Int
    ) -> UInt32 {
        let code = Int32(truncatingIfNeeded: count)
        slots[slot] = code
        entries.append(littleEndian: UInt32(truncatingIfNeeded: length))
        offsets.reserve(8).storeBytes(of: entries.count, as: Int.self)
        offsets.advance(8)
        entries.append(UnsafeRawBufferPointer(start: source, count: length))
        hashes.reserve(8).storeBytes(of: hash, as: UInt64.self)
        hashes.advance(8)
        count += 1
        if count * 2 > 1 << slotBits { grow() }
        return UInt32(bitPattern: code)
    }

    private mutating func grow() {
        slots.deallocate()
        slotBits += 2
        slots = Self.makeSlots(slotBits)
        let mask = 1 << slotBits - 1
        for code in 0..<count {
            var slot = Int(truncatingIfNeeded: hashes.base.load(fromByteOffset: code * 8, as: UInt64.self)) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: code)
        }
    }

    private static func makeSlots(_ bits: Int) -> UnsafeMutablePointer<Int32> {
        let slots = UnsafeMutablePointer<Int32>.allocate(capacity: 1 << bits)
        slots.initialize(repeating: -1, count: 1 << bits)
        return slots
    }
}
