import Columnar
import Formats
import Testing

/// A quote that is never closed makes the rest of a file one field: the run must say where, and lose no row silently.
@Suite struct CSVUnclosedQuoteTests {
    private let folder = TextFolder()
    private let schema = Schema([Field("a", .int64), Field("b", .string)])
    private let closeHint = "close the quote, or set 'quote' to '' for a file without quoted fields"

    private var policies: [BadLinePolicy] { [.fail, .skip, .deadLetter(path: folder("dead.ndjson"))] }

    /// The file as it is and compressed.
    private func files(_ text: String) throws -> [InputFile] {
        let path = try folder.write(text, to: "a.csv")
        let output = try TextOutput(folder("a.csv.gz"), compression: .gzip)
        try output.write(Array(text.utf8))
        try output.commit()
        return [InputFile(path), InputFile(folder("a.csv.gz"), compression: .gzip)]
    }

    private func expectError(
        _ text: String, line: Int, column: Int, _ message: String, schemas: [Schema?], maximumLineBytes: Int = 1 << 20
    ) throws {
        for file in try files(text) {
            for policy in policies {
                for schema in schemas {
                    for (block, readers) in [(1, 1), (3, 2), (16, 4), (1000, 3), (1 << 20, 1)] {
                        let error = #expect(throws: SwiftwaterError.self) {
                            try CSVReading(
                                [file], schema: schema, policy: policy, block: block, readers: readers,
                                maximumLineBytes: maximumLineBytes)
                        }
                        let place = SwiftwaterError.Location(file: file.path, line: line, column: column)
                        #expect(error?.location == place, "\(policy), block \(block), \(readers) readers")
                        #expect(error?.message == message)
                        #expect(error?.hint?.hasPrefix(closeHint) == true)
                        #expect(error?.kind == .data)
                    }
                }
            }
        }
        #expect(!folder.exists("dead.ndjson"))
    }

    @Test func `A quote that is open at the end of the file is an error under each policy that names its line`() throws
    {
        let message = "a quoted field is not closed before the end of the file"
        let rows = String(repeating: "5,\"six\"\n", count: 30)
        try expectError(
            "a,b\n1,x\n\n2,\"y\nz\"\n3,\"open\n4,y\n5,y\n", line: 6, column: 3, message, schemas: [schema, nil])
        // An earlier fault in the row must not hide it, nor one in another row.
        try expectError("a,b\n1,x\n3,\"4\n5,6\n", line: 3, column: 3, message, schemas: [schema, nil])
        try expectError("a,b\n\(rows)x,\"open\n4,y\n", line: 32, column: 3, message, schemas: [schema])
        try expectError("a,b\n1,\"two\nlines\",\"three\n4\n", line: 3, column: 8, message, schemas: [schema, nil])
    }

    @Test func `A quote that is open beyond the limit of a row is an error under each policy that names its line`()
        throws
    {
        let message = "a quoted field is not closed within 100 bytes"
        let rows = (0..<3000).map { "\($0),y\n" }.joined()
        try expectError(
            "a,b\n1,x\n2,\"open\n\(rows)", line: 3, column: 3, message, schemas: [schema], maximumLineBytes: 100)
    }

    @Test func `A row without an end is an error under each policy that names its line`() throws {
        let text = "a,b\n1,x\n2,\(String(repeating: "y", count: 5000))\n3,z\n"
        for file in try files(text) {
            for policy in policies {
                for (block, readers) in [(1, 1), (16, 3), (64, 2)] {
                    let error = #expect(throws: SwiftwaterError.self) {
                        try CSVReading(
                            [file], schema: schema, policy: policy, block: block, readers: readers,
                            maximumLineBytes: 200)
                    }
                    #expect(error?.location == SwiftwaterError.Location(file: file.path, line: 3, column: 1))
                    #expect(error?.message == "a row has more than 200 bytes")
                }
            }
        }
    }

    @Test func `A last row that ends within quotes loses no other and is a bad row`() throws {
        for file in try files("a,b\n1,x\n2,\"open") {
            for block in [1, 4, 1000] {
                let error = #expect(throws: SwiftwaterError.self) {
                    try CSVReading([file], schema: schema, block: block)
                }
                #expect(error?.description == "\(file.path):3:3: a quoted field is not closed")
                let reading = try CSVReading([file], schema: schema, policy: .skip, block: block)
                #expect(reading.badRows == 1 && reading.rows == [[.int(1), .string("x")]])
            }
        }
    }

    @Test func `Text after a closing quote some lines down says where the field began`() throws {
        for block in [1, 7, 1000] {
            let path = try folder.write("a,b\n1,\"open\n2,x\n3,\"y\"\n4,z\n", to: "b.csv")
            let error = #expect(throws: SwiftwaterError.self) {
                try CSVReading([InputFile(path)], schema: schema, block: block)
            }
            #expect(
                error?.description
                    == "\(path):4:4: there is text after a closing quote of a field that began 2 lines before")
        }
    }

    @Test func `A header whose quote is not closed is an error that names the place`() throws {
        let path = try folder.write("\n\na,\"b\n1,2\n", to: "b.csv")
        let error = #expect(throws: SwiftwaterError.self) { try CSVReading([InputFile(path)]) }
        #expect(error?.description == "\(path):3:3: a quoted field of the header is not closed; \(closeHint)")
        let long = try folder.write("a,\"b" + String(repeating: "1,2\n", count: 100_000), to: "c.csv")
        let limited = #expect(throws: SwiftwaterError.self) {
            try CSVReading([InputFile(long)], maximumLineBytes: 1000)
        }
        #expect(limited?.location == SwiftwaterError.Location(file: long, line: 1, column: 3))
        #expect(limited?.message == "a quoted field is not closed within 1000 bytes")
    }
}
