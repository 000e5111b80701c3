import Columnar
import Formats
import Foundation
import Testing

/// A file of one column, the type that is inferred for it, and its values.
struct InferenceCase: Sendable {
    var text: String
    var type: String
    var expected: [Scalar]

    init(_ text: String, _ type: String, _ expected: [Scalar]) {
        self.text = text
        self.type = type
        self.expected = expected
    }

    static let all: [InferenceCase] = [
        InferenceCase("a", "null", []),
        InferenceCase("a\n", "null", []),
        InferenceCase("a\nNA\n", "null", [Scalar.null]),
        InferenceCase("a\ntrue\nFALSE\nNA\n", "bool", [.bool(true), .bool(false), .null]),
        InferenceCase("a\n1\n-2\nNaN\n", "int64", [.int(1), .int(-2), .null]),
        InferenceCase("a\n1\n18446744073709551615\n", "uint64", [.uint(1), .uint(.max)]),
        InferenceCase("a\n1\n2.5\n", "float64", [.float(1), .float(2.5)]),
        InferenceCase("a\n1\n1e3\n-inf\n", "float64", [.float(1), .float(1000), .float(-.infinity)]),
        InferenceCase("a\n1\nx\n", "string", [.string("1"), .string("x")]),
        InferenceCase("a\ntrue\n1\n", "string", [.string("true"), .string("1")]),
        InferenceCase("a\n007\n", "string", [.string("007")]),
        InferenceCase("a\n+5\n", "string", [.string("+5")]),
        InferenceCase("a\n-1\n18446744073709551615\n", "string", [.string("-1"), .string("18446744073709551615")]),
        InferenceCase("a\n123456789012345678901234567890\n", "string", [.string("123456789012345678901234567890")]),
        InferenceCase("a\n0.5\n9007199254740993\n", "string", [.string("0.5"), .string("9007199254740993")]),
        InferenceCase("a\n0.5\n9007199254740992\n", "float64", [.float(0.5), .float(9_007_199_254_740_992)]),
        InferenceCase("a\n 5 \n", "int64", [.int(5)]),
        InferenceCase("a\n\"5\"\n\"NA\"\n", "int64", [.int(5), .null]),
        InferenceCase("a\n\"NA\"\nx\n", "string", [.string("NA"), .string("x")]),
        InferenceCase("a\n\"\"\n", "string", [.string("")]),
        InferenceCase("a\n.5\n5.\n", "float64", [.float(0.5), .float(5)]),
        InferenceCase("a\n1_000\n", "string", [.string("1_000")]),
        InferenceCase("a\n1e999\n", "string", [.string("1e999")]),
        InferenceCase("a\n2019-07-22\n", "string", [.string("2019-07-22")]),
        InferenceCase("a\n-\n", "string", [.string("-")]),
        InferenceCase("a\n-0\n", "int64", [.int(0)]),
        InferenceCase("a\n9223372036854775807\n-9223372036854775808\n", "int64", [.int(.max), .int(.min)]),
        InferenceCase("a\n9223372036854775808\n0.5\n", "float64", [.float(9_223_372_036_854_775_808), .float(0.5)]),
    ]
}

@Suite struct CSVReadingTests {
    private func read(
        _ text: String, schema: Schema? = nil, dialect: CSVDialect = CSVDialect(), policy: BadLinePolicy = .fail,
        projection: [String]? = nil, block: Int = 1 << 20, readers: Int = 1
    ) throws -> CSVReading {
        try read(
            Array(text.utf8), schema: schema, dialect: dialect, policy: policy, projection: projection, block: block,
            readers: readers)
    }

    private func read(
        _ bytes: [UInt8], schema: Schema? = nil, dialect: CSVDialect = CSVDialect(), policy: BadLinePolicy = .fail,
        projection: [String]? = nil, block: Int = 1 << 20, readers: Int = 1
    ) throws -> CSVReading {
        let folder = TextFolder()
        let path = try folder.write(bytes, to: "a.csv")
        return try read(
            [InputFile(path)], schema: schema, dialect: dialect, policy: policy, projection: projection, block: block,
            readers: readers)
    }

    private func read(
        _ files: [InputFile], schema: Schema? = nil, dialect: CSVDialect = CSVDialect(), policy: BadLinePolicy = .fail,
        projection: [String]? = nil, block: Int = 1 << 20, readers: Int = 1, maximumLineBytes: Int = 1 << 20
    ) throws -> CSVReading {
        try CSVReading(
            files, schema: schema, dialect: dialect, policy: policy, projection: projection, block: block,
            readers: readers, maximumLineBytes: maximumLineBytes)
    }

