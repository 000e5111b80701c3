import Foundation
import Testing

@Suite("swiftwater convert, inspect and show")
struct ConvertCommandTests {
    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder()
        try folder.write(Self.rows, to: "rows.ndjson")
    }

    private static let rows = """
        {"name":"a","n":1,"x":0.5,"ok":true}
        {"name":"b \\"quoted\\", with comma","n":-2,"x":1e+300,"ok":false}
        {"name":"ä株\\n🚀","n":null,"x":null,"ok":null}
        {"name":null,"n":9223372036854775807,"x":-0.125,"ok":true}

        """

    @Test(
        "rows are the same after a way through every format",
        arguments: ["csv", "csv.gz", "csv.zst", "ndjson", "jsonl.gz", "json.zst", "parquet"])
    func roundTrip(_ format: String) throws {
        let there = try CommandRun("convert", "rows.ndjson", "other.\(format)", in: folder)
        #expect(there.status == 0, "\(there.errors)")
        let back = try CommandRun("convert", "other.\(format)", "back.ndjson", in: folder)
        #expect(back.status == 0, "\(back.errors)")
        #expect(try folder.read("back.ndjson") == Self.rows)
    }

    @Test("standard input and output are files like others")
    func pipes() throws {
        let input = Data(Self.rows.utf8)
        let lines = try CommandRun(
            "convert", "-", "-", "--from", "ndjson", "--to", "json-lines", in: folder, input: input)
        #expect(lines.output == Self.rows)
        let parquet = try CommandRun(
            "convert", "-", "-", "--from", "jsonl", "--to", "parquet", in: folder, input: input)
        #expect(
            parquet.outputBytes.prefix(4) == Data("PAR1".utf8) && parquet.outputBytes.suffix(4) == Data("PAR1".utf8))
        try parquet.outputBytes.write(to: folder.url.appendingPathComponent("x.parquet"))
        let back = try CommandRun("convert", "x.parquet", "-", "--to", "json", in: folder)
        #expect(back.output == Self.rows)
        #expect(folder.names == ["rows.ndjson", "x.parquet"])
    }

    @Test("an unknown format, codec or file is named")
    func errors() throws {
        let format = try CommandRun("convert", "rows.txt", "rows.csv", in: folder)
        #expect(format.status == 64)
        #expect(
            format.errors == """
                swiftwater: error: the format of 'rows.txt' is not known; give --from json-lines, csv or parquet

                """)
        let codec = try CommandRun("convert", "rows.ndjson", "rows.parquet", "--compression", "zip", in: folder)
        #expect(codec.status == 64)
        #expect(codec.errors.contains("zip"))
        #expect(try CommandRun("convert", "missing.ndjson", "rows.csv", in: folder).status == 1)
        #expect(folder.names == ["rows.ndjson"])
    }

    @Test("a bad line fails the conversion and leaves no file, unless it is to be skipped")
    func badLines() throws {
        try folder.write(Self.rows + "{\n", to: "bad.ndjson")
        let failed = try CommandRun("convert", "bad.ndjson", "out.parquet", in: folder)
        #expect(failed.status == 1)
        #expect(failed.errors.hasPrefix("swiftwater: error: bad.ndjson:5:"))
        #expect(folder.names == ["bad.ndjson", "rows.ndjson"])
        let skipped = try CommandRun("convert", "bad.ndjson", "out.ndjson", "--on-error", "skip", in: folder)
        #expect(skipped.status == 0)
        #expect(skipped.errors.contains("1 bad row, left out"))
        #expect(try folder.read("out.ndjson") == Self.rows)
    }

    @Test("inspect tells columns, rows and how they are stored, as text and as JSON")
    func inspect() throws {
        _ = try CommandRun("convert", "rows.ndjson", "rows.parquet", "--compression", "snappy", in: folder)
        let text = try CommandRun("inspect", "rows.parquet", in: folder)
        #expect(text.status == 0)
        #expect(text.output.hasPrefix("rows.parquet: parquet, 4 rows, 4 columns, 1 row group, "))
        #expect(text.output.contains("SNAPPY"))
        let parquet = try CommandRun("inspect", "rows.parquet", "--json", in: folder).object()
        #expect(parquet["rows"] as? Int == 4)
        let columns = try #require(parquet["columns"] as? [[String: Any]])
        #expect(columns.map { $0["name"] as? String } == ["name", "n", "x", "ok"])
        #expect(columns.map { $0["type"] as? String } == ["string", "int64", "float64", "bool"])
        let lines = try CommandRun("inspect", "rows.ndjson", "--json", in: folder).object()
        #expect(lines["rows"] as? Int == 4)
        let inferred = try #require(lines["columns"] as? [[String: Any]])
        #expect(inferred.map { $0["type"] as? String } == ["string", "int64", "float64", "bool"])
    }

    @Test("a text's schema and CSV's form can be said without a function file")
    func inputOptions() throws {
        try folder.write("1;'a;b';2020-01-31T10:20:30Z\n2;'';\n", to: "rows.csv")
        let options = [
            "--no-header", "--delimiter", ";", "--quote", "'", "--schema", "n: int8, s : string,at:timestamp[ms, UTC]",
        ]
        let run = try CommandRun(
            arguments: ["convert", "rows.csv", "out.csv", "--to-delimiter", "\\t"] + options, in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.read("out.csv") == "n\ts\tat\n1\ta;b\t2020-01-31T10:20:30.000Z\n2\t\"\"\t\n")
        let shown = try CommandRun(arguments: ["show", "rows.csv", "--columns", "n,s"] + options, in: folder)
        #expect(shown.output.contains("int8") && shown.output.contains("a;b"), "\(shown.errors)")
        let inspected = try CommandRun(arguments: ["inspect", "rows.csv", "--json"] + options, in: folder).object()
        let columns = try #require(inspected["columns"] as? [[String: Any]])
        #expect(columns.map { $0["type"] as? String } == ["int8", "string", "timestamp[ms, UTC]"])
        for (arguments, message) in [
            (["--delimiter", ";"], "--delimiter is for CSV, and the input is json-lines"),
            (["--to-delimiter", ";"], "--to-delimiter is for CSV, and the output is json-lines"),
            (["--schema", "n"], "--schema"), (["--schema", "n: int46"], "--schema"),
        ] {
            let wrong = try CommandRun(arguments: ["convert", "rows.ndjson", "x.ndjson"] + arguments, in: folder)
            #expect(wrong.status == 64 && wrong.errors.contains(message), "\(wrong.errors)")
        }
        let multibyte = try CommandRun("convert", "rows.csv", "x.ndjson", "--delimiter", "é", in: folder)
        #expect(multibyte.status == 64)
        #expect(multibyte.errors.contains("the delimiter 'é' is not one ASCII character"))
    }

    @Test("a .json file may be one array of objects")
    func array() throws {
        let lines = Self.rows.split(separator: "\n")
        try folder.write("[\n  \(lines.joined(separator: ",\n  "))\n]\n", to: "array.json")
        let run = try CommandRun("convert", "array.json", "back.ndjson", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.read("back.ndjson") == Self.rows)
        let piped = try CommandRun(
            "convert", "-", "-", "--from", "json", "--to", "json", in: folder, input: try folder.data("array.json"))
        #expect(piped.output == Self.rows)
    }

    @Test("show prints rows as a table")
    func show() throws {
        let run = try CommandRun(
            "show", "rows.ndjson", "--columns", "n,ok", "--where", "n > 0", "--rows", "5", in: folder)
        #expect(
            run.output == """
                                  n │ ok
                              int64 │ bool
                ────────────────────┼─────
                                  1 │ true
                9223372036854775807 │ true
                2 rows × 2 columns

                """)
    }
}
