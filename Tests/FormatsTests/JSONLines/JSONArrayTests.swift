import Columnar
import Formats
import Testing

/// A file that is one array of objects is read like its elements on lines.
@Suite struct JSONArrayTests {
    private let folder = TextFolder()

    private func read(
        _ text: String, name: String = "a.json", schema: Schema? = nil, block: Int = 512 << 10, threads: Int = 1,
        policy: BadLinePolicy = .fail, maximumLineBytes: Int = 64 << 20
    ) throws -> Table {
        try readJSONLines(
            [try folder.write(text, to: name)], schema: schema,
            options: .init(policy: policy, maximumLineBytes: maximumLineBytes, blockBytes: block), threads: threads)
    }

    private func rows(_ table: Table) -> [[Scalar]] {
        table.batches.flatMap { batch in
            (0..<batch.count).map { row in batch.columns.map { $0.scalar(at: row) } }
        }
    }

    private let elements = [
        #"{"a":1,"s":"x, ] [ } {","l":[1,[2]],"o":{"k":"\"],"}}"#, #"{ "s" : "\\" , "a" : 2 }"#, "{}",
        #"{"a":null,"s":"é😀","l":[],"o":{}}"#, #"{"a":-5,"s":"","l":[7]}"#,
    ]

    @Test func `Elements are rows, however the array is laid out`() throws {
        let expected = try read(elements.joined(separator: "\n"), name: "lines.ndjson")
        let layouts = [
            "[" + elements.joined(separator: ",") + "]",
            "[\n  " + elements.joined(separator: ",\n  ") + "\n]\n",
            "\u{FEFF}\r\n [\r\n" + elements.joined(separator: "\r\n,\r\n") + "\r\n] \r\n\t\n",
        ]
        for layout in layouts {
            for (block, threads) in [(1, 1), (7, 2), (64, 3), (1 << 20, 1)] {
                let table = try read(layout, block: block, threads: threads)
                #expect(table.schema == expected.schema)
                #expect(rows(table) == rows(expected))
            }
        }
        let pretty = try read(
            "[{\"a\"\n:\n1\n,\n\"b\"\n:\n[\n1\n,\n2\n]\n}\n,\n{\"a\":\r\n2}\n]", block: 3, threads: 2)
        #expect(rows(pretty) == [[.int(1), .list([.int(1), .int(2)])], [.int(2), .null]])
    }

    @Test func `Large arrays, compressed or not, widen their schema like lines`() throws {
        let many = (0..<50_000).map { "{\"n\":\($0),\"name\":\"row \($0)\"}" } + ["{\"n\":0.5,\"late\":true}"]
        let text = "[" + many.joined(separator: ", ") + "]"
        for compression in [nil] + StreamCompression.allCases {
            let name = "a.json" + (compression.map { ".\($0.fileExtension)" } ?? "")
            let output = try TextOutput(folder(name), compression: compression)
            try output.write(Array(text.utf8))
            try output.commit()
            var source: any MorselSource = try JSONLinesSource(
                files: [InputFile(folder(name), compression: compression)], schema: nil)
            source = try #require(source as? any InferringSource).widened()
            #expect(
                source.schema
                    == Schema([Field("n", .float64), Field("name", .string), Field("late", .bool)]))
            var count = 0
            let reader = try source.makeReader()
            while let morsel = try reader.next() { count += morsel.batch.count }
            #expect(count == 50_001)
        }
    }

    @Test func `An empty array has no rows`() throws {
        for text in ["[]", " [ \n ] \n", "[\n]"] { #expect(rows(try read(text)).isEmpty) }
    }

    @Test func `A fault in an element names it, and the others stay`() throws {
        let text = "[{\"a\":1},\n{\"a\":},\n 7, {\"a\":\"line\nbreak\"}, {\"a\":2} {\"a\":3}, {\"a\":4}]"
        let schema = Schema([Field("a", .int64)])
        let error = #expect(throws: SwiftwaterError.self) { try read(text, schema: schema) }
        #expect(error?.location == SwiftwaterError.Location(file: folder("a.json"), line: 2))
        #expect(error?.message.hasSuffix("(lines are the array's elements)") == true)
        for block in [1, 10, 1000] {
            let table = try read(text, schema: schema, block: block, policy: .skip)
            #expect(rows(table) == [[.int(1)], [.int(4)]])
        }
    }

    @Test func `An array that is not well formed is an error`() throws {
        let schema = Schema([Field("a", .int64)])
        for (text, message) in [
            ("[{\"a\":1}", "the array is not closed"), ("[{\"a\":1},", "the array is not closed"),
            ("[{\"a\":1,", "the array is not closed"), ("[{\"a\":\"x", "the array is not closed"),
            ("[{\"a\":1},]", "an element of the array is missing before ']'"),
            ("[{\"a\":1},,{}]", "an element of the array is missing before ','"),
            ("[{\"a\":1}] {}", "there is text after the array"), ("[{\"a\":1}]]", "there is text after the array"),
        ] {
            for block in [1, 1000] {
                let error = #expect(throws: SwiftwaterError.self) { try read(text, schema: schema, block: block) }
                #expect(error?.message == message, "\(text)")
                #expect(error?.location?.file == folder("a.json"))
            }
        }
    }

    @Test func `Names that promise lines are never arrays`() throws {
        for name in ["a.ndjson", "a.jsonl"] {
            let error = #expect(throws: SwiftwaterError.self) { try read("[{\"a\":1}]", name: name) }
            #expect(error?.location?.line == 1)
        }
        // Nor are lines of arrays that hold no objects.
        #expect(throws: SwiftwaterError.self) { try read("[1,2]\n{\"a\":1}\n") }
        #expect(rows(try read("[1,2]\n{\"a\":1}\n", policy: .skip)) == [[.int(1)]])
    }

    @Test func `A line over the limit ends the run under each policy and names the line`() throws {
        let long = "{\"a\":1}\n\n{\"a\":\(String(repeating: " ", count: 20_000))2}\n{\"a\":3}\n"
        for policy in [BadLinePolicy.fail, .skip, .deadLetter(path: folder("dead.ndjson"))] {
            for (block, threads) in [(1, 1), (100, 3), (1 << 20, 1)] {
                let error = #expect(throws: SwiftwaterError.self) {
                    try read(
                        long, name: "a.ndjson", schema: Schema([Field("a", .int64)]), block: block, threads: threads,
                        policy: policy, maximumLineBytes: 1000)
                }
                #expect(error?.location == SwiftwaterError.Location(file: folder("a.ndjson"), line: 3))
                #expect(error?.message == "a line has more than 1000 bytes")
            }
        }
    }
}
