import Columnar
import Glibc

/// `memcmp`, for pointers that may be null when there is nothing to compare.
@inline(__always)
func compareBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    count == 0 ? 0 : memcmp(a, b, count)
}

/// Whether `part` occurs in `text`: from one occurrence of its first byte to the next.
func containsBytes(_ text: UnsafePointer<UInt8>, _ count: Int, _ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    var position = 0
    while position + part.count <= count {
        guard let found = memchr(text + position, Int32(first), count - part.count + 1 - position) else { return false }
        let candidate = found.assumingMemoryBound(to: UInt8.self)
        if memcmp(candidate, part, part.count) == 0 { return true }
        position = UnsafePointer(candidate) - text + 1
    }
    return false
}

/// A set of byte strings that is asked with pointers: no allocation a row.
struct ByteStringSet: Sendable {
    private var slots: [Int32]
    private var items: [[UInt8]]
    private let mask: Int

    init(_ strings: some Collection<[UInt8]>) {
        var capacity = 8
        while capacity < strings.count * 2 { capacity *= 2 }
        slots = Array(repeating: -1, count: capacity)
        items = []
        mask = capacity - 1
        for string in strings {
            let place = string.withUnsafeBufferPointer { bytes in find(bytes) }
            if slots[place] >= 0 { continue }
            slots[place] = Int32(items.count)
            items.append(string)
        }
    }

    /// The place of `bytes` among the distinct strings, in the order in which they were given.
    func place(of bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        let place = slots[find(bytes)]
        return place < 0 ? nil : place
    }

    func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { slots[find(bytes)] >= 0 }

    /// The slot of `bytes`, or the free one where they would go.
    private func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var place = Self.hash(bytes) & mask
        while slots[place] >= 0 {
            let item = items[Int(slots[place])]
            if item.count == bytes.count, item.elementsEqual(bytes) { return place }
            place = (place + 1) & mask
        }
        return place
    }

    /// FNV-1a.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}
