package import Columnar
package import Formats
package import Query

/// How a sink writes its files.
package struct SinkOptions: Sendable {
    package var format: FileFormat
    /// Compression, rows of a row group, delimiter.
    package var writing: WriteOptions
    /// Columns that become folders; their values are in the folders' names and not in the files.
    package var partitionBy: [String]
    /// Bytes up to which a folder's small Parquet files are merged; 0 leaves them.
    package var targetFileSize: Int
    /// The writer's name where several share a folder; in the names of its files. Small files are not merged then.
    package var writer: String?

    package init(
        format: FileFormat = .parquet, writing: WriteOptions = WriteOptions(), partitionBy: [String] = [],
        targetFileSize: Int = 128 << 20, writer: String? = nil
    ) {
        self.format = format
        self.writing = writing
        self.partitionBy = partitionBy
        self.targetFileSize = targetFileSize
        self.writer = writer
    }
}

/// The sinks of this module by where they write.
package enum FileSinks {
    /// A folder to which each epoch adds files.
    package static func folder(
        _ path: String, schema: Schema, options: SinkOptions = SinkOptions()
    ) throws(SwiftwaterError) -> any StreamSink {
        try FolderSink(path: path, schema: schema, options: options)
    }

    /// One file: of text it grows or is replaced; of Parquet it is replaced.
    package static func file(
        _ path: String, schema: Schema, options: SinkOptions
    ) throws(SwiftwaterError) -> any StreamSink {
        try SingleFileSink(path: path, schema: schema, options: options)
    }

    /// Standard output, as JSON Lines or CSV.
    package static func standardOutput(
        schema: Schema, options: SinkOptions, output: FileDescriptor = .standardOutput
    ) throws(SwiftwaterError) -> any StreamSink {
        try StandardOutputSink(schema: schema, options: options, output: output)
    }
}
