package import Columnar

/// A body of JSON in memory as JSON Lines: lines as they are, one array's elements, or one object over several lines.
package enum JSONBody {
    /// Rewrites the body in place, so that each event is on a line of its own; its length stays.
    ///
    /// - Parameter isValue: the sender calls it one JSON value (`application/json`), so that an object whose first line
    ///   leaves a brace open goes on on the next lines. Otherwise such a line is a bad one.
    /// - Throws: a `data` error for an array that is not one.
    package static func separate(
        _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, isValue: Bool
    ) throws(SwiftwaterError) {
        let text = UnsafeBufferPointer(start: UnsafePointer(bytes), count: count)
        guard let first = text.first(where: { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }) else { return }
        if first == UInt8(ascii: "[") {
            if JSONArrayStream.begins(text.prefix(4096)) {
                try JSONArrayStream.rewrite(bytes, count, name: "the body")
            } else if isValue {
                throw SwiftwaterError(.data, "the array's elements are not objects", at: .init(file: "the body"))
            }
        } else if isValue, first == UInt8(ascii: "{"), leavesBraceOpen(text) {
            for index in 0..<count where bytes[index] == 0x0A || bytes[index] == 0x0D { bytes[index] = 0x20 }
        }
    }

    /// Whether the first line that is not blank ends within an object.
    private static func leavesBraceOpen(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var depth = 0
        var isString = false
        var isEscaped = false
        for byte in text {
            if isEscaped {
                isEscaped = false
            } else if isString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isString = false }
                // No string goes over a line's end: the line is bad by itself.
                if byte == 0x0A { return false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return false }
                case 0x0A where depth > 0: return true
                default: break
                }
            }
        }
        return false
    }
}
