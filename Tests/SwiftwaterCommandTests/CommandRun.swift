import Foundation
import Glibc
import Testing

/// One run of the built `swiftwater` program: what it printed and how it ended.
struct CommandRun {
    let output: String
    let errors: String
    let status: Int32
    /// What it wrote to standard output, where that is not text.
    let outputBytes: Data

    /// The program, which stands beside the tests.
    static var program: URL {
        get throws {
            // On Linux the tests are themselves a program in the build folder.
            var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let program = folder.appendingPathComponent("swiftwater")
                if FileManager.default.isExecutableFile(atPath: program.path), !isFolder(program) { return program }
            }
            let bundle = Bundle.main.bundleURL.appendingPathComponent("swiftwater")
            try #require(FileManager.default.isExecutableFile(atPath: bundle.path), "swiftwater is not built")
            return bundle
        }
    }

    private static func isFolder(_ url: URL) -> Bool {
        (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
    }

    /// Seconds after which a run is killed: a program that hangs fails its test and not the whole suite.
    private static let patience = 120.0

    /// Runs `swiftwater` with these arguments in `folder` and waits for it.
    init(_ arguments: String..., in folder: WorkFolder, input: Data = Data()) throws {
        try self.init(arguments: arguments, in: folder, input: input)
    }

    /// - Parameter fileSizeLimit: blocks of 512 bytes that a file may have, as if the disk were full behind them.
    init(arguments: [String], in folder: WorkFolder, input: Data = Data(), fileSizeLimit: Int? = nil) throws {
        let process = Process()
        process.executableURL = try Self.program
        process.arguments = arguments
        if let fileSizeLimit {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let script = "ulimit -f \(fileSizeLimit); exec \"$0\" \"$@\""
            process.arguments = ["-c", script, try Self.program.path] + arguments
        }
        process.currentDirectoryURL = folder.url
        // Help texts are as wide as the terminal says.
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "COLUMNS" }
        // Files instead of pipes: nothing has to be read while the program runs.
        let name = UUID().uuidString
        let files = ["in", "out", "err"].map { folder.hidden.appendingPathComponent("\(name).\($0)") }
        try input.write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        Self.wait(for: process)
        outputBytes = try Data(contentsOf: files[1])
        output = String(decoding: outputBytes, as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
        status = process.terminationStatus
    }

    /// Waits for a process, and kills it when it takes too long.
    static func wait(for process: Process) {
        let deadline = Date().addingTimeInterval(patience)
        while process.isRunning, Date() < deadline { usleep(2000) }
        if process.isRunning {
            Issue.record("killed after \(patience) seconds: \(process.arguments ?? [])")
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
    }

    /// The JSON object on standard output.
    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: outputBytes) as? [String: Any])
    }
}

/// A folder for one test, removed with it.
final class WorkFolder: Sendable {
    let url: URL
    /// For what the tests keep of a run.
    let hidden: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID().uuidString)")
        hidden = url.appendingPathComponent(".runs")
        try FileManager.default.createDirectory(at: hidden, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> String {
        String(decoding: try data(name), as: UTF8.self)
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    /// All names in the folder and below that the tests did not put there themselves, hidden ones too.
    var names: [String] {
        let all = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
        return all.filter { !$0.hasPrefix(".runs") }.sorted()
    }
}
