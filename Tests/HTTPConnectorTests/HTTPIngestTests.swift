import Columnar
import Formats
import Foundation
import HTTPConnector
import Streams
import Testing

@Suite("Taking events over HTTP")
struct HTTPIngestTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func source(_ limits: HTTPIngest.Limits = .init()) -> HTTPSource {
        HTTPSource(name: "in", folder: "\(folder.path)/spool", limits: limits)
    }

    @Test(
        "bodies of lines, one object and an array become lines",
        arguments: [
            ("{\"a\":1}\n{\"a\":2}\n", "", "{\"a\":1}\n{\"a\":2}\n"), ("{\"a\":1}", "", "{\"a\":1}\n"),
            ("[{\"a\":1},{\"a\":[2,3]}]", "application/json", " {\"a\":1}\n{\"a\":[2,3]}\n"),
            ("{\n  \"a\": 1\n}", "application/json", "{   \"a\": 1 }\n"),
            ("{\"a\":1}\n{\"a\":2}", "application/json; charset=utf-8", "{\"a\":1}\n{\"a\":2}\n"),
            ("{\"a\":\n{\"a\":2}", "application/x-ndjson", "{\"a\":\n{\"a\":2}\n"),
        ])
    func forms(body: String, type: String, lines: String) throws {
        let source = source()
        try source.open(at: [:])
        defer { source.close() }
        let client = try TestClient(source)
        let answer = try client.post("/", body, headers: type.isEmpty ? [] : ["Content-Type: \(type)"])
        #expect(answer.status == 202 && answer.body == "")
        let found = try source.drain().joined()
        #expect(found == lines || found == lines.dropFirst())
    }

    @Test("compressed bodies are taken, up to the limit of their plain bytes")
    func compressed() throws {
        let source = source(.init(bodyBytes: 100_000))
        try source.open(at: [:])
        defer { source.close() }
        let client = try TestClient(source)
        let text = String(repeating: "{\"a\":1}\n", count: 10_000)
        for (kind, name) in [(StreamCompression.gzip, "gzip"), (.zstd, "zstd")] {
            let path = "\(folder.path)/body.\(kind.fileExtension)"
            let output = try TextOutput(path, compression: kind)
            try output.write(Array(text.utf8))
            try output.commit()
            let bytes = Array(try folder.data("body.\(kind.fileExtension)"))
            #expect(try client.post("/", bytes: bytes, headers: ["Content-Encoding: \(name)"]).status == 202)
            #expect(try source.drain().joined() == text)
            let cut = try client.post("/", bytes: bytes.dropLast(9), headers: ["Content-Encoding: \(name)"])
            #expect(cut.status == 400)
            let wrong = try client.post(
                "/", bytes: Array(text.utf8.prefix(100)), headers: ["Content-Encoding: \(name)"])
            #expect(wrong.status == 400)
            let large = try TextOutput(path, compression: kind)
            try large.write(Array(text.utf8) + Array(text.utf8))
            try large.commit()
            let more = Array(try folder.data("body.\(kind.fileExtension)"))
            #expect(try client.post("/", bytes: more, headers: ["Content-Encoding: \(name)"]).status == 413)
        }
        #expect(try source.drain() == [])
    }

    @Test("what cannot be taken is refused with the reason, and the connection goes on")
    func refusals() throws {
        let source = source(.init(bodyBytes: 1000))
        try source.open(at: [:])
        defer { source.close() }
        var router = HTTPRouter()
        try router.post("/ops", source.ingest)
        router.get("/live") { _ in HTTPAnswer(text: "alive\n") }
        let client = try TestClient(router)
        #expect(try client.post("/nothing", "{}").status == 404)
        #expect(try client.post("/op", "{}").status == 404)
        #expect(try client.post("/opsy", "{}").status == 404)
        #expect(try client.post("/ops?a=b", "{}").status == 202)
        #expect(try client.post("/live", "{}").status == 405)
        let get = try client.get("/ops")
        #expect(get.status == 405 && get.headers["allow"] == "POST")
        #expect(try client.get("/live").body == "alive\n")
        #expect(try client.post("/ops", "<a/>", headers: ["Content-Type: text/xml"]).status == 415)
        #expect(try client.post("/ops", "{}", headers: ["Content-Encoding: br"]).status == 415)
        #expect(try client.post("/ops", "").status == 400)
        #expect(try client.post("/ops", "[{\"a\":1}").status == 400)
        #expect(try client.post("/ops", String(repeating: "x", count: 1001)).status == 413)
        #expect(try client.post("/ops", String(repeating: "x", count: 1000)).status == 202)
        client.send("POST /ops HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive().status == 411)
        client.send("HEAD /live HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.receive(hasBody: false)
        #expect(head.status == 200 && head.headers["content-length"] == "6")
        client.send("DELETE /ops HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive().status == 405)
        client.send("what?\r\n\r\n")
        let last = try client.receive()
        #expect(last.status == 400 && last.headers["connection"] == "close")
        #expect(client.isClosed)
        #expect(try source.drain().count == 2)
    }

    @Test("a body that is far too long is refused before it is sent")
    func tooLong() throws {
        let source = source(.init(bodyBytes: 1000))
        try source.open(at: [:])
        defer { source.close() }
        let client = try TestClient(source)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n")
        let answer = try client.receive()
        #expect(answer.status == 413 && answer.headers["connection"] == "close")
        try client.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<5 { client.send("100\r\n" + String(repeating: "x", count: 256) + "\r\n") }
        #expect(try client.receive().status == 413)
        try client.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.receive().status == 100)
        client.send("{\"a\":1}")
        #expect(try client.receive().status == 202)
    }

    @Test("requests that follow each other without waiting are answered in order, however the bytes come")
    func pipelined() throws {
        let source = source()
        try source.open(at: [:])
        defer { source.close() }
        var router = HTTPRouter()
        try router.post("/", source.ingest)
        router.get("/x") { _ in HTTPAnswer(text: "x") }
        let client = try TestClient(router)
        var bytes: [UInt8] = []
        for number in 0..<20 {
            bytes += Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n{\"n\":\(10 + number)}".utf8)
            bytes += Array("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            bytes += Array(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"m\"\r\n4\r\n:\(10 + number)}\r\n0\r\n\r\n"
                    .utf8)
        }
        var sent = 0
        while sent < bytes.count {
            let count = min(Int.random(in: 1...40), bytes.count - sent)
            client.send(bytes[sent..<(sent + count)])
            sent += count
        }
        for _ in 0..<20 {
            #expect(try client.receive().status == 202)
            #expect(try client.receive().body == "x")
            #expect(try client.receive().status == 202)
        }
        let expected = (0..<20).flatMap { ["{\"n\":\(10 + $0)}\n", "{\"m\":\(10 + $0)}\n"] }
        #expect(try source.drain() == expected)
    }

    @Test("a body with a known Idempotency-Key is not taken again, also after a restart")
    func idempotency() throws {
        func send(_ source: HTTPSource, _ key: String) throws -> String? {
            let answer = try TestClient(source).post("/", "{\"a\":1}", headers: ["Idempotency-Key: \(key)"])
            #expect(answer.status == 202)
            return answer.headers["idempotent-replayed"]
        }
        var source = source()
        try source.open(at: [:])
        #expect(try send(source, "one") == nil)
        #expect(try send(source, "two") == nil)
        #expect(try send(source, "one") == "true")
        #expect(try source.drain().count == 2)
        source.close()
        source = self.source()
        try source.open(at: [:])
        #expect(try send(source, "two") == "true")
        #expect(try send(source, "three") == nil)
        #expect(try source.drain().count == 3)
        source.close()
    }

    @Test("above the spool's limit the answer is 429 with Retry-After, until events are acknowledged")
    func backPressure() throws {
        let source = source(.init(spoolBytes: 2000))
        try source.open(at: [:])
        let client = try TestClient(source)
        let body = "{\"a\":\"" + String(repeating: "x", count: 900) + "\"}"
        for _ in 0..<3 { #expect(try client.post("/", body).status == 202) }
        let refused = try client.post("/", body)
        #expect(refused.status == 429 && refused.headers["retry-after"] == "1")
        let positions = try source.poll(PollRequest()).blocks.last?.positions.upperBound
        try source.acknowledge([SourcePartition(source: "in", id: "spool"): try #require(positions)])
        #expect(try client.post("/", body).status == 202)
        source.close()
        let closed = try client.post("/", body)
        #expect(closed.status == 503 && closed.headers["retry-after"] == "1")
    }

    @Test("poll waits for the first event, and wake ends it")
    func waiting() throws {
        let source = source()
        try source.open(at: [:])
        defer { source.close() }
        let client = try TestClient(source)
        EngineThreads.detach {
            usleep(50_000)
            source.wake()
        }
        let start = ContinuousClock.now
        #expect(try source.poll(PollRequest(timeout: .seconds(20))).blocks.isEmpty)
        #expect(ContinuousClock.now - start < .seconds(10))
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\":1}")
        #expect(try source.poll(PollRequest(timeout: .seconds(20))).blocks.first?.payloads == ["{\"a\":1}\n"])
        #expect(try client.receive().status == 202)
    }
}
