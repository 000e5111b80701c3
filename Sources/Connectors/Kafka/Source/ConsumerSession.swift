import CKafka
import Columnar

/// A consumer of the library from its start to its leave: the calls that a source makes, with Swift's types.
final class ConsumerSession: @unchecked Sendable {
    let client: KafkaClient
    private let queue: OpaquePointer
    /// Why the last question was not answered.
    private(set) var unanswered: String?
    /// Calls that ask a broker wait no longer than this; who gets no answer tries again later.
    private static let callTimeout: Int32 = 3000
    private static let closeTimeout = Duration.seconds(5)

    init(_ options: KafkaSourceOptions) throws(SwiftwaterError) {
        client = try KafkaClient(.consumer, properties: options.consumerProperties(), log: options.client.log)
        guard client.functions.poll_set_consumer(client.pointer) == KAFKA_NO_ERROR,
            let queue = client.functions.consumer_queue(client.pointer)
        else {
            client.destroy()
            throw SwiftwaterError(.io, "librdkafka gives no queue for the consumer")
        }
        self.queue = queue
    }

    // MARK: Start

    /// The cluster's topics, waiting for a broker for as long as the options allow.
    func waitForTopics(_ options: KafkaSourceOptions, label: String) throws(SwiftwaterError) -> [String: Int] {
        let deadline = Instant.now + options.client.connectTimeout
        var topics: [String: Int]?
        repeat {
            topics = client.topics(timeout: min(1000, max(1, (deadline - .now).milliseconds)))
        } while topics == nil && Instant.now < deadline
        guard let topics else {
            let reason = client.events.state.withLock { $0.outage ?? $0.lastProblem }
            throw SwiftwaterError(
                .io,
                "no Kafka broker of \(options.client.brokers.joined(separator: ", ")) answers"
                    + (reason.map { ": \($0)" } ?? ""),
                hint: "check 'brokers', and 'sasl' and 'tls' where the brokers ask for them")
        }
        for topic in options.topics where !topic.hasPrefix("^") && topics[topic] == nil {
            let near = SwiftwaterError.nearest(topic, among: topics.keys)
            throw SwiftwaterError(
                .usage, "the Kafka brokers have no topic '\(topic)'",
                hint: near.map { "did you mean '\($0)'?" } ?? "create it, or name a pattern as '^\(topic)'")
        }
        return topics
    }

    func subscribe(_ topics: [String]) throws(SwiftwaterError) {
        let list = try PartitionList(client.library, topics.map { (TopicPartition($0, -1), Int64(0)) })
        let code = client.functions.subscribe(client.pointer, list.pointer)
        guard code == KAFKA_NO_ERROR else {
            throw SwiftwaterError(.usage, "cannot subscribe to \(topics.joined(separator: ", ")): \(client.text(code))")
        }
    }

    // MARK: Questions

    /// Offsets for times (or `KAFKA_OFFSET_EARLIEST`, `KAFKA_OFFSET_LATEST`); nil when not all could be had now.
    func offsets(_ times: [(TopicPartition, Int64)]) throws(SwiftwaterError) -> [TopicPartition: Int64]? {
        guard !times.isEmpty else { return [:] }
        let list = try PartitionList(client.library, times)
        return answers(list, client.functions.offsets_for_times(client.pointer, list.pointer, Self.callTimeout))
    }

    /// The group's committed offsets, for those partitions that have one; nil when they could not be had now.
    func committed(_ partitions: [TopicPartition]) throws(SwiftwaterError) -> [TopicPartition: Int64]? {
        guard !partitions.isEmpty else { return [:] }
        let list = try PartitionList(client.library, partitions.map { ($0, Int64(KAFKA_OFFSET_INVALID)) })
        let code = client.functions.committed(client.pointer, list.pointer, Self.callTimeout)
        return answers(list, code)?.filter { $0.value >= 0 }
    }

    private func answers(_ list: PartitionList, _ code: Int32) -> [TopicPartition: Int64]? {
        var offsets: [TopicPartition: Int64] = [:]
        unanswered = code == KAFKA_NO_ERROR ? nil : client.text(code)
        if unanswered != nil { return nil }
        for entry in list.entries {
            guard entry.error == KAFKA_NO_ERROR else {
                unanswered = "\(entry.partition): \(client.text(entry.error))"
                return nil
            }
            offsets[entry.partition] = entry.offset
        }
        return offsets
    }

