import Serving
import Streams

/// The line on a terminal that shows how a served function is getting on.
struct ServingLine: Sendable {
    private let served: ServedFunction

    init(_ served: ServedFunction) { self.served = served }

    /// Runs `body` with the line below it, where standard error is a terminal.
    func show<Failure: Error>(unless isHidden: Bool, _ body: () throws(Failure) -> Void) throws(Failure) {
        let served = served
        try ProgressLine.during(isShown: !isHidden, text: { _, width in Self.text(served, width: width) }, body)
    }

    /// `live  running  12,345 rows  103 MB  2,010 rows/s  behind 0  p99 3.2 ms  epoch 17`.
    private static func text(_ served: ServedFunction, width: Int) -> String {
        let run = served.run
        let counters = run.counters
        var facts = [
            served.name, run.phase.rawValue, "\(Quantity.count(counters.rows)) rows", Quantity.bytes(counters.bytes),
        ]
        if let progress = run.progress {
            facts.append("\(Quantity.count(Int(progress.processedRowsPerSecond))) rows/s")
            facts.append("epoch \(progress.batchID)")
        }
        let lag = run.lag.values.reduce(0, +)
        if lag > 0 { facts.append("behind \(Quantity.count(Int(lag)))") }
        let latency = run.latency
        if latency.count > 0 { facts.append("p99 \(Quantity.seconds(Double(latency.quantile(0.99)) / 1e6))") }
        if counters.badLines > 0 { facts.append("\(Quantity.count(counters.badLines)) bad") }
        if counters.lateRows > 0 { facts.append("\(Quantity.count(counters.lateRows)) late") }
        return String(facts.joined(separator: "  ").prefix(max(width - 1, 1)))
    }
}
