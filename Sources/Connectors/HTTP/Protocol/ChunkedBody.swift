/// Reads a body in chunks (RFC 9112, section 7.1) from bytes as they come.
package struct ChunkedBody: Hashable, Sendable {
    package enum Step: Hashable {
        /// These bytes of the input are the body's.
        case data(Range<Int>)
        /// All of the input has been taken.
        case more
        /// The body has ended before this byte.
        case end(Int)
    }

    private enum Place: Hashable {
        case size, pastSize, data, afterData, trailer
    }

    private static let maximumLineBytes = 8 << 10

    private var place = Place.size
    private var left = 0
    private var digits = 0
    /// Bytes of the line, for its limit; in the trailer, whether it is empty.
    private var lineBytes = 0

    package init() {}

    /// Takes bytes from `offset` on, and moves it.
    package mutating func next(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(HTTPFault) -> Step {
        let malformed = HTTPFault(status: 400, reason: "the body's chunks are malformed")
        while offset < bytes.count {
            let byte = bytes[offset]
            switch place {
            case .size:
                offset += 1
                if let digit = Self.hexadecimal(byte) {
                    guard digits < 8 else { throw HTTPFault(status: 413, reason: "a chunk of the body is too long") }
                    left = left << 4 | digit
                    digits += 1
                } else {
                    guard digits > 0 else { throw malformed }
                    switch byte {
                    case 10: startData()
                    case 13, UInt8(ascii: ";"), 0x20, 0x09: place = .pastSize
                    default: throw malformed
                    }
                }
            case .pastSize:
                // An extension of the chunk means nothing here.
                offset += 1
                lineBytes += 1
                guard lineBytes < Self.maximumLineBytes else { throw malformed }
                if byte == 10 { startData() }
            case .data:
                let count = min(left, bytes.count - offset)
                let range = offset..<(offset + count)
                offset += count
                left -= count
                if left == 0 { place = .afterData }
                return .data(range)
            case .afterData:
                offset += 1
                if byte == 10 {
                    place = .size
                    (left, digits, lineBytes) = (0, 0, 0)
                } else if byte != 13 {
                    throw malformed
                }
            case .trailer:
                offset += 1
                if byte == 10 {
                    if lineBytes == 0 { return .end(offset) }
                    lineBytes = 0
                } else if byte != 13 {
                    lineBytes += 1
                    guard lineBytes < Self.maximumLineBytes else { throw malformed }
                }
            }
        }
        return .more
    }

    private mutating func startData() {
        place = left == 0 ? .trailer : .data
        lineBytes = 0
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
