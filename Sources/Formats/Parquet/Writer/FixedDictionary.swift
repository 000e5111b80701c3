/// The distinct values of a chunk and their codes, in the order of their first use.
struct FixedDictionary<T: FixedValue> {
    private var slots: UnsafeMutablePointer<Int32>
    private var slotBits: Int
    private let values = ByteBuffer(capacity: 1024)
    private(set) var count = 0

    init() {
        slotBits = 10
        slots = Self.makeSlots(slotBits)
    }

    /// Frees the memory; the dictionary must not be used afterwards.
    func deallocate() { slots.deallocate() }

    var byteCount: Int { values.count }
    var bytes: UnsafeRawBufferPointer { values.bytes }
    var pointer: UnsafePointer<T> { UnsafePointer(values.base.assumingMemoryBound(to: T.self)) }

    mutating func removeAll() {
        values.removeAll()
        count = 0
        if slotBits > 10 {
            slots.deallocate()
            slotBits = 10
            slots = Self.makeSlots(slotBits)
        } else {
            slots.update(repeating: -1, count: 1 << slotBits)
        }
    }

    /// Appends the code of each value to `codes`; values that are new get the next codes.
    mutating func encode(_ source: UnsafePointer<T>, _ count: Int, to codes: ByteBuffer) {
        let to = codes.reserve(count * 4).assumingMemoryBound(to: UInt32.self)
        var last: T.Bits = 0
        var lastCode: UInt32 = 0
        var hasLast = false
        for index in 0..<count {
            let bits = source[index].bits
            if hasLast, bits == last {
                to[index] = lastCode
                continue
            }
            lastCode = code(of: bits, source[index])
            last = bits
            hasLast = true
            to[index] = lastCode
        }
        codes.advance(count * 4)
    }

    @inline(__always)
    private mutating func code(of bits: T.Bits, _ value: T) -> UInt32 {
        let mask = 1 << slotBits - 1
        var slot = Self.hash(bits, slotBits)
        while true {
            let code = slots[slot]
            if code < 0 { return insert(value, slot) }
            if pointer[Int(code)].bits == bits { return UInt32(bitPattern: code) }
            slot = (slot + 1) & mask
        }
    }

    @inline(never)
    private mutating func insert(_ value: T, _ slot: Int) -> UInt32 {
        let code = Int32(truncatingIfNeeded: count)
        slots[slot] = code
        values.reserve(MemoryLayout<T>.size).storeBytes(of: value, as: T.self)
        values.advance(MemoryLayout<T>.size)
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
            var slot = Self.hash(pointer[code].bits, slotBits)
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: code)
        }
    }

    @inline(__always)
    private static func hash(_ bits: T.Bits, _ slotBits: Int) -> Int {
        let mixed = UInt64(truncatingIfNeeded: bits) &* 0x9E37_79B9_7F4A_7C15
        // Fold the upper half in: round floats differ in their upper bits only, counters in their lower ones.
        let folded = (mixed ^ (mixed >> 32)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: folded >> UInt64(64 - slotBits))
    }

    private static func makeSlots(_ bits: Int) -> UnsafeMutablePointer<Int32> {
        let slots = UnsafeMutablePointer<Int32>.allocate(capacity: 1 << bits)
        slots.initialize(repeating: -1, count: 1 << bits)
        return slots
    }
}