    /// The end of a partition as the last fetch told it.
    func knownEnd(_ partition: TopicPartition) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = client.functions.watermark_offsets(
            client.pointer, partition.topic, partition.partition, &low, &high)
        return code == KAFKA_NO_ERROR && high >= 0 ? high : nil
    }

    // MARK: Partitions

    /// Takes partitions that the group gave, from these offsets on.
    func assign(_ partitions: [(TopicPartition, Int64)]) throws(SwiftwaterError) {
        let list = try PartitionList(client.library, partitions)
        if client.events.isCooperative(client.pointer) {
            if let error = client.take(client.functions.incremental_assign(client.pointer, list.pointer)) {
                throw SwiftwaterError(.io, "cannot take partitions of the consumer group: \(error.text)")
            }
        } else {
            _ = client.functions.assign(client.pointer, list.pointer)
        }
    }

    /// Gives partitions back. An error means that the group has them already.
    func unassign(_ partitions: [TopicPartition]) throws(SwiftwaterError) {
        if client.events.isCooperative(client.pointer) {
            let list = try PartitionList(client.library, partitions.map { ($0, Int64(0)) })
            _ = client.take(client.functions.incremental_unassign(client.pointer, list.pointer))
        } else {
            _ = client.functions.assign(client.pointer, nil)
        }
    }

    func setPaused(_ partitions: [TopicPartition], _ isPaused: Bool) throws(SwiftwaterError) {
        guard !partitions.isEmpty else { return }
        let list = try PartitionList(client.library, partitions.map { ($0, Int64(0)) })
        let call = isPaused ? client.functions.pause : client.functions.resume
        _ = call(client.pointer, list.pointer)
    }

    /// Begins a partition anew at another offset. The library goes on with a partition that failed only when it is
    /// assigned again; a seek is refused then.
    ///
    /// - Parameter others: the group's other partitions here, with their positions.
    func restart(
        _ partition: TopicPartition, at offset: Int64, others: [(TopicPartition, Int64)]
    ) throws(SwiftwaterError) {
        guard client.events.isCooperative(client.pointer) else { return try assign(others + [(partition, offset)]) }
        try unassign([partition])
        try assign([(partition, offset)])
    }

    /// Tells the group what is done. Failures are counted: the checkpoint is what this process goes by.
    func commit(_ offsets: [(TopicPartition, Int64)], waits: Bool) throws(SwiftwaterError) {
        guard !offsets.isEmpty else { return }
        let list = try PartitionList(client.library, offsets)
        let isCut = client.events.state.withLock { state in
            if !waits { state.commitsUnderWay += 1 }
            return state.outage != nil
        }
        // With no broker there a call would wait for one, and whoever comes next begins at the older offset.
        if waits && isCut { return }
        let code = client.functions.commit(client.pointer, list.pointer, waits ? 0 : 1)
        guard code != KAFKA_NO_ERROR else { return }
        client.events.state.withLock { state in
            state.commitFailures += 1
            if !waits { state.commitsUnderWay = max(0, state.commitsUnderWay - 1) }
        }
    }

    // MARK: Messages

    func wake() { client.functions.queue_yield(queue) }

    /// Has a byte written to a file when something comes into the empty queue; -1: no more.
    func tell(_ file: Int32) {
        var byte: UInt8 = 1
        client.functions.queue_io_event(queue, file, &byte, 1)
    }

    /// Takes messages that are there; waits for the first one up to `timeout` milliseconds, unless `isWoken` says
    /// that nobody wants to.
    func take(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>, _ limit: Int, timeout: Int32,
        isWoken: () -> Bool = { false }
    ) -> Int {
        var count = client.functions.consume_batch(queue, 0, messages, limit)
        // Asked after the first call, which forgets a wake that the library knows of; a later one ends the wait.
        if count <= 0 && timeout > 0 && !isWoken() {
            // Asked for many, the library waits until all have come or the time is over.
            count = client.functions.consume_batch(queue, timeout, messages, 1)
            if count == 1 && limit > 1 {
                count += max(0, client.functions.consume_batch(queue, 0, messages + 1, limit - 1))
            }
        }
        return max(0, count)
    }

    // MARK: End

    /// Leaves the group and ends the client.
    ///
    /// - Parameter unanswered: partitions that the group wanted back and still has not got.
    func close(unanswered: [[TopicPartition]]) {
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>.allocate(capacity: 64)
        defer { messages.deallocate() }
        let deadline = Instant.now + Self.closeTimeout
        func serve() {
            let count = take(messages, 64, timeout: 5)
            kafka_destroy_messages(client.library.functions, messages, 0, count)
        }
        while client.events.state.withLock({ $0.commitsUnderWay > 0 && $0.outage == nil }) && Instant.now < deadline {
            serve()
        }
        client.events.state.withLock { state in
            state.isClosing = true
            state.rebalances = []
        }
        for list in unanswered { _ = Result { () throws(SwiftwaterError) in try unassign(list) } }
        if client.take(client.functions.consumer_close_queue(client.pointer, queue)) == nil {
            while client.functions.consumer_closed(client.pointer) == 0 && Instant.now < deadline { serve() }
        }
        client.functions.queue_destroy(queue)
        client.destroy()
    }
}
