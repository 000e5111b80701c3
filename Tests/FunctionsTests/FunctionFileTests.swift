import Columnar
import Formats
import Functions
import Query
import Testing

@Suite("Function files")
struct FunctionFileTests {
    static let example = """
        apiVersion: swiftwater/v1
        kind: Function
        metadata: {name: company-metrics}
        spec:
          events:                      # how bytes become rows; every key optional
            format: json-lines         # json-lines, csv, parquet
            schema: {company: string, cpu_utilization: float64, timestamp: "timestamp[ms]"}   # inferred when absent
            onError: fail              # fail | skip | deadLetter
          frames:
            by_company:
              from: events
              steps:
                - filter: "cpu_utilization >= 0 and company != ''"
                - groupby: {by: [company], agg: {cpu_utilization: [min, max, mean], latency: [min, max, mean]}}
            hottest:
              from: events
              steps:
                - nlargest: {n: 10, by: [cpu_utilization]}
          outputs:
            - {from: by_company, to: by_company.parquet, compression: zstd}
            - {from: hottest, to: hottest.ndjson}
        """

    @Test("the documented example becomes its plan")
    func documentedExample() throws {
        let function = try FunctionFile(yaml: Self.example, path: "f.yaml")
        #expect(function.name == "company-metrics")
        let plan = try function.plan(inputs: ["a.ndjson", "b/*.json"], outputFolder: "out")
        let schema = Schema([
            Field("company", .string), Field("cpu_utilization", .float64),
            Field("timestamp", .timestamp(.millisecond, zone: nil)),
        ])
        let metrics = ["cpu_utilization", "latency"].flatMap { column in
            [.min, .max, .mean].map { Aggregation($0, column) }
        }
        let expected = Plan(
            sources: [
                Source(name: "events", location: .files(["a.ndjson", "b/*.json"]), format: .jsonLines, schema: schema)
            ],
            frames: [
                Plan.Frame(
                    "by_company", from: "events",
                    steps: [
                        .filter(try Expression("cpu_utilization >= 0 and company != ''")),
                        .groupby(by: ["company"], aggregations: metrics, options: .init()),
                    ]),
                Plan.Frame("hottest", from: "events", steps: [.nlargest(n: 10, by: ["cpu_utilization"])]),
            ],
            outputs: [
                .init(
                    from: "by_company",
                    to: .file(
                        path: "out/by_company.parquet", format: nil, options: WriteOptions(compression: "zstd"))),
                .init(
                    from: "hottest", to: .file(path: "out/hottest.ndjson", format: nil, options: WriteOptions())),
            ])
        #expect(plan == expected)
        #expect(metrics[0].name == "cpu_utilization_min")
    }

    @Test("every key of events and of outputs is taken")
    func allKeys() throws {
        let function = try FunctionFile(
            yaml: """
                apiVersion: swiftwater/v1
                kind: Function
                metadata: {name: all, description: Everything, labels: {team: net}}
                spec:
                  events:
                    files: [a.csv, '-']
                    format: csv
                    onError: deadLetter
                    deadLetter: bad.ndjson
                    maximumLineBytes: 1000
                    csv: {delimiter: ";", quote: "'", header: false, missingWords: [NA, null, '']}
                  parameters: {threshold: 80, word: "80", share: .5, on: yes}
                  outputs:
                    - {from: events, to: /tmp/x, format: parquet, compression: none, rowGroupRows: 5, delimiter: "\\t"}
                    - {from: events, to: "-", format: csv}
                """, path: "f.yaml")
        let source = function.source
        #expect(source.location == .files(["a.csv", "-"]))
        #expect(source.format == .csv)
        #expect(source.onError == .deadLetter)
        #expect(source.maximumLineBytes == 1000)
        #expect(
            source.csv == .init(delimiter: ";", quote: "'", header: false, missingWords: ["NA", "null", ""]))
        #expect(
            function.parameters == [
                "threshold": .int(80), "word": .string("80"), "share": .float(0.5), "on": .string("yes"),
            ])
        let plan = try function.plan(outputFolder: "/data/out")
        #expect(plan.sources[0].deadLetterPath == "/data/out/bad.ndjson")
        let options = WriteOptions(compression: "none", rowGroupRows: 5, delimiter: "\t")
        #expect(plan.outputs[0].to == .file(path: "/tmp/x", format: .parquet, options: options))
        #expect(plan.outputs[1].to == .file(path: "-", format: .csv, options: WriteOptions()))
    }

    @Test("bad lines go to a file in the output folder unless another is named")
    func deadLetterDefault() throws {
        let function = try FunctionFile(yaml: Self.minimal(events: "{onError: deadLetter}"), path: "f.yaml")
        #expect(
            try function.plan(inputs: ["x"], outputFolder: "o").sources[0].deadLetterPath == "o/dead-letters.ndjson")
    }

    @Test("without input the error says how to give it; standard input is JSON Lines")
    func inputs() throws {
        let function = try FunctionFile(yaml: Self.minimal(), path: "f.yaml")
        #expect(
            Self.message { _ = try function.plan() } == """
                f.yaml: the function 'x' names no input; give --input, or 'files' under spec.events
                """)
        #expect(try function.plan(inputs: ["-"]).sources[0].format == .jsonLines)
        #expect(try function.plan(inputs: ["a.csv"]).sources[0].format == nil)
    }

    @Test("--set values replace those of the file, by their form")
    func parameterValues() throws {
        let function = try FunctionFile(
            yaml: Self.minimal(
                steps: ["filter: cpu > @limit and company == @name", "assign: {y: '@factor * x'}"],
                parameters: "{limit: 1}"),
            path: "f.yaml")
        #expect(
            try function.parameterValues(["limit=2.5", "name=\"7\"", "factor=-3"])
                == ["limit": .float(2.5), "name": .string("7"), "factor": .int(-3)])
        #expect(try function.parameterValues(["name="]) == ["limit": .int(1), "name": .null])
        #expect(
            Self.message { _ = try function.parameterValues(["limt=3"]) }
                == "the function 'x' has no parameter 'limt'; did you mean 'limit'?")
        #expect(
            Self.message { _ = try function.parameterValues(["limit"]) }
                == "'limit' does not say which value is set; write --set name=value")
    }

    // MARK: What the tests share

    /// A function `x` with a frame `a` of these steps, given without their dashes.
    static func minimal(
        steps: [String] = [], events: String? = nil, parameters: String? = nil,
        outputs: String = "[{from: a, to: a.csv}]"
    ) -> String {
        var lines = ["apiVersion: swiftwater/v1", "kind: Function", "metadata: {name: x}", "spec:"]
        if let events { lines.append("  events: \(events)") }
        if let parameters { lines.append("  parameters: \(parameters)") }
        lines += ["  frames:", "    a:", "      from: events", "      steps:\(steps.isEmpty ? " []" : "")"]
        lines += steps.map { "        - \($0)" }
        lines.append("  outputs: \(outputs)")
        return lines.joined(separator: "\n")
    }

    /// The error's text, or nil when there is none.
    static func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
