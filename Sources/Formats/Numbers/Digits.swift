/// Eight ASCII digits at a time in a 64-bit word (SWAR), the number readers' first step.
///
/// The text is little-endian in the word: its first character in the lowest byte.
enum Digits {
    /// How many of the eight bytes are digits before the first that is not.
    @inline(__always)
    static func leadingCount(_ word: UInt64) -> Int {
        // The high bit of a byte is set when it is below '0' or above '9'; a byte below '0' may borrow
        // from the next one, which changes only bytes after the first that is not a digit.
        let below = word &- 0x3030_3030_3030_3030
        let above = word &+ 0x4646_4646_4646_4646
        let other = (below | above | word) & 0x8080_8080_8080_8080
        return other == 0 ? 8 : other.trailingZeroBitCount >> 3
    }

    /// The number that the first `count` (0...8) bytes spell; they must be digits.
    @inline(__always)
    static func value(_ word: UInt64, count: Int) -> UInt64 {
        // Shifting moves the digits to the end of the word; the zero bytes before them count as leading zeros.
        // (Half the distance twice, because a shift by all 64 bits is none.)
        let half = UInt64(truncatingIfNeeded: (8 &- count) &* 4)
        let digits = ((word &- 0x3030_3030_3030_3030) &<< half) &<< half
        let pairs = (digits &* 10) &+ (digits >> 8)
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (low &+ high) >> 32
    }

    /// Reads eight bytes as a word.
    @inline(__always)
    static func word(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }
}
