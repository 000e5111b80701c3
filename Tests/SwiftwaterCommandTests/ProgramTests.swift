import Foundation
import Testing

@Suite("The swiftwater program")
struct ProgramTests {
    private let folder: WorkFolder

    init() throws { folder = try WorkFolder() }

    @Test("--version prints the version")
    func version() throws {
        let run = try CommandRun("--version", in: folder)
        #expect(run.output == "0.1.0\n")
        #expect(run.status == 0)
    }

    /// The page is written anew when the environment variable SWIFTWATER_UPDATE_DOCS is set.
    @Test("the command line's reference page has the help texts")
    func reference() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/reference/command-line.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        var lines = text.components(separatedBy: "\n")
        for command in ["run", "serve", "convert", "inspect", "show", "explain", "generate ops"] {
            let help = try CommandRun(arguments: command.components(separatedBy: " ") + ["--help"], in: folder)
            #expect(help.status == 0)
            #expect(help.output.contains("EXAMPLES\n  swiftwater \(command)"), "\(command) has no examples")
            let start = try #require(lines.firstIndex(of: "<!-- help: \(command) -->"))
            let end = try #require(lines[start...].firstIndex(of: "<!-- end -->"))
            let shown = help.output.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "\n")
            lines.replaceSubrange((start + 1)..<end, with: ["", "```text"] + shown + ["```", ""])
        }
        let updated = lines.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["SWIFTWATER_UPDATE_DOCS"] != nil {
            try Data(updated.utf8).write(to: page)
        } else {
            #expect(text == updated, "run the tests with SWIFTWATER_UPDATE_DOCS=1 to write the page anew")
        }
    }

    @Test("generate makes the same bytes for the same arguments")
    func generate() throws {
        let first = try CommandRun("generate", "ops", "--rows", "5000", "--seed", "3", "-o", "a.ndjson", in: folder)
        #expect(first.status == 0)
        #expect(first.errors.hasPrefix("a.ndjson: 5,000 rows, "))
        let second = try CommandRun(
            "generate", "ops", "--rows", "5000", "--seed", "3", "--threads", "1", "--output", "-", in: folder)
        #expect(second.errors == "")
        #expect(try second.outputBytes == folder.data("a.ndjson"))
    }

    @Test("Ctrl-C ends a run with 130 and leaves no partial file")
    func interruption() throws {
        let process = Process()
        process.executableURL = try CommandRun.program
        process.arguments = ["generate", "ops", "--rows", "500000000", "--output", "big.ndjson"]
        process.currentDirectoryURL = folder.url
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let deadline = Date().addingTimeInterval(30)
        while folder.names.isEmpty, Date() < deadline { usleep(10_000) }
        #expect(folder.names.count == 1)
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(folder.names == [])
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text == "swiftwater: error: stopped before 'big.ndjson' was whole\n")
    }

    @Test("Ctrl-C ends a run that waits for its input, too")
    func interruptedWaiting() throws {
        let process = Process()
        process.executableURL = try CommandRun.program
        process.arguments = ["convert", "-", "out.csv", "--from", "ndjson"]
        process.currentDirectoryURL = folder.url
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("{\"a\":1}\n".utf8))
        usleep(500_000)
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(folder.names == [])
        try input.fileHandleForWriting.close()
    }
}
