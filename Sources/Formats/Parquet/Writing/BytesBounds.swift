/// The smallest and the largest of some byte strings, byte by byte, cut to a length that suits statistics.
struct BytesBounds {
    /// Bytes of a bound in the metadata, as in Arrow and parquet-java.
    private static let maximumLength = 64

    private let minimum = ByteBuffer()
    private let maximum = ByteBuffer()
    private(set) var isSet = false

    mutating func removeAll() { isSet = false }

    /// Takes in one value.
    mutating func extend(_ value: UnsafeRawBufferPointer) {
        withBytes(value) { base in
            extend(base.assumingMemoryBound(to: UInt8.self), [0, Int32(truncatingIfNeeded: value.count)], 0..<1)
        }
    }

    /// Takes in the strings in `range`.
    ///
    /// The first eight bytes decide about most of them; the smallest and the largest stay where they are until the end.
    mutating func extend(
        _ bytes: UnsafePointer<UInt8>, _ offsets: UnsafePointer<Int32>, _ range: Range<Int>
    ) {
        guard !range.isEmpty else { return }
        let first = Self.value(bytes, offsets, range.lowerBound)
        var smallest = isSet ? minimum.bytes : first
        var largest = isSet ? maximum.bytes : first
        var low = ByteStrings.prefix(smallest)
        var high = ByteStrings.prefix(largest)
        for row in range {
            let value = Self.value(bytes, offsets, row)
            let prefix = ByteStrings.prefix(value)
            if prefix <= low, prefix < low || ByteStrings.isLess(value, smallest) {
                smallest = value
                low = prefix
            }
            if prefix >= high, prefix > high || ByteStrings.isLess(largest, value) {
                largest = value
                high = prefix
            }
        }
        if smallest.baseAddress != UnsafeRawPointer(minimum.base) { replace(minimum, smallest) }
        if largest.baseAddress != UnsafeRawPointer(maximum.base) { replace(maximum, largest) }
        isSet = true
    }

    @inline(__always)
    private static func value(
        _ bytes: UnsafePointer<UInt8>, _ offsets: UnsafePointer<Int32>, _ row: Int
    ) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + Int(offsets[row]), count: Int(offsets[row + 1]) - Int(offsets[row]))
    }

    private func replace(_ target: ByteBuffer, _ value: UnsafeRawBufferPointer) {
        target.removeAll()
        target.append(value)
    }

    /// The bounds for the metadata. With `isText`, they are cut between characters.
    func bounds(isText: Bool) -> ValueBounds {
        var result = ValueBounds()
        guard isSet else { return result }
        let smallest = Array(minimum.bytes.prefix(Self.maximumLength + 1))
        let largest = Array(maximum.bytes.prefix(Self.maximumLength + 1))
        result.minimum = smallest
        result.maximum = largest
        if minimum.count > Self.maximumLength {
            // A prefix comes before what it begins.
            result.minimum = Array(smallest[..<Self.cut(smallest, isText)])
            result.isMinimumExact = false
        }
        if maximum.count > Self.maximumLength {
            result.maximum = Self.above(Array(largest[..<Self.cut(largest, isText)]), isText)
            result.isMaximumExact = false
        }
        return result
    }

    /// Where to cut `bytes`, at most at `maximumLength`.
    private static func cut(_ bytes: [UInt8], _ isText: Bool) -> Int {
        var end = maximumLength
        // Bytes 10xxxxxx continue a character; none continues for more than three.
        if isText { while end > maximumLength - 4, bytes[end] & 0xC0 == 0x80 { end -= 1 } }
        return end
    }

    /// The shortest string that comes after all that begin with `prefix`, or nil.
    private static func above(_ prefix: [UInt8], _ isText: Bool) -> [UInt8]? {
        isText ? textAbove(prefix) : bytesAbove(prefix)
    }

    private static func bytesAbove(_ prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.popLast() {
            if last < 0xFF { return bytes + [last + 1] }
        }
        return nil
    }

    /// UTF-8 orders as its characters' numbers do, so the last character that has a successor is replaced by it.
    private static func textAbove(_ prefix: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: prefix, as: UTF8.self) else { return nil }
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.popLast() {
            // Surrogates are not characters.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            if let scalar = Unicode.Scalar(next) {
                var result = String.UnicodeScalarView(scalars)
                result.append(scalar)
                return Array(String(result).utf8)
            }
        }
        return nil
    }
}
