/// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Sequence {
    /// The bytes of the non-ASCII character at `p`, or 0 when it is malformed. Reads on only while bytes are right.
    @inline(__always)
    static func length(_ p: UnsafePointer<UInt8>) -> Int {
        let first = p[0]
        if first < 0xC2 { return 0 }
        if first < 0xE0 { return isContinuation(p[1]) ? 2 : 0 }
        if first < 0xF0 {
            guard isContinuation(p[1]), isContinuation(p[2]) else { return 0 }
            if first == 0xE0, p[1] < 0xA0 { return 0 }
            if first == 0xED, p[1] >= 0xA0 { return 0 }
            return 3
        }
        guard first < 0xF5, isContinuation(p[1]), isContinuation(p[2]), isContinuation(p[3]) else { return 0 }
        if first == 0xF0, p[1] < 0x90 { return 0 }
        if first == 0xF4, p[1] >= 0x90 { return 0 }
        return 4
    }

    @inline(__always)
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
