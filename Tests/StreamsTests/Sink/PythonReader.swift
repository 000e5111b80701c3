import Foundation

/// The Python whose libraries read what sinks write: `SWIFTWATER_PYTHON`, else the package's own `.venv`.
enum PythonReader {
    static let path: String? = {
        if let named = ProcessInfo.processInfo.environment["SWIFTWATER_PYTHON"] { return named }
        let local = FileManager.default.currentDirectoryPath + "/.venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: local) ? local : nil
    }()

    static var isThere: Bool { path != nil }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs `script` to its end; what it prints.
    static func run(_ script: String, _ arguments: [String] = []) throws -> String {
        try Running(script, arguments).end()
    }

    /// A script at work.
    final class Running {
        private let process = Process()
        private let output: URL
        private let errors = Pipe()

        init(_ script: String, _ arguments: [String] = []) throws {
            guard let path = PythonReader.path else { throw Failure(description: "no Python") }
            output = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID()).txt")
            _ = FileManager.default.createFile(atPath: output.path, contents: nil)
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = ["-c", script] + arguments
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = errors
            try process.run()
        }

        deinit {
            if process.isRunning { process.terminate() }
            try? FileManager.default.removeItem(at: output)
        }

        /// What it has printed so far.
        var printed: String { String(decoding: (try? Data(contentsOf: output)) ?? Data(), as: UTF8.self) }

        func end() throws -> String {
            let complaints = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Failure(description: String(decoding: complaints, as: UTF8.self))
            }
            return printed
        }
    }
}
