import Columnar

extension SortOrder {
    /// Sorts entries by their rows' byte strings; equal ones keep their order, and `equal` is told where they are.
    static func sort(
        _ entries: UnsafeMutablePointer<Entry>, _ count: Int, _ bytes: OrderedBytes,
        equal: (_ start: Int, _ length: Int) -> Void
    ) {
        let rows = Buffer(byteCount: count * 4)
        let row = rows.mutable(Int32.self)
        let strings = Buffer(byteCount: count * MemoryLayout<UnsafeBufferPointer<UInt8>>.stride)
        let base = strings.mutable(UnsafeBufferPointer<UInt8>.self)
        for index in 0..<count {
            row[index] = entries[index].row
            base[index] = bytes[Int(entries[index].row)]
            entries[index].row = Int32(truncatingIfNeeded: index)
        }
        sort(entries, count, base, from: 0)
        var start = 0
        while start < count {
            let first = base[Int(entries[start].row)]
            var end = start + 1
            while end < count, isEqual(base[Int(entries[end].row)], first) { end += 1 }
            for index in start..<end { entries[index].row = row[Int(entries[index].row)] }
            if end - start > 1 { equal(start, end - start) }
            start = end
        }
        withExtendedLifetime((rows, strings, bytes)) {}
    }

    private static func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        a.count == b.count && a.elementsEqual(b)
    }
}
