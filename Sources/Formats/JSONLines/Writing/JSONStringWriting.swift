import CSwiftwater

/// Strings as JSON writes them (RFC 8259, section 7): UTF-8 as it is, escapes only where they must be.
enum JSONStringWriting {
    /// Writes `"…"`.
    /// - Parameter readableEnd: up to here bytes after the string may be read.
    @inline(__always)
    static func write(
        _ start: UnsafePointer<UInt8>, _ count: Int, readableEnd: UnsafePointer<UInt8>, to cursor: inout TextCursor
    ) {
        // Sixteen bytes are stored at a time, so there must be room for them behind the last.
        cursor.reserve(count &+ 32)
        cursor.put(UInt8(ascii: "\""))
        var index = 0
        while index < count {
            let p = start + index
            let left = count &- index
            if left < 16, readableEnd - p < 16 {
                writeTail(p, left, to: &cursor)
                break
            }
            let mask = sw_json_escapes(p)
            let run = min(mask == 0 ? 16 : mask.trailingZeroBitCount, left)
            sw_copy16(cursor.p, p)
            cursor.advance(run)
            index &+= run
            if run < 16, index < count {
                writeEscape(start[index], to: &cursor)
                index &+= 1
                cursor.reserve(count &- index &+ 32)
            }
        }
        cursor.put(UInt8(ascii: "\""))
    }

    /// The last bytes of memory that ends with the string.
    @inline(never)
    private static func writeTail(_ start: UnsafePointer<UInt8>, _ count: Int, to cursor: inout TextCursor) {
        for index in 0..<count {
            let byte = start[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                writeEscape(byte, to: &cursor)
                cursor.reserve(count - index + 32)
            } else {
                cursor.put(byte)
            }
        }
    }

    @inline(never)
    private static func writeEscape(_ byte: UInt8, to cursor: inout TextCursor) {
        cursor.reserve(8)
        cursor.put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): cursor.put(byte)
        case 0x08: cursor.put(UInt8(ascii: "b"))
        case 0x09: cursor.put(UInt8(ascii: "t"))
        case 0x0A: cursor.put(UInt8(ascii: "n"))
        case 0x0C: cursor.put(UInt8(ascii: "f"))
        case 0x0D: cursor.put(UInt8(ascii: "r"))
        default:
            cursor.put(UInt8(ascii: "u"))
            cursor.put(UInt8(ascii: "0"))
            cursor.put(UInt8(ascii: "0"))
            cursor.put(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 15
            cursor.put(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }

    /// The text of `name` as a JSON string.
    static func quoted(_ name: String) -> [UInt8] {
        let buffer = TextBuffer(capacity: name.utf8.count + 64)
        var cursor = TextCursor(buffer)
        Array(name.utf8).withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress {
                write(start, bytes.count, readableEnd: start + bytes.count, to: &cursor)
            } else {
                cursor.put("\"\"")
            }
        }
        cursor.end()
        return Array(buffer.bytes)
    }

    /// `"name":` for each name, all but the first with a comma before it.
    static func keys(_ names: [String]) -> [[UInt8]] {
        names.enumerated().map { index, name in
            (index == 0 ? [] : [UInt8(ascii: ",")]) + quoted(name) + [UInt8(ascii: ":")]
        }
    }
}
