/// Hashing of keys: a 64 by 64 bit multiplication whose halves are folded, as in the wyhash family.
enum KeyHash {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xD6E8_FEB8_6659_FD93

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always)
    static func hash(_ key: UInt64) -> UInt64 { fold(key ^ second, first) }

    /// The hash of `count` bytes; reads nothing outside them.
    @inline(__always)
    static func hash(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(bytes)
        var state = UInt64(truncatingIfNeeded: count) &* second
        if count >= 8 {
            var at = 0
            while at &+ 16 <= count {
                state = fold(
                    raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ first,
                    raw.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self) ^ state)
                at &+= 16
            }
            if at &+ 8 < count {
                state = fold(raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ first, state ^ second)
            }
            return fold(raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) ^ second, state ^ first)
        }
        var word: UInt64 = 0
        if count >= 4 {
            let low = UInt64(raw.loadUnaligned(as: UInt32.self))
            let high = UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            word = low | (high << 32)
        } else if count > 0 {
            word = UInt64(bytes[0]) | (UInt64(bytes[count >> 1]) << 8) | (UInt64(bytes[count &- 1]) << 16)
        }
        return fold(word ^ first, state ^ second)
    }
}
