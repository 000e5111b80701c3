import Columnar

/// Builds a bitmap from bytes of 0 and 1, eight at a time.
struct BitPacker {
    private var bytes: BufferBuilder<UInt8>
    /// Bits so far.
    private(set) var count = 0

    init(capacity: Int) { bytes = BufferBuilder(capacity: capacity / 8 + 16) }

    /// Makes room for `extra` bits; bits of the last byte past `count` are zero.
    private mutating func reserve(_ extra: Int) -> UnsafeMutablePointer<UInt8> {
        let wanted = (count + extra + 7) / 8
        if wanted > bytes.count { bytes.append(repeating: 0, count: wanted - bytes.count) }
        return bytes.pointer
    }

    /// Appends a bit for each of `source`, which are 0 or 1.
    mutating func append(_ source: UnsafePointer<UInt8>, count extra: Int) {
        let target = reserve(extra)
        var index = 0
        while index < extra, (count + index) & 7 != 0 {
            target[(count + index) >> 3] |= source[index] << UInt8((count + index) & 7)
            index += 1
        }
        let raw = UnsafeRawPointer(source)
        while index + 8 <= extra {
            // The multiplication moves the lowest bit of byte i to bit 56 + i.
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
            target[(count + index) >> 3] = UInt8(truncatingIfNeeded: (word &* 0x0102_0408_1020_4080) >> 56)
            index += 8
        }
        while index < extra {
            target[(count + index) >> 3] |= source[index] << UInt8((count + index) & 7)
            index += 1
        }
        count += extra
    }

    mutating func append(repeating bit: Bool, count extra: Int) {
        let target = reserve(extra)
        guard bit else {
            count += extra
            return
        }
        var index = 0
        while index < extra, (count + index) & 7 != 0 {
            target[(count + index) >> 3] |= 1 << UInt8((count + index) & 7)
            index += 1
        }
        let whole = (extra - index) / 8
        if whole > 0 { (target + (count + index) >> 3).update(repeating: 0xFF, count: whole) }
        index += whole * 8
        while index < extra {
            target[(count + index) >> 3] |= 1 << UInt8((count + index) & 7)
            index += 1
        }
        count += extra
    }

    /// Whether the bit at `index` is set.
    func bits(_ index: Int) -> Bool { bytes.pointer[index >> 3] & 1 << UInt8(index & 7) != 0 }

    consuming func finish() -> Bitmap {
        let count = self.count
        return Bitmap(buffer: bytes.finish(), count: count)
    }
}