    private func strings(_ rows: [[Scalar]]) -> [[String?]] {
        rows.map { row in
            row.map { scalar in
                if case .string(let text) = scalar { text } else { scalar.isNull ? nil : "\(scalar)" }
            }
        }
    }

    private let text2 = Schema([Field("a", .string), Field("b", .string)])

    @Test func `Quotes, doubled quotes, line breaks and delimiters inside quotes are RFC 4180's`() throws {
        let text =
            "a,b\r\nx,\"y\"\r\n\"one, two\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"crlf\r\nhere\"\r\n\"\",z\n,q\"uote\nlast,\"row\""
        for block in [1, 2, 3, 5, 7, 11, 16, 64, 1 << 20] {
            for readers in [1, 2] {
                let reading = try read(text, schema: text2, block: block, readers: readers)
                #expect(
                    strings(reading.rows) == [
                        ["x", "y"], ["one, two", "say \"hi\""], ["two\nlines", "crlf\r\nhere"], ["", "z"],
                        [nil, "q\"uote"],
                        ["last", "row"],
                    ], "block \(block)")
            }
        }
    }

    @Test func `A byte order mark and blank lines are no data`() throws {
        let reading = try read("\u{FEFF}\n\r\na,b\n\n1,2\n\r\n\n3,4\n\n")
        #expect(reading.schema == Schema([Field("a", .int64), Field("b", .int64)]))
        #expect(reading.rows == [[.int(1), .int(2)], [.int(3), .int(4)]])
    }

    @Test(arguments: InferenceCase.all)
    func `Types are inferred by rule and nothing is lost`(example: InferenceCase) throws {
        let (text, type, expected) = (example.text, example.type, example.expected)
        for block in [3, 1 << 20] {
            let reading = try read(text, block: block)
            #expect("\(reading.schema[0].type)" == type)
            #expect(reading.rows == expected.map { [$0] })
        }
    }

    @Test func `A value that does not fit the sampled type widens the column for all rows`() throws {
        let common = (0..<150_000).map { "\($0),\($0 % 7)" }.joined(separator: "\n")
        let folder = TextFolder()
        let path = try folder.write("a,b\n\(common)\nlast,0.5\n", to: "a.csv")
        // Neither value is at a place that is sampled, so the rows in the middle must still be right.
        let reading = try read([InputFile(path)], readers: 2)
        #expect(reading.schema == Schema([Field("a", .string), Field("b", .float64)]))
        #expect(reading.rows.count == 150_001)
        #expect(reading.rows[123_456] == [.string("123456"), .float(Double(123_456 % 7))])
        #expect(reading.rows.last == [.string("last"), .float(0.5)])
        let middle = (0..<200_000).map { $0 == 100_003 ? "x" : "\($0)" }.joined(separator: "\n")
        let source = try CSVSource(files: [InputFile(try folder.write("a\n\(middle)\n", to: "b.csv"))], schema: nil)
        #expect(source.schema[0].type == .int64)
        #expect(throws: SwiftwaterError.self) { try CSVReading(source) }
        let widened = try CSVReading(try source.widened(), readers: 2)
        #expect(widened.schema[0].type == .string)
        #expect(widened.rows.count == 200_000 && widened.rows[0] == [.string("0")])
    }

    @Test func `With a schema each type takes its forms`() throws {
        var cases: [(String, String, Scalar?)] = []
        cases.append(("int8", "127", Scalar?(.int(127))))
        cases.append(("int8", "128", Scalar?.none))
        cases.append(("int16", " 7 ", Scalar?(.int(7))))
        cases.append(("uint8", "255", Scalar?(.uint(255))))
        cases.append(("uint8", "-1", Scalar?.none))
        cases.append(("int64", "007", Scalar?(.int(7))))
        cases.append(("int64", "+7", Scalar?(.int(7))))
        cases.append(("int64", "7.0", Scalar?.none))
        cases.append(("int64", "\"7\"", Scalar?(.int(7))))
        cases.append(("int64", "", Scalar?(.null)))
        cases.append(("int64", "x", Scalar?.none))
        cases.append(("uint64", "18446744073709551615", Scalar?(.uint(.max))))
        cases.append(("float64", "1", Scalar?(.float(1))))
        cases.append(("float64", "1e5", Scalar?(.float(100_000))))
        cases.append(("float64", "Infinity", Scalar?(.float(.infinity))))
        cases.append(("float64", "nan", Scalar?(.null)))
        cases.append(("float64", "1e999", Scalar?.none))
        cases.append(("float64", "0.1 ", Scalar?(.float(0.1))))
        cases.append(("float64", "1.5.5", Scalar?.none))
        cases.append(("float32", "0.5", Scalar?(.float(0.5))))
        cases.append(("bool", "True", Scalar?(.bool(true))))
        cases.append(("bool", "0", Scalar?(.bool(false))))
        cases.append(("bool", "1", Scalar?(.bool(true))))
        cases.append(("bool", "2", Scalar?.none))
        cases.append(("bool", "falsey", Scalar?.none))
        cases.append(("date", "2019-07-22", Scalar?(.date(18_099))))
        cases.append(("date", "2019-02-30", Scalar?.none))
        cases.append(
            (
                "timestamp[ms]", "2019-07-22T11:33:13.534",
                Scalar?(.timestamp(1_563_795_193_534, .millisecond, zone: nil))
            ))
        cases.append(
            ("timestamp[ms]", "1563795193534", Scalar?(.timestamp(1_563_795_193_534, .millisecond, zone: nil))))
        cases.append(("timestamp[s]", "2019-07-22 11:33:13Z", Scalar?(.timestamp(1_563_795_193, .second, zone: nil))))
        cases.append(("timestamp[s]", "2019-07-22 11:33:13.5", Scalar?.none))
        cases.append(("duration[s]", "PT1M", Scalar?(.duration(60, .second))))
        cases.append(("duration[s]", "60", Scalar?(.duration(60, .second))))
        cases.append(("binary", "AQ==", Scalar?(.binary([1]))))
        cases.append(("binary", "A", Scalar?.none))
        cases.append(("string", " x ", Scalar?(.string(" x "))))
        cases.append(("string", "NA", Scalar?(.null)))
        cases.append(("string", "\"NA\"", Scalar?(.string("NA"))))
        cases.append(("null", "x", Scalar?.none))
        cases.append(("null", "NA", Scalar?(.null)))
        cases.append(("dictionary<string>", "x", Scalar?(.string("x"))))
        for (type, field, expected) in cases {
            let schema = Schema([Field("x", try DataType(type)), Field("y", .int64)])
            for ending in ["\n", "\r\n", ""] {
                for position in 0..<2 {
                    let rows = position == 0 ? "x,y\n\(field),1\(ending)" : "y,x\n1,\(field)\(ending)"
                    if let expected {
                        #expect(try read(rows, schema: schema).rows == [[expected, .int(1)]], "\(type) \(field)")
                    } else {
                        let error = #expect(throws: SwiftwaterError.self, "\(type) \(field)") {
                            try read(rows, schema: schema)
                        }
                        #expect(error?.location?.line == 2 && error?.location?.column == (position == 0 ? 1 : 3))
                        #expect(error?.message.contains("(column 'x')") == true, "\(String(describing: error))")
                    }
                }
            }
        }
        #expect(throws: SwiftwaterError.self) { try read("x\n1", schema: Schema([Field("x", .list(.int64))])) }
    }

    @Test func `Bad rows are reported by file, line, column and reason whatever the blocks and readers`() throws {
        let text = "a,b\n1,2\n\n\"x\ny\",3\nshort\n1,2,3\n4,\"open\"x\n5,6\n"
        let tooLong = "the row has 3 fields; 2 are expected"
        let afterQuote = "there is text after a closing quote"
        let folder = TextFolder()
        let path = try folder.write(text, to: "a.csv")
        let schema = Schema([Field("a", .string), Field("b", .string)])
        for block in [1, 2, 5, 13, 64, 1000] {
            for readers in [1, 2, 4] {
                let error = #expect(throws: SwiftwaterError.self) {
                    try read([InputFile(path)], schema: schema, block: block, readers: readers)
                }
                #expect(
                    error?.description == "\(path):6:6: the row has 1 fields; 2 are expected", "\(block) \(readers)")
                let letters = folder("dead-\(block)-\(readers).ndjson")
                let reading = try read(
                    [InputFile(path)], schema: schema, policy: .deadLetter(path: letters), block: block,
                    readers: readers)
                #expect(strings(reading.rows) == [["1", "2"], ["x\ny", "3"], ["5", "6"]])
                #expect(reading.badRows == 3)
                let lines = try String(contentsOfFile: letters, encoding: .utf8).split(separator: "\n")
                #expect(lines.count == 3)
                #expect(lines[1].contains("\"line\":7,\"column\":5,\"reason\":\"\(tooLong)\",\"text\":\"1,2,3\""))
                #expect(
                    lines[2].contains(
                        "\"line\":8,\"column\":9,\"reason\":\"\(afterQuote)\",\"text\":\"4,\\\"open\\\"x\""))
                #expect(
                    try read([InputFile(path)], schema: schema, policy: .skip, block: block, readers: readers).badRows
                        == 3)
            }
        }
    }

    @Test func `Only whole rows widen an inferred schema`() throws {
        // Without the bad rows the columns have no values at all.
        for text in ["a,b\n1,2,3\n,\n", "a,b\n1\n,\n", "a,b\n1,\"x\"y\n,\n"] {
            let error = #expect(throws: SwiftwaterError.self) { try read(text) }
            #expect(error?.kind == .data && error?.location?.line == 2)
            let reading = try read(text, policy: .skip)
            #expect(reading.badRows == 1 && reading.rows == [[.null, .null]])
            #expect(reading.schema == Schema([Field("a", .null), Field("b", .null)]))
        }
    }

    @Test func `The first bad row of many is the error for any number of readers`() throws {
        var text = "a\n"
        for row in 0..<20_000 { text += row >= 7000 && row % 100 == 0 ? "x\n" : "\(row)\n" }
        for readers in [1, 2, 3, 8] {
            let error = #expect(throws: SwiftwaterError.self) {
                try read(text, schema: Schema([Field("a", .int64)]), block: 1000, readers: readers)
            }
            #expect(error?.location?.line == 7002 && error?.message == "'x' is no int64 (column 'a')")
        }
    }

    @Test func `Text that is not UTF-8 is a bad row and others are not`() throws {
        let bytes = Array("a,b\né,1\n".utf8) + [0x61, 0xFF, 0x2C, 0x32, 0x0A] + Array("日本,3\n".utf8)
        for block in [1, 7, 100] {
            let reading = try read(bytes, schema: text2, policy: .skip, block: block)
            #expect(strings(reading.rows) == [["é", "1"], ["日本", "3"]] && reading.badRows == 1)
        }
        let error = #expect(throws: SwiftwaterError.self) { try read(bytes, schema: text2) }
        #expect(error?.location?.line == 3)
        #expect(
            #expect(throws: SwiftwaterError.self) { try read([0xFF, 0xFE, 0x61, 0x00]) }?.message
                == "the file is UTF-16")
    }

    @Test func `Other delimiters, quotes and missing words`() throws {
        let dialect = CSVDialect(
            delimiter: UInt8(ascii: ";"), quote: UInt8(ascii: "'"), header: true, missingWords: ["-"])
        let reading = try read("a;b\n'x;''y';-\nNA;1\n;2\n", dialect: dialect)
        #expect(reading.rows == [[.string("x;'y"), .null], [.string("NA"), .int(1)], [.string(""), .int(2)]])
        let plain = try read("a\tb\n\"x\t\"y\n", dialect: CSVDialect(delimiter: 9, quote: nil))
        #expect(strings(plain.rows) == [["\"x", "\"y"]])
        let spaces = try read("a b\n1 2\n", dialect: CSVDialect(delimiter: 32))
        #expect(spaces.rows == [[.int(1), .int(2)]])
    }

    @Test func `Without a header columns have numbers or the schema's names by place`() throws {
        let dialect = CSVDialect(header: false)
        #expect(try read("1,x\n2,y\n", dialect: dialect).schema.names == ["column0", "column1"])
        let reading = try read(
            "1,x\n2,y\n", schema: Schema([Field("n", .int64), Field("s", .string)]), dialect: dialect)
        #expect(reading.rows == [[.int(1), .string("x")], [.int(2), .string("y")]])
        #expect(throws: SwiftwaterError.self) {
            try read("1,x\n", schema: Schema([Field("n", .int64)]), dialect: dialect)
        }
    }

    @Test func `Repeated and empty names of columns are made distinct as pandas does`() throws {
        #expect(try read("a,a,,a.1,a\n1,2,3,4,5\n").schema.names == ["a", "a.2", "Unnamed: 2", "a.1", "a.3"])
    }

    @Test func `Only wanted columns are read, in the asked order`() throws {
        let reading = try read("a,b,c\n1,\"x,y\",z\n2,w,NA\n", projection: ["c", "a"])
        #expect(reading.schema.names == ["c", "a"])
        #expect(reading.rows == [[.string("z"), .int(1)], [.null, .int(2)]])
        let error = #expect(throws: SwiftwaterError.self) {
            try read("alpha\n1\n", schema: Schema([Field("alfa", .int64)]))
        }
        #expect(error?.hint == "did you mean 'alpha'?")
        #expect(throws: SwiftwaterError.self) { try read("a\n1\n", projection: ["b"]) }
    }

    @Test func `Several files, compressed or not, are one table by the columns' names`() throws {
        let folder = TextFolder()
        let plain = InputFile(try folder.write("a,b\n1,x\n2,y", to: "1.csv"))
        let other = InputFile(try folder.write("b,a\nz,3\n", to: "2.csv"))
        let empty = InputFile(try folder.write("", to: "3.csv"))
        var compressed: [InputFile] = []
        for kind in StreamCompression.allCases {
            let output = try TextOutput(folder("4.csv.\(kind)"), compression: kind)
            try output.write(Array("b,a\r\n\"q\"\"\n\",4\r\n".utf8))
            try output.commit()
            compressed.append(InputFile(folder("4.csv.\(kind)"), compression: kind))
        }
        let expected: [[Scalar]] = [[.int(1), .string("x")], [.int(2), .string("y")], [.int(3), .string("z")]]
        let more: [Scalar] = [.int(4), .string("q\"\n")]
        for block in [1, 3, 1000] {
            for readers in [1, 3] {
                #expect(try read([plain, other, empty], block: block, readers: readers).rows == expected)
                #expect(
                    try read([plain] + compressed + [empty, other], block: block, readers: readers).rows
                        == [expected[0], expected[1], more, more, expected[2]])
            }
        }
        let bad = InputFile(try folder.write("a,c\n1,2\n", to: "5.csv"))
        #expect(throws: SwiftwaterError.self) { try read([plain, bad]) }
        let wrong = InputFile(try folder.write("a,b\n1,2\nx\n", to: "6.csv"))
        let error = #expect(throws: SwiftwaterError.self) {
            try read([plain, wrong], schema: Schema([Field("a", .int64), Field("b", .string)]), block: 2, readers: 3)
        }
        #expect(error?.location == SwiftwaterError.Location(file: wrong.path, line: 3, column: 1))
    }

    @Test func `Strings that do not repeat become plain strings in the same pass`() throws {
        var text = "s\n"
        for row in 0..<30_000 { text += "value \(row) of many\n" }
        let reading = try read(text, block: 1 << 22)
        #expect(reading.rows.count == 30_000 && reading.rows[29_999] == [.string("value 29999 of many")])
        #expect(try read(text, block: 50_000).rows == reading.rows)
    }

    @Test(arguments: 0..<12)
    func `What is written is read back for random tables, blocks and readers`(seed: Int) throws {
        var random = RandomBatch(seed: UInt64(seed) &* 977)
        let schema = Schema(
            RandomBatch.schema.fields.filter { !$0.type.isNested && $0.name != "f32" })
        let rows = [0, 1, 9, 200][seed % 4]
        let batch = try random.batch(schema, rows: rows)
        let delimiter = [UInt8(ascii: ","), UInt8(ascii: ";"), 9][seed % 3]
        let dialect = CSVDialect(delimiter: delimiter)
        let buffer = TextBuffer()
        var encoder = CSVEncoder(schema: schema, dialect: dialect)
        encoder.encodeHeader(into: buffer)
        encoder.encode(batch, into: buffer)
        let expected = (0..<rows).map { row in batch.columns.map { $0.scalar(at: row) } }
        for block in [1, 17, 64, 1000, 1 << 20] {
            for readers in [1, 3] {
                let reading = try read(
                    Array(buffer.bytes), schema: schema, dialect: dialect, block: block, readers: readers)
                #expect(reading.rows == expected)
            }
        }
        // Inference is the same for all blocks.
        let whole = try read(Array(buffer.bytes), dialect: dialect)
        let parts = try read(Array(buffer.bytes), dialect: dialect, block: 13, readers: 2)
        #expect(whole.schema == parts.schema && whole.rows == parts.rows)
    }
}
