import Columnar

/// What an output of kind `kafka` says.
package struct KafkaSinkOptions: Sendable {
    package var client: KafkaClientOptions
    package var topic: String
    /// The column whose value becomes each message's key; nil: messages without keys, spread over the partitions.
    package var key: String?
    /// `none`, `gzip`, `snappy`, `lz4` or `zstd`.
    package var compression = "lz4"
    /// Under which the brokers know this writer. A second writer of the same name takes the first one's place.
    package var transactionalID: String
    /// A local folder for the epochs that are not published yet.
    package var folder: String
    /// How long brokers may be away before publishing fails.
    package var timeout = Duration.seconds(60)

    package init(client: KafkaClientOptions, topic: String, transactionalID: String, folder: String) {
        self.client = client
        self.topic = topic
        self.transactionalID = transactionalID
        self.folder = folder
    }

    /// The consumer group whose offset is the number of the next epoch.
    var group: String { "\(transactionalID)-epochs" }

    func producerProperties() throws(SwiftwaterError) -> [String: String] {
        var set = try client.connectionProperties()
        for (name, value) in [
            "transactional.id": transactionalID, "transaction.timeout.ms": "300000", "compression.codec": compression,
            "partitioner": "murmur2_random", "linger.ms": "5", "batch.size": "1000000",
            "batch.num.messages": "100000", "queue.buffering.max.messages": "1000000",
            "queue.buffering.max.kbytes": "65536",
        ] { set[name] = value }
        return try client.adding(to: set)
    }

    /// For the client that asks for the group's offset.
    func groupProperties() throws(SwiftwaterError) -> [String: String] {
        var set = try client.connectionProperties()
        set["group.id"] = group
        set["isolation.level"] = "read_committed"
        return try client.adding(to: set)
    }
}
