/// The hybrid of run lengths and bit packing that Parquet uses for levels and dictionary codes.
enum HybridEncoder {
    /// Bits that a value up to `maximum` takes.
    static func bitWidth(_ maximum: Int) -> Int { Int.bitWidth - maximum.leadingZeroBitCount }

    /// Appends `count` values of at most `bitWidth` (0...32) bits.
    static func encode<T: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafePointer<T>, _ count: Int, bitWidth: Int, to target: ByteBuffer
    ) {
        // Values that are not written yet begin at `literals`; runs of eight and more are written as such.
        var literals = 0
        var index = 0
        while index < count {
            let value = values[index]
            var end = index + 1
            while end < count, values[end] == value { end += 1 }
            // Bit-packed values come in eights: the run completes the eight before it.
            let fill = (8 - (index - literals) & 7) & 7
            if end - index >= fill + 8 {
                pack(values + literals, index + fill - literals, bitWidth: bitWidth, to: target)
                run(UInt64(truncatingIfNeeded: value), end - index - fill, bitWidth: bitWidth, to: target)
                literals = end
            }
            index = end
        }
        pack(values + literals, count - literals, bitWidth: bitWidth, to: target)
    }

    /// Appends a run of one value.
    static func run(_ value: UInt64, _ count: Int, bitWidth: Int, to target: ByteBuffer) {
        guard count > 0 else { return }
        target.append(varint: UInt64(count) << 1)
        let bytes = (bitWidth + 7) / 8
        target.reserve(8).storeBytes(of: value.littleEndian, as: UInt64.self)
        target.advance(bytes)
    }

    /// Appends a bit-packed run, padded with zeros to a multiple of eight.
    private static func pack<T: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafePointer<T>, _ count: Int, bitWidth: Int, to target: ByteBuffer
    ) {
        guard count > 0 else { return }
        let eights = (count + 7) / 8
        target.append(varint: UInt64(eights) << 1 | 1)
        let bytes = eights * bitWidth
        BitPackedRun.pack(values, count, bitWidth: bitWidth, into: target.reserve(bytes + 16), byteCount: bytes)
        target.advance(bytes)
    }
}

/// Packs values least significant bit first.
enum BitPackedRun {
    /// Writes `count` values and zeros up to `byteCount`; up to 16 bytes after that may be overwritten.
    @inline(__always)
    static func pack<T: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafePointer<T>, _ count: Int, bitWidth: Int, into target: UnsafeMutableRawPointer, byteCount: Int
    ) {
        var held: UInt64 = 0
        var bits = 0
        var to = target
        let width = UInt64(truncatingIfNeeded: bitWidth)
        if bitWidth <= 32 {
            for index in 0..<count {
                held |= UInt64(truncatingIfNeeded: values[index]) &<< UInt64(truncatingIfNeeded: bits)
                bits &+= Int(truncatingIfNeeded: width)
                if bits >= 32 {
                    to.storeBytes(of: UInt32(truncatingIfNeeded: held).littleEndian, as: UInt32.self)
                    to += 4
                    held &>>= 32
                    bits &-= 32
                }
            }
        } else {
            for index in 0..<count {
                let value = UInt64(truncatingIfNeeded: values[index])
                held |= value &<< UInt64(truncatingIfNeeded: bits)
                if bits + bitWidth >= 64 {
                    to.storeBytes(of: held.littleEndian, as: UInt64.self)
                    to += 8
                    // A shift by 64 gives zero, as it must when the value ended with the word.
                    held = value >> UInt64(64 - bits)
                    bits += bitWidth - 64
                } else {
                    bits += bitWidth
                }
            }
        }
        let written = to - target
        if written < byteCount {
            to.storeBytes(of: held.littleEndian, as: UInt64.self)
            if written + 8 < byteCount {
                (to + 8).initializeMemory(as: UInt8.self, repeating: 0, count: byteCount - written - 8)
            }
        }
    }
}

extension ByteBuffer {
    /// Appends a number in LEB128, seven bits a byte.
    func append(varint value: UInt64) {
        let room = reserve(10)
        var rest = value
        var count = 0
        while rest >= 0x80 {
            room.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            rest >>= 7
            count += 1
        }
        room.storeBytes(of: UInt8(rest), toByteOffset: count, as: UInt8.self)
        advance(count + 1)
    }

    func append(zigzag value: Int64) { append(varint: UInt64(bitPattern: value << 1 ^ value >> 63)) }

    func append(littleEndian value: UInt32) {
        reserve(4).storeBytes(of: value.littleEndian, as: UInt32.self)
        advance(4)
    }
}
