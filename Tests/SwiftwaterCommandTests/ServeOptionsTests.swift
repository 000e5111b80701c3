import Foundation
import Testing

/// `--reset` and `--status-port` of `swiftwater serve`, and rows that `swiftwater run` brings elsewhere than to a file.
@Suite("swiftwater serve and run, from one to the other", .serialized)
struct ServeOptionsTests {
    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder()
        _ = try CommandRun("generate", "ops", "--rows", "2000", "-o", "ops.ndjson", in: folder)
        try folder.write(function("- {from: counts, to: counts.ndjson}", triggers: Self.files), to: "live.yaml")
    }

    private static let files = "files: {kind: file, attributes: {paths: ops.ndjson}, batch: {rows: 300}}"

    private func function(_ outputs: String, triggers: String, name: String = "live") -> String {
        """
        apiVersion: swiftwater/v1
        kind: Function
        metadata: {name: \(name)}
        spec:
          events:
            format: json-lines
            schema: {company: string, cpu_utilization: float64, latency: float64}
          frames:
            counts:
              from: events
              steps:
                - groupby: {by: [company], agg: {cpu_utilization: [min, max, count], latency: [min, max, count]}}
            slow: {from: events, steps: [{filter: latency > 5}]}
          outputs:
            \(outputs)
          triggers:
            \(triggers)
          checkpoint: {path: state}
        """
    }

    private func rows(_ text: String) -> Set<String> { Set(text.split(separator: "\n").map(String.init)) }

    private func batchRows() throws -> Set<String> {
        let run = try CommandRun("run", "live.yaml", "-i", "ops.ndjson", "-o", "batch", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        return rows(try folder.read("batch/counts.ndjson"))
    }

    /// A function that is served, and what it has written to standard error.
    private final class Server {
        let process = Process()
        private let errors: URL

        init(_ arguments: [String], in folder: WorkFolder) throws {
            errors = folder.hidden.appendingPathComponent("\(UUID().uuidString).err")
            try Data().write(to: errors)
            process.executableURL = try CommandRun.program
            process.arguments = arguments
            process.currentDirectoryURL = folder.url
            process.standardOutput = FileHandle.nullDevice
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
        }

        deinit { stop() }

        func stop() {
            if process.isRunning { process.terminate() }
            CommandRun.wait(for: process)
        }

        /// The ports of the addresses that it says it listens on.
        func ports() throws -> [Int] {
            let deadline = Date().addingTimeInterval(30)
            while true {
                let log = try String(contentsOf: errors, encoding: .utf8)
                if let line = log.split(separator: "\n").first(where: { $0.contains("msg=serving") }) {
                    return line.split(separator: " ").filter { $0.hasPrefix("address=") }.compactMap { word in
                        word.split(separator: "/").dropFirst().first?.split(separator: ":").last.flatMap { Int($0) }
                    }
                }
                try #require(Date() < deadline && process.isRunning, "it did not say what it listens on: \(log)")
                usleep(10_000)
            }
        }

        static func get(_ port: Int, _ path: String) throws -> (status: Int, body: String) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["curl", "-s", "-m", "5", "-w", "%{http_code}", "http://127.0.0.1:\(port)\(path)"]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (Int(text.suffix(3)) ?? 0, String(text.dropLast(3)))
        }

        /// Waits until the metrics say that so many rows were taken.
        static func waitForRows(_ count: Int, _ port: Int) throws {
            let deadline = Date().addingTimeInterval(30)
            while try !get(port, "/metrics").body.contains("swiftwater_rows_total \(count)\n") {
                try #require(Date() < deadline, "the rows did not come")
                usleep(20_000)
            }
        }
    }

    @Test("--status-port answers beside or without a trigger's port, on a free one for 0")
    func statusPort() throws {
        let server = try Server(["serve", "live.yaml", "--output", "out", "--status-port", "0"], in: folder)
        let port = try #require(try server.ports().first)
        #expect(port > 0)
        try Server.waitForRows(2000, port)
        #expect(try Server.get(port, "/ready").status == 200)
        #expect(try Server.get(port, "/live").status == 200)
        #expect(rows(try Server.get(port, "/frames/counts?format=lines").body) == (try batchRows()))
        #expect(try Server.get(port, "/progress").body.contains("numInputRows"))
        #expect(try Server.get(port, "/nothing").status == 404)
        server.stop()
        #expect(server.process.terminationStatus == 0)

        try folder.write(
            function("- {from: counts}", triggers: "in: {kind: http, attributes: {port: 0, path: /ops}}"),
            to: "http.yaml")
        let both = try Server(["serve", "http.yaml", "--checkpoint", "other", "--status-port", "0"], in: folder)
        let ports = try both.ports()
        #expect(ports.count == 2 && Set(ports).count == 2)
        for port in ports { #expect(try Server.get(port, "/live").status == 200) }

        let taken = try CommandRun(
            "serve", "live.yaml", "--checkpoint", "third", "--status-port", "\(ports[0])", in: folder)
        #expect(taken.status == 1 && taken.errors.contains("cannot listen on 127.0.0.1:\(ports[0])"))
        #expect(try CommandRun("serve", "live.yaml", "--status-port", "65536", in: folder).status == 64)
    }

    @Test("--reset begins anew; without it nothing is taken twice")
    func reset() throws {
        let serve = ["serve", "live.yaml", "--available-now", "--output", "out"]
        for (arguments, count) in [(serve, 2000), (serve, 0), (serve + ["--reset"], 2000), (serve, 0)] {
            let run = try CommandRun(arguments: arguments, in: folder)
            #expect(run.status == 0 && run.errors.contains(" rows=\(count) "), "\(run.errors)")
            #expect(rows(try folder.read("out/counts.ndjson")) == (try batchRows()))
        }
        // Another function at the same place: refused, unless what is there is forgotten.
        let other = try folder.read("live.yaml").replacingOccurrences(of: "[company]", with: "[latency]")
        try folder.write(other, to: "live.yaml")
        let refused = try CommandRun(arguments: serve, in: folder)
        #expect(refused.status != 0 && refused.errors.contains("--reset"), "\(refused.errors)")
        let begun = try CommandRun(arguments: serve + ["--reset"], in: folder)
        #expect(begun.status == 0 && begun.errors.contains(" rows=2000 "), "\(begun.errors)")
        #expect(rows(try folder.read("out/counts.ndjson")) == (try batchRows()))
    }

    @Test("--reset does not take a checkpoint away from the process that uses it")
    func resetOfAnother() throws {
        let server = try Server(["serve", "live.yaml", "--output", "out", "--status-port", "0"], in: folder)
        let port = try #require(try server.ports().first)
        try Server.waitForRows(2000, port)
        let second = try CommandRun("serve", "live.yaml", "--output", "out", "--reset", in: folder)
        #expect(second.status == 1, "\(second.errors)")
        server.stop()
        let third = try CommandRun("serve", "live.yaml", "--output", "out", "--available-now", in: folder)
        #expect(third.status == 0 && third.errors.contains(" rows=0 "), "\(third.errors)")
    }

    @Test(
        "What several processes cannot do together is refused at the start, with the reason",
        arguments: [
            ("- {from: slow, to: out/, mode: append}", files, "the trigger 'files' cannot be shared"),
            ("- {from: slow, to: slow.ndjson, mode: append}", kafka, "cannot write the file 'slow.ndjson'"),
            ("- {from: counts, to: out/, mode: complete}", kafka, "'groupby' in frame 'counts' puts rows of different"),
        ])
    func refusesToShare(output: String, triggers: String, reason: String) throws {
        let text = function(output, triggers: triggers)
            .replacing("checkpoint: {path: state}", with: "checkpoint: {path: state, shared: true}")
            .replacing("format: json-lines", with: "format: json-lines\n    partitionedBy: [latency]")
        try folder.write(text, to: "shared.yaml")
        let run = try CommandRun("serve", "shared.yaml", in: folder)
        #expect(run.status == 64 && run.errors.contains(reason), "\(run.status): \(run.errors)")
    }

    private static let kafka = "ops: {kind: kafka, attributes: {brokers: [\"127.0.0.1:1\"], topics: [ops]}}"

    @Test("A run over files brings its rows to a folder and to another function, as one epoch")
    func batchOutputs() throws {
        let expected = try batchRows()
        try folder.write(
            function("- {from: counts}", triggers: "in: {kind: http, attributes: {port: 0, path: /ops}}"),
            to: "http.yaml")
        let server = try Server(["serve", "http.yaml", "--checkpoint", "other"], in: folder)
        let port = try #require(try server.ports().first)
        try folder.write(
            function(
                """
                - {from: events, to: "http://127.0.0.1:\(port)/ops", kind: http}
                    - {from: slow, to: slow/, format: parquet}
                """, triggers: Self.files, name: "post"),
            to: "post.yaml")
        let run = try CommandRun("run", "post.yaml", "-i", "ops.ndjson", "-o", "results", "--json", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let written = try #require(try run.object()["files"] as? [[String: Any]])
        #expect(written.contains { $0["rows"] as? Int == 2000 }, "\(run.output)")
        try Server.waitForRows(2000, port)
        #expect(rows(try Server.get(port, "/frames/counts?format=lines").body) == expected)
        // Nothing but the rows stays.
        #expect(!folder.names.contains { $0.hasPrefix("results/.swiftwater") }, "\(folder.names)")

        // A second run replaces the folder's rows.
        try folder.write(
            function("- {from: slow, to: slow/, format: parquet}", triggers: Self.files), to: "folder.yaml")
        let few = try folder.read("ops.ndjson").split(separator: "\n").prefix(100).joined(separator: "\n") + "\n"
        try folder.write(few, to: "few.ndjson")
        let again = try CommandRun("run", "folder.yaml", "-i", "few.ndjson", "-o", "results", in: folder)
        #expect(again.status == 0, "\(again.errors)")
        let files = folder.names.filter { $0.hasPrefix("results/slow/") && $0.hasSuffix(".parquet") }
        #expect(files.count == 1, "\(folder.names)")
    }

    @Test("A run whose rows nobody takes fails, and leaves nothing that waits")
    func nobodyTakes() throws {
        let server = try Server(["serve", "live.yaml", "--status-port", "0", "--output", "out"], in: folder)
        let port = try #require(try server.ports().first)
        try folder.write(
            function("- {from: slow, to: \"http://127.0.0.1:\(port)/ops\", kind: http}", triggers: Self.files),
            to: "post.yaml")
        let run = try CommandRun("run", "post.yaml", "-i", "ops.ndjson", "-o", "results", in: folder)
        #expect(run.status == 1 && run.errors.contains("answered 404"), "\(run.errors)")
        #expect(!folder.names.contains { $0.hasPrefix("results/.swiftwater") }, "\(folder.names)")
    }
}
