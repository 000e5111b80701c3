package import Columnar

/// How brokers are reached: what sources and sinks have in common.
package struct KafkaClientOptions: Sendable {
    package struct SASL: Sendable {
        /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
        package var mechanism: String
        package var user: String
        package var password: String

        package init(mechanism: String = "PLAIN", user: String, password: String) {
            self.mechanism = mechanism
            self.user = user
            self.password = password
        }
    }

    package struct TLS: Sendable {
        /// Files in PEM: the authorities to trust (nil: the system's), the client's certificate and its key.
        package var authorities: String?
        package var certificate: String?
        package var key: String?
        package var skipsVerification: Bool

        package init(
            authorities: String? = nil, certificate: String? = nil, key: String? = nil, skipsVerification: Bool = false
        ) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
            self.skipsVerification = skipsVerification
        }
    }

    /// Addresses to begin with, `host:port`.
    package var brokers: [String]
    package var sasl: SASL?
    package var tls: TLS?
    /// Further settings of librdkafka by its names; they win over those made here.
    package var properties: [String: String]
    /// How long the first connection may take before starting fails.
    package var connectTimeout: Duration = .seconds(20)
    /// Gets what the client library logs, on the library's threads.
    package var log: @Sendable (KafkaLogLine) -> Void = { _ in }

    package init(
        brokers: [String], sasl: SASL? = nil, tls: TLS? = nil, properties: [String: String] = [:]
    ) {
        self.brokers = brokers
        self.sasl = sasl
        self.tls = tls
        self.properties = properties
    }

    /// The settings that the engine's own bookkeeping rests on, which nobody may change.
    static let reserved: [String: String] = [
        "enable.auto.commit": "offsets are committed when an epoch is",
        "enable.auto.offset.store": "offsets are committed when an epoch is",
        "auto.offset.reset": "use 'initialOffset' and 'failOnDataLoss'",
        "enable.partition.eof": "the source needs to know a partition's end",
        "group.id": "use 'consumerGroup'",
        "bootstrap.servers": "use 'brokers'",
        "metadata.broker.list": "use 'brokers'",
        "enable.idempotence": "exactly once needs it",
        "group.protocol": "partitions are handed over by the classic protocol",
    ]

    /// librdkafka's properties for the connection alone.
    package func connectionProperties() throws(SwiftwaterError) -> [String: String] {
        guard !brokers.isEmpty else {
            throw SwiftwaterError(.usage, "no Kafka broker is named", hint: "set 'brokers' to addresses as host:port")
        }
        var set = [
            "bootstrap.servers": brokers.joined(separator: ","), "client.id": "swiftwater",
            "allow.auto.create.topics": "false", "reconnect.backoff.max.ms": "2000", "socket.keepalive.enable": "true",
        ]
        if let sasl {
            set["security.protocol"] = tls == nil ? "sasl_plaintext" : "sasl_ssl"
            set["sasl.mechanisms"] = sasl.mechanism
            set["sasl.username"] = sasl.user
            set["sasl.password"] = sasl.password
        } else if tls != nil {
            set["security.protocol"] = "ssl"
        }
        if let tls {
            set["ssl.ca.location"] = tls.authorities
            set["ssl.certificate.location"] = tls.certificate
            set["ssl.key.location"] = tls.key
            if tls.skipsVerification {
                set["enable.ssl.certificate.verification"] = "false"
                set["ssl.endpoint.identification.algorithm"] = "none"
            }
        }
        return set
    }

    /// Adds the user's own properties, which win.
    func adding(to set: [String: String]) throws(SwiftwaterError) -> [String: String] {
        for (name, _) in properties.sorted(by: { $0.key < $1.key }) {
            if let reason = Self.reserved[name] {
                throw SwiftwaterError(.usage, "the property '\(name)' of librdkafka cannot be set here", hint: reason)
            }
        }
        return set.merging(properties) { _, own in own }
    }
}

extension Duration {
    /// Whole milliseconds, as the library counts, at most what fits.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: seconds.multipliedReportingOverflow(by: 1000).overflow ? .max : seconds * 1000)
            .addingClamped(Int32(attoseconds / 1_000_000_000_000_000))
    }
}

extension Int32 {
    fileprivate func addingClamped(_ other: Int32) -> Int32 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
