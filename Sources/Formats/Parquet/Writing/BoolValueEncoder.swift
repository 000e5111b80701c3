import Columnar

/// Encodes booleans: bit-packed, or as run lengths where that is much smaller.
final class BoolValueEncoder: ValueEncoder {
    /// A byte for each value of the page.
    private let values = ByteBuffer()
    private let scratch: PageScratch
    private var hasFalse = false
    private var hasTrue = false

    init(scratch: PageScratch) { self.scratch = scratch }

    func byteCount(of column: Column, _ range: Range<Int>) -> Int { range.count / 8 + 1 }

    var pageByteCount: Int { values.count / 8 }

    var needsNewPage: Bool { false }

    func append(_ column: Column, _ range: Range<Int>) {
        if column.dictionary == nil {
            appendBits(column, range)
        } else {
            appendBits(column.slice(range).decoded(), 0..<range.count)
        }
    }

    private func appendBits(_ column: Column, _ range: Range<Int>) {
        let bits = column.bits.pointer
        let to = values.reserve(range.count).assumingMemoryBound(to: UInt8.self)
        var ones = 0
        for index in 0..<range.count {
            let row = range.lowerBound + index
            let bit = bits[row >> 3] >> UInt8(row & 7) & 1
            to[index] = bit
            ones += Int(bit)
        }
        if ones > 0 { hasTrue = true }
        if ones < range.count { hasFalse = true }
        values.advance(range.count)
    }

    func finishPage(
        to target: ByteBuffer, _ compressor: BlockCompressor
    ) throws(SwiftwaterError) -> Parquet.Encoding {
        defer { values.removeAll() }
        let pointer = UnsafePointer(values.base.assumingMemoryBound(to: UInt8.self))
        let count = values.count
        let runs = scratch.alternative
        runs.removeAll()
        HybridEncoder.encode(pointer, count, bitWidth: 1, to: runs)
        let packed = (count + 7) / 8
        // Run lengths are newer than the format: only where they gain something.
        if (runs.count + 4) * 4 < packed {
            target.append(littleEndian: UInt32(runs.count))
            target.append(runs.bytes)
            return .rle
        }
        BitPackedRun.pack(pointer, count, bitWidth: 1, into: target.reserve(packed + 16), byteCount: packed)
        target.advance(packed)
        return .plain
    }

    func finishDictionary(to target: ByteBuffer) -> Int? { nil }

    func finishChunk() -> ValueBounds {
        var result = ValueBounds()
        if hasFalse || hasTrue {
            result.minimum = [hasFalse ? 0 : 1]
            result.maximum = [hasTrue ? 1 : 0]
        }
        hasFalse = false
        hasTrue = false
        return result
    }
}
