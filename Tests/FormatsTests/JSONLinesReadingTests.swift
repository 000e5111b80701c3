import Columnar
import Formats
import Foundation
import Testing

/// A folder for one test's files, deleted with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// Reads everything with `threads` readers, as the executor does, widening the schema where that is needed.
func readJSONLines(
    _ paths: [String], schema: Schema? = nil, options: JSONLinesSource.Options = .init(), threads: Int = 1
) throws -> Table {
    let files = paths.map { InputFile($0) }
    var source: any MorselSource = try JSONLinesSource(files: files, schema: schema, options: options)
    while true {
        let reading = source
        let result = Result { () throws(SwiftwaterError) -> Table in
            let parts = try EngineThreads.map(count: threads) { () throws(SwiftwaterError) -> [(Int, Batch)] in
                let reader = try reading.makeReader()
                var batches: [(Int, Batch)] = []
                while let morsel = try reader.next() { batches.append((morsel.sequence, morsel.batch)) }
                return batches
            }
            try reading.finish()
            let batches = parts.joined().sorted { $0.0 < $1.0 }.map(\.1)
            return Table(schema: reading.schema, batches: batches)
        }
        guard case .failure(let error) = result, error.kind == .schemaWidened else { return try result.get() }
        source = try #require(source as? any InferringSource).widened()
    }
}

extension Table {
    /// All values of a column.
    func values(_ name: String) throws -> [Scalar] {
        let index = try schema.requireIndex(of: name)
        return batches.flatMap { $0.columns[index].scalars }
    }
}

@Suite("Reading JSON Lines")
struct JSONLinesReadingTests {
    func rows(_ text: String, schema: Schema? = nil) throws -> Table {
        let folder = try TemporaryFolder()
        return try readJSONLines([folder.write(text, to: "a.ndjson")], schema: schema)
    }

    @Test("files of many sizes give their rows, whether earlier batches are held or not", arguments: 0..<8)
    func sizes(seed: UInt64) throws {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let folder = try TemporaryFolder()
        var files: [InputFile] = []
        var expected: [[Int64]] = []
        var count: Int64 = 0
        for number in 0..<40 {
            let rows = Int64([1, 5, 60, 100, 130, 3_000][random(6)])
            let text = (count..<count + rows).map { "{\"a\":\($0),\"b\":\"\($0)\"}\n" }.joined()
            files.append(InputFile(try folder.write(text, to: "\(number).ndjson")))
            expected.append(Array(count..<count + rows))
            count += rows
        }
        let source = try JSONLinesSource(files: files, schema: Schema([Field("a", .int64), Field("b", .string)]))
        let reader = try source.makeReader()
        var held: [Batch] = []
        var values: [Scalar] = []
        while let morsel = try reader.next() {
            values += morsel.batch.columns[0].scalars
            // Buffers of batches that are let go are used again.
            if random(2) == 0 { held.append(morsel.batch) }
        }
        #expect(values == expected.joined().map { .int($0) })
        for batch in held { #expect(batch.columns[1].scalars.count == batch.count) }
    }

    @Test("keys may come in any order, be missing, unknown, repeated or escaped")
    func keys() throws {
        let schema = Schema([Field("a", .int64), Field("b", .string), Field("c", .float64)])
        let table = try rows(
            """
            {"a":1,"b":"x","c":1.5}
            {"c":2.5,"b":"y","a":2}
            {"b":"z"}
            {"a":4,"other":{"x":[1,{"y":null}]},"c":-0.25}
            {"a":5,"a":6,"b":"first","b":"last"}
            {"\\u0061":7,"b":null}
            {}
            """, schema: schema)
        #expect(try table.values("a") == [.int(1), .int(2), .null, .int(4), .int(6), .int(7), .null])
        #expect(
            try table.values("b")
                == [.string("x"), .string("y"), .string("z"), .null, .string("last"), .null, .null])
        #expect(try table.values("c") == [.float(1.5), .float(2.5), .null, .float(-0.25), .null, .null, .null])
    }

