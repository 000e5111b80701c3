/// Parquet's DELTA_BINARY_PACKED: differences to the value before, less the smallest of a block, bit-packed.
enum DeltaEncoder {
    /// What other writers use too: 128 values a block, in four miniblocks.
    private static let blockSize = 128
    private static let miniblockSize = 32

    static func encode<T: FixedWidthInteger & SignedInteger>(
        _ values: UnsafePointer<T>, _ count: Int, to target: ByteBuffer
    ) where T.Magnitude: FixedWidthInteger {
        target.append(varint: UInt64(blockSize))
        target.append(varint: UInt64(blockSize / miniblockSize))
        target.append(varint: UInt64(count))
        target.append(zigzag: count == 0 ? 0 : Int64(values[0]))
        withUnsafeTemporaryAllocation(of: T.Magnitude.self, capacity: blockSize) { deltas in
            guard let deltas = deltas.baseAddress else { return }
            var first = 1
            while first < count {
                let size = min(blockSize, count - first)
                encodeBlock(values + first, size, deltas, to: target)
                first += size
            }
        }
    }

    @inline(__always)
    private static func encodeBlock<T: FixedWidthInteger & SignedInteger>(
        _ values: UnsafePointer<T>, _ size: Int, _ deltas: UnsafeMutablePointer<T.Magnitude>, to target: ByteBuffer
    ) where T.Magnitude: FixedWidthInteger {
        var smallest = T.max
        for index in 0..<size { smallest = min(smallest, values[index] &- values[index - 1]) }
        for index in 0..<size {
            deltas[index] = T.Magnitude(truncatingIfNeeded: values[index] &- values[index - 1] &- smallest)
        }
        for index in size..<blockSize { deltas[index] = 0 }
        target.append(zigzag: Int64(smallest))
        let miniblocks = blockSize / miniblockSize
        let widths = target.reserve(miniblocks + blockSize * 8 + 16)
        var to = widths + miniblocks
        for miniblock in 0..<miniblocks {
            let part = deltas + miniblock * miniblockSize
            var union: T.Magnitude = 0
            for index in 0..<miniblockSize { union |= part[index] }
            // A miniblock without values has no bytes: its deltas are all zero.
            let width = T.Magnitude.bitWidth - union.leadingZeroBitCount
            widths.storeBytes(of: UInt8(width), toByteOffset: miniblock, as: UInt8.self)
            let bytes = width * miniblockSize / 8
            BitPackedRun.pack(part, miniblockSize, bitWidth: width, into: to, byteCount: bytes)
            to += bytes
        }
        target.advance(to - widths)
    }
}
