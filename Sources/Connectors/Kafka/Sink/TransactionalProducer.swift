import CKafka
import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes messages and the number of the next epoch in one transaction.
final class TransactionalProducer {
    private let client: KafkaClient
    private let options: KafkaSinkOptions
    private let topic: OpaquePointer
    private let group: OpaquePointer
    private var isInTransaction = false
    /// The number that a transaction sets whose commit was sent and not answered.
    private var undecided: Int64?
    private static let attempts = 5

    /// Registers the writer; one of the same name that is still there cannot commit any more.
    init(_ options: KafkaSinkOptions) throws(SwiftwaterError) {
        self.options = options
        client = try KafkaClient(.producer, properties: options.producerProperties(), log: options.client.log)
        guard let topic = client.functions.topic_new(client.pointer, options.topic, nil),
            let group = client.functions.group_metadata_new(options.group)
        else {
            client.destroy()
            throw SwiftwaterError(.usage, "'\(options.topic)' is no name of a Kafka topic")
        }
        self.topic = topic
        self.group = group
        let deadline = Instant.now + options.client.connectTimeout
        while let error = checked(client.functions.init_transactions(client.pointer, 2000)) {
            _ = client.functions.poll(client.pointer, 0)
            if !error.isRetriable || Instant.now >= deadline { throw failure("begin", error) }
        }
    }

    deinit {
        client.functions.group_metadata_destroy(group)
        client.functions.topic_destroy(topic)
        client.destroy()
    }

    /// The number of the next epoch, as the brokers have it; nil when there was none yet.
    ///
    /// Right only after this writer is registered: until then an earlier one's transaction may be open.
    func nextEpoch() throws(SwiftwaterError) -> Int64? {
        let asking = try KafkaClient(.consumer, properties: options.groupProperties(), log: options.client.log)
        defer { asking.destroy() }
        let deadline = Instant.now + options.client.connectTimeout
        let list = try PartitionList(asking.library, [(TopicPartition(options.topic, 0), Int64(KAFKA_OFFSET_INVALID))])
        while true {
            let code = asking.functions.committed(asking.pointer, list.pointer, 2000)
            if code == KAFKA_NO_ERROR, let entry = list.entries.first, entry.error == KAFKA_NO_ERROR {
                return entry.offset >= 0 ? entry.offset : nil
            }
            guard Instant.now < deadline else {
                throw SwiftwaterError(
                    .io,
                    "no Kafka broker tells which epoch was the last in topic \(options.topic): \(asking.text(code))",
                    hint: "start again when they answer")
            }
            usleep(50_000)
        }
    }

    /// Publishes records and sets the number of the next epoch, both or neither.
    func publish(_ records: Buffer?, next: Int64) throws(SwiftwaterError) {
        let deadline = Instant.now + options.timeout
        if let asked = undecided, try commit(deadline) == nil, asked == next { return }
        var attempt = 1
        while true {
            guard let error = try tryOnce(records, next: next, deadline) else { return }
            // An epoch that cannot be written at all fails each time in the same way.
            if error.isFatal || attempt >= Self.attempts || Instant.now >= deadline { throw failure("commit", error) }
            usleep(UInt32(attempt) * 100_000)
            attempt += 1
        }
    }

    /// One try; returns the error after which the transaction was undone.
    private func tryOnce(
        _ records: Buffer?, next: Int64, _ deadline: Instant
    ) throws(SwiftwaterError) -> KafkaClient.CallError? {
        if isInTransaction { try abort(deadline) }
        if let error = checked(client.functions.begin_transaction(client.pointer)) { return error }
        isInTransaction = true
        if let records { try produce(records, deadline) }
        let offsets = try PartitionList(client.library, [(TopicPartition(options.topic, 0), next)])
        while let error = checked(
            client.functions.send_offsets(client.pointer, offsets.pointer, group, rest(deadline)))
        {
            if error.isRetriable && !error.requiresAbort && Instant.now < deadline { continue }
            if !error.isFatal { try abort(deadline) }
            return error
        }
        undecided = next
        return try commit(deadline)
    }

    private func produce(_ records: Buffer, _ deadline: Instant) throws(SwiftwaterError) {
        var position = 0
        while true {
            let code = kafka_produce_records(
                client.library.functions, topic, records.mutable(UInt8.self), records.byteCount, &position)
            if code == KAFKA_NO_ERROR { return }
            if code == Int32(KAFKA_QUEUE_FULL) && Instant.now < deadline {
                _ = client.functions.poll(client.pointer, 100)
                continue
            }
            if let fatal = fatal() { throw failure("write", fatal) }
            if code != Int32(KAFKA_STATE) && code != Int32(KAFKA_FATAL) { try abort(deadline) }
            throw SwiftwaterError(
                .io, "a row cannot be written to Kafka topic \(options.topic): \(client.text(code))",
                hint: code == Int32(KAFKA_MESSAGE_TOO_LARGE) ? "raise the property 'message.max.bytes'" : nil)
        }
    }

    /// Ends the transaction. Returns the error after which it was undone; throws when its fate is not known.
    private func commit(_ deadline: Instant) throws(SwiftwaterError) -> KafkaClient.CallError? {
        while let error = checked(client.functions.commit_transaction(client.pointer, rest(deadline))) {
            _ = client.functions.poll(client.pointer, 0)
            if error.requiresAbort {
                undecided = nil
                try abort(deadline)
                return error
            }
            // A call that ran out of time is repeated: the library goes on where it was.
            if error.isFatal || !error.isRetriable || Instant.now >= deadline { throw failure("commit", error) }
        }
        isInTransaction = false
        undecided = nil
        return nil
    }

    private func abort(_ deadline: Instant) throws(SwiftwaterError) {
        while let error = checked(client.functions.abort_transaction(client.pointer, rest(deadline))) {
            _ = client.functions.poll(client.pointer, 0)
            if error.isFatal || !error.isRetriable || Instant.now >= deadline { throw failure("undo", error) }
        }
        isInTransaction = false
    }

    /// A call's error; where the producer cannot be used any more, the reason of that, which later calls hide.
    private func checked(_ error: OpaquePointer?) -> KafkaClient.CallError? {
        guard let error = client.take(error) else { return nil }
        return fatal() ?? error
    }

    private func fatal() -> KafkaClient.CallError? {
        var text = [CChar](repeating: 0, count: 512)
        let code = client.functions.fatal_error(client.pointer, &text, text.count)
        guard code != KAFKA_NO_ERROR else { return nil }
        let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return KafkaClient.CallError(
            code: code, text: reason, isFatal: true, isRetriable: false, requiresAbort: false)
    }

    private func rest(_ deadline: Instant) -> Int32 { max(1, min(10_000, (deadline - .now).milliseconds)) }

    private func failure(_ action: String, _ error: KafkaClient.CallError) -> SwiftwaterError {
        let fenced = [KAFKA_FENCED, KAFKA_PRODUCER_FENCED, KAFKA_INVALID_PRODUCER_EPOCH].map { Int32($0) }
        if fenced.contains(error.code) {
            return SwiftwaterError(
                .io, "another writer took the place of '\(options.transactionalID)' in Kafka: \(error.text)",
                hint: "let only one process serve this output, or give each a 'transactionalId' of its own")
        }
        let reason = client.events.state.withLock { $0.outage }
        return SwiftwaterError(
            .io,
            "cannot \(action) a transaction in Kafka topic \(options.topic): \(error.text)"
                + (reason.map { " (\($0))" } ?? ""))
    }
}
