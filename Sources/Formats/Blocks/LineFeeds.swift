import CSwiftwater

/// Line feeds in memory, sixteen bytes at a time.
enum LineFeeds {
    static func first(in base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
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

    static func last(in base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if base[index] == 0x0A { return index }
        }
        return nil
    }

    static func count(in base: UnsafePointer<UInt8>, _ byteCount: Int) -> Int {
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
}
