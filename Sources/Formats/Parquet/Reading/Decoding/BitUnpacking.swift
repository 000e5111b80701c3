/// Unpacks little-endian bit-packed numbers: `count` values of `width` bits (0...64) from the value at `first`.
///
/// The caller has checked that the bytes of all these values are below `readable`.
@inline(__always)
func unpackBits<T: FixedWidthInteger & BitwiseCopyable>(
    _ base: UnsafePointer<UInt8>, readable: Int, width: Int, first: Int, count: Int, into out: UnsafeMutablePointer<T>
) {
    if width == 0 {
        out.update(repeating: 0, count: count)
        return
    }
    let raw = UnsafeRawPointer(base)
    let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) &- 1
    var index = 0
    var bit = first * width
    if width <= 57, readable >= 8 {
        // A whole word may be loaded for each of these values.
        let lastWord = (readable - 8) * 8 + 7
        let fast = bit > lastWord ? 0 : min(count, (lastWord - bit) / width + 1)
        if width <= 8 {
            // Eight values lie in one word when they start at a byte.
            while bit & 7 != 0, index < fast {
                out[index] = load(raw, bit, mask)
                index += 1
                bit += width
            }
            while index + 8 <= fast {
                var word = raw.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self).littleEndian
                for lane in 0..<8 {
                    out[index + lane] = T(truncatingIfNeeded: word & mask)
                    word >>= UInt64(width)
                }
                index += 8
                bit += 8 * width
            }
        }
        while index < fast {
            out[index] = load(raw, bit, mask)
            index += 1
            bit += width
        }
    }
    while index < count {
        out[index] = T(truncatingIfNeeded: assemble(base, bit, width) & mask)
        index += 1
        bit += width
    }
}

/// The value at `bit` from one word that is readable as a whole.
@inline(__always)
private func load<T: FixedWidthInteger>(_ base: UnsafeRawPointer, _ bit: Int, _ mask: UInt64) -> T {
    let word = base.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self).littleEndian
    return T(truncatingIfNeeded: (word >> UInt64(bit & 7)) & mask)
}

/// The value at `bit` byte by byte: for wide values and the last ones.
private func assemble(_ base: UnsafePointer<UInt8>, _ bit: Int, _ width: Int) -> UInt64 {
    let first = bit >> 3
    let last = (bit + width - 1) >> 3
    let shift = UInt64(bit & 7)
    var result: UInt64 = 0
    for byte in first...last {
        let value = UInt64(base[byte])
        let place = (byte - first) * 8
        if place == 0 {
            result = value >> shift
        } else {
            result |= value << (UInt64(place) - shift)
        }
    }
    return result
}
