import Columnar
import HTTPConnector
import Streams
import Testing

/// The output that posts each epoch's rows, against a server of somebody else.
@Suite struct HTTPSinkTests {
    private let folder: TestFolder
    private let schema = Schema([Field("id", .int64), Field("text", .string)])

    init() throws { folder = try TestFolder() }

    private func sink(_ peer: HTTPPeer, timeout: Duration = .seconds(20)) throws -> HTTPSink {
        try sink("http://127.0.0.1:\(peer.port)/rows?of=test", timeout: timeout)
    }

    private func sink(_ url: String, timeout: Duration = .seconds(20)) throws -> HTTPSink {
        try HTTPSink(
            HTTPSink.Options(
                url: url, headers: [("Authorization", "Bearer abc")], timeout: timeout, key: "job-3",
                folder: "\(folder.path)/staged"),
            schema: schema)
    }

    private func batch(_ rows: Range<Int>, text: String = "a \"é\"\n") throws -> Batch {
        var ids = ColumnBuilder(.int64, capacity: rows.count)
        var texts = ColumnBuilder(.string, capacity: rows.count)
        for row in rows {
            try ids.append(.int(Int64(row)))
            try texts.append(.string(text))
        }
        return Batch(schema: schema, columns: [ids.finish(), texts.finish()])
    }

    private func lines(_ rows: Range<Int>) -> String {
        rows.map { "{\"id\":\($0),\"text\":\"a \\\"é\\\"\\n\"}\n" }.joined()
    }

    @Test("Each epoch is one request of JSON Lines, once it is committed; one without rows is none")
    func posts() throws {
        let peer = try HTTPPeer([.status(200), .status(204), .status(202)])
        let sink = try sink(peer)
        try sink.recover(nil)
        for epoch in Int64(1)...4 {
            let rows = epoch == 2 ? [] : [try batch(0..<2), try batch(2..<Int(epoch) + 2)]
            let record = try sink.prepare(epoch: epoch, mode: epoch == 4 ? .complete : .update, rows: rows)
            #expect(record.rows == (epoch == 2 ? 0 : Int(epoch) + 2))
            #expect(folder.names("staged") == (epoch == 2 ? [] : ["\(epoch).ndjson"]))
            try sink.publish(record)
            #expect(folder.names("staged").isEmpty)
            // Done again, as after a crash, it is nothing.
            try sink.publish(record)
            if epoch == 2 { continue }
            let request = try peer.request()
            #expect(request.path == "/rows?of=test")
            #expect(request.body == lines(0..<Int(epoch) + 2))
            #expect(request.header("Content-Type") == "application/x-ndjson")
            #expect(request.header("Authorization") == "Bearer abc")
            #expect(request.header("Idempotency-Key") == "job-3-\(epoch)")
            #expect(request.header("Swiftwater-Epoch") == "\(epoch)")
            #expect(request.header("Swiftwater-Mode") == (epoch == 4 ? "complete" : "update"))
        }
        sink.close()
    }

    @Test("Large epochs arrive whole")
    func large() throws {
        let peer = try HTTPPeer()
        let sink = try sink(peer)
        let rows = try (0..<40).map { try batch($0 * 1000..<($0 + 1) * 1000) }
        try sink.publish(try sink.prepare(epoch: 1, mode: .append, rows: rows))
        #expect(try peer.request().body == lines(0..<40_000))
    }

    @Test("What the server refuses, or does not answer, is an error, and the same request comes again")
    func failures() throws {
        let peer = try HTTPPeer([.status(500), .none, .status(429), .late, .status(302)])
        let sink = try sink(peer, timeout: .milliseconds(300))
        let record = try sink.prepare(epoch: 7, mode: .append, rows: [try batch(0..<3)])
        for reason in ["answered 500", "closed the connection", "answered 429", "no answer from", "answered 302"] {
            let error = #expect(throws: SwiftwaterError.self) { try sink.publish(record) }
            #expect(error?.kind == .io && error?.description.contains(reason) == true, "\(String(describing: error))")
            #expect(folder.names("staged") == ["7.ndjson"])
        }
        try sink.publish(record)
        #expect(folder.names("staged").isEmpty)
        for _ in 0..<6 {
            let request = try peer.request()
            #expect(request.body == lines(0..<3) && request.header("Idempotency-Key") == "job-3-7")
        }
    }

    @Test("A server that is away is an error with its address")
    func away() throws {
        var peer: HTTPPeer? = try HTTPPeer()
        let port = peer?.port ?? 0
        peer = nil
        let sink = try sink("http://127.0.0.1:\(port)/")
        let record = try sink.prepare(epoch: 1, mode: .append, rows: [try batch(0..<1)])
        let error = #expect(throws: SwiftwaterError.self) { try sink.publish(record) }
        #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        #expect(folder.names("staged") == ["1.ndjson"])
    }

    @Test(
        "A restart posts the last committed epoch again where it may not have arrived, and forgets what was not committed"
    )
    func recovers() throws {
        let peer = try HTTPPeer([.none])
        var sink = try sink(peer)
        let committed = try sink.prepare(epoch: 4, mode: .append, rows: [try batch(0..<4)])
        // The server has it, and dies before it can say so; the epoch behind it was only prepared.
        #expect(throws: SwiftwaterError.self) { try sink.publish(committed) }
        _ = try sink.prepare(epoch: 5, mode: .append, rows: [try batch(4..<9)])
        sink = try self.sink(peer)
        try sink.recover(committed)
        #expect(folder.names("staged").isEmpty)
        // Prepared again, with other rows.
        try sink.publish(try sink.prepare(epoch: 5, mode: .append, rows: [try batch(4..<6)]))
        for (epoch, rows) in [(4, 0..<4), (4, 0..<4), (5, 4..<6)] {
            let request = try peer.request()
            #expect(request.header("Idempotency-Key") == "job-3-\(epoch)" && request.body == lines(rows))
        }
        // Without a commit nothing has happened.
        _ = try sink.prepare(epoch: 6, mode: .append, rows: [try batch(0..<1)])
        sink = try self.sink(peer)
        try sink.recover(nil)
        #expect(folder.names("staged").isEmpty)
    }

    @Test(
        "What is no address is refused at once",
        arguments: [
            "https://a/", "http://", "http://:80/", "http://a:0/", "http://a:70000/", "http://a:x/", "http://u@a/",
            "http://a/b c", "http://a/\r\nX: y",
        ])
    func addresses(_ url: String) {
        #expect(throws: SwiftwaterError.self) { try sink(url) }
    }

    @Test("A header with a line break is refused")
    func headers() throws {
        let peer = try HTTPPeer()
        let sink = try HTTPSink(
            HTTPSink.Options(
                url: "http://127.0.0.1:\(peer.port)/", headers: [("X", "a\r\nY: b")], key: "k",
                folder: "\(folder.path)/staged"),
            schema: schema)
        let record = try sink.prepare(epoch: 1, mode: .append, rows: [try batch(0..<1)])
        let error = #expect(throws: SwiftwaterError.self) { try sink.publish(record) }
        #expect(error?.description.contains("line break") == true)
    }
}
