import Foundation
import Testing

@Suite("Outputs that cannot be written")
struct WriteErrorTests {
    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder()
        // More than the buffers of a pipe and of a file's writer, in every format.
        let generated = try CommandRun("generate", "ops", "--rows", "20000", "-o", "rows.ndjson", in: folder)
        #expect(generated.status == 0)
    }

    private static let formats = ["csv", "json-lines", "parquet"]

    @Test("a full device is an error", arguments: formats)
    func fullDevice(_ format: String) throws {
        let run = try CommandRun("convert", "rows.ndjson", "/dev/full", "--to", format, in: folder)
        #expect(run.status == 1)
        #expect(run.errors == "swiftwater: error: cannot write '/dev/full': No space left on device\n")
    }

    @Test(
        "a file that cannot grow is an error that leaves no file",
        arguments: ["out.csv", "out.ndjson", "out.parquet", "out.csv.gz", "deep/out.parquet"])
    func limitedFile(_ name: String) throws {
        let run = try CommandRun(
            arguments: ["convert", "rows.ndjson", name], in: folder, fileSizeLimit: 100)
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("swiftwater: error: cannot write '"), "\(run.errors)")
        #expect(run.errors.hasSuffix("File too large\n"), "\(run.errors)")
        #expect(folder.names.filter { $0.contains("out") } == [])
    }

    @Test("of several outputs none appears when one cannot be written")
    func severalOutputs() throws {
        let function = """
            apiVersion: swiftwater/v1
            kind: Function
            metadata: {name: all}
            spec:
              frames:
                first: {from: events, steps: [{head: 1}]}
              outputs:
                - {from: first, to: first.csv}
                - {from: first, to: first.parquet}
                - {from: events, to: all.parquet}
            """
        try folder.write(function, to: "function.yaml")
        let run = try CommandRun(
            arguments: ["run", "function.yaml", "--input", "rows.ndjson", "--output", "results"], in: folder,
            fileSizeLimit: 100)
        #expect(run.status == 1)
        #expect(run.errors.contains("File too large"), "\(run.errors)")
        #expect(folder.names.filter { $0.hasPrefix("results/") } == [])
    }

    @Test("a closed pipe is an error and not a signal", arguments: formats)
    func closedPipe(_ format: String) throws {
        try expectBrokenPipe(["convert", "rows.ndjson", "-", "--to", format])
    }

    @Test("a closed pipe ends the generator, too")
    func closedPipeOfGenerator() throws {
        try expectBrokenPipe(["generate", "ops", "--rows", "20000", "--output", "-"])
    }

    private func expectBrokenPipe(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = try CommandRun.program
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        let pipe = Pipe()
        let errors = Pipe()
        process.standardOutput = pipe
        process.standardError = errors
        // Closed beforehand: whatever the program writes, nobody will read it.
        try pipe.fileHandleForReading.close()
        try process.run()
        CommandRun.wait(for: process)
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 1)
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text == "swiftwater: error: cannot write 'standard output': Broken pipe\n")
    }
}
