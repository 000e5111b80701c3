/// Reads Kafka's wire types. Whoever reads past the end gets zeroes and empty lists, and `isBroken` says so at the end.
package struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    package private(set) var position = 0
    package private(set) var isBroken = false

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var remaining: Int { bytes.count - position }

    /// The place of the next `count` bytes, which are passed; nil when there are fewer.
    private mutating func take(_ count: Int) -> Int? {
        guard !isBroken, count >= 0, count <= remaining else {
            isBroken = true
            return nil
        }
        defer { position += count }
        return position
    }

    package mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self) -> T {
        guard let place = take(MemoryLayout<T>.size) else { return 0 }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: T.self))
    }

    package mutating func bool() -> Bool { integer(Int8.self) != 0 }

    /// A number of up to five bytes of seven bits.
    package mutating func unsigned() -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let byte = Int(integer(UInt8.self))
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        isBroken = true
        return 0
    }

    /// Bytes with their number before them, as a range of all bytes; nil for none.
    ///
    /// - Parameters:
    ///   - isFlexible: whether the number is of variable length, and one more than the number of bytes.
    ///   - isShort: whether it else has 16 bits, as for text.
    private mutating func range(isFlexible: Bool, isShort: Bool) -> Range<Int>? {
        let count = isFlexible ? unsigned() - 1 : isShort ? Int(integer(Int16.self)) : Int(integer(Int32.self))
        guard count >= 0, let place = take(count) else { return nil }
        return place..<(place + count)
    }

    package mutating func blob(isFlexible: Bool) -> Range<Int>? { range(isFlexible: isFlexible, isShort: false) }

    package mutating func text(isFlexible: Bool) -> String? {
        range(isFlexible: isFlexible, isShort: true).map {
            String(decoding: UnsafeRawBufferPointer(rebasing: bytes[$0]), as: UTF8.self)
        }
    }

    /// The number of a list's elements, of which each takes `size` bytes at least.
    package mutating func count(isFlexible: Bool, of size: Int) -> Int {
        let count = isFlexible ? unsigned() - 1 : Int(integer(Int32.self))
        if count <= 0 { return 0 }
        guard count <= remaining / size else {
            isBroken = true
            return 0
        }
        return count
    }

    /// Passes a structure's tagged fields, each shown to `body` with a reader of its bytes.
    package mutating func tags(isFlexible: Bool, _ body: (Int, inout WireReader) -> Void = { _, _ in }) {
        guard isFlexible else { return }
        for _ in 0..<unsigned() where !isBroken {
            let tag = unsigned()
            let size = unsigned()
            guard let place = take(size) else { return }
            var inner = WireReader(UnsafeRawBufferPointer(rebasing: bytes[place..<(place + size)]))
            body(tag, &inner)
            if inner.isBroken { isBroken = true }
        }
    }

    package mutating func skipIntegers(isFlexible: Bool) {
        for _ in 0..<count(isFlexible: isFlexible, of: 4) { _ = integer(Int32.self) }
    }
}
