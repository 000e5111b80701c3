import Columnar
import Formats
import Testing

@Suite struct CSVWritingTests {
    private func text(_ batch: Batch, _ dialect: CSVDialect = CSVDialect()) -> String {
        let buffer = TextBuffer(capacity: 1)
        var encoder = CSVEncoder(schema: batch.schema, dialect: dialect)
        encoder.encodeHeader(into: buffer)
        encoder.encode(batch, into: buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test func `Fields are quoted only where they must be`() throws {
        let strings: [Scalar] = [
            .string("plain"), .string(""), .null, .string("a,b"), .string("say \"hi\""), .string("two\nlines"),
            .string("cr\rhere"), .string("NA"), .string("null"), .string("nullable"), .string(" space "),
            .string("a long text without anything special in it"),
            .string("a long text with, a comma somewhere in it and more"), .string("é;é"),
        ]
        let schema = Schema([Field("s", .string), Field("odd, name", .int64)])
        let batch = Batch(
            schema: schema,
            columns: [
                try Column(.string, strings),
                try Column(.int64, strings.indices.map { $0 == 2 ? .null : .int(Int64($0)) }),
            ])
        let expected = """
            s,"odd, name"
            plain,0
            "",1
            ,
            "a,b",3
            "say ""hi""\",4
            "two
            lines",5
            "cr\rhere",6
            "NA",7
            "null",8
            nullable,9
             space ,10
            a long text without anything special in it,11
            "a long text with, a comma somewhere in it and more",12
            é;é,13

            """
        #expect(text(batch) == expected)
        let dictionary = Batch(
            schema: schema, columns: [try Column(.dictionary(.string), strings), batch.columns[1]])
        #expect(text(dictionary) == expected)
        let other = text(batch, CSVDialect(delimiter: UInt8(ascii: ";"), header: false))
        #expect(other.hasPrefix("plain;0\n") && other.contains("\na,b;3\n") && other.hasSuffix("\"é;é\";13\n"))
    }

    @Test func `A missing value alone in its row is not a blank line`() throws {
        let batch = Batch(
            schema: Schema([Field("x", .float64)]), columns: [try Column(.float64, [.float(1), .null, .float(.nan)])])
        #expect(text(batch) == "x\n1.0\nNA\nNaN\n")
    }

    @Test func `Each type has its text`() throws {
        let types: [(DataType, Scalar, String)] = [
            (.bool, .bool(true), "true"), (.float64, .float(-.infinity), "-inf"), (.float32, .float(0.5), "0.5"),
            (.float32, .float(.infinity), "inf"), (.date, .date(0), "1970-01-01"),
            (.timestamp(.second, zone: "UTC"), .timestamp(0, .second, zone: "UTC"), "1970-01-01T00:00:00Z"),
            (.duration(.second), .duration(60, .second), "PT1M"), (.binary, .binary([1]), "AQ=="),
            (.binary, .binary([]), "\"\""), (.list(.int64), .list([.int(1), .null]), "\"[1,null]\""),
            (
                .structure([Field("a", .string)]), .structure([Scalar.Member("a", .string("x"))]),
                "\"{\"\"a\"\":\"\"x\"\"}\""
            ),
            (.uint8, .uint(255), "255"),
        ]
        for (type, scalar, expected) in types {
            let batch = Batch(schema: Schema([Field("x", type)]), columns: [try Column(type, [scalar])])
            #expect(text(batch) == "x\n\(expected)\n")
        }
    }

    @Test func `An unusable delimiter or quote is an error that says why`() throws {
        func message(_ delimiter: String, _ quote: String = "\"") -> String? {
            (#expect(throws: SwiftwaterError.self) { try CSVDialect(delimiter: delimiter, quote: quote) })?.message
        }
        #expect(message("") == "the delimiter cannot be empty")
        #expect(message(",,") == "the delimiter ',,' is not one ASCII character")
        #expect(message("é") == "the delimiter 'é' is not one ASCII character")
        for lineBreak in ["\n", "\r", "\0"] {
            #expect(message(lineBreak) == "the delimiter cannot be a line break or NUL")
        }
        #expect(message("\r\n") == "the delimiter '\r\n' is not one ASCII character")
        for value in ["1", "e", ".", "-"] {
            #expect(message(value) == "the delimiter '\(value)' could be part of a number or a word")
        }
        #expect(message(",", ",") == "the quote ',' is the delimiter, too")
        #expect(message("\"") == "the quote '\"' is the delimiter, too")
        #expect(message(",", "\"\"") == "the quote '\"\"' is not one ASCII character")
        #expect(message(",", "«") == "the quote '«' is not one ASCII character")
        #expect(message(",", "x") == "the quote 'x' could be part of a number or a word")
        for space in ["\n", "\r", "\t", " ", "\0"] {
            #expect(message(",", space) == "the quote cannot be white space or a control character")
        }
        #expect(try CSVDialect(delimiter: "\\t").delimiter == 9)
        #expect(try CSVDialect(delimiter: "\u{1}").delimiter == 1)
        #expect(try CSVDialect(delimiter: ";", quote: "").quote == nil)
    }
}
