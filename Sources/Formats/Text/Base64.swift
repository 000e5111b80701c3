/// Base64 (RFC 4648, section 4, with padding): how binary values are written in text formats.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Bytes that `byteCount` bytes take in base64.
    package static func encodedCount(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: encodedCount(bytes.count)) { target, count in
            bytes.withUnsafeBufferPointer { source in
                if let from = source.baseAddress, let to = target.baseAddress { encode(from, source.count, to: to) }
            }
            count = encodedCount(bytes.count)
        }
    }

    /// Writes `encodedCount(count)` bytes.
    package static func encode(_ bytes: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>) {
        alphabet.withUnsafeBufferPointer { letters in
            var read = 0
            var write = 0
            while read < count {
                let rest = count - read
                let b = rest > 1 ? bytes[read + 1] : 0
                let c = rest > 2 ? bytes[read + 2] : 0
                let group = Int(bytes[read]) << 16 | Int(b) << 8 | Int(c)
                target[write] = letters[group >> 18]
                target[write + 1] = letters[group >> 12 & 63]
                target[write + 2] = rest > 1 ? letters[group >> 6 & 63] : UInt8(ascii: "=")
                target[write + 3] = rest > 2 ? letters[group & 63] : UInt8(ascii: "=")
                read += 3
                write += 4
            }
        }
    }

    /// The bytes of `text`, or nil when it is not base64 with padding.
    package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while index < text.count {
            var group: UInt32 = 0
            var padding = 0
            for offset in 0..<4 {
                let character = text[index + offset]
                let value: UInt32
                switch character {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(character) - 65
                case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(character) - 71
                case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(character) + 4
                case UInt8(ascii: "+"): value = 62
                case UInt8(ascii: "/"): value = 63
                case UInt8(ascii: "=") where index + 4 == text.count && offset >= 2:
                    padding += 1
                    value = 0
                default: return nil
                }
                if padding > 0, character != UInt8(ascii: "=") { return nil }
                group = group << 6 | value
            }
            result.append(UInt8(truncatingIfNeeded: group >> 16))
            if padding < 2 { result.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if padding < 1 { result.append(UInt8(truncatingIfNeeded: group)) }
            index += 4
        }
        return result
    }
}
