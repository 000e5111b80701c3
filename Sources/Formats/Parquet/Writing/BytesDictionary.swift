/// The distinct strings of a chunk and their codes, in the order of their first use.
///
/// A hash table with open addressing. The strings are kept as the dictionary page has them: the length in four
/// bytes, then the bytes.
struct BytesDictionary {
    private static let smallestSlotBits = 10

    /// What is known of a value without looking at its bytes.
    private struct Entry {
        var hash: UInt64
        /// Where its bytes begin in the page.
        var offset: Int
        var length: Int
    }

    /// The code of the value in each slot, or -1.
    private var slots: UnsafeMutablePointer<Int32>
    private var slotBits: Int
    /// Room for half as many values as there are slots.
    private var entries: UnsafeMutablePointer<Entry>
    private let page = ByteBuffer()
    private(set) var count = 0

    init() {
        slotBits = Self.smallestSlotBits
        (slots, entries) = Self.allocate(slotBits)
    }

    /// Frees the memory; the dictionary must not be used afterwards.
    func deallocate() {
        slots.deallocate()
        entries.deallocate()
    }

    /// The dictionary page.
    var bytes: UnsafeRawBufferPointer { page.bytes }

    /// The bytes of the value with this code; valid until another is added.
    subscript(_ code: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: page.base + entries[code].offset, count: entries[code].length)
    }

    mutating func removeAll() {
        guard count > 0 else { return }
        page.removeAll()
        count = 0
        if slotBits > Self.smallestSlotBits {
            deallocate()
            slotBits = Self.smallestSlotBits
            (slots, entries) = Self.allocate(slotBits)
        } else {
            slots.update(repeating: -1, count: 1 << slotBits)
        }
    }

    /// Appends the codes of the strings in `range` to `codes`; those that are new get the next codes.
    mutating func encode(
        _ bytes: UnsafePointer<UInt8>, _ offsets: UnsafePointer<Int32>, _ range: Range<Int>, to codes: ByteBuffer
    ) {
        let to = codes.reserve(range.count * 4).assumingMemoryBound(to: UInt32.self)
        var slots = self.slots
        var entries = self.entries
        var mask = (1 << slotBits) - 1
        var known = UnsafeRawPointer(page.base)
        for index in 0..<range.count {
            let start = Int(offsets[range.lowerBound + index])
            let length = Int(offsets[range.lowerBound + index + 1]) - start
            let source = UnsafeRawPointer(bytes + start)
            let hash = ByteStrings.hash(source, length)
            var slot = Int(truncatingIfNeeded: hash) & mask
            var code = slots[slot]
            while code >= 0 {
                let entry = entries[Int(code)]
                if entry.hash == hash, entry.length == length,
                    ByteStrings.areEqual(known + entry.offset, source, length)
                {
                    break
                }
                slot = (slot &+ 1) & mask
                code = slots[slot]
            }
            if code < 0 {
                code = insert(source, length, hash, slot)
                slots = self.slots
                entries = self.entries
                mask = (1 << slotBits) - 1
                known = UnsafeRawPointer(page.base)
            }
            to[index] = UInt32(bitPattern: code)
        }
        codes.advance(range.count * 4)
    }

    @inline(never)
    private mutating func insert(_ source: UnsafeRawPointer, _ length: Int, _ hash: UInt64, _ slot: Int) -> Int32 {
        let code = Int32(truncatingIfNeeded: count)
        slots[slot] = code
        page.append(littleEndian: UInt32(truncatingIfNeeded: length))
        entries[count] = Entry(hash: hash, offset: page.count, length: length)
        page.append(UnsafeRawBufferPointer(start: source, count: length))
        count += 1
        if count * 2 >= 1 << slotBits { grow() }
        return code
    }

    private mutating func grow() {
        let (smallSlots, smallEntries) = (slots, entries)
        slotBits += 2
        (slots, entries) = Self.allocate(slotBits)
        entries.update(from: smallEntries, count: count)
        smallSlots.deallocate()
        smallEntries.deallocate()
        let mask = (1 << slotBits) - 1
        for code in 0..<count {
            var slot = Int(truncatingIfNeeded: entries[code].hash) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: code)
        }
    }

    private static func allocate(_ slotBits: Int) -> (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Entry>) {
        let slots = UnsafeMutablePointer<Int32>.allocate(capacity: 1 << slotBits)
        slots.initialize(repeating: -1, count: 1 << slotBits)
        return (slots, UnsafeMutablePointer<Entry>.allocate(capacity: 1 << (slotBits - 1)))
    }
}
