import ArgumentParser
import Generator

/// `swiftwater generate`: makes data to try things on.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make data to try things on: the same arguments give the same bytes on every machine.",
        subcommands: [Ops.self])

    /// `swiftwater generate ops`: network telemetry as JSON Lines.
    struct Ops: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Network telemetry of 100 companies as JSON Lines, one line a company every five seconds.",
            discussion: """
                The default is 62 hours: 4,464,000 rows, 1.2 GB.

                EXAMPLES
                  swiftwater generate ops --output ops.ndjson
                  swiftwater generate ops --rows 10000 --seed 7 --output small.ndjson
                  swiftwater generate ops --rows 1000 --output - | head -3
                """)

        @Option(help: ArgumentHelp("How many rows.", valueName: "n"))
        var rows = TelemetryLines.defaultRows

        @Option(help: ArgumentHelp("Another seed gives other numbers.", valueName: "s"))
        var seed: UInt64 = 1

        @Option(
            help: ArgumentHelp(
                "What the lines look like: \(Variant.allCases.map(\.rawValue).joined(separator: ", ")).",
                valueName: "variant"))
        var variant = Variant.plain

        @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
        var output: String

        @Option(help: ArgumentHelp("Threads to use.", valueName: "n"))
        var threads = 2

        func validate() throws {
            guard rows >= 0, rows <= 1 << 40 else { throw ValidationError("--rows must be from 0 to 2^40") }
            guard (1...256).contains(threads) else { throw ValidationError("--threads must be from 1 to 256") }
        }

        func run() throws {
            let stopwatch = Stopwatch()
            let file = GeneratedFile(TelemetryLines(seed: seed, variant: variant), rows: rows, path: output)
            let rows = rows
            let reading: @Sendable () -> ProgressReading = {
                ProgressReading(
                    bytes: file.byteCount, rows: file.rowCount,
                    fraction: rows == 0 ? 1 : Double(file.rowCount) / Double(rows))
            }
            try ProgressLine.during("generating", reading) {
                try Interruption.cancelling({ file.cancel() }) { try file.write(threads: threads) }
            }
            guard output != "-" else { return }
            let seconds = stopwatch.seconds
            ErrorOutput.write(
                "\(output): \(Quantity.count(rows)) rows, \(Quantity.bytes(file.byteCount)) in "
                    + "\(Quantity.seconds(seconds)), \(Quantity.rate(file.byteCount, seconds: seconds))\n")
        }
    }
}

extension Variant: ExpressibleByArgument {}
