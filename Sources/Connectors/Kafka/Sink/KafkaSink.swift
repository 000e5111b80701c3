package import Columnar
import Formats
package import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes rows to a topic of Kafka, each as one message of JSON, exactly once for consumers that read committed messages.
///
/// `prepare` stages an epoch in a local file. `publish` sends it in one transaction, together with the number of the next
/// epoch as the offset of a consumer group of its own. So the brokers know which epochs they have: an epoch that
/// was published just before a crash is not published again.
package final class KafkaSink: StreamSink, @unchecked Sendable {
    package let options: KafkaSinkOptions
    package var label: String { "Kafka topic \(options.topic)" }
    package let isExactlyOnce = true
    /// `complete` would say each row again and again, and could not take one back.
    package let modes: Set<OutputMode> = [.batch, .append, .update]

    private var producer: TransactionalProducer?
    /// The number of the next epoch, as the brokers have it.
    private var next: Int64 = 0

    package init(options: KafkaSinkOptions) { self.options = options }

    package func recover(_ last: SinkRecord?) throws(SwiftwaterError) {
        try Self.makeFolder(options.folder)
        let producer = try TransactionalProducer(options)
        self.producer = producer
        let known = try producer.nextEpoch()
        next = known ?? 0
        if let last {
            guard next <= last.epoch + 1 else {
                throw SwiftwaterError(
                    .data,
                    "topic \(options.topic) holds epochs up to \(next - 1), but the checkpoint ends with \(last.epoch)",
                    hint: "use the newest checkpoint, or give the output another 'transactionalId'")
            }
            try publish(last)
        } else if let known, known > 0 {
            // The epochs' numbers begin anew with a new checkpoint; the old number would hide the first ones.
            try producer.publish(nil, next: 0)
            next = 0
        }
        for name in StagedEpoch.names(in: options.folder) { unlink("\(options.folder)/\(name)") }
    }

    package func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord {
        guard rows.contains(where: { $0.count > 0 }) else { return SinkRecord(epoch: epoch) }
        let count = try StagedEpoch.write(rows, key: options.key, epoch: epoch, folder: options.folder)
        return SinkRecord(epoch: epoch, details: ["file": [StagedEpoch.name(epoch)]], rows: count)
    }

    package func publish(_ record: SinkRecord) throws(SwiftwaterError) {
        guard let producer else { throw SwiftwaterError(.usage, "\(label) was not opened") }
        guard let name = record.details["file"]?.first else { return }
        let path = "\(options.folder)/\(name)"
        if record.epoch >= next {
            guard access(path, R_OK) == 0 else {
                throw SwiftwaterError(
                    .io,
                    "the rows of epoch \(record.epoch) for topic \(options.topic) are committed, but '\(path)' is gone",
                    hint: "restore the folder, or begin anew with another checkpoint")
            }
            try producer.publish(try StagedEpoch.read(path), next: record.epoch + 1)
            next = record.epoch + 1
        }
        unlink(path)
    }

    package func close() { producer = nil }

    private static func makeFolder(_ path: String) throws(SwiftwaterError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(made, 0o777) != 0 && errno != EEXIST { throw .system("cannot make the folder '\(made)'") }
        }
    }
}
