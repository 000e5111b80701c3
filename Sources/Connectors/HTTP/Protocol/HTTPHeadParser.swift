/// Reads the head of an HTTP/1.1 request (RFC 9112).
///
/// Lenient nowhere: what two readers could understand differently (lengths that contradict each other, folded lines,
/// spaces before colons, bare carriage returns) is refused, since a proxy in front may read it the other way.
package enum HTTPHeadParser {
    /// A longer head is refused.
    static let maximumByteCount = 32 << 10

    /// The head at the start of `bytes`; nil when its end is not there yet.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> HTTPHead? {
        // Empty lines before a request are ignored.
        var offset = 0
        while offset + 1 < bytes.count, bytes[offset] == 13, bytes[offset + 1] == 10 { offset += 2 }
        guard let end = endOfHead(bytes, from: offset) else {
            if bytes.count > maximumByteCount { throw HTTPFault(status: 431, reason: "the request's head is too long") }
            return nil
        }
        if end - offset > maximumByteCount { throw HTTPFault(status: 431, reason: "the request's head is too long") }
        var head = HTTPHead()
        head.byteCount = end
        let minor = try requestLine(bytes, &offset, end, &head)
        head.keepsAlive = minor == 1
        var hosts = 0
        while !(bytes[offset] == 13 || bytes[offset] == 10) { try field(bytes, &offset, &head, &hosts) }
        if hosts > 1 || hosts == 0 && minor == 1 {
            throw HTTPFault(status: 400, reason: "a request has one Host header")
        }
        if head.isChunked {
            guard head.contentLength == nil, minor == 1 else {
                throw HTTPFault(status: 400, reason: "Content-Length and Transfer-Encoding contradict each other")
            }
        }
        return head
    }

    /// Behind the empty line that ends the head.
    private static func endOfHead(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        let limit = min(bytes.count, start + maximumByteCount + 4)
        while index < limit {
            if bytes[index] == 10 {
                if index + 1 < limit, bytes[index + 1] == 10 { return index + 2 }
                if index + 2 < limit, bytes[index + 1] == 13, bytes[index + 2] == 10 { return index + 3 }
            }
            index += 1
        }
        return nil
    }

    private static func requestLine(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ end: Int, _ head: inout HTTPHead
    ) throws(HTTPFault) -> UInt8 {
        let malformed = HTTPFault(status: 400, reason: "the request's first line is no request line of HTTP")
        let start = offset
        while offset < end, bytes[offset] > 0x20 { offset += 1 }
        head.method = method(bytes, start..<offset)
        guard offset > start, bytes[offset] == 0x20 else { throw malformed }
        offset += 1
        let target = offset
        while offset < end, bytes[offset] > 0x20, bytes[offset] != 0x7F { offset += 1 }
        guard offset > target, bytes[offset] == 0x20 else { throw malformed }
        head.target = target..<offset
        offset += 1
        guard end - offset >= 10, matches(bytes, offset..<(offset + 5), "http/") else { throw malformed }
        let (major, minor) = (bytes[offset + 5], bytes[offset + 7])
        guard bytes[offset + 6] == UInt8(ascii: "."), digit(major) != nil, digit(minor) != nil else { throw malformed }
        guard major == UInt8(ascii: "1") else {
            throw HTTPFault(status: 505, reason: "this server speaks HTTP/1.1")
        }
        offset += 8
        try endOfLine(bytes, &offset)
        return minor == UInt8(ascii: "0") ? 0 : 1
    }

    private static func method(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> HTTPHead.Method {
        switch range.count {
        case 3 where bytes[range.lowerBound] == UInt8(ascii: "G") && equals(bytes, range, "GET"): .get
        case 4 where equals(bytes, range, "POST"): .post
        case 4 where equals(bytes, range, "HEAD"): .head
        default: .other
        }
    }

    /// Takes one header line.
    private static func field(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ head: inout HTTPHead, _ hosts: inout Int
    ) throws(HTTPFault) {
        let start = offset
        while isTokenByte(bytes[offset]) { offset += 1 }
        guard offset > start, bytes[offset] == UInt8(ascii: ":") else {
            throw HTTPFault(status: 400, reason: "a header line has no name")
        }
        let name = start..<offset
        offset += 1
        while bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
        let first = offset
        while bytes[offset] >= 0x20 && bytes[offset] != 0x7F || bytes[offset] == 0x09 { offset += 1 }
        var last = offset
        while last > first, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 { last -= 1 }
        try endOfLine(bytes, &offset)
        try take(bytes, name, first..<last, &head, &hosts)
    }

    private static func take(
        _ bytes: UnsafeRawBufferPointer, _ name: Range<Int>, _ value: Range<Int>, _ head: inout HTTPHead,
        _ hosts: inout Int
    ) throws(HTTPFault) {
        switch name.count {
        case 4 where matches(bytes, name, "host"): hosts += 1
        case 6 where matches(bytes, name, "accept"): head.accept = head.accept ?? value
        case 6 where matches(bytes, name, "expect"):
            guard matches(bytes, value, "100-continue") else {
                throw HTTPFault(status: 417, reason: "this expectation cannot be met")
            }
            head.expectsContinue = true
        case 10 where matches(bytes, name, "connection"):
            if contains(bytes, value, "close") { head.keepsAlive = false }
            if contains(bytes, value, "keep-alive") { head.keepsAlive = true }
        case 12 where matches(bytes, name, "content-type"): head.contentType = value
        case 14 where matches(bytes, name, "content-length"):
            guard let length = number(bytes, value), head.contentLength == nil || head.contentLength == length else {
                throw HTTPFault(status: 400, reason: "Content-Length is not a length")
            }
            head.contentLength = length
        case 15 where matches(bytes, name, "idempotency-key"): head.idempotencyKey = value
        case 16 where matches(bytes, name, "content-encoding"):
            if head.contentEncoding != nil {
                throw HTTPFault(status: 415, reason: "a body has one Content-Encoding here")
            }
            head.contentEncoding = value
        case 17 where matches(bytes, name, "transfer-encoding"):
            guard matches(bytes, value, "chunked"), !head.isChunked else {
                throw HTTPFault(status: 501, reason: "this server knows the Transfer-Encoding chunked")
            }
            head.isChunked = true
        default: break
        }
    }

    // MARK: Bytes

    private static func endOfLine(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(HTTPFault) {
        if bytes[offset] == 13 { offset += 1 }
        guard bytes[offset] == 10 else {
            throw HTTPFault(status: 400, reason: "a line of the request's head holds a control character")
        }
        offset += 1
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 18 else { return nil }
        var number = 0
        for index in range {
            guard let digit = digit(bytes[index]) else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: "!#$%&'*+.^`|~".utf8.contains(byte)
        }
    }

    static func equals(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where bytes[range.lowerBound + index] != word.utf8Start[index] { return false }
        return true
    }

    /// Whether the bytes are `word`, which is in small letters, whatever their case.
    static func matches(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where lower(bytes[range.lowerBound + index]) != word.utf8Start[index] {
            return false
        }
        return true
    }

    private static func contains(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ word: StaticString
    ) -> Bool {
        let count = word.utf8CodeUnitCount
        guard range.count >= count else { return false }
        for start in range.lowerBound...(range.upperBound - count)
        where matches(bytes, start..<(start + count), word) { return true }
        return false
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
