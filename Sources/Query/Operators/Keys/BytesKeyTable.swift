import CSwiftwater
import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Numbers distinct byte strings in the order in which they come: an open-addressing hash table with linear probing.
///
/// A slot holds 32 bits of the hash beside the number; the strings lie one after the other in one block.
struct BytesKeyTable {
    /// The hash's upper half, then the group's number plus one; 0 where the slot is free.
    private var slots: Buffer
    private var mask: Int
    private var bytes = BufferBuilder<UInt8>(capacity: 1024)
    /// Where each group's string ends, after a leading 0.
    private var ends = BufferBuilder<Int>(capacity: 64)

    init() {
        slots = .zeroed(byteCount: 128 * 8)
        mask = 127
        ends.append(0)
    }

    var count: Int { ends.count - 1 }
    var byteCount: Int { slots.byteCount + bytes.capacity + ends.capacity * 8 }

    /// The string of a group; valid until the next insertion.
    @inline(__always)
    subscript(_ group: Int) -> UnsafeBufferPointer<UInt8> {
        let start = ends.pointer[group]
        return UnsafeBufferPointer(start: bytes.pointer + start, count: ends.pointer[group &+ 1] &- start)
    }

    /// Writes the number of each row's key to `groups`; a key that is new gets the next number.
    @inline(__always)
    mutating func findOrInsert(
        count: Int, into groups: UnsafeMutablePointer<Int32>, key: (Int) -> UnsafeBufferPointer<UInt8>
    ) {
        guard mask >= 1 << 15 else {
            for row in 0..<count { groups[row] = findOrInsert(key(row)) }
            return
        }
        // A large table is out of the caches: a lookup's three memory accesses are started for many rows at once.
        let blockRows = 32
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockRows) { hashes in
            var first = 0
            while first < count {
                let block = min(blockRows, count &- first)
                for row in 0..<block {
                    hashes[row] = Self.hash(key(first &+ row))
                    sw_prefetch(slots.base + (Int(truncatingIfNeeded: hashes[row] >> 32) & mask) &* 8)
                }
                for row in 0..<block {
                    let slot = slots.mutable(UInt64.self)[Int(truncatingIfNeeded: hashes[row] >> 32) & mask]
                    if slot != 0 { sw_prefetch(ends.pointer + (Int(slot & 0xFFFF_FFFF) &- 1)) }
                }
                for row in 0..<block {
                    let slot = slots.mutable(UInt64.self)[Int(truncatingIfNeeded: hashes[row] >> 32) & mask]
                    if slot != 0 { sw_prefetch(bytes.pointer + ends.pointer[Int(slot & 0xFFFF_FFFF) &- 1]) }
                }
                for row in 0..<block {
                    groups[first &+ row] = findOrInsert(key(first &+ row), hash: hashes[row])
                }
                first &+= block
            }
        }
    }

    /// The number of `key`; the next one when it is new.
    mutating func findOrInsert(_ key: UnsafeBufferPointer<UInt8>) -> Int32 {
        findOrInsert(key, hash: Self.hash(key))
    }

    @inline(__always)
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard key.count > 0, let start = key.baseAddress else { return 0 }
        return KeyHash.hash(start, count: key.count)
    }

    @inline(__always)
    private mutating func findOrInsert(_ key: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32 {
        let start = key.baseAddress ?? UnsafePointer(bytes.pointer)
        let tag = hash & 0xFFFF_FFFF_0000_0000
        let slots = self.slots.mutable(UInt64.self)
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let slot = slots[at]
            if slot == 0 { return insert(start, key.count, tag: tag, at: at) }
            if slot & 0xFFFF_FFFF_0000_0000 == tag {
                let group = Int(slot & 0xFFFF_FFFF) &- 1
                let found = self[group]
                if found.count == key.count, memcmp(found.baseAddress.unsafelyUnwrapped, start, key.count) == 0 {
                    return Int32(truncatingIfNeeded: group)
                }
            }
            at = (at &+ 1) & mask
        }
    }

    /// Writes the number of each row's key to `groups`, -1 for a key that is not there.
    @inline(__always)
    func find(
        count: Int, into groups: UnsafeMutablePointer<Int32>, key: (Int) -> UnsafeBufferPointer<UInt8>
    ) {
        let blockRows = 32
        let isLarge = mask >= 1 << 15
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockRows) { hashes in
            var first = 0
            while first < count {
                let block = min(blockRows, count &- first)
                for row in 0..<block {
                    hashes[row] = Self.hash(key(first &+ row))
                    if isLarge { sw_prefetch(slots.base + (Int(truncatingIfNeeded: hashes[row] >> 32) & mask) &* 8) }
                }
                for row in 0..<block { groups[first &+ row] = find(key(first &+ row), hash: hashes[row]) }
                first &+= block
            }
        }
    }

    @inline(__always)
    private func find(_ key: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32 {
        let start = key.baseAddress ?? UnsafePointer(bytes.pointer)
        let tag = hash & 0xFFFF_FFFF_0000_0000
        let slots = self.slots.mutable(UInt64.self)
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let slot = slots[at]
            if slot == 0 { return -1 }
            if slot & 0xFFFF_FFFF_0000_0000 == tag {
                let group = Int(slot & 0xFFFF_FFFF) &- 1
                let found = self[group]
                if found.count == key.count, memcmp(found.baseAddress.unsafelyUnwrapped, start, key.count) == 0 {
                    return Int32(truncatingIfNeeded: group)
                }
            }
            at = (at &+ 1) & mask
        }
    }

    /// A number for rows without a key; no key is found under it.
    mutating func addGroupWithoutKey() -> Int32 {
        ends.append(bytes.count)
        return Int32(count - 1)
    }

    @inline(never)
    private mutating func insert(_ start: UnsafePointer<UInt8>, _ length: Int, tag: UInt64, at slot: Int) -> Int32 {
        let group = count
        slots.mutable(UInt64.self)[slot] = tag | UInt64(group + 1)
        bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: length))
        ends.append(bytes.count)
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
