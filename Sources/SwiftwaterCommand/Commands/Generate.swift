import ArgumentParser
import Columnar
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
                  swiftwater generate ops --to http://127.0.0.1:8080/ops --rate 100000
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
        var output: String?

        @Option(
            help: ArgumentHelp("A server to post the rows to, instead of a file; each is taken once.", valueName: "url")
        )
        var to: String?

        @Option(help: ArgumentHelp("Rows a second to post. (default: as fast as they are taken)", valueName: "n"))
        var rate: Double?

        @Option(help: ArgumentHelp("Rows in each request.", valueName: "n"))
        var batch = 4096

        @Option(help: ArgumentHelp("Threads to use.", valueName: "n"))
        var threads = 2

        func validate() throws {
            guard rows >= 0, rows <= 1 << 40 else { throw ValidationError("--rows must be from 0 to 2^40") }
            guard (1...256).contains(threads) else { throw ValidationError("--threads must be from 1 to 256") }
            guard (output == nil) != (to == nil) else { throw ValidationError("give --output or --to") }
            guard rate.map({ $0 > 0 }) ?? true, to != nil || rate == nil else {
                throw ValidationError("--rate is above 0 and goes with --to")
            }
            guard (1...1_000_000).contains(batch) else { throw ValidationError("--batch must be from 1 to 1000000") }
        }

        func run() throws {
            if let to { try post(to) } else if let output { try write(output) }
        }

        private func post(_ url: String) throws {
            let stopwatch = Stopwatch()
            let bodies = GeneratedBodies(
                TelemetryLines(seed: seed, variant: variant), rows: rows, rowsInBody: batch)
            let load = try HTTPLoad(url, bodies, rate: rate)
            let rows = rows
            let reading: @Sendable () -> ProgressReading = {
                ProgressReading(
                    bytes: load.byteCount, rows: load.rowCount,
                    fraction: rows == 0 ? 1 : Double(load.rowCount) / Double(rows))
            }
            try ProgressLine.during("posting", reading) {
                try Interruption.cancelling({ load.cancel() }) { try load.send(connections: threads) }
            }
            report(url, bytes: load.byteCount, stopwatch.seconds)
        }

        private func report(_ place: String, bytes: Int, _ seconds: Double) {
            ErrorOutput.write(
                "\(place): \(Quantity.count(rows)) rows, \(Quantity.bytes(bytes)) in "
                    + "\(Quantity.seconds(seconds)), \(Quantity.rate(bytes, seconds: seconds))\n")
        }

        private func write(_ output: String) throws {
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
            if output != "-" { report(output, bytes: file.byteCount, stopwatch.seconds) }
        }
    }
}

extension Variant: ExpressibleByArgument {}
