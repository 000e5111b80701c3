import Functions
import KafkaConnector

/// What a function file says of Kafka, in the connector's words.
extension KafkaClientOptions {
    init(_ connection: KafkaConnection) {
        self.init(
            brokers: connection.brokers,
            sasl: connection.sasl.map {
                SASL(mechanism: $0.mechanism.rawValue, user: $0.user, password: $0.password)
            },
            tls: connection.tls.map {
                TLS(
                    authorities: $0.authorities, certificate: $0.certificate, key: $0.key,
                    skipsVerification: $0.skipsVerification)
            },
            properties: connection.properties.reduce(into: [:]) { $0[$1.name] = $1.value })
    }
}

extension KafkaSourceOptions {
    /// - Parameter function: the function's name, which is the consumer group's unless the trigger names one.
    init(_ attributes: KafkaAttributes, function: String) {
        self.init(
            client: KafkaClientOptions(attributes.connection), topics: attributes.topics,
            consumerGroup: attributes.consumerGroup ?? function)
        switch attributes.initialOffset {
        case .earliest: initialOffset = .earliest
        case .latest: initialOffset = .latest
        case .timestamp(let time): initialOffset = .timestamp(time)
        }
        columns = attributes.metadata.compactMap { MetadataColumn(rawValue: "_\($0.rawValue)") }
        failOnDataLoss = attributes.failOnDataLoss
        sessionTimeout = attributes.sessionTimeout
        heartbeatInterval = attributes.heartbeatInterval
        fetch = attributes.fetch == .direct ? .direct : .librdkafka
    }
}

extension KafkaSinkOptions {
    /// - Parameters:
    ///   - name: the output's, stable over restarts: what fences an earlier process of the same function.
    ///   - folder: where an epoch's rows are staged.
    init(_ attributes: KafkaOutputAttributes, topic: String, name: String, folder: String) {
        self.init(
            client: KafkaClientOptions(attributes.connection), topic: topic,
            transactionalID: attributes.transactionalID ?? name, folder: folder)
        key = attributes.key
        compression = attributes.compression.rawValue
    }
}