    @Test("white space, CRLF, blank lines, a byte order mark and a missing final newline are fine")
    func layout() throws {
        let table = try rows(
            "\u{FEFF}{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }\r\n\r\n  \n\t{\"a\":2,\"b\":[]}   \r\n{\"a\":3}")
        #expect(try table.values("a") == [.int(1), .int(2), .int(3)])
        #expect(try table.values("b") == [.list([.int(1), .int(2)]), .list([]), .null])
    }

    @Test("strings are unescaped and keep every character")
    func strings() throws {
        let table = try rows(#"{"s":"a\"b\\c\/d\b\f\n\r\té\ud834\udd1e日本 \u0000"}"#)
        #expect(try table.values("s") == [.string("a\"b\\c/d\u{8}\u{c}\n\r\té𝄞日本 \0")])
    }

    @Test("64-bit integers are exact, and larger ones become text without loss")
    func integers() throws {
        let table = try rows(
            """
            {"i":9223372036854775807,"u":18446744073709551615,"big":18446744073709551616,"mixed":-1}
            {"i":-9223372036854775808,"u":0,"big":1,"mixed":9223372036854775808}
            """)
        #expect(table.schema.fields.map(\.type) == [.int64, .uint64, .string, .string])
        #expect(try table.values("i") == [.int(.max), .int(.min)])
        #expect(try table.values("u") == [.uint(.max), .uint(0)])
        #expect(try table.values("big") == [.string("18446744073709551616"), .string("1")])
        #expect(try table.values("mixed") == [.string("-1"), .string("9223372036854775808")])
    }

    @Test("objects and arrays become structs and lists")
    func nested() throws {
        let table = try rows(
            """
            {"p":{"x":1,"y":[true,false]},"l":[[1],[2,3],[]]}
            {"p":null,"l":null}
            {"p":{"y":[null],"z":"new"},"l":[null,[4.5]]}
            """)
        #expect(
            table.schema["p"]?.type
                == .structure([Field("x", .int64), Field("y", .list(.bool)), Field("z", .string)]))
        #expect(table.schema["l"]?.type == .list(.list(.float64)))
        #expect(
            try table.values("p") == [
                .structure([.init("x", .int(1)), .init("y", .list([.bool(true), .bool(false)])), .init("z", .null)]),
                .null,
                .structure([.init("x", .null), .init("y", .list([.null])), .init("z", .string("new"))]),
            ])
        #expect(
            try table.values("l") == [
                .list([.list([.float(1)]), .list([.float(2), .float(3)]), .list([])]), .null,
                .list([.null, .list([.float(4.5)])]),
            ])
    }

    @Test("inference widens for all rows and finds a key in the last row", arguments: [1, 2])
    func widening(threads: Int) throws {
        let folder = try TemporaryFolder()
        let count = 60_000
        var text = ""
        for row in 0..<count { text += "{\"n\":\(row),\"v\":\(row % 7)}\n" }
        // In a place that no sample of the start sees.
        text += "{\"n\":0.5,\"v\":\"text\",\"late\":true}\n{\"n\":1,\"v\":2}\n"
        let table = try readJSONLines([folder.write(text, to: "a.ndjson")], threads: threads)
        #expect(table.schema == Schema([Field("n", .float64), Field("v", .string), Field("late", .bool)]))
        #expect(table.count == count + 2)
        #expect(try table.values("n")[count] == .float(0.5))
        #expect(try table.values("n")[7] == .float(7))
        #expect(try table.values("v")[3] == .string("3"))
        #expect(try table.values("late").suffix(2) == [.bool(true), .null])
    }

    @Test("times are read from ISO 8601 and from epoch numbers")
    func times() throws {
        let schema = Schema([
            Field("t", .timestamp(.millisecond, zone: nil)), Field("d", .date), Field("s", .duration(.second)),
        ])
        let table = try rows(
            """
            {"t":1563795193534,"d":"2019-07-22","s":5}
            {"t":"2019-07-22T11:33:13.534Z","d":0,"s":null}
            """, schema: schema)
        let time = Scalar.timestamp(1_563_795_193_534, .millisecond, zone: nil)
        #expect(try table.values("t") == [time, time])
        #expect(try table.values("d") == [.date(18099), .date(0)])
        #expect(try table.values("s") == [.duration(5, .second), .null])
    }

    @Test(
        "a bad line is reported with file, line, column and reason",
        arguments: [
            (#"{"a":1,}"#, 8, "expected a key in double quotes"),
            (#"{"a" 1}"#, 6, "expected ':' after the key"),
            (#"{"a":01}"#, 6, "malformed number"),
            (#"{"a":1}x"#, 8, "unexpected text after the object"),
            (#"{"a":"x"}"#, 6, #"column 'a' is int64, found "x""#),
            (#"{"a":1.5}"#, 6, "column 'a' is int64, found 1.5"),
            (#"[1]"#, 1, "expected '{': a line must be one JSON object"),
            (#"{"a":1"#, 7, "expected ',' or '}'"),
            (#"{"b":"\x"}"#, 7, "unknown escape in a string"),
            (#"{"b":"\ud800"}"#, 7, "unpaired surrogate in a string"),
            ("{\"b\":\"\t\"}", 7, "unescaped control character in a string"),
            (#"{"b":"abc"#, 6, "unterminated string"),
            (#"{"b":nul}"#, 6, "expected a value"),
        ])
    func badLines(line: String, column: Int, reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("{\"a\":1}\n\n\(line)\n{\"a\":2}\n", to: "bad.ndjson")
        let schema = Schema([Field("a", .int64)])
        let error = #expect(throws: SwiftwaterError.self) { try readJSONLines([path], schema: schema) }
        #expect(error?.location == .init(file: path, line: 3, column: column))
        #expect(error?.message == reason)
        let skipped = try readJSONLines([path], schema: schema, options: .init(policy: .skip))
        #expect(try skipped.values("a") == [.int(1), .int(2)])
        let letters = "\(folder.path)/dead.ndjson"
        _ = try readJSONLines([path], schema: schema, options: .init(policy: .deadLetter(path: letters)))
        let dead = try readJSONLines([letters])
        #expect(try dead.values("line") == [.int(3)])
        #expect(try dead.values("text") == [.string(line)])
        #expect(try dead.values("reason") == [.string(reason)])
    }

    @Test("what a bad line wrote before it failed leaves no trace in the next row")
    func rollback() throws {
        let folder = try TemporaryFolder()
        let schema = Schema([
            Field("a", .int64), Field("s", .string),
            Field("l", .list(.structure([Field("x", .int64), Field("y", .string)]))),
        ])
        let path = try folder.write(
            """
            {"a":1,"s":"one","l":[{"x":1,"y":"p"}]}
            {"a":null,"s":"two","l":[{"x":null,"y":"q"},{"x":3}],"bad":}
            {"l":[{"y":"r"},{}]}
            {"a":4,"l":[{"x":1}],"l":[{"y":"s"}]}
            """, to: "a.ndjson")
        let table = try readJSONLines([path], schema: schema, options: .init(policy: .skip))
        func item(_ x: Scalar, _ y: Scalar) -> Scalar { .structure([.init("x", x), .init("y", y)]) }
        #expect(try table.values("a") == [.int(1), .null, .int(4)])
        #expect(try table.values("s") == [.string("one"), .null, .null])
        #expect(
            try table.values("l") == [
                .list([item(.int(1), .string("p"))]), .list([item(.null, .string("r")), item(.null, .null)]),
                .list([item(.null, .string("s"))]),
            ])
    }

    @Test("the size of blocks and the number of threads change nothing", arguments: [1, 7, 64, 300, 5000], [1, 3])
    func blocks(blockBytes: Int, threads: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SystemRandomNumberGenerator()
        var text = ""
        for row in 0..<400 {
            let filler = String(repeating: "é", count: Int.random(in: 0..<40, using: &generator))
            text += "{\"row\":\(row),\"s\":\"\(filler)\"}" + (row % 3 == 0 ? "\r\n\n" : "\n")
            if row % 50 == 17 { text += "not json \(row)\n" }
        }
        let schema = Schema([Field("row", .int64), Field("s", .string)])
        let letters = "\(folder.path)/dead.ndjson"
        let options = JSONLinesSource.Options(policy: .deadLetter(path: letters), blockBytes: blockBytes)
        let files = [
            try folder.write(text, to: "a.ndjson"), try folder.write("", to: "b.ndjson"),
            try folder.write(String(text.dropLast()), to: "c.ndjson"),
        ]
        let table = try readJSONLines(files, schema: schema, options: options, threads: threads)
        #expect(try table.values("row") == (0..<800).map { .int(Int64($0 % 400)) })
        let dead = try readJSONLines([letters])
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        let expected = lines.indices.filter { lines[$0].starts(with: "not".utf8) }.map { Scalar.int(Int64($0 + 1)) }
        #expect(try dead.values("line") == expected + expected)
    }

    @Test("the first bad line of the input fails the run, whichever thread meets one first", arguments: [1, 2, 4])
    func firstError(threads: Int) throws {
        let folder = try TemporaryFolder()
        var text = ""
        for row in 0..<5000 { text += row >= 1234 && row % 100 == 34 ? "oops\n" : "{\"row\":\(row)}\n" }
        let path = try folder.write(text, to: "a.ndjson")
        let options = JSONLinesSource.Options(blockBytes: 512)
        for _ in 0..<20 {
            let error = #expect(throws: SwiftwaterError.self) {
                try readJSONLines([path], schema: Schema([Field("row", .int64)]), options: options, threads: threads)
            }
            #expect(error?.location?.line == 1235)
        }
    }

    @Test("strings that do not repeat become plain strings in the same pass", arguments: [1 << 9, 1 << 14])
    func distinctStrings(blockBytes: Int) throws {
        let folder = try TemporaryFolder()
        var text = ""
        for row in 0..<80_000 { text += row % 11 == 0 ? "{}\n" : "{\"s\":\"value \(row)\"}\n" }
        let path = try folder.write(text, to: "a.ndjson")
        let table = try readJSONLines([path], options: .init(blockBytes: blockBytes))
        #expect(try table.values("s") == (0..<80_000).map { $0 % 11 == 0 ? .null : .string("value \($0)") })
        #expect(table.batches.last?.columns[0].type == .string)
    }

    @Test("a line over the limit and a file that is not there give clear errors")
    func limits() throws {
        let folder = try TemporaryFolder()
        let long = try folder.write("{\"s\":\"\(String(repeating: "x", count: 100_000))\"}\n", to: "a.ndjson")
        let schema = Schema([Field("s", .string)])
        let options = JSONLinesSource.Options(maximumLineBytes: 50_000, blockBytes: 1000)
        #expect(throws: SwiftwaterError.self) { try readJSONLines([long], schema: schema, options: options) }
        let inOneBlock = JSONLinesSource.Options(maximumLineBytes: 50_000)
        #expect(throws: SwiftwaterError.self) { try readJSONLines([long], schema: schema, options: inOneBlock) }
        #expect(try readJSONLines([long], schema: schema, options: .init(blockBytes: 1000)).count == 1)
        let error = #expect(throws: SwiftwaterError.self) { try readJSONLines(["/nowhere/x.ndjson"]) }
        #expect(error?.kind == .io)
    }
}

@Suite("JSON conformance")
struct JSONConformanceTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Conformance/json").path
    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".json") }.sorted()

    @Test("the suite is there")
    func suite() { #expect(Self.files.count > 100) }

    @Test("y_ is accepted, n_ is refused and i_ never crashes, inferred, as text and skipped", arguments: files)
    func conformance(name: String) throws {
        var document = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)")))
        // A document with raw line feeds at its ends is the same without them; within, it is no line of JSON Lines.
        while document.last == 0x0A { document.removeLast() }
        if document.contains(0x0A) { return }
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(#"{"v":"#.utf8) + document + Array("}\n".utf8), to: "a.ndjson")
        for schema in [nil, Schema([Field("v", .string)]), Schema([Field("w", .int64)])] {
            let result = Result { try readJSONLines([path], schema: schema) }
            switch name.first {
            case "y": #expect(throws: Never.self) { try result.get() }
            case "n": #expect(throws: SwiftwaterError.self) { try result.get() }
            default: if case .failure(let error) = result { #expect(error is SwiftwaterError) }
            }
        }
    }
}
