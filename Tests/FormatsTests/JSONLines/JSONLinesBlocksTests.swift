import Columnar
import Formats
import Testing

/// Messages in memory: lines, arrays, objects on several lines, metadata beside them.
@Suite struct JSONLinesBlocksTests {
    private static let schema = Schema([Field("a", .int64), Field("s", .string)])

    private final class Seen: Sendable {
        let bad = Locked<[BadEventLine]>([])
    }

    private func block(_ messages: [String], group: Int = 0, hasMessages: Bool = true, keys: [String]? = nil) throws
        -> JSONLinesBlocks.Block
    {
        var bytes: [UInt8] = []
        var starts: [Int32] = [0]
        for message in messages {
            bytes += Array(message.utf8) + [0x0A]
            starts.append(Int32(bytes.count))
        }
        let metadata = try keys.map { keys throws(SwiftwaterError) in
            Batch(schema: Schema([Field("_key", .string)]), columns: [try Column(.string, keys.map { .string($0) })])
        }
        return JSONLinesBlocks.Block(
            group: group, bytes: Buffer(bytes), byteCount: bytes.count, starts: hasMessages ? starts : nil,
            metadata: metadata)
    }

    /// The rows of all morsels in order, as text, and the bad lines.
    private func read(
        _ blocks: [JSONLinesBlocks.Block], parsers: JSONLinesParsers, morselBytes: Int = 64
    ) throws -> (rows: [String], bad: [BadEventLine]) {
        let seen = Seen()
        let source = JSONLinesBlocks(blocks, parsers: parsers, morselBytes: morselBytes) { parsed in
            seen.bad.withLock { $0 += parsed.badLines }
        }
        let reader = try source.makeReader()
        var rows: [String] = []
        while let morsel = try reader.next() {
            for row in 0..<morsel.batch.count {
                rows.append(morsel.batch.columns.map { "\($0.scalar(at: row))" }.joined(separator: " "))
            }
        }
        return (rows, seen.bad.withLock { $0 })
    }

    private func row(_ a: Int, _ s: String) -> String { "\(Scalar.int(Int64(a))) \(Scalar.string(s))" }

