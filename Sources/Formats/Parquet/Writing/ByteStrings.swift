#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hashing and comparing runs of bytes.
enum ByteStrings {
    static func areEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
        memcmp(a, b, count) == 0
    }

    /// Whether `a` comes before `b` byte by byte, a prefix before what it begins.
    static func isLess(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        let common = min(a.count, b.count)
        if common > 0, let from = a.baseAddress, let to = b.baseAddress {
            let order = memcmp(from, to, common)
            if order != 0 { return order < 0 }
        }
        return a.count < b.count
    }

    /// The first eight bytes as a number that orders as they do; zeros where there are fewer.
    @inline(__always)
    static func prefix(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let base = bytes.baseAddress else { return 0 }
        if bytes.count >= 8 { return UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)) }
        var result: UInt64 = 0
        for index in 0..<bytes.count {
            result |= UInt64(base.load(fromByteOffset: index, as: UInt8.self)) << UInt64(56 - index * 8)
        }
        return result
    }

    /// A hash for tables of this process; eight bytes at a time.
    @inline(__always)
    static func hash(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index + 8 <= count {
            state = mix(state ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var tail: UInt64 = 0
        while index < count {
            tail = tail << 8 | UInt64(bytes.load(fromByteOffset: index, as: UInt8.self))
            index += 1
        }
        return mix(state ^ tail)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return high ^ low &+ 0x9E37_79B9_7F4A_7C15
    }
}
