import Columnar
import Formats
import Query
import Streams

/// The `outputs` of a function file.
extension FunctionParser {
    private enum OutputKind: String, CaseIterable {
        case file, http, kafka
    }

    func outputs(_ node: YAMLNode?, frames: [Plan.Frame], isStream: Bool) throws(SwiftwaterError) -> [FunctionOutput] {
        guard case .list(let items) = node?.content, let node else { return [] }
        guard !items.isEmpty else {
            throw keys.error(node.position, "no output", hint: "write '- {from: FRAME, to: FILE}'")
        }
        let known = ["events"] + frames.map(\.name)
        var outputs: [FunctionOutput] = []
        for item in items {
            guard isStream || present("to", in: item) != nil else {
                throw keys.error(item.position, "an output needs 'to'")
            }
            outputs.append(try output(item, known))
        }
        return outputs
    }

    private func output(_ item: YAMLNode, _ known: [String]) throws(SwiftwaterError) -> FunctionOutput {
        let options = WriteOptions(
            compression: try text("compression", in: item),
            rowGroupRows: try integer("rowGroupRows", in: item, atLeast: 1),
            delimiter: try delimiter(in: item))
        let output = FunctionOutput(
            from: try name(of: item["from"], among: known), target: try target(item),
            format: try choice(FileFormat.self, "format", in: item), options: options,
            mode: try choice(OutputMode.self, "mode", in: item),
            partitionBy: try texts("partitionBy", in: item) ?? [],
            targetFileSize: try bytes("targetFileSize", in: item, atLeast: 0) ?? 128 << 20)
        if let partitionBy = present("partitionBy", in: item), !output.partitionBy.isEmpty {
            guard case .folder = output.target else {
                throw keys.error(
                    partitionBy.position, "'partitionBy' needs a folder", hint: "let 'to' end in '/'")
            }
        }
        return output
    }

    private func target(_ item: YAMLNode) throws(SwiftwaterError) -> FunctionOutput.Target {
        guard let given = present("to", in: item) else { return .none }
        guard let to = given.text, !to.isEmpty else { throw expected("a path", "to", given) }
        let isURL = to.hasPrefix("http://") || to.hasPrefix("https://")
        let kind = try choice(OutputKind.self, "kind", in: item) ?? (isURL ? .http : .file)
        let attributes = present("attributes", in: item)
        switch kind {
        case .file:
            if let attributes {
                throw keys.error(attributes.position, "an output of kind 'file' has no attributes")
            }
            if to == "-" { return .standardOutput }
            return to.hasSuffix("/") ? .folder(path: to) : .file(path: to)
        case .http:
            guard to.hasPrefix("http://") else {
                throw keys.error(
                    given.position, "'\(to)' is no URL that can be written to",
                    hint: "write http://HOST:PORT/PATH")
            }
            let headers = try texts(byName: "headers", in: attributes)
            return .http(
                url: to,
                HTTPOutputAttributes(
                    headers: headers.map { .init(name: $0.name, value: $0.value) },
                    timeout: try duration("timeout", in: attributes) ?? .seconds(30)))
        case .kafka:
            guard let attributes else {
                throw keys.error(item.position, "an output of kind 'kafka' needs 'attributes' with 'brokers'")
            }
            return .kafka(
                topic: to,
                KafkaOutputAttributes(
                    connection: try kafkaConnection(attributes), key: try text("key", in: attributes),
                    compression: try choice(KafkaOutputAttributes.Compression.self, "compression", in: attributes)
                        ?? .lz4,
                    transactionalID: try text("transactionalId", in: attributes)))
        }
    }
}