    @Test("A message is a line, several lines, an array or an object on several lines", arguments: [1, 40, 1 << 20])
    func shapes(morselBytes: Int) throws {
        let parsers = try JSONLinesParsers(payload: Self.schema)
        let messages = [
            #"{"a":1,"s":"x"}"#, "{\"a\":2,\"s\":\"x\"}\n{\"s\":\"y\",\"a\":3}", "", "  ",
            #"[{"a":4,"s":"x"}, {"a":5,"s":"é"}]"#, "[\n {\"a\":6,\n\"s\":\"[,]\"}\n]", "[]",
            "{\n  \"a\": 7,\n  \"s\": \"x\"\n}", #"{"a":8,"s":"x"}"# + "\r",
        ]
        for _ in 0..<3 {
            let (rows, bad) = try read([try block(messages)], parsers: parsers, morselBytes: morselBytes)
            #expect(
                rows == [
                    row(1, "x"), row(2, "x"), row(3, "y"), row(4, "x"), row(5, "é"), row(6, "[,]"), row(7, "x"),
                    row(8, "x"),
                ])
            #expect(bad.isEmpty)
        }
    }

    @Test("Bad lines are reported with message, place, reason and text; the others count")
    func badLines() throws {
        let parsers = try JSONLinesParsers(payload: Self.schema, isInferred: true)
        let messages = [
            #"{"a":1,"s":"x"}"#, "nonsense", "{\"a\":2,\"s\":\"x\"}\n{\"a\":\"no\"}\n{\"a\":3,\"s\":\"x\"}",
            #"[{"a":4,"s":"x"},{"a":1.5},7,{"a":5,"s":"x"}]"#, #"[{"a":6"#, #"{"a":7,"s":"x"}"#,
        ]
        let (rows, bad) = try read([try block(messages)], parsers: parsers)
        #expect(rows == [1, 2, 3, 4, 5, 7].map { row($0, "x") })
        #expect(bad.map(\.message) == [1, 2, 3, 3, 4])
        #expect(String(decoding: bad[0].text, as: UTF8.self) == "nonsense")
        #expect(bad[1].reason.contains("column 'a' is int64") && bad[1].reason.contains("give a schema"))
        #expect(String(decoding: bad[1].text, as: UTF8.self) == #"{"a":"no"}"#)
        #expect(bad[2].reason.hasPrefix("element 2 of the array"))
        #expect(bad[3].reason.hasPrefix("element 3 of the array: expected '{'"))
        #expect(bad[4].reason.contains("not closed"))
        // Where every line is a message, its place is its offset.
        let (_, lines) = try read(
            [try block([#"{"a":1}"#, "x", #"{"a":1}"#], hasMessages: false)], parsers: parsers)
        #expect(lines.map(\.offset) == [8] && lines.map(\.message) == [nil])
    }

    @Test(
        "Metadata stand beside the rows of their messages; where there are none, nothing stands", arguments: [8, 4096])
    func metadata(morselBytes: Int) throws {
        let parsers = try JSONLinesParsers(
            payload: Self.schema, metadata: Schema([Field("_key", .string)]), columns: ["_key", "a"])
        let blocks = [
            try block(
                [#"{"a":1}"#, "{\"a\":2}\n{\"a\":3}", "bad", #"[{"a":4},{"a":5}]"#, #"{"a":6}"#],
                keys: ["k0", "k1", "k2", "k3", "k4"]),
            try block([#"{"a":7}"#]),
            try block([#"{"a":8}"#], group: 1, keys: ["k5"]),
        ]
        let (rows, _) = try read(blocks, parsers: parsers, morselBytes: morselBytes)
        let keys: [Scalar] = [
            .string("k0"), .string("k1"), .string("k1"), .string("k3"), .string("k3"), .string("k4"), .null,
            .string("k5"),
        ]
        #expect(rows == keys.enumerated().map { "\($1) \(Scalar.int(Int64($0 + 1)))" })
    }

    @Test("A message of ten megabytes is a message, and one beyond the limit a bad one")
    func largeMessages() throws {
        let text = String(repeating: "é", count: 5 << 20)
        let message = #"{"a":1,"s":"\#(text)"}"#
        let many = "[" + (0..<200_000).map { #"{"a":\#($0),"s":"x"}"# }.joined(separator: ",") + "]"
        let parsers = try JSONLinesParsers(payload: Self.schema)
        let (rows, bad) = try read([try block([message, many, #"{"a":2,"s":""}"#])], parsers: parsers)
        #expect(rows.count == 200_002 && bad.isEmpty && rows[0].utf8.count > 10 << 20)
        let strict = try JSONLinesParsers(payload: Self.schema, maximumLineBytes: 1 << 20)
        let (kept, refused) = try read(
            [try block([#"{"a":1,"s":"x"}"#, message, #"{"a":2,"s":"x"}"#])], parsers: strict, morselBytes: 1 << 30)
        #expect(kept == [row(1, "x"), row(2, "x")])
        #expect(refused.count == 1 && refused[0].reason.contains("more than 1048576 bytes"))
    }

    @Test("The first events tell the schema, arrays too")
    func sample() throws {
        let blocks = [
            try block([#"{"a":1}"#, "bad", #"[{"b":"x","a":1.5},{"c":[true]}]"#]), try block([#"{"a":null}"#]),
        ]
        #expect(
            JSONLinesSample.schema(of: blocks)
                == Schema([Field("a", .float64), Field("b", .string), Field("c", .list(.bool))]))
        #expect(JSONLinesSample.schema(of: []).count == 0)
    }

    @Test("Morsels do not mix groups and keep every row, however small they are")
    func morsels() throws {
        let parsers = try JSONLinesParsers(payload: Self.schema)
        let blocks = try (0..<6).map { number in
            try block((0..<50).map { #"{"a":\#(number * 50 + $0),"s":"x"}"# }, group: number / 2)
        }
        for bytes in [1, 100, 1000, 1 << 20] {
            let source = JSONLinesBlocks(blocks, parsers: parsers, morselBytes: bytes) { _ in }
            for morsel in source.morsels { #expect(Set(morsel.map { blocks[$0.block].group }).count == 1) }
            #expect(try read(blocks, parsers: parsers, morselBytes: bytes).rows == (0..<300).map { row($0, "x") })
        }
    }
}
