import ArgumentParser
import Columnar
import Query

/// What every command that reads rows takes: how much of the machine, and how it reports.
struct EngineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to use. (default: as many as the machine has)", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Memory to use at most, such as 500MB or 2GiB; a run that needs more ends in an error.",
            valueName: "size"))
    var memoryLimit: ByteSize?

    @Flag(help: "Print the report, and errors, as JSON.")
    var json = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
    }

    func runOptions(parameters: [String: Scalar] = [:]) -> RunOptions {
        var options = RunOptions()
        options.threads = threads
        options.memoryLimit = memoryLimit?.bytes
        options.parameters = parameters
        return options
    }
}

extension Plan {
    /// Runs the plan with a progress line and so that Ctrl-C stops it without leaving partial files.
    func runWithProgress(_ title: String, _ options: RunOptions) throws(SwiftwaterError) -> RunReport {
        var options = options
        let progress = RunProgress()
        options.progress = progress
        let cancellation = options.cancellation
        let reading: @Sendable () -> ProgressReading = {
            let now = progress.snapshot
            return ProgressReading(
                bytes: now.bytes, rows: now.rows,
                fraction: now.totalBytes.flatMap { $0 > 0 ? Double(now.bytes) / Double($0) : nil })
        }
        return try ProgressLine.during(title, reading) { () throws(SwiftwaterError) in
            try Interruption.cancelling({ cancellation.cancel() }) { () throws(SwiftwaterError) in
                try runAndWait(options)
            }
        }
    }

    /// Whether rows go to standard output, so that nothing else may be printed there.
    var writesToStandardOutput: Bool {
        outputs.contains { if case .file("-", _, _) = $0.to { true } else { false } }
    }
}
