import Columnar
import Formats
import Query

/// The `triggers` of a function file.
extension FunctionParser {
    /// - Parameter files: what `events` names, which a trigger of kind `file` reads when it names none.
    func triggers(_ node: YAMLNode?, files: [String]) throws(SwiftwaterError) -> [Trigger] {
        var triggers: [Trigger] = []
        for entry in node?.entries ?? [] {
            let value = entry.value
            triggers.append(
                Trigger(
                    name: entry.key, attributes: try attributes(value, name: entry.key, files: files),
                    batch: try batch(present("batch", in: value)), every: try duration("every", in: value),
                    availableNow: try bool("availableNow", in: value) ?? false))
        }
        return triggers
    }

    private func batch(_ node: YAMLNode?) throws(SwiftwaterError) -> Trigger.Batch {
        var batch = Trigger.Batch()
        batch.rows = try integer("rows", in: node, atLeast: 1) ?? batch.rows
        batch.bytes = try bytes("bytes", in: node, atLeast: 1) ?? batch.bytes
        batch.timeout = try duration("timeout", in: node) ?? batch.timeout
        return batch
    }

    private func attributes(
        _ trigger: YAMLNode, name: String, files: [String]
    ) throws(SwiftwaterError) -> Trigger.Attributes {
        guard let kind = try choice(Trigger.Kind.self, "kind", in: trigger) else {
            throw expected("a word", "kind", trigger["kind"] ?? trigger)
        }
        let attributes = present("attributes", in: trigger)
        switch kind {
        case .stdin: return .stdin
        case .http: return .http(try httpAttributes(attributes))
        case .file:
            let file = FileAttributes(
                paths: try texts("paths", in: attributes) ?? files,
                startsAtEnd: try choice(FileStart.self, "initialOffset", in: attributes) == .latest,
                pollInterval: try duration("pollInterval", in: attributes) ?? .seconds(1))
            guard !file.paths.isEmpty else {
                throw keys.error(
                    trigger.position, "the trigger '\(name)' names no files",
                    hint: "write 'attributes: {paths: FOLDER/}'")
            }
            return .file(file)
        case .kafka:
            guard let attributes else {
                throw keys.error(
                    trigger.position, "the trigger '\(name)' needs 'attributes' with 'brokers' and 'topics'")
            }
            return .kafka(try kafkaAttributes(attributes))
        }
    }

    private enum FileStart: String, CaseIterable {
        case earliest, latest
    }

    private func httpAttributes(_ node: YAMLNode?) throws(SwiftwaterError) -> HTTPAttributes {
        let path = try text("path", in: node) ?? "/"
        if let given = present("path", in: node), !path.hasPrefix("/") || path.contains("?") {
            throw keys.error(given.position, "'\(path)' is no path of an address", hint: "begin it with '/'")
        }
        return HTTPAttributes(
            host: try text("host", in: node) ?? "127.0.0.1", port: try port(in: node) ?? 8080, path: path,
            maximumBodyBytes: try bytes("maxRequestBodySize", in: node, atLeast: 1) ?? 64 << 20,
            spoolLimit: try bytes("spoolLimit", in: node, atLeast: 1) ?? 1 << 30,
            idempotencyKeys: try integer("idempotencyKeys", in: node, atLeast: 0) ?? 100_000)
    }

    func port(in node: YAMLNode?) throws(SwiftwaterError) -> Int? {
        guard let port = try integer("port", in: node, atLeast: 0), let given = present("port", in: node) else {
            return nil
        }
        guard port < 65_536 else { throw expected("a port, from 0 to 65535", "port", given) }
        return port
    }

    // MARK: Kafka

    private func kafkaAttributes(_ node: YAMLNode) throws(SwiftwaterError) -> KafkaAttributes {
        KafkaAttributes(
            connection: try kafkaConnection(node), topics: try someTexts("topics", in: node),
            consumerGroup: try text("consumerGroup", in: node), initialOffset: try initialOffset(node),
            metadata: try choices(KafkaAttributes.Metadata.self, "metadata", in: node),
            maxRowsPerBatch: try integer("maxRowsPerBatch", in: node, atLeast: 1),
            failOnDataLoss: try bool("failOnDataLoss", in: node) ?? true,
            sessionTimeout: try duration("sessionTimeout", in: node) ?? .seconds(45),
            heartbeatInterval: try duration("heartbeatInterval", in: node) ?? .seconds(3),
            fetch: try choice(KafkaAttributes.Fetch.self, "fetch", in: node) ?? .direct)
    }

    private func initialOffset(_ node: YAMLNode) throws(SwiftwaterError) -> KafkaAttributes.InitialOffset {
        guard let text = try text("initialOffset", in: node), let given = present("initialOffset", in: node) else {
            return .earliest
        }
        if text == "earliest" { return .earliest }
        if text == "latest" { return .latest }
        var copy = text
        let milliseconds = copy.withUTF8 { utf8 in
            utf8.baseAddress.flatMap { ISO8601.timestamp($0, utf8.count, unit: .millisecond) }
        }
        guard let milliseconds else {
            throw keys.error(
                given.position, "'initialOffset' is 'earliest', 'latest' or a timestamp, not \(given.kind)",
                hint: "write a timestamp as 2026-01-31T12:00:00Z")
        }
        return .timestamp(milliseconds)
    }

    func kafkaConnection(_ node: YAMLNode) throws(SwiftwaterError) -> KafkaConnection {
        KafkaConnection(
            brokers: try someTexts("brokers", in: node), sasl: try sasl(present("sasl", in: node)),
            tls: try tls(present("tls", in: node)),
            properties: try texts(byName: "properties", in: node).map { .init(name: $0.name, value: $0.value) })
    }

    private func sasl(_ node: YAMLNode?) throws(SwiftwaterError) -> KafkaConnection.SASL? {
        guard let node, try bool("enable", in: node) ?? true else { return nil }
        return KafkaConnection.SASL(
            mechanism: try choice(KafkaConnection.SASL.Mechanism.self, "mechanism", in: node) ?? .plain,
            user: try secret("user", in: node), password: try secret("password", in: node))
    }

    private func tls(_ node: YAMLNode?) throws(SwiftwaterError) -> KafkaConnection.TLS? {
        guard let node, try bool("enable", in: node) ?? true else { return nil }
        return KafkaConnection.TLS(
            authorities: try text("caCert", in: node), certificate: try text("accessCertificate", in: node),
            key: try text("accessKey", in: node), skipsVerification: try bool("insecureSkipVerify", in: node) ?? false)
    }
}
