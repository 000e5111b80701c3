import Columnar
import Functions
import Query
import Streams

extension StreamOptions {
    /// What a function file says, in the engine's words.
    init(_ function: FunctionFile) throws(SwiftwaterError) {
        self.init()
        let streams = function.streams
        for (number, trigger) in streams.triggers.enumerated() {
            var rows = trigger.batch.rows
            if case .kafka(let kafka) = trigger.attributes, let most = kafka.maxRowsPerBatch { rows = min(rows, most) }
            // An epoch has all triggers' events: the smallest limits hold.
            limits.rows = number == 0 ? rows : min(limits.rows, rows)
            limits.bytes = number == 0 ? trigger.batch.bytes : min(limits.bytes, trigger.batch.bytes)
            limits.timeout = number == 0 ? trigger.batch.timeout : min(limits.timeout, trigger.batch.timeout)
        }
        let ending = streams.triggers.filter(\.availableNow)
        if !ending.isEmpty {
            guard ending.count == streams.triggers.count else {
                throw SwiftwaterError(
                    .usage, "'availableNow' is set for the trigger '\(ending[0].name)' and not for the others",
                    at: .init(file: function.path), hint: "set it for all triggers or for none")
            }
            trigger = .availableNow
        } else if let every = streams.triggers.compactMap(\.every).min() {
            trigger = .every(every)
        }
        snapshotEvery = streams.checkpoint.every
        snapshots = .ofProcess
        eventTime = streams.eventTime.map { settings in
            EventTimePolicy(
                column: settings.column, delay: settings.watermark.wholeMicroseconds,
                late: EventTimePolicy.LateRows(rawValue: settings.late.rawValue) ?? .deadLetter,
                idleTimeout: settings.idle)
        }
        badLines = streams.onError ?? .deadLetter
        retry = RetryPolicy(
            attempts: streams.delivery.maxRetries, first: streams.delivery.backoff,
            maximum: streams.delivery.maxBackoff)
        failingEvents = streams.delivery.onFailure == .deadLetter ? .deadLetter : .fail
        maximumLineBytes = function.source.maximumLineBytes ?? maximumLineBytes
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
