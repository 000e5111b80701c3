import Columnar

/// Bytes of 0 and 1 to bits.
enum ByteToBit {
    /// Packs the first `count` bytes of `bytes`, each 0 or 1.
    static func pack(_ bytes: Buffer, count: Int) -> Bitmap {
        let packed = Buffer(byteCount: (count + 7) / 8)
        let out = packed.mutable(UInt8.self)
        let whole = count / 8
        for index in 0..<whole {
            let word = UInt64(littleEndian: bytes.base.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            // The multiplication moves bit 0 of byte i to bit 56 + i.
            out[index] = UInt8(truncatingIfNeeded: ((word & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) >> 56)
        }
        if whole * 8 < count {
            let values = bytes.mutable(UInt8.self)
            out[whole] = 0
            for index in (whole * 8)..<count { out[whole] |= (values[index] & 1) << UInt8(index & 7) }
        }
        return Bitmap(buffer: packed, count: count)
    }
}
