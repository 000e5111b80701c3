import Columnar
import Formats
import Query

/// Turns the parts of a function file into the plan's values: events and frames here, the others in extensions.
struct FunctionParser {
    let path: String
    var keys: KeyCheck { KeyCheck(path: path) }

    init(path: String) { self.path = path }

    func checkKeys(_ root: YAMLNode) throws(SwiftwaterError) {
        if let version = root["apiVersion"], version.text != FunctionKeys.apiVersion {
            throw keys.error(
                version.position, "'apiVersion' is \(version.kind), which this version does not know",
                hint: "write 'apiVersion: \(FunctionKeys.apiVersion)'")
        }
        if let kind = root["kind"], kind.text != FunctionKeys.kind {
            throw keys.error(
                kind.position, "'kind' is \(kind.kind), which this version does not know",
                hint: "write 'kind: \(FunctionKeys.kind)'")
        }
        try keys.check(root, FunctionKeys.root)
    }

    func name(_ metadata: YAMLNode?) throws(SwiftwaterError) -> String {
        guard let node = metadata?["name"] else { return "" }
        guard let name = node.text, !name.isEmpty else { throw expected("a name", "name", node) }
        return name
    }

    func parameters(_ node: YAMLNode?) throws(SwiftwaterError) -> [String: Scalar] {
        guard let node, !node.isNull else { return [:] }
        guard let entries = node.entries else { throw expected("a mapping of names to values", "parameters", node) }
        var parameters: [String: Scalar] = [:]
        for entry in entries {
            guard let value = entry.value.scalar else { throw expected("one value", entry.key, entry.value) }
            parameters[entry.key] = value
        }
        return parameters
    }

    func source(_ node: YAMLNode?, isStream: Bool) throws(SwiftwaterError) -> Source {
        let onError = try choice(Source.ErrorPolicy.self, "onError", in: node) ?? .fail
        let deadLetter = try text("deadLetter", in: node)
        if onError != .deadLetter, !isStream, let given = present("deadLetter", in: node) {
            throw keys.error(
                given.position, "'deadLetter' is given, but bad lines do not go there",
                hint: "add 'onError: deadLetter'")
        }
        return Source(
            name: "events", location: .files(try texts("files", in: node) ?? []),
            format: try choice(FileFormat.self, "format", in: node), schema: try schema(present("schema", in: node)),
            onError: onError,
            deadLetterPath: onError == .deadLetter ? deadLetter ?? FunctionKeys.deadLetterFile : nil,
            maximumLineBytes: try integer("maximumLineBytes", in: node, atLeast: 1),
            csv: try csv(present("csv", in: node)))
    }

    private func csv(_ node: YAMLNode?) throws(SwiftwaterError) -> Source.CSVOptions {
        var options = Source.CSVOptions()
        if let delimiter = try delimiter(in: node) { options.delimiter = delimiter }
        if let quote = try text("quote", in: node) {
            options.quote = quote
            try checkDialect(options, "quote", in: node)
        }
        if let header = present("header", in: node) {
            guard case .bool(let value) = header.scalar else { throw expected("true or false", "header", header) }
            options.header = value
        }
        if let words = present("missingWords", in: node) {
            guard case .list(let items) = words.content else { throw expected("a list", "missingWords", words) }
            var texts: [String] = []
            for item in items {
                // Here `null` and the empty text are words like others.
                guard case .scalar(let text, _) = item.content else { throw expected("text", "missingWords", item) }
                texts.append(text)
            }
            options.missingWords = texts
        }
        return options
    }

    private func schema(_ node: YAMLNode?) throws(SwiftwaterError) -> Schema? {
        guard let node else { return nil }
        guard let entries = node.entries else { throw expected("a mapping of columns to types", "schema", node) }
        var fields: [Field] = []
        for entry in entries {
            let type = try YAMLDecoder.decode(DataType.self, from: entry.value, path: path)
            fields.append(Field(entry.key, type))
        }
        return Schema(fields)
    }

    /// - Parameter eventTime: the events' column of event time, which ranges of time are over unless they say else.
    func frames(_ node: YAMLNode?, eventTime: String?) throws(SwiftwaterError) -> [Plan.Frame] {
        guard let entries = node?.entries else { return [] }
        let known = ["events"] + entries.map(\.key)
        var frames: [Plan.Frame] = []
        for entry in entries {
            if entry.key == "events" {
                throw keys.error(
                    entry.keyPosition, "a frame cannot be called 'events', which are the input's rows",
                    hint: "give the frame another name")
            }
            let from = try names(of: entry.value["from"], among: known)
            var steps: [Step] = []
            if case .list(let items) = entry.value["steps"]?.content {
                for item in items {
                    let item = try timed(item, by: eventTime)
                    steps.append(try YAMLDecoder.decode(Step.self, from: item, path: path))
                    if let other = item["join"]?["with"] { _ = try name(of: other, among: known) }
                }
            }
            frames.append(Plan.Frame(entry.key, from: from, steps: steps))
        }
        return frames
    }
}
