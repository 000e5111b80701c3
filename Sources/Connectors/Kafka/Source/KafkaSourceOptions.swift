package import Columnar

/// What a trigger of kind `kafka` says.
package struct KafkaSourceOptions: Sendable {
    /// Where a partition begins that nobody has a position of.
    package enum InitialOffset: Hashable, Sendable {
        case earliest, latest
        /// The first message at or after this time, in milliseconds since 1970.
        case timestamp(Int64)
    }

    /// What may come with each message as a column of its own.
    package enum MetadataColumn: String, Hashable, Sendable, CaseIterable {
        case key = "_key"
        case partition = "_partition"
        case offset = "_offset"
        case timestamp = "_timestamp"
        case topic = "_topic"
        case headers = "_headers"

        package var type: DataType {
            switch self {
            case .key, .topic: .string
            case .partition: .int32
            case .offset: .int64
            case .timestamp: .timestamp(.millisecond, zone: "UTC")
            case .headers: .list(.structure([Field("key", .string), Field("value", .string)]))
            }
        }
    }

    /// Over whose connections events come; membership and commits are always librdkafka's.
    package enum Fetch: String, Hashable, Sendable, CaseIterable {
        /// Our own, where that can be.
        case direct
        case librdkafka
    }

    package var client: KafkaClientOptions
    package var fetch = Fetch.direct
    /// Names, and patterns that begin with `^`.
    package var topics: [String]
    package var consumerGroup: String
    package var initialOffset = InitialOffset.earliest
    package var columns: [MetadataColumn] = []
    /// Whether events that the broker dropped before they were read end the function, or are counted and passed over.
    package var failOnDataLoss = true
    package var sessionTimeout = Duration.seconds(45)
    package var heartbeatInterval = Duration.seconds(3)
    /// Bytes that the client library may hold in advance.
    package var queueBytes = 16 << 20

    package init(client: KafkaClientOptions, topics: [String], consumerGroup: String) {
        self.client = client
        self.topics = topics
        self.consumerGroup = consumerGroup
    }

    package func consumerProperties() throws(SwiftwaterError) -> [String: String] {
        guard !topics.isEmpty else {
            throw SwiftwaterError(.usage, "no Kafka topic is named", hint: "set 'topics' to names or patterns as ^ops")
        }
        guard !consumerGroup.isEmpty else {
            throw SwiftwaterError(.usage, "the Kafka consumer group has no name", hint: "set 'consumerGroup'")
        }
        var set = try client.connectionProperties()
        let session = max(sessionTimeout.milliseconds, 1)
        for (name, value) in [
            "group.id": consumerGroup, "partition.assignment.strategy": "cooperative-sticky",
            "enable.auto.commit": "false", "enable.auto.offset.store": "false", "auto.offset.reset": "error",
            "enable.partition.eof": "true", "session.timeout.ms": "\(session)",
            "heartbeat.interval.ms": "\(min(heartbeatInterval.milliseconds, max(session / 3, 1)))",
            "max.poll.interval.ms": "\(max(300_000, session))", "queued.min.messages": "1000000",
            "queued.max.messages.kbytes": "\(max(queueBytes >> 10, 1024))",
            // What is left of a full queue's time until the next look at it: short, since draining is fast.
            "fetch.queue.backoff.ms": "2", "fetch.wait.max.ms": "100", "fetch.error.backoff.ms": "200",
            "topic.metadata.refresh.interval.ms": "30000", "isolation.level": "read_committed",
        ] { set[name] = value }
        return try client.adding(to: set)
    }
}
