import Foundation
import HTTPConnector
import SourceConformance
import Streams
import Testing

/// A server whose events are posted one by one, many of them before the answers are read.
final class HTTPHarness: SourceHarness {
    private let folder: TestFolder
    private var client: TestClient?

    init() throws { folder = try TestFolder() }

    var traits: SourceTraits {
        var traits = SourceTraits()
        traits.latencyLimit = .milliseconds(100)
        // No events, arrays, whose elements become events, and a line feed at the end, which ends the last line.
        traits.refuses = { event in
            if event.last == 0x0A { return true }
            guard let first = event.first(where: { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }) else {
                return event.isEmpty
            }
            return first == UInt8(ascii: "[")
        }
        return traits
    }

    private func source() -> HTTPSource { HTTPSource(name: "in", folder: "\(folder.path)/spool") }

    func makeSource() throws -> any StreamSource {
        let source = source()
        client = try TestClient(source)
        return source
    }

    func write(_ events: [[UInt8]]) throws {
        if let client, try post(events, client) { return }
        // No source is open: one takes the events for the next.
        let source = source()
        try source.open(at: [:])
        defer { source.close() }
        try #require(try post(events, try TestClient(source)))
    }

    /// False when the server takes nothing.
    private func post(_ events: [[UInt8]], _ client: TestClient) throws -> Bool {
        for start in stride(from: 0, to: events.count, by: 100) {
            let part = events[start..<min(start + 100, events.count)]
            var bytes: [UInt8] = []
            for event in part {
                bytes += Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(event.count)\r\n\r\n".utf8) + event
            }
            client.send(bytes)
            for _ in part {
                let answer = try client.receive()
                if answer.status == 503, start == 0 { return false }
                try #require(answer.status == 202, "\(answer.status) \(answer.body)")
            }
        }
        return true
    }
}

@Suite(.serialized)
struct HTTPConformanceTests {
    @Test(arguments: SourceConformance.Check.allCases)
    func `a server's spool is a source`(_ check: SourceConformance.Check) throws {
        try SourceConformance.run(check) { try HTTPHarness() }
    }
}
