package import Formats
package import Query
package import Streams

/// An output as the file describes it: a frame, what takes its rows, and which rows a served function gives it.
package struct FunctionOutput: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        /// Rows are only there to be asked for.
        case none
        case standardOutput
        /// A single file.
        case file(path: String)
        /// A folder to which each epoch adds files.
        case folder(path: String)
        case http(url: String, HTTPOutputAttributes)
        case kafka(topic: String, KafkaOutputAttributes)
    }

    package var from: String
    /// Paths are relative to the output folder.
    package var target: Target
    package var format: FileFormat?
    package var options: WriteOptions
    /// Nil: the one that fits the frame.
    package var mode: OutputMode?
    package var partitionBy: [String]
    /// Bytes up to which a folder's small files are merged; 0 leaves them.
    package var targetFileSize: Int

    /// The output of a run over files. What only a sink can write (partitioned folders, other servers) stays in memory
    /// until the run has ended.
    func planned(in folder: String) -> Plan.Output {
        let to: Plan.Output.Destination =
            switch target {
            case .standardOutput: .file(path: "-", format: format, options: options)
            case .file(let path): .file(path: FunctionFile.path(path, in: folder), format: format, options: options)
            case .none, .folder, .http, .kafka: .memory
            }
        return Plan.Output(from: from, to: to)
    }

    /// The format that is written: as given, by the path's extension, or what the target usually takes.
    package var writtenFormat: FileFormat {
        if let format { return format }
        switch target {
        case .file(let path): return FileFormat(path: path) ?? .jsonLines
        case .folder: return .parquet
        case .none, .standardOutput, .http, .kafka: return .jsonLines
        }
    }
}

package struct HTTPOutputAttributes: Hashable, Sendable {
    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package var headers: [Header]
    package var timeout: Duration
}
