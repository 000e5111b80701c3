import Columnar
import Formats
import Query
import Testing

/// Whole runs over files, with the engine's own operators.
@Suite struct FileRunTests {
    private let folder = TemporaryFolder()

    private func write(_ name: String, _ text: String) throws {
        let file = try OutputFile("\(folder.path)/\(name)")
        try file.write(Array(text.utf8))
        try file.commit()
    }

    private func plan(
        _ file: String, _ frames: [Plan.Frame], outputs: [Plan.Output], schema: Schema? = nil,
        onError: Source.ErrorPolicy = .fail
    ) -> Plan {
        let source = Source(
            name: "events", location: .files(["\(folder.path)/\(file)"]), schema: schema, onError: onError,
            deadLetterPath: "\(folder.path)/bad.ndjson")
        return Plan(sources: [source], frames: frames, outputs: outputs)
    }

    private func toFile(_ frame: String, _ name: String) -> Plan.Output {
        .init(from: frame, to: .file(path: "\(folder.path)/\(name)", format: nil, options: .init()))
    }

    private static func options(threads: Int = 2) -> RunOptions {
        var options = RunOptions()
        options.threads = threads
        return options
    }

    private static func lines(_ count: Int) -> String {
        (0..<count).map { #"{"k":"\#($0 % 7)","v":\#($0),"f":\#($0).5}"# + "\n" }.joined()
    }

    @Test("One pass makes aggregates and top rows, in Parquet and JSON Lines", arguments: [1, 3])
    func wholeJob(threads: Int) throws {
        try write("in.ndjson", Self.lines(50_000))
        let frames: [Plan.Frame] = [
            .init(
                "groups", from: "events",
                steps: [
                    .groupby(
                        by: ["k"],
                        aggregations: [.init(.min, "v"), .init(.max, "v"), .init(.mean, "f"), .init(.size, nil)],
                        options: .init())
                ]),
            .init("top", from: "events", steps: [.nlargest(n: 3, by: ["v"])]),
        ]
        let report = try plan(
            "in.ndjson", frames,
            outputs: [toFile("groups", "groups.parquet"), toFile("top", "top.ndjson"), .init(from: "top", to: .memory)]
        ).runAndWait(Self.options(threads: threads))
        #expect(report.rows == 50_000)
        #expect(report.bytes == Self.lines(50_000).utf8.count)
        #expect(report.outputs.map(\.rows) == [7, 3])
        #expect(report.tables["top"]?.values("v") == [.int(49_999), .int(49_998), .int(49_997)])
        #expect(
            folder.text("top.ndjson")
                == #"{"k":"5","v":49999,"f":49999.5}"# + "\n" + #"{"k":"4","v":49998,"f":49998.5}"# + "\n"
                + #"{"k":"3","v":49997,"f":49997.5}"# + "\n")
        let groups = try plan("groups.parquet", [], outputs: [.init(from: "events", to: .memory)])
            .runAndWait(Self.options()).tables["events"]
        #expect(groups?.values("k") == (0..<7).map { .string("\($0)") })
        #expect(groups?.values("v_min") == (0..<7).map { .int($0) })
        let sizes = groups?.values("size").compactMap { if case .int(let n) = $0 { Int(n) } else { nil } }
        #expect(sizes?.reduce(0, +) == 50_000)
    }

    @Test(
        "Converting keeps rows and their order", arguments: ["out.parquet", "out.ndjson", "out.csv", "out.ndjson.gz"])
    func convert(name: String) throws {
        let text = Self.lines(30_000)
        try write("in.ndjson", text)
        var options = Self.options(threads: 3)
        options.pendingLimit = 1 << 16
        _ = try plan("in.ndjson", [], outputs: [toFile("events", name)]).runAndWait(options)
        if name == "out.ndjson" { #expect(folder.text(name) == text) }
        if name == "out.csv" {
            #expect(
                folder.text(name)
                    == "k,v,f\n" + (0..<30_000).map { "\($0 % 7),\($0),\($0).5\n" }.joined())
        }
        let back = try plan(name, [], outputs: [.init(from: "events", to: .memory)]).runAndWait(Self.options())
        #expect(back.tables["events"]?.values("v") == (0..<30_000).map { .int($0) })
        #expect(folder.names == ["in.ndjson", name].sorted())
    }

    @Test func `an inferred schema widens for all rows`() throws {
        try write("in.ndjson", Self.lines(40_000) + #"{"k":1,"v":0.25,"f":null,"late":true}"# + "\n")
        let report = try plan(
            "in.ndjson", [.init("rest", from: "events", steps: [.drop(["f"])])],
            outputs: [
                .init(from: "events", to: .memory), .init(from: "rest", to: .memory), toFile("events", "a.ndjson"),
            ]
        ).runAndWait(Self.options())
        let table = try #require(report.tables["events"])
        #expect(table.schema.names == ["k", "v", "f", "late"])
        #expect(table.schema["v"]?.type == .float64)
        #expect(table.values("late").last == .bool(true))
        #expect(table.count == 40_001)
        #expect(report.tables["rest"]?.schema.names == ["k", "v", "late"])
        #expect(report.rows == 40_001)
        #expect(folder.names == ["a.ndjson", "in.ndjson"])
    }

    @Test func `settled columns are those of all lines where samples differ, and a later key is an error`() throws {
        let late = #"{"k":"x","v":1,"f":null,"late":true}"# + "\n"
        func run(_ text: String, _ inference: SchemaInference) throws -> Schema? {
            try write("in.ndjson", text)
            var plan = plan("in.ndjson", [], outputs: [.init(from: "events", to: .memory)])
            plan.sources[0].inference = inference
            return try plan.runAndWait(Self.options()).tables["events"]?.schema
        }
        // The line in the middle is in no sample.
        let text = Self.lines(20_000) + late + Self.lines(20_000)
        let error = #expect(throws: SwiftwaterError.self) { try run(text, .settled) }
        #expect(error?.kind == .data && error?.message.hasPrefix("the key 'late' is in none of the lines") == true)
        #expect(try run(text, .all)?.names == ["k", "v", "f", "late"])
        #expect(try run(#"{"k":"x","w":1}"# + "\n" + text, .settled)?.names == ["k", "w", "v", "f", "late"])
    }

    @Test func `a CSV column widens for all rows`() throws {
        try write("in.csv", "k,v,w\n" + (0..<40_000).map { "a,\($0),1\n" }.joined() + "b,x,2\n")
        let report = try plan(
            "in.csv", [.init("f", from: "events", steps: [.filter(try Query.Expression("k == 'b'")), .drop(["w"])])],
            outputs: [.init(from: "events", to: .memory), .init(from: "f", to: .memory)]
        ).runAndWait(Self.options())
        let table = try #require(report.tables["events"])
        #expect(table.schema["v"]?.type == .string)
        #expect(table.count == 40_001)
        #expect(report.tables["f"]?.values("v") == [.string("x")])
    }

    @Test func `a column that only the last line has can be asked for`() throws {
        try write("in.ndjson", Self.lines(40_000) + #"{"late":7}"# + "\n")
        let report = try plan(
            "in.ndjson", [.init("f", from: "events", steps: [.select(["late"]), .dropna(subset: nil, how: .any)])],
            outputs: [.init(from: "f", to: .memory)]
        ).runAndWait(Self.options())
        #expect(report.tables["f"]?.values("late") == [.int(7)])
        let error = #expect(throws: SwiftwaterError.self) {
            try plan(
                "in.ndjson", [.init("f", from: "events", steps: [.select(["latte"])])],
                outputs: [.init(from: "f", to: .memory)]
            ).runAndWait(Self.options())
        }
        #expect(error?.description == "frame 'f', step 1 (select): no column 'latte'; did you mean 'late'?")
    }

    @Test func `bad lines fail the run at the first of them`() throws {
        try write("in.ndjson", Self.lines(20_000) + "{\"k\":\n" + Self.lines(20_000) + "oops\n")
        let schema = Schema([Field("k", .string), Field("v", .int64)])
        for threads in [1, 2, 4] {
            let error = #expect(throws: SwiftwaterError.self) {
                try plan("in.ndjson", [], outputs: [toFile("events", "a.csv")], schema: schema)
                    .runAndWait(Self.options(threads: threads))
            }
            #expect(error?.kind == .data)
            #expect(error?.location?.line == 20_001)
        }
        #expect(folder.names == ["in.ndjson"])
    }

    @Test func `dead letters appear with the outputs or not at all`() throws {
        try write("in.ndjson", Self.lines(1000) + "oops\n")
        let schema = Schema([Field("k", .string), Field("v", .int64)])
        let good = plan("in.ndjson", [], outputs: [toFile("events", "a.csv")], schema: schema, onError: .deadLetter)
        let report = try good.runAndWait(Self.options())
        #expect(report.badRows == 1)
        #expect(folder.names == ["a.csv", "bad.ndjson", "in.ndjson"])
        #expect(folder.text("bad.ndjson")?.contains("oops") == true)

        let other = FileRunTests()
        try other.write("in.ndjson", Self.lines(1000) + "oops\n")
        let full = Plan.Output(
            from: "events", to: .file(path: "/dev/full", format: .csv, options: .init()))
        #expect(throws: SwiftwaterError.self) {
            try other.plan(
                "in.ndjson", [], outputs: [other.toFile("events", "a.csv"), full], schema: schema, onError: .deadLetter
            ).runAndWait(Self.options())
        }
        #expect(other.folder.names == ["in.ndjson"])
    }

