import Foundation
import Testing

@Suite("swiftwater run and explain")
struct RunCommandTests {
    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder()
        try folder.write(Self.rows, to: "rows.ndjson")
        try folder.write(Self.function, to: "function.yaml")
    }

    private static let rows = """
        {"company":"a","latency":1.5,"n":1}
        {"company":"b","latency":4.0,"n":2}
        {"company":"a","latency":2.5,"n":3}
        {"company":"b","latency":null,"n":4}

        """

    private static let function = """
        apiVersion: swiftwater/v1
        kind: Function
        metadata: {name: latencies}
        spec:
          frames:
            by_company:
              from: events
              steps:
                - groupby: {by: company, agg: {latency: [min, max, mean, count], n: sum}}
            slowest:
              from: events
              steps:
                - nlargest: {n: 2, by: latency}
          outputs:
            - {from: by_company, to: by_company.csv}
            - {from: slowest, to: slowest.ndjson}

        """

    @Test("one run writes all outputs and says what it read and wrote")
    func run() throws {
        let run = try CommandRun("run", "function.yaml", "--input", "rows.ndjson", "--output", "out", in: folder)
        #expect(run.errors == "")
        #expect(run.status == 0)
        #expect(
            try folder.read("out/by_company.csv") == """
                company,latency_min,latency_max,latency_mean,latency_count,n_sum
                a,1.5,2.5,2.0,2,4
                b,4.0,4.0,4.0,1,6

                """)
        #expect(
            try folder.read("out/slowest.ndjson") == """
                {"company":"b","latency":4.0,"n":2}
                {"company":"a","latency":2.5,"n":3}

                """)
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("read   4 rows, 145 bytes in "))
        #expect(lines[1].hasPrefix("wrote  2 rows, ") && lines[1].hasSuffix("   out/by_company.csv"))
        #expect(lines[2].hasPrefix("       2 rows, ") && lines[2].hasSuffix("   out/slowest.ndjson"))
    }

    @Test("the JSON report has the same facts")
    func json() throws {
        let run = try CommandRun("run", "function.yaml", "-i", "rows.ndjson", "-o", "out", "--json", in: folder)
        #expect(run.status == 0)
        let report = try run.object()
        #expect(report["function"] as? String == "latencies")
        #expect(report["rows"] as? Int == 4)
        #expect(report["bytes"] as? Int == 145)
        #expect(report["badRows"] as? Int == 0)
        #expect((report["seconds"] as? Double ?? 0) > 0)
        let files = try #require(report["files"] as? [[String: Any]])
        #expect(files.map { $0["path"] as? String } == ["out/by_company.csv", "out/slowest.ndjson"])
        #expect(files.map { $0["rows"] as? Int } == [2, 2])
        #expect(try files[0]["bytes"] as? Int == folder.data("out/by_company.csv").count)
    }

    @Test("input is repeatable, may be a glob or standard input, and results do not depend on threads")
    func inputs() throws {
        let expected = try output("--input", "rows.ndjson", "--input", "rows.ndjson")
        try folder.write(Self.rows, to: "more-rows.ndjson")
        #expect(try output("--input", "*rows.ndjson", "--threads", "1") == expected)
        #expect(try output("--input", "*rows.ndjson", "--threads", "7") == expected)
        #expect(try output("--input", "-", input: Data((Self.rows + Self.rows).utf8)) == expected)
        #expect(expected.contains("a,1.5,2.5,2.0,4,8\n"))
    }

    private func output(_ arguments: String..., input: Data = Data()) throws -> String {
        let run = try CommandRun(arguments: ["run", "function.yaml"] + arguments, in: folder, input: input)
        #expect(run.errors == "")
        return try folder.read("by_company.csv")
    }

    @Test("rows on standard output have the report beside them")
    func standardOutput() throws {
        try folder.write(
            Self.function.replacingOccurrences(of: "to: slowest.ndjson", with: #"to: "-", format: json-lines"#),
            to: "piped.yaml")
        let run = try CommandRun("run", "piped.yaml", "--input", "rows.ndjson", in: folder)
        #expect(run.status == 0)
        #expect(
            run.output == """
                {"company":"b","latency":4.0,"n":2}
                {"company":"a","latency":2.5,"n":3}

                """)
        #expect(run.errors.contains("standard output"))
    }

    @Test("--set gives the values of expressions' parameters")
    func parameters() throws {
        try folder.write(
            """
            apiVersion: swiftwater/v1
            kind: Function
            metadata: {name: slow}
            spec:
              parameters: {limit: 2}
              frames:
                slow:
                  from: events
                  steps:
                    - filter: "latency > @limit"
                    - select: [n]
              outputs:
                - {from: slow, to: "-", format: csv}
            """, to: "slow.yaml")
        #expect(try CommandRun("run", "slow.yaml", "-i", "rows.ndjson", in: folder).output == "n\n2\n3\n")
        #expect(
            try CommandRun("run", "slow.yaml", "-i", "rows.ndjson", "--set", "limit=2.5", in: folder).output
                == "n\n2\n")
        let wrong = try CommandRun("run", "slow.yaml", "-i", "rows.ndjson", "--set", "limt=3", in: folder)
        #expect(wrong.status == 64)
        #expect(
            wrong.errors
                == "swiftwater: error: the function 'slow' has no parameter 'limt'; did you mean 'limit'?\n")
    }

    @Test("bad lines fail the run with their place, or are counted, or are kept")
    func badLines() throws {
        try folder.write(Self.rows + "{\"company\":\"c\",\"latency\":}\n", to: "bad.ndjson")
        let failed = try CommandRun("run", "function.yaml", "-i", "bad.ndjson", "-o", "out", in: folder)
        #expect(failed.status == 1)
        #expect(failed.errors.hasPrefix("swiftwater: error: bad.ndjson:5:26: "), "\(failed.errors)")
        #expect(!folder.names.contains { $0.hasPrefix("out/") }, "\(folder.names)")

        let json = try CommandRun("run", "function.yaml", "-i", "bad.ndjson", "-o", "out", "--json", in: folder)
        let error = try #require(
            try JSONSerialization.jsonObject(with: Data(json.errors.utf8)) as? [String: [String: Any]])
        #expect(error["error"]?["kind"] as? String == "data")
        #expect(error["error"]?["line"] as? Int == 5)

        try folder.write(
            Self.function.replacingOccurrences(of: "spec:\n", with: "spec:\n  events: {onError: deadLetter}\n"),
            to: "keep.yaml")
        let kept = try CommandRun("run", "keep.yaml", "-i", "bad.ndjson", "-o", "out", in: folder)
        #expect(kept.status == 0)
        #expect(kept.output.contains("       1 bad row, kept in out/dead-letters.ndjson\n"))
        #expect(try folder.read("out/dead-letters.ndjson").contains(#""line":5"#))
    }

    @Test("mistakes in commands and function files are usage errors, missing files are not")
    func exitCodes() throws {
        #expect(try CommandRun("run", in: folder).status == 64)
        #expect(try CommandRun("run", "function.yaml", in: folder).status == 64)
        #expect(try CommandRun("run", "function.yaml", "--threads", "0", in: folder).status == 64)
        #expect(try CommandRun("run", "function.yaml", "--memory-limit", "much", in: folder).status == 64)
        #expect(try CommandRun("nonsense", in: folder).status == 64)
        #expect(try CommandRun("run", "missing.yaml", in: folder).status == 1)
        let missing = try CommandRun("run", "function.yaml", "-i", "missing.ndjson", in: folder)
        #expect(missing.status == 1)
        #expect(missing.errors.contains("missing.ndjson"))
        try folder.write(Self.function.replacingOccurrences(of: "nlargest", with: "largest"), to: "typo.yaml")
        let typo = try CommandRun("run", "typo.yaml", "-i", "rows.ndjson", in: folder)
        #expect(typo.status == 64)
        #expect(
            typo.errors
                == "swiftwater: error: typo.yaml:13:11: unknown step 'largest'; did you mean 'nlargest'?\n")
        try folder.write(Self.function.replacingOccurrences(of: "by: latency", with: "by: latecny"), to: "column.yaml")
        let column = try CommandRun("run", "column.yaml", "-i", "rows.ndjson", in: folder)
        #expect(column.status == 64)
        #expect(column.errors.contains("did you mean 'latency'?"))
    }

    @Test("explain prints the plan as written, and as it runs when the columns are known")
    func explain() throws {
        let written = try CommandRun("explain", "function.yaml", in: folder)
        #expect(written.status == 0)
        #expect(written.output.contains("nlargest 2 by latency"))
        #expect(written.output.contains("needs the columns"))
        let run = try CommandRun("explain", "function.yaml", "--input", "rows.ndjson", in: folder)
        #expect(run.status == 0)
        #expect(run.output.contains("Logical plan") && run.output.contains("Optimized plan"))
        #expect(folder.names == ["function.yaml", "rows.ndjson"])
    }
}
