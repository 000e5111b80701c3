import HTTPConnector
import Testing

@Suite("HTTP's request heads and chunks")
struct HTTPProtocolTests {
    private func parse(_ text: String) -> Result<HTTPHead?, HTTPFault> {
        Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(HTTPFault) in try HTTPHeadParser.parse(bytes) }
        }
    }

    @Test("a head is read once all of it is there, however it came")
    func heads() throws {
        let text =
            "POST /ops?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\ncontent-TYPE:  application/x-ndjson \r\n"
            + "Idempotency-Key: k\r\nExpect: 100-continue\r\n\r\n"
        for count in 0..<text.utf8.count {
            #expect(try parse(String(decoding: text.utf8.prefix(count), as: UTF8.self)).get() == nil)
        }
        let head = try #require(try parse(text + "body").get())
        #expect(head.method == .post && head.contentLength == 12 && head.expectsContinue && head.keepsAlive)
        #expect(head.byteCount == text.utf8.count)
        let bytes = Array(text.utf8)
        func part(_ range: Range<Int>?) -> String? { range.map { String(decoding: bytes[$0], as: UTF8.self) } }
        #expect(part(head.target) == "/ops?x=1")
        #expect(part(head.contentType) == "application/x-ndjson")
        #expect(part(head.idempotencyKey) == "k")
    }

    @Test("connections are kept as the version and the header say")
    func keepAlive() throws {
        func keeps(_ text: String) throws -> Bool? { try parse(text).get()?.keepsAlive }
        #expect(try keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == true)
        #expect(try keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n") == false)
        #expect(try keeps("GET / HTTP/1.0\r\n\r\n") == false)
        #expect(try keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") == true)
        #expect(try keeps("\r\nGET / HTTP/1.1\nHost: a\n\n") == true)
    }

    @Test(
        "what two readers could take differently is refused",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /\r\n\r\n", 400), ("hello\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
            ("POST / HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: a\u{0}b\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n", 417),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "y", count: 40_000), 431),
        ])
    func malformed(text: String, status: Int) {
        guard case .failure(let fault) = parse(text) else {
            Issue.record("accepted: \(text.prefix(80))")
            return
        }
        #expect(fault.status == status)
    }

    @Test("chunks give the same body however they are cut")
    func chunks() throws {
        let text = "5\r\nhello\r\n1;name=value\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nGET"
        let bytes = Array(text.utf8)
        for first in 0...bytes.count {
            for second in [first, (first + bytes.count) / 2] {
                var decoder = ChunkedBody()
                var body: [UInt8] = []
                var end: Int?
                var taken = 0
                for part in [bytes[..<first], bytes[first..<second], bytes[second...]] where end == nil {
                    try Array(part).withUnsafeBytes { raw in
                        var offset = 0
                        while true {
                            switch try decoder.next(raw, &offset) {
                            case .data(let range): body += raw[range]
                            case .more: return
                            case .end(let place):
                                end = taken + place
                                return
                            }
                        }
                    }
                    taken += part.count
                }
                #expect(String(decoding: body, as: UTF8.self) == "hello 0123456789")
                #expect(end == bytes.count - 3)
            }
        }
    }

    @Test("malformed chunks are refused", arguments: ["x\r\n", "5\r\nhellooo", "\r\n", "fffffffff\r\n", "1\u{0}\r\n"])
    func malformedChunks(text: String) {
        var decoder = ChunkedBody()
        #expect(throws: HTTPFault.self) {
            try Array(text.utf8).withUnsafeBytes { raw in
                var offset = 0
                while case .data = try decoder.next(raw, &offset) {}
            }
        }
    }
}
