import Columnar
import Formats
import Foundation
import Streams

/// A folder for one test, removed with it.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names(_ folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }

    func write(_ data: Data, to name: String) throws {
        try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
}

extension EventBlock {
    /// The payload of each message.
    var payloads: [String] {
        guard let messages else { return [] }
        return (0..<messages.count).map { index in
            let part = bytes.bytes[Int(messages.starts[index])..<Int(messages.starts[index + 1])]
            return String(decoding: part, as: UTF8.self)
        }
    }
}

extension StreamSource {
    /// All payloads that are there now.
    func drain(until: Positions? = nil) throws -> [String] {
        var payloads: [String] = []
        while true {
            let result = try poll(PollRequest(timeout: .milliseconds(20), until: until))
            if result.blocks.isEmpty { return payloads }
            payloads += result.blocks.flatMap(\.payloads)
        }
    }
}
