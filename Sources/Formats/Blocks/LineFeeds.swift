import CSwiftwater

/// Line feeds in memory, sixteen bytes at a time.
package enum LineFeeds {
    package static func first(in base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index + 16 <= range.upperBound {
            let mask = sw_equal(base + index, 0x0A)
            if mask != 0 { return index + mask.trailingZeroBitCount }
            index += 16
        }
        while index < range.upperBound {
            if base[index] == 0x0A { return index }
            index += 1
        }
        return nil
    }

    package static func last(in base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index - 16 >= range.lowerBound {
            let mask = sw_equal(base + index - 16, 0x0A)
            if mask != 0 { return index - 1 - (mask.leadingZeroBitCount - (mask.bitWidth - 16)) }
            index -= 16
        }
        while index > range.lowerBound {
            index -= 1
            if base[index] == 0x0A { return index }
        }
        return nil
    }

    package static func count(in base: UnsafePointer<UInt8>, _ byteCount: Int) -> Int {
        var index = 0
        var count = 0
        while index + 16 <= byteCount {
            count += sw_equal(base + index, 0x0A).nonzeroBitCount
            index += 16
        }
        while index < byteCount {
            if base[index] == 0x0A { count += 1 }
            index += 1
        }
        return count
    }

    /// Where the first `lines` lines of `range` end, which ends with a line feed, and how many there are.
    package static func end(
        in base: UnsafePointer<UInt8>, _ range: Range<Int>, lines: Int
    ) -> (end: Int, lines: Int) {
        let all = count(in: base + range.lowerBound, range.count)
        if all <= lines { return (range.upperBound, all) }
        var end = range.lowerBound
        for _ in 0..<max(lines, 1) { end = (first(in: base, end..<range.upperBound) ?? range.upperBound - 1) + 1 }
        return (end, max(lines, 1))
    }
}
