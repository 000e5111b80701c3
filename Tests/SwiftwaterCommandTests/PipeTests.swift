import Foundation
import Glibc
import Testing

@Suite("Pipes with names as input")
struct PipeTests {
    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder()
        try folder.write(Self.lines, to: "rows.ndjson")
    }

    private static let lines = (0..<3000).map { "{\"company\":\"c\($0 % 7)\",\"n\":\($0)}\n" }.joined()

    /// Makes a pipe called `name`, into which a process writes a file's bytes once.
    private func feed(_ file: String, into name: String) throws -> Process {
        #expect(mkfifo(folder.url.appendingPathComponent(name).path, 0o600) == 0)
        let feeder = Process()
        feeder.executableURL = URL(fileURLWithPath: "/bin/sh")
        feeder.arguments = ["-c", "cat \"$0\" > \"$1\"", file, name]
        feeder.currentDirectoryURL = folder.url
        try feeder.run()
        return feeder
    }

    /// Runs the program while its input is fed; a feeder that nobody reads from is killed.
    private func run(_ arguments: String..., file: String, pipe: String) throws -> CommandRun {
        let feeder = try feed(file, into: pipe)
        defer {
            if feeder.isRunning { kill(feeder.processIdentifier, SIGKILL) }
            feeder.waitUntilExit()
        }
        return try CommandRun(arguments: arguments, in: folder)
    }

    @Test("convert reads them like files", arguments: ["ndjson", "csv", "ndjson.gz", "csv.zst"])
    func converting(_ format: String) throws {
        #expect(try CommandRun("convert", "rows.ndjson", "rows.\(format)", in: folder).status == 0)
        let run = try run("convert", "pipe.\(format)", "back.ndjson", file: "rows.\(format)", pipe: "pipe.\(format)")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.read("back.ndjson") == Self.lines)
    }

    @Test(
        "run reads them with a schema and without", arguments: ["ndjson", "csv", "csv.gz"],
        ["", "schema: {n: int64, company: string}"])
    func running(_ format: String, _ schema: String) throws {
        let function = """
            apiVersion: swiftwater/v1
            kind: Function
            metadata: {name: sums}
            spec:
              events: {\(schema)}
              frames:
                sums: {from: events, steps: [{groupby: {by: company, agg: {n: [sum, count]}}}]}
                last: {from: events, steps: [{nlargest: {n: 1, by: n}}]}
              outputs:
                - {from: sums, to: sums.csv}
                - {from: last, to: last.ndjson}
            """
        try folder.write(function, to: "function.yaml")
        #expect(try CommandRun("convert", "rows.ndjson", "rows.\(format)", in: folder).status == 0)
        let run = try run(
            "run", "function.yaml", "--input", "pipe.\(format)", "--threads", "3", file: "rows.\(format)",
            pipe: "pipe.\(format)")
        #expect(run.status == 0, "\(run.errors)")
        let sums = (0..<7).map { company in
            let numbers = (0..<3000).filter { $0 % 7 == company }
            return "c\(company),\(numbers.reduce(0, +)),\(numbers.count)\n"
        }
        #expect(try folder.read("sums.csv") == "company,n_sum,n_count\n\(sums.joined())")
        #expect(try folder.read("last.ndjson").contains("\"n\":2999"))
    }

    @Test("a fault in their data is reported and does not hang", arguments: ["ndjson", "csv"])
    func failing(_ format: String) throws {
        try folder.write(format == "csv" ? "a,b\n1,\"open\n2,3\n" : "{\"a\":1}\n{\"a\":}\n", to: "bad")
        let run = try run("convert", "pipe.\(format)", "out.parquet", file: "bad", pipe: "pipe.\(format)")
        #expect(run.status == 1)
        #expect(
            run.errors.hasPrefix("swiftwater: error: pipe.\(format):2:"), "\(run.errors)")
        #expect(folder.names == ["bad", "pipe.\(format)", "rows.ndjson"])
    }
}
