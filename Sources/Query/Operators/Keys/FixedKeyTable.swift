import CSwiftwater
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
        guard mask >= 1 << 16 else {
            for row in 0..<count { groups[row] = findOrInsert(wanted[row], hash: KeyHash.hash(wanted[row])) }
            return
        }
        // A large table is out of the caches: the slots of some rows ahead are fetched meanwhile.
        let ahead = 16
        for row in 0..<min(ahead, count) { prefetch(KeyHash.hash(wanted[row])) }
        for row in 0..<count {
            if row &+ ahead < count { prefetch(KeyHash.hash(wanted[row &+ ahead])) }
            groups[row] = findOrInsert(wanted[row], hash: KeyHash.hash(wanted[row]))
        }
    }

    @inline(__always)
    private func prefetch(_ hash: UInt64) {
        sw_prefetch(slots.base + (Int(truncatingIfNeeded: hash) & mask) &* MemoryLayout<Slot>.stride)
    }

    @inline(__always)
    private mutating func findOrInsert(_ key: UInt64, hash: UInt64) -> Int32 {
        let slots = self.slots.mutable(Slot.self)
        var at = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[at]
            if slot.group < 0 { return insert(key, at: at) }
            if slot.key == key { return Int32(truncatingIfNeeded: slot.group) }
            at = (at &+ 1) & mask
        }
    }

    /// Writes the number of each key to `groups`, -1 for a key that is not there.
    func find(_ wanted: UnsafePointer<UInt64>, count: Int, into groups: UnsafeMutablePointer<Int32>) {
        let isLarge = mask >= 1 << 16
        let ahead = 16
        if isLarge { for row in 0..<min(ahead, count) { prefetch(KeyHash.hash(wanted[row])) } }
        let slots = self.slots.mutable(Slot.self)
        for row in 0..<count {
            if isLarge, row &+ ahead < count { prefetch(KeyHash.hash(wanted[row &+ ahead])) }
            let key = wanted[row]
            var at = Int(truncatingIfNeeded: KeyHash.hash(key)) & mask
            while slots[at].group >= 0, slots[at].key != key { at = (at &+ 1) & mask }
            groups[row] = Int32(truncatingIfNeeded: slots[at].group)
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
