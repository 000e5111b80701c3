/// The distinct values of a chunk and their codes, in the order of their first use.
///
/// A hash table with open addressing; the loop over the values has everything in local variables.
struct FixedDictionary<T: FixedValue> {
    private static var smallestSlotBits: Int { 10 }

    /// The code of the value in each slot, or -1.
    private var slots: UnsafeMutablePointer<Int32>
    private var slotBits: Int
    /// Room for half as many values as there are slots.
    private var values: UnsafeMutablePointer<T>
    private(set) var count = 0

    init() {
        slotBits = Self.smallestSlotBits
        (slots, values) = Self.allocate(slotBits)
    }

    /// Frees the memory; the dictionary must not be used afterwards.
    func deallocate() {
        slots.deallocate()
        values.deallocate()
    }

    var byteCount: Int { count * MemoryLayout<T>.stride }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: values, count: byteCount) }
    var pointer: UnsafePointer<T> { UnsafePointer(values) }

    mutating func removeAll() {
        guard count > 0 else { return }
        count = 0
        if slotBits > Self.smallestSlotBits {
            deallocate()
            slotBits = Self.smallestSlotBits
            (slots, values) = Self.allocate(slotBits)
        } else {
            slots.update(repeating: -1, count: 1 << slotBits)
        }
    }

    /// Appends the code of each value to `codes`; values that are new get the next codes.
    mutating func encode(_ source: UnsafePointer<T>, _ sourceCount: Int, to codes: ByteBuffer) {
        let to = codes.reserve(sourceCount * 4).assumingMemoryBound(to: UInt32.self)
        var slots = self.slots
        var values = self.values
        var shift = UInt64(64 - slotBits)
        var mask = (1 << slotBits) - 1
        for index in 0..<sourceCount {
            let value = source[index]
            let bits = value.bits
            var slot = Int(truncatingIfNeeded: Self.hash(bits) &>> shift)
            var code = slots[slot]
            while code >= 0, values[Int(code)].bits != bits {
                slot = (slot &+ 1) & mask
                code = slots[slot]
            }
            if code < 0 {
                code = insert(value, slot)
                slots = self.slots
                values = self.values
                shift = UInt64(64 - slotBits)
                mask = (1 << slotBits) - 1
            }
            to[index] = UInt32(bitPattern: code)
        }
        codes.advance(sourceCount * 4)
    }

    @inline(never)
    private mutating func insert(_ value: T, _ slot: Int) -> Int32 {
        let code = Int32(truncatingIfNeeded: count)
        slots[slot] = code
        values[count] = value
        count += 1
        if count * 2 >= 1 << slotBits { grow() }
        return code
    }

    private mutating func grow() {
        let (smallSlots, smallValues) = (slots, values)
        slotBits += 2
        (slots, values) = Self.allocate(slotBits)
        values.update(from: smallValues, count: count)
        smallSlots.deallocate()
        smallValues.deallocate()
        let shift = UInt64(64 - slotBits)
        let mask = (1 << slotBits) - 1
        for code in 0..<count {
            var slot = Int(truncatingIfNeeded: Self.hash(values[code].bits) &>> shift)
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: code)
        }
    }

    @inline(__always)
    private static func hash(_ bits: T.Bits) -> UInt64 {
        let mixed = UInt64(truncatingIfNeeded: bits) &* 0x9E37_79B9_7F4A_7C15
        // Fold the upper half in: round floats differ in their upper bits only, counters in their lower ones.
        return (mixed ^ (mixed >> 32)) &* 0x9E37_79B9_7F4A_7C15
    }

    private static func allocate(_ slotBits: Int) -> (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<T>) {
        let slots = UnsafeMutablePointer<Int32>.allocate(capacity: 1 << slotBits)
        slots.initialize(repeating: -1, count: 1 << slotBits)
        return (slots, UnsafeMutablePointer<T>.allocate(capacity: 1 << (slotBits - 1)))
    }
}
