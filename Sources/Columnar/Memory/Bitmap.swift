/// Bits in Arrow's order: bit `i` is bit `i % 8` of byte `i / 8`. Always starts at bit 0 of its buffer.
public struct Bitmap: Sendable {
    public let buffer: Buffer
    /// Bits, which may end inside the last byte.
    public let count: Int

    public init(buffer: Buffer, count: Int) {
        precondition(buffer.byteCount * 8 >= count, "bitmap shorter than its count")
        self.buffer = buffer
        self.count = count
    }

    public init(_ bits: some Collection<Bool>) {
        var builder = BitmapBuilder(capacity: bits.count)
        for bit in bits { builder.append(bit) }
        self = builder.finish()
    }

    public init(repeating bit: Bool, count: Int) {
        let bytes = (count + 7) / 8
        buffer = Buffer(byteCount: bytes)
        buffer.base.initializeMemory(as: UInt8.self, repeating: bit ? 0xFF : 0, count: bytes)
        self.count = count
    }

    @inlinable public var pointer: UnsafePointer<UInt8> { UnsafePointer(buffer.mutable(UInt8.self)) }

    @inlinable
    public subscript(_ index: Int) -> Bool { pointer[index >> 3] & (1 << UInt8(index & 7)) != 0 }

    /// The number of set bits.
    public var countOfOnes: Int {
        var ones = 0
        let whole = count / 64
        for word in 0..<whole {
            ones += buffer.base.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self).nonzeroBitCount
        }
        for index in (whole * 64)..<count where self[index] { ones += 1 }
        return ones
    }

    /// The 64 bits from `word * 64`, those past the end as zero.
    @inlinable
    public func word(_ word: Int) -> UInt64 {
        let first = word * 8
        let available = (count + 7) / 8 - first
        var bits: UInt64 = 0
        if available >= 8 {
            bits = buffer.base.loadUnaligned(fromByteOffset: first, as: UInt64.self)
        } else if available > 0 {
            for byte in 0..<available { bits |= UInt64(pointer[first + byte]) << UInt64(byte * 8) }
        }
        let valid = count - word * 64
        return valid >= 64 ? bits : (valid <= 0 ? 0 : bits & ((1 << UInt64(valid)) - 1))
    }

    public func slice(_ range: Range<Int>) -> Bitmap {
        if range.lowerBound % 8 == 0 {
            let first = range.lowerBound / 8
            return Bitmap(buffer: buffer.slice(first..<((range.upperBound + 7) / 8)), count: range.count)
        }
        var builder = BitmapBuilder(capacity: range.count)
        for index in range { builder.append(self[index]) }
        return builder.finish()
    }

    /// Bitwise and; the counts must agree.
    public static func & (a: Bitmap, b: Bitmap) -> Bitmap { combine(a, b) { $0 & $1 } }
    /// Bitwise or; the counts must agree.
    public static func | (a: Bitmap, b: Bitmap) -> Bitmap { combine(a, b) { $0 | $1 } }
    public static prefix func ~ (a: Bitmap) -> Bitmap { combine(a, a) { ~($0 & $1) } }

    @inline(__always)
    private static func combine(_ a: Bitmap, _ b: Bitmap, _ operation: (UInt64, UInt64) -> UInt64) -> Bitmap {
        precondition(a.count == b.count, "bitmaps of different counts")
        let words = (a.count + 63) / 64
        let result = Buffer(byteCount: words * 8)
        let out = result.mutable(UInt64.self)
        for word in 0..<words { out[word] = operation(a.word(word), b.word(word)) }
        return Bitmap(buffer: result.slice(0..<((a.count + 7) / 8)), count: a.count)
    }
}

/// A growing bitmap.
public struct BitmapBuilder {
    @usableFromInline var bytes: BufferBuilder<UInt8>
    public private(set) var count = 0
    /// Bits appended as zero.
    public private(set) var countOfZeros = 0

    public init(capacity: Int = 64) { bytes = BufferBuilder(capacity: capacity / 8 + 1) }

    public mutating func append(_ bit: Bool) {
        if count & 7 == 0 { bytes.append(0) }
        if bit { bytes.pointer[count >> 3] |= 1 << UInt8(count & 7) } else { countOfZeros += 1 }
        count += 1
    }

    public mutating func append(repeating bit: Bool, count extra: Int) {
        var rest = extra
        while rest > 0 {
            let bits = min(rest, 64)
            append(bit ? .max >> UInt64(64 - bits) : 0, bits: bits)
            rest -= bits
        }
    }

    public mutating func append(contentsOf bitmap: Bitmap) {
        for index in 0..<((bitmap.count + 63) / 64) {
            append(bitmap.word(index), bits: min(64, bitmap.count - index * 64))
        }
    }

    /// Appends the lowest `bits` bits of `word`, above which it is zero.
    private mutating func append(_ word: UInt64, bits: Int) {
        let total = (count + bits + 7) / 8
        bytes.append(repeating: 0, count: total - bytes.count)
        let first = count >> 3
        let shift = UInt64(count & 7)
        let low = word << shift
        for index in 0..<min(8, total - first) {
            bytes.pointer[first + index] |= UInt8(truncatingIfNeeded: low >> UInt64(8 * index))
        }
        if total - first > 8 { bytes.pointer[first + 8] |= UInt8(truncatingIfNeeded: word >> (64 - shift)) }
        countOfZeros += bits - word.nonzeroBitCount
        count += bits
    }

    public consuming func finish() -> Bitmap {
        let count = self.count
        return Bitmap(buffer: bytes.finish(), count: count)
    }
}
