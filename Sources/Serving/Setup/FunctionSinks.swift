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
    let checkpoint: String

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
            targetFileSize: output.targetFileSize)
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
                    key: "\(function.name)-\(number)", folder: "\(checkpoint)/sinks/\(number)"),
                schema: schema)
        case .kafka(let topic, let attributes):
            return KafkaSink(
                options: KafkaSinkOptions(
                    attributes, topic: topic, name: "swiftwater-\(function.name)-\(number)",
                    folder: "\(checkpoint)/sinks/\(number)"))
        }
    }

    /// Where events go that could not be taken.
    func deadLetters() throws(SwiftwaterError) -> any StreamSink {
        try FileSinks.file(
            FunctionFile.path(function.streams.deadLetter, in: outputFolder), schema: DeadLetter.schema,
            options: SinkOptions(format: .jsonLines))
    }
}
