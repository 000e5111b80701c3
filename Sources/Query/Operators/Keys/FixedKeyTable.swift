import Columnar

/// Numbers distinct 64-bit keys in the order in which they come: an open-addressing hash table with linear probing.
///
/// A slot holds the key itself, so that a lookup touches one cache line whatever the number of keys.
struct FixedKeyTable {
    private struct Slot: BitwiseCopyable {
        var key: UInt64
        /// -1 where the slot is free.
        var group: Int64
    }

    private var slots: Buffer
    private var mask: Int
    /// The key of each group, by its number.
    private(set) var keys = BufferBuilder<UInt64>(capacity: 64)

    init() {
        slots = Self.emptySlots(128)
        mask = 127
    }

    var count: Int { keys.count }
    var byteCount: Int { slots.byteCount + keys.capacity * 8 }

    /// Writes the number of each key to `groups`; a key that is new gets the next number.
    mutating func findOrInsert(
        _ wanted: UnsafePointer<UInt64>, count: Int, into groups: UnsafeMutablePointer<Int32>
    ) {
        var slots = self.slots.mutable(Slot.self)
        var mask = self.mask
        for row in 0..<count {
            let key = wanted[row]
            var at = Int(truncatingIfNeeded: KeyHash.hash(key)) & mask
            while true {
                let slot = slots[at]
                if slot.group >= 0 {
                    if slot.key == key {
                        groups[row] = Int32(truncatingIfNeeded: slot.group)
                        break
                    }
                    at = (at &+ 1) & mask
                } else {
                    groups[row] = insert(key, at: at)
                    slots = self.slots.mutable(Slot.self)
                    mask = self.mask
                    break
                }
            }
        }
    }

    /// A number for rows without a key; no key is found under it.
    mutating func addGroupWithoutKey() -> Int32 {
        keys.append(0)
        return Int32(keys.count - 1)
    }

    @inline(never)
    private mutating func insert(_ key: UInt64, at slot: Int) -> Int32 {
        let group = keys.count
        slots.mutable(Slot.self)[slot] = Slot(key: key, group: Int64(group))
        keys.append(key)
        if (group + 1) * 3 > (mask + 1) * 2 { grow() }
        return Int32(group)
    }

    private mutating func grow() {
        let capacity = (mask + 1) * (mask < 1 << 16 ? 4 : 2)
        let larger = Self.emptySlots(capacity)
        let from = slots.mutable(Slot.self)
        let to = larger.mutable(Slot.self)
        for index in 0...mask where from[index].group >= 0 {
            var at = Int(truncatingIfNeeded: KeyHash.hash(from[index].key)) & (capacity - 1)
            while to[at].group >= 0 { at = (at + 1) & (capacity - 1) }
            to[at] = from[index]
        }
        slots = larger
        mask = capacity - 1
    }

    private static func emptySlots(_ capacity: Int) -> Buffer {
        let buffer = Buffer(byteCount: capacity * MemoryLayout<Slot>.stride)
        buffer.mutable(Slot.self).update(repeating: Slot(key: 0, group: -1), count: capacity)
        return buffer
    }
}
