import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Stable orders of rows: a radix sort for words, a sort by 8-byte prefixes for byte strings.
enum SortOrder {
    struct Entry: BitwiseCopyable {
        var key: UInt64
        var row: Int32
    }

    /// The rows of `words` in ascending order of the words; equal words keep their order.
    static func ascending(words: UnsafePointer<UInt64>, count: Int) -> [Int32] {
        let entries = Buffer(byteCount: count * MemoryLayout<Entry>.stride)
        let base = entries.mutable(Entry.self)
        for row in 0..<count { base[row] = Entry(key: words[row], row: Int32(row)) }
        sort(base, count)
        return withExtendedLifetime(entries) {
            [Int32](unsafeUninitializedCapacity: count) { rows, filled in
                for index in 0..<count { rows[index] = base[index].row }
                filled = count
            }
        }
    }

    /// Sorts entries by key; equal keys keep their order.
    static func sort(_ entries: UnsafeMutablePointer<Entry>, _ count: Int) {
        guard count > 96 else { return insertionSort(entries, count) }
        let counts = Buffer.zeroed(byteCount: 8 * 256 * 8)
        let histogram = counts.mutable(Int.self)
        for index in 0..<count {
            var key = entries[index].key
            for byte in 0..<8 {
                histogram[byte << 8 | Int(key & 0xFF)] += 1
                key >>= 8
            }
        }
        let scratch = Buffer(byteCount: count * MemoryLayout<Entry>.stride)
        var from = entries
        var to = scratch.mutable(Entry.self)
        for byte in 0..<8 {
            let counts = histogram + byte << 8
            let shift = UInt64(byte * 8)
            if counts[Int(from[0].key >> shift & 0xFF)] == count { continue }
            var total = 0
            for bucket in 0..<256 {
                let size = counts[bucket]
                counts[bucket] = total
                total += size
            }
            for index in 0..<count {
                let entry = from[index]
                let bucket = Int(entry.key >> shift & 0xFF)
                to[counts[bucket]] = entry
                counts[bucket] += 1
            }
            swap(&from, &to)
        }
        if from != entries { entries.update(from: from, count: count) }
        withExtendedLifetime((scratch, counts)) {}
    }

    private static func insertionSort(_ entries: UnsafeMutablePointer<Entry>, _ count: Int) {
        guard count > 1 else { return }
        for index in 1..<count {
            let entry = entries[index]
            var at = index
            while at > 0, entries[at - 1].key > entry.key {
                entries[at] = entries[at - 1]
                at -= 1
            }
            entries[at] = entry
        }
    }

    /// The rows 0..<count in ascending bytewise order of their strings; equal strings keep their order.
    static func ascending(count: Int, bytes: (Int) -> UnsafeBufferPointer<UInt8>) -> [Int32] {
        guard count > 1 else { return count == 1 ? [0] : [] }
        let strings = Buffer(byteCount: count * MemoryLayout<UnsafeBufferPointer<UInt8>>.stride)
        let base = strings.mutable(UnsafeBufferPointer<UInt8>.self)
        for row in 0..<count { base[row] = bytes(row) }
        let entries = Buffer(byteCount: count * MemoryLayout<Entry>.stride)
        let sorted = entries.mutable(Entry.self)
        for row in 0..<count { sorted[row] = Entry(key: 0, row: Int32(row)) }
        sort(sorted, count, base, from: 0)
        return withExtendedLifetime((strings, entries)) {
            [Int32](unsafeUninitializedCapacity: count) { rows, filled in
                for index in 0..<count { rows[index] = sorted[index].row }
                filled = count
            }
        }
    }

    /// Sorts entries whose strings agree in the bytes before `depth`.
    static func sort(
        _ entries: UnsafeMutablePointer<Entry>, _ count: Int, _ strings: UnsafePointer<UnsafeBufferPointer<UInt8>>,
        from depth: Int
    ) {
        if count < 16 { return insertionSort(entries, count, strings, from: depth) }
        let depth = depth + commonPrefix(entries, count, strings, from: depth)
        // The string's end sorts before a zero byte: lengths break the tie of padded prefixes.
        for index in 0..<count { entries[index].key = prefix(strings[Int(entries[index].row)], at: depth) }
        sort(entries, count)
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, entries[end].key == entries[start].key { end += 1 }
            if end - start > 1 { sortEqual(entries + start, end - start, strings, from: depth) }
            start = end
        }
    }

    /// Sorts entries with the same 8 bytes from `depth`: those that end within them first, by length.
    private static func sortEqual(
        _ entries: UnsafeMutablePointer<Entry>, _ count: Int, _ strings: UnsafePointer<UnsafeBufferPointer<UInt8>>,
        from depth: Int
    ) {
        for index in 0..<count {
            entries[index].key = UInt64(min(strings[Int(entries[index].row)].count - depth, 9))
        }
        sort(entries, count)
        guard let first = (0..<count).first(where: { entries[$0].key == 9 }), count - first > 1 else { return }
        sort(entries + first, count - first, strings, from: depth + 8)
    }

    private static func insertionSort(
        _ entries: UnsafeMutablePointer<Entry>, _ count: Int, _ strings: UnsafePointer<UnsafeBufferPointer<UInt8>>,
        from depth: Int
    ) {
        guard count > 1 else { return }
        for index in 1..<count {
            let entry = entries[index]
            let string = strings[Int(entry.row)]
            var at = index
            while at > 0, isLess(string, strings[Int(entries[at - 1].row)], from: depth) {
                entries[at] = entries[at - 1]
                at -= 1
            }
            entries[at] = entry
        }
    }

    private static func isLess(
        _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, from depth: Int
    ) -> Bool {
        let shared = min(a.count, b.count) - depth
        if shared > 0, let x = a.baseAddress, let y = b.baseAddress {
            let order = memcmp(x + depth, y + depth, shared)
            if order != 0 { return order < 0 }
        }
        return a.count < b.count
    }

    private static func commonPrefix(
        _ entries: UnsafePointer<Entry>, _ count: Int, _ strings: UnsafePointer<UnsafeBufferPointer<UInt8>>,
        from depth: Int
    ) -> Int {
        let first = strings[Int(entries[0].row)]
        var common = first.count - depth
        for index in 1..<count where common > 0 {
            let other = strings[Int(entries[index].row)]
            common = min(common, other.count - depth)
            var shared = 0
            while shared < common, first[depth + shared] == other[depth + shared] { shared += 1 }
            common = shared
        }
        return common
    }

    /// Up to 8 bytes from `depth` in big-endian order, zeros past the end.
    static func prefix(_ string: UnsafeBufferPointer<UInt8>, at depth: Int) -> UInt64 {
        let available = string.count - depth
        guard available > 0, let base = string.baseAddress else { return 0 }
        if available >= 8 {
            return UInt64(bigEndian: UnsafeRawPointer(base + depth).loadUnaligned(as: UInt64.self))
        }
        var word: UInt64 = 0
        for index in 0..<available { word |= UInt64(base[depth + index]) << UInt64(56 - 8 * index) }
        return word
    }
}
