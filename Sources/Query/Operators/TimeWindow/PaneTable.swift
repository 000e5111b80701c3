import CSwiftwater
import Columnar

/// Numbers pairs of a time and a key's number in the order in which they come: an open-addressing hash table with
/// linear probing.
///
/// A slot has a group's number plus one, with bits of the hash in front; the pairs lie in arrays of their own, where
/// whoever looks for a time scans them.
struct PaneTable {
    /// 0 where the slot is free.
    private var slots: Buffer
    private var mask: Int
    private(set) var times = BufferBuilder<Int64>(capacity: 64)
    private(set) var keys = BufferBuilder<Int32>(capacity: 64)

    init() {
        slots = .zeroed(byteCount: 128 * 8)
        mask = 127
    }

    var count: Int { times.count }
    var byteCount: Int { slots.byteCount + times.capacity * 8 + keys.capacity * 4 }

    @inline(__always)
    private static func hash(_ time: Int64, _ key: Int32) -> UInt64 {
        KeyHash.hash(UInt64(bitPattern: time) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: key)))
    }

    /// Writes the number of each pair to `groups`; a pair that is new gets the next number.
    mutating func findOrInsert(
        _ times: UnsafePointer<Int64>, _ keys: UnsafePointer<Int32>, count: Int,
        into groups: UnsafeMutablePointer<Int32>
    ) {
        guard mask >= 1 << 16 else {
            for row in 0..<count { groups[row] = findOrInsert(times[row], keys[row]) }
            return
        }
        // A large table is out of the caches: the slots of some rows ahead are fetched meanwhile.
        let ahead = 16
        for row in 0..<count {
            if row &+ ahead < count {
                let hash = Self.hash(times[row &+ ahead], keys[row &+ ahead])
                sw_prefetch(slots.base + (Int(truncatingIfNeeded: hash >> 32) & mask) &* 8)
            }
            groups[row] = findOrInsert(times[row], keys[row])
        }
    }

    /// The number of a pair; the next one when it is new.
    @inline(__always)
    mutating func findOrInsert(_ time: Int64, _ key: Int32) -> Int32 {
        let hash = Self.hash(time, key)
        let tag = hash & 0xFFFF_FFFF_0000_0000
        let slots = self.slots.mutable(UInt64.self)
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let slot = slots[at]
            if slot == 0 { return insert(time, key, tag: tag, at: at) }
            if slot & 0xFFFF_FFFF_0000_0000 == tag {
                let group = Int(slot & 0xFFFF_FFFF) &- 1
                if times.pointer[group] == time, keys.pointer[group] == key {
                    return Int32(truncatingIfNeeded: group)
                }
            }
            at = (at &+ 1) & mask
        }
    }

    /// The number of a pair; -1 when it is not there.
    func find(_ time: Int64, _ key: Int32) -> Int32 {
        let hash = Self.hash(time, key)
        let tag = hash & 0xFFFF_FFFF_0000_0000
        let slots = self.slots.mutable(UInt64.self)
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[at] != 0 {
            if slots[at] & 0xFFFF_FFFF_0000_0000 == tag {
                let group = Int(slots[at] & 0xFFFF_FFFF) &- 1
                if times.pointer[group] == time, keys.pointer[group] == key { return Int32(group) }
            }
            at = (at &+ 1) & mask
        }
        return -1
    }

    @inline(never)
    private mutating func insert(_ time: Int64, _ key: Int32, tag: UInt64, at slot: Int) -> Int32 {
        let group = count
        slots.mutable(UInt64.self)[slot] = tag | UInt64(group + 1)
        times.append(time)
        keys.append(key)
        if (group + 1) * 3 > (mask + 1) * 2 { grow() }
        return Int32(group)
    }

    private mutating func grow() {
        let capacity = (mask + 1) * (mask < 1 << 16 ? 4 : 2)
        let larger = Buffer.zeroed(byteCount: capacity * 8)
        let from = slots.mutable(UInt64.self)
        let to = larger.mutable(UInt64.self)
        for index in 0...mask where from[index] != 0 {
            var at = Int(from[index] >> 32) & (capacity - 1)
            while to[at] != 0 { at = (at + 1) & (capacity - 1) }
            to[at] = from[index]
        }
        slots = larger
        mask = capacity - 1
    }
}
