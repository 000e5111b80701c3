import ArgumentParser
import Columnar
import Functions
import Query
import Serving
import Streams

/// `swiftwater serve`: a function file over live streams, until it is stopped.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a function file: take events from its triggers, keep its outputs up to date.",
        discussion: """
            Nothing that was accepted is lost, and files get each row once, also when the process is killed: a restart \
            with the same checkpoint goes on where the last one stopped. Ctrl-C or SIGTERM lets it finish what it has \
            taken, save and end.

            While it runs, its address answers /frames/NAME with a frame's current rows (as JSON, or with ?format= or \
            Accept as lines, csv, arrow), /metrics for Prometheus, /progress, /ready and /live.

            EXAMPLES
              swiftwater serve live.yaml
              swiftwater serve live.yaml --checkpoint state --output results --status-port 9100
              swiftwater serve live.yaml --set threshold=95 --json > progress.ndjson
              swiftwater serve live.yaml --available-now

            EXIT CODES
              0    stopped, or all that there was has been taken
              1    failed on data, input or output
              64   the command or the function file makes no sense
            """)

    @Argument(help: ArgumentHelp("The function file.", valueName: "function.yaml"), completion: .file())
    var function: String

    @Option(help: ArgumentHelp("A value for @key in the function's expressions. Repeatable.", valueName: "key=value"))
    var set: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder for the outputs.", valueName: "folder"))
    var output = "."

    @Option(
        help: ArgumentHelp(
            "Where positions and states are kept, instead of the function's own place.", valueName: "folder"))
    var checkpoint: String?

    @Flag(help: "Forget positions and states, and start anew.")
    var reset = false

    @Flag(help: "Take what is there, then stop.")
    var availableNow = false

    @Option(
        help: ArgumentHelp("The port for frames, metrics, progress and health; 0 takes a free one.", valueName: "n"))
    var statusPort: Int?

    @OptionGroup var engine: ServingOptions

    func validate() throws {
        if let statusPort, !(0...65_535).contains(statusPort) {
            throw ValidationError("--status-port must be from 0 to 65535")
        }
    }

    func run() throws {
        let file = try FunctionFile(path: function)
        let log = ServingLog(asJSON: engine.json)
        var options = ServedFunction.Options()
        options.checkpoint = checkpoint
        options.outputFolder = output
        options.resets = reset
        options.statusPort = statusPort
        options.availableNow = availableNow
        options.planOptions.threads = engine.threads
        options.planOptions.memoryLimit = engine.memoryLimit?.bytes
        options.planOptions.parameters = try file.parameterValues(set)
        options.notice = { log.write($0) }
        if engine.json {
            // Rows may have standard output to themselves.
            let toErrors = file.outputs.contains { $0.target == .standardOutput }
            options.onProgress = { progress in
                let line = progress.json.description + "\n"
                if toErrors { ErrorOutput.write(line) } else { try? StandardOutput.write(line) }
            }
        }
        // The signals are for the whole process: they are looked after before any thread starts.
        let stopping = Stopping()
        try Interruption.stopping({ stopping.stop() }, { try serve(file, options, log, stopping) })
    }

    private func serve(
        _ file: FunctionFile, _ options: ServedFunction.Options, _ log: ServingLog, _ stopping: Stopping
    ) throws {
        let served = try ServedFunction(file, options)
        log.write(
            .info, "serving",
            [("function", served.name), ("checkpoint", served.checkpoint)]
                + served.addresses.map { ("address", $0) })
        try ServingLine(served).show(unless: engine.json) { () throws(SwiftwaterError) in
            served.start()
            stopping.serve(served)
            try served.wait()
        }
        let counters = served.run.counters
        log.write(
            .info, "stopped",
            [
                ("function", served.name), ("rows", "\(counters.rows)"), ("epochs", "\(counters.epochs)"),
                ("badLines", "\(counters.badLines)"), ("lateRows", "\(counters.lateRows)"),
            ])
    }
}

/// Brings a signal to the function that is served, also one that came before it was.
private final class Stopping: Sendable {
    private let state = Locked<(served: ServedFunction?, isStopped: Bool)>((nil, false))

    func serve(_ served: ServedFunction) {
        let isStopped = state.withLock { state in
            state.served = served
            return state.isStopped
        }
        if isStopped { served.stop() }
    }

    func stop() {
        let served = state.withLock { state in
            state.isStopped = true
            return state.served
        }
        served?.stop()
    }
}

/// How much of the machine a served function takes, and how it reports.
struct ServingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to use. (default: as many as the machine has)", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Memory to use at most, such as 500MB or 2GiB; a function that needs more stops.", valueName: "size"))
    var memoryLimit: ByteSize?

    @Flag(help: "Print progress as JSON, a line for each epoch, and logs and errors, too.")
    var json = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
    }
}
