import Columnar
import FileConnector
import Formats
import Functions
import HTTPConnector
import KafkaConnector
import Streams

/// The sources of a function's triggers.
struct FunctionSources {
    private(set) var sources: [any StreamSource] = []
    /// Those that take events over HTTP, with what their triggers say.
    private(set) var http: [(source: HTTPSource, attributes: HTTPAttributes)] = []

    init(_ function: FunctionFile, checkpoint: String, maximumLineBytes: Int) throws(SwiftwaterError) {
        guard !function.streams.triggers.isEmpty else {
            throw SwiftwaterError(
                .usage, "the function '\(function.name)' has no triggers to be served by",
                at: .init(file: function.path),
                hint: "add 'triggers' under spec, or run it over files with 'swiftwater run'")
        }
        for trigger in function.streams.triggers {
            switch trigger.attributes {
            case .http(let attributes):
                var limits = HTTPIngest.Limits()
                limits.bodyBytes = attributes.maximumBodyBytes
                limits.spoolBytes = attributes.spoolLimit
                let source = HTTPSource(
                    name: trigger.name, folder: "\(checkpoint)/spool/\(trigger.name)", limits: limits,
                    keyLimit: attributes.idempotencyKeys)
                http.append((source, attributes))
                sources.append(source)
            case .file(let attributes):
                var options = FileSource.Options(paths: attributes.paths)
                options.start = attributes.startsAtEnd ? .end : .beginning
                options.lookInterval = attributes.pollInterval
                options.maximumLineBytes = maximumLineBytes
                sources.append(try FileSource(name: trigger.name, options: options))
            case .stdin:
                sources.append(try StandardInputSource(name: trigger.name, maximumLineBytes: maximumLineBytes))
            case .kafka(let attributes):
                let options = KafkaSourceOptions(attributes, function: function.name)
                sources.append(KafkaSource(name: trigger.name, options: options))
            }
        }
    }
}
