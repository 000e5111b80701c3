/// Where a served function's events come from.
package struct Trigger: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case kafka, http, file, stdin
    }

    /// What the kind needs.
    package enum Attributes: Hashable, Sendable {
        case kafka(KafkaAttributes)
        case http(HTTPAttributes)
        case file(FileAttributes)
        case stdin
    }

    /// When an epoch ends: at whichever limit comes first.
    package struct Batch: Hashable, Sendable {
        package var rows = 1_000_000
        package var bytes = 256 << 20
        package var timeout = Duration.seconds(1)

        package init() {}
    }

    package var name: String
    package var attributes: Attributes
    package var batch: Batch
    /// Epochs end at the multiples of this time instead.
    package var every: Duration?
    /// Takes what is there at the start, then stops.
    package var availableNow: Bool

    package var kind: Kind {
        switch attributes {
        case .kafka: .kafka
        case .http: .http
        case .file: .file
        case .stdin: .stdin
        }
    }
}

package struct HTTPAttributes: Hashable, Sendable {
    package var host: String
    package var port: Int
    package var path: String
    package var maximumBodyBytes: Int
    package var spoolLimit: Int
    package var idempotencyKeys: Int
}

package struct FileAttributes: Hashable, Sendable {
    /// Files, globs and folders.
    package var paths: [String]
    package var startsAtEnd: Bool
    package var pollInterval: Duration
}

package struct KafkaAttributes: Hashable, Sendable {
    /// Where a partition begins that nobody has a position of.
    package enum InitialOffset: Hashable, Sendable {
        case earliest, latest
        /// Milliseconds since 1970.
        case timestamp(Int64)
    }

    /// What may come with each message, as a column of that name with `_` before it.
    package enum Metadata: String, Hashable, Sendable, CaseIterable {
        case key, headers, timestamp, topic, partition, offset
    }

    package var connection: KafkaConnection
    /// Names, and patterns that begin with `^`.
    package var topics: [String]
    /// Nil: the function's name.
    package var consumerGroup: String?
    package var initialOffset: InitialOffset
    package var metadata: [Metadata]
    package var maxRowsPerBatch: Int?
    package var failOnDataLoss: Bool
    package var sessionTimeout: Duration
    package var heartbeatInterval: Duration
    package var fetch: Fetch

    /// Over whose connections events come.
    package enum Fetch: String, Hashable, Sendable, CaseIterable {
        case direct, librdkafka
    }
}

package struct KafkaOutputAttributes: Hashable, Sendable {
    package enum Compression: String, Hashable, Sendable, CaseIterable {
        case none, gzip, snappy, lz4, zstd
    }

    package var connection: KafkaConnection
    /// The column that becomes the messages' key.
    package var key: String?
    package var compression: Compression
    package var transactionalID: String?
}

/// How brokers are reached.
package struct KafkaConnection: Hashable, Sendable {
    package var brokers: [String]
    package var sasl: SASL?
    package var tls: TLS?
    /// Settings of librdkafka by its names, in the file's order.
    package var properties: [Property]

    package struct Property: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package struct SASL: Hashable, Sendable {
        package enum Mechanism: String, Hashable, Sendable, CaseIterable {
            case plain = "PLAIN"
            case sha256 = "SCRAM-SHA-256"
            case sha512 = "SCRAM-SHA-512"
        }

        package var mechanism: Mechanism
        package var user: String
        package var password: String
    }

    package struct TLS: Hashable, Sendable {
        package var authorities: String?
        package var certificate: String?
        package var key: String?
        package var skipsVerification: Bool
    }
}
