import Foundation
import Glibc
import Testing

@Suite("swiftwater serve", .serialized)
struct ServeCommandTests {
    private let folder: WorkFolder
    private let port: Int

    init() throws {
        folder = try WorkFolder()
        port = try Self.freePort()
        try folder.write(
            """
            apiVersion: swiftwater/v1
            kind: Function
            metadata: {name: live}
            spec:
              events:
                format: json-lines
                schema: {company: string, cpu_utilization: float64, latency: float64, timestamp: "timestamp[ms]"}
              frames:
                counts:
                  from: events
                  steps:
                    - groupby: {by: [company], agg: {cpu_utilization: [min, max, count], latency: [min, max, count]}}
              outputs:
                - {from: counts, to: counts.ndjson}
              triggers:
                ingest:
                  kind: http
                  attributes: {port: \(port), path: /ops}
                  batch: {rows: 20000, timeout: 50ms}
              checkpoint: {path: state, every: 200ms}
            """, to: "live.yaml")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        try #require(code == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func start(_ arguments: [String]) throws -> (process: Process, errors: URL) {
        let process = Process()
        process.executableURL = try CommandRun.program
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        let errors = folder.hidden.appendingPathComponent("\(UUID().uuidString).err")
        try Data().write(to: errors)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return (process, errors)
    }

    private func get(_ path: String) -> (status: Int, body: String)? {
        let script = "curl -s -m 5 -w '%{http_code}' http://127.0.0.1:\(port)\(path)"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard text.count >= 3, let status = Int(text.suffix(3)) else { return nil }
        return (status, String(text.dropLast(3)))
    }

    private func waitUntilReady() throws {
        let deadline = Date().addingTimeInterval(30)
        while get("/ready")?.status != 200 {
            try #require(Date() < deadline, "the function did not become ready")
            usleep(20_000)
        }
    }

    /// The rows by company, in any order.
    private func rows(_ text: String) -> Set<String> { Set(text.split(separator: "\n").map(String.init)) }

    private func expected(rows: Int) throws -> Set<String> {
        _ = try CommandRun("generate", "ops", "--rows", "\(rows)", "-o", "ops.ndjson", in: folder)
        let run = try CommandRun("run", "live.yaml", "-i", "ops.ndjson", "-o", "batch", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        return self.rows(try folder.read("batch/counts.ndjson"))
    }

    @Test("SIGTERM ends it with 0 when all that was taken is written, and the result is the batch result")
    func stop() throws {
        let expected = try expected(rows: 30_000)
        let (server, errors) = try start(["serve", "live.yaml", "--output", "out"])
        try waitUntilReady()
        let load = try CommandRun(
            "generate", "ops", "--rows", "30000", "--to", "http://127.0.0.1:\(port)/ops", in: folder)
        #expect(load.status == 0, "\(load.errors)")
        let deadline = Date().addingTimeInterval(30)
        while get("/metrics")?.body.contains("swiftwater_rows_total 30000\n") != true, Date() < deadline {
            usleep(20_000)
        }
        server.terminate()
        CommandRun.wait(for: server)
        #expect(server.terminationStatus == 0 && server.terminationReason == .exit)
        #expect(rows(try folder.read("out/counts.ndjson")) == expected)
        let log = try String(contentsOf: errors, encoding: .utf8)
        #expect(log.contains("msg=serving") && log.contains("msg=stopped") && log.contains("rows=30000"))
    }

    @Test("killed again and again under load, it counts every row once")
    func kills() throws {
        let count = 60_000
        let expected = try expected(rows: count)
        let (load, loadErrors) = try start(
            [
                "generate", "ops", "--rows", "\(count)", "--batch", "300", "--to", "http://127.0.0.1:\(port)/ops",
                "--rate", "15000",
            ])
        var server = try start(["serve", "live.yaml", "--output", "out"])
        for _ in 0..<12 {
            usleep(UInt32.random(in: 100_000...600_000))
            kill(server.process.processIdentifier, SIGKILL)
            server.process.waitUntilExit()
            server = try start(["serve", "live.yaml", "--output", "out"])
        }
        CommandRun.wait(for: load)
        let loadLog = try String(contentsOf: loadErrors, encoding: .utf8)
        #expect(load.terminationStatus == 0, "\(loadLog)")
        try waitUntilReady()
        server.process.terminate()
        CommandRun.wait(for: server.process)
        let log = try String(contentsOf: server.errors, encoding: .utf8)
        #expect(server.process.terminationStatus == 0, "\(log)")
        #expect(rows(try folder.read("out/counts.ndjson")) == expected)
    }

    @Test("a frame can be asked for as JSON, lines, CSV and Arrow; metrics and progress can be read")
    func status() throws {
        let (server, _) = try start(["serve", "live.yaml", "--output", "out"])
        defer {
            server.terminate()
            CommandRun.wait(for: server)
        }
        try waitUntilReady()
        _ = try CommandRun("generate", "ops", "--rows", "1000", "--to", "http://127.0.0.1:\(port)/ops", in: folder)
        let deadline = Date().addingTimeInterval(20)
        while get("/metrics")?.body.contains("swiftwater_rows_total 1000\n") != true {
            try #require(Date() < deadline)
            usleep(20_000)
        }
        let json = try #require(get("/frames/counts"))
        let array = try JSONSerialization.jsonObject(with: Data(json.body.utf8)) as? [[String: Any]]
        #expect(json.status == 200 && array?.count == 100)
        #expect(get("/frames/counts?format=lines")?.body.split(separator: "\n").count == 100)
        #expect(get("/frames/counts?format=csv")?.body.hasPrefix("company,") == true)
        #expect(get("/frames/counts?format=xml")?.status == 406)
        #expect(get("/frames/count")?.body.contains("did you mean 'counts'?") == true)
        #expect(get("/live")?.status == 200)
        #expect(get("/progress")?.body.contains("numInputRows") == true)
    }

    @Test("a function without triggers and a port that is taken are errors that say what to do")
    func errors() throws {
        try folder.write(
            """
            apiVersion: swiftwater/v1
            kind: Function
            metadata: {name: batch}
            spec:
              outputs:
                - {from: events, to: out.csv}
            """, to: "batch.yaml")
        let batch = try CommandRun("serve", "batch.yaml", in: folder)
        #expect(batch.status == 64 && batch.errors.contains("has no triggers"))
        let (server, _) = try start(["serve", "live.yaml", "--output", "out"])
        defer {
            server.terminate()
            CommandRun.wait(for: server)
        }
        try waitUntilReady()
        let second = try CommandRun("serve", "live.yaml", "--checkpoint", "other", in: folder)
        #expect(second.status == 1 && second.errors.contains("cannot listen on 127.0.0.1:\(port)"))
    }
}
