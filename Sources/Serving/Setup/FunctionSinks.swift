import Columnar
import Formats
import Functions
import HTTPConnector
import KafkaConnector
import Query
import Streams

/// The sinks of a function's outputs.
struct FunctionSinks {
    let function: FunctionFile
    let outputFolder: String
    /// Where outputs keep what is not published yet.
    let checkpoint: String
    /// The partition whose rows these sinks get, where partitions are written each by itself.
    var writer: String?

    /// The outputs that go somewhere; of the others rows are asked for.
    func outputs(_ modes: [OutputMode]) -> [StreamSetup.Output] {
        function.outputs.enumerated().compactMap { number, output in
            if case .none = output.target { return nil }
            return StreamSetup.Output(number: number, mode: modes[number]) { schema throws(SwiftwaterError) in
                try sink(output, number, schema)
            }
        }
    }

    func sink(_ output: FunctionOutput, _ number: Int, _ schema: Schema) throws(SwiftwaterError) -> any StreamSink {
        let options = SinkOptions(
            format: output.writtenFormat, writing: output.options, partitionBy: output.partitionBy,
            targetFileSize: output.targetFileSize, writer: writer)
        switch output.target {
        case .none, .standardOutput: return try FileSinks.standardOutput(schema: schema, options: options)
        case .file(let path):
            return try FileSinks.file(
                FunctionFile.path(path, in: outputFolder), schema: schema, options: options)
        case .folder(let path):
            return try FileSinks.folder(
                FunctionFile.path(path, in: outputFolder), schema: schema, options: options)
        case .http(let url, let attributes):
            return try HTTPSink(
                HTTPSink.Options(
                    url: url, headers: attributes.headers.map { ($0.name, $0.value) }, timeout: attributes.timeout,
                    key: key("\(function.name)-\(number)"), folder: "\(checkpoint)/sinks/\(number)"),
                schema: schema)
        case .kafka(let topic, let attributes):
            var options = KafkaSinkOptions(
                attributes, topic: topic, name: "swiftwater-\(function.name)-\(number)",
                folder: "\(checkpoint)/sinks/\(number)")
            options.transactionalID = key(options.transactionalID)
            return KafkaSink(options: options)
        }
    }

    /// A name for others by which they know this writer.
    private func key(_ name: String) -> String { writer.map { "\(name)-\($0)" } ?? name }

    /// Where events go that could not be taken.
    func deadLetters() throws(SwiftwaterError) -> any StreamSink {
        let path = FunctionFile.path(function.streams.deadLetter, in: outputFolder)
        let options = SinkOptions(format: .jsonLines, writer: writer)
        // Several cannot add to one file.
        guard writer == nil else { return try FileSinks.folder(path, schema: DeadLetter.schema, options: options) }
        return try FileSinks.file(path, schema: DeadLetter.schema, options: options)
    }
}
