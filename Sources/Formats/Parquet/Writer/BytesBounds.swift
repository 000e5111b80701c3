/// The smallest and the largest of some byte strings, byte by byte, cut to a length that suits statistics.
struct BytesBounds {
    /// Bytes of a bound in the metadata, as in Arrow and parquet-java.
    private static let maximumLength = 64

    private let minimum = ByteBuffer()
    private let maximum = ByteBuffer()
    private(set) var isSet = false

    mutating func removeAll() { isSet = false }

    @inline(__always)
    mutating func extend(_ value: UnsafeRawBufferPointer) {
        if !isSet {
            replace(minimum, value)
            replace(maximum, value)
            isSet = true
        } else if ByteStrings.isLess(value, minimum.bytes) {
            replace(minimum, value)
        } else if ByteStrings.isLess(maximum.bytes, value) {
            replace(maximum, value)
        }
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
