import Foundation
import Glibc
import Testing

/// A join of two frames of a stream, served over a file that grows, and killed.
@Suite("swiftwater serve with a join", .serialized)
struct ServeJoinTests {
    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder()
        try folder.write(
            """
            apiVersion: swiftwater/v1
            kind: Function
            metadata: {name: calls}
            spec:
              events:
                format: json-lines
                schema: {kind: string, id: int64, timestamp: "timestamp[ms]", path: string}
                eventTime: {column: timestamp, watermark: 2s}
              frames:
                requests: {from: events, steps: [{filter: "kind == 'request'"}, {drop: kind}]}
                responses: {from: events, steps: [{filter: "kind == 'response'"}, {drop: [kind, path]}]}
                calls:
                  from: requests
                  steps:
                    - join: {with: responses, how: left, on: id, within: {to: 10s}, suffixes: ["", _response]}
              outputs:
                - {from: calls, to: calls.ndjson, mode: append}
              triggers:
                log: {kind: file, attributes: {paths: log.ndjson}, batch: {rows: 500, timeout: 20ms}}
              checkpoint: {path: state, every: 100ms}
            """, to: "calls.yaml")
    }

    /// Requests, most of them answered within some seconds, by times that are out of order by less than two seconds.
    private func lines(_ count: Int) -> [String] {
        var lines: [(time: Int, text: String)] = []
        func line(_ kind: String, _ id: Int, _ time: Int) -> String {
            #"{"kind":"\#(kind)","id":\#(id),"timestamp":\#(time),"path":"/\#(id % 7)"}"#
        }
        for id in 0..<count {
            let asked = 10_000 + id * 20
            lines.append((asked + .random(in: 0...1500), line("request", id % (count / 3), asked)))
            if id % 5 == 0 { continue }
            let answered = asked + .random(in: 0...14_000)
            lines.append((answered + .random(in: 0...1500), line("response", id % (count / 3), answered)))
        }
        return lines.sorted { $0.time < $1.time }.map(\.text)
    }

    private func serve(_ arguments: String...) throws -> (process: Process, errors: URL) {
        let process = Process()
        process.executableURL = try CommandRun.program
        process.arguments = ["serve", "calls.yaml", "--output", "out"] + arguments
        process.currentDirectoryURL = folder.url
        let errors = folder.hidden.appendingPathComponent("\(UUID().uuidString).err")
        try Data().write(to: errors)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return (process, errors)
    }

    private func rows(_ path: String) throws -> [String] {
        try folder.read(path).split(separator: "\n").map(String.init).sorted()
    }

    @Test("Killed again and again while the file grows, it writes each row of the batch result once")
    func kills() throws {
        // What comes last is an hour later: it makes everything before final, and waits itself.
        let lines =
            lines(6000) + [#"{"kind":"request","id":-1,"timestamp":\#(10_000 + 3_600_000),"path":"/end"}"#]
        try folder.write(lines.joined(separator: "\n") + "\n", to: "whole.ndjson")
        let run = try CommandRun("run", "calls.yaml", "-i", "whole.ndjson", "-o", "batch", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let expected = try rows("batch/calls.ndjson").filter { !$0.contains("/end") }
        #expect(expected.count >= 6000 && expected.contains { $0.contains("\"timestamp_response\":null") })
        try folder.write("", to: "log.ndjson")
        let log = try FileHandle(forWritingTo: folder.url.appendingPathComponent("log.ndjson"))
        var server = try serve()
        let pieces = stride(from: 0, to: lines.count, by: 900).map { lines[$0..<min($0 + 900, lines.count)] }
        for piece in pieces {
            try log.write(contentsOf: Data((piece.joined(separator: "\n") + "\n").utf8))
            usleep(.random(in: 20_000...250_000))
            kill(server.process.processIdentifier, SIGKILL)
            server.process.waitUntilExit()
            server = try serve()
        }
        kill(server.process.processIdentifier, SIGKILL)
        server.process.waitUntilExit()
        server = try serve("--available-now")
        CommandRun.wait(for: server.process)
        let errors = try String(contentsOf: server.errors, encoding: .utf8)
        #expect(server.process.terminationStatus == 0, "\(errors)")
        #expect(try rows("out/calls.ndjson") == expected)
        let letters = folder.names.contains("out/dead-letters.ndjson") ? try rows("out/dead-letters.ndjson") : []
        #expect(letters.isEmpty)
    }
}