    @Test func `a head needs only the beginning of a file`() throws {
        try write("in.ndjson", Self.lines(200_000) + "oops\n")
        let schema = Schema([Field("v", .int64)])
        let report = try plan(
            "in.ndjson", [.init("f", from: "events", steps: [.head(2)])], outputs: [.init(from: "f", to: .memory)],
            schema: schema
        ).runAndWait(Self.options())
        #expect(report.tables["f"]?.values("v") == [.int(0), .int(1)])
        #expect(report.rows < 100_000)
    }

    @Test func `counting rows reads no column`() throws {
        try write("in.ndjson", Self.lines(10_000))
        let count = Step.groupby(by: [], aggregations: [.init(.size, nil)], options: .init())
        for name in ["in.ndjson", "in.parquet"] {
            if name == "in.parquet" {
                _ = try plan("in.ndjson", [], outputs: [toFile("events", name)]).runAndWait(Self.options())
            }
            let report = try plan(
                name, [.init("n", from: "events", steps: [count])], outputs: [.init(from: "n", to: .memory)]
            ).runAndWait(Self.options())
            #expect(report.tables["n"]?.values("size") == [.int(10_000)])
        }
    }

    @Test func `a file of no known format is an error that says what to give`() throws {
        try write("in.txt", "")
        let error = #expect(throws: SwiftwaterError.self) {
            try plan("in.txt", [], outputs: [.init(from: "events", to: .memory)]).runAndWait(Self.options())
        }
        #expect(error?.message == "the format of '\(folder.path)/in.txt' is not known")
        #expect(error?.hint == "give the format: json-lines, csv, parquet")
    }
}
