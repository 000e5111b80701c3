import Columnar
import Formats
import Query

/// Standard output, or another pipe, as JSON Lines or CSV.
///
/// At least once: rows are written before their epoch is committed, because a pipe takes nothing back. After a crash
/// the rows of one epoch may come again.
final class StandardOutputSink: StreamSink, @unchecked Sendable {
    var label: String { output.path }
    var isExactlyOnce: Bool { false }
    var modes: Set<OutputMode> { Set(OutputMode.allCases) }

    private let encoding: RowEncoding
    private let output: FileDescriptor
    private var hasHeader = false

    init(
        schema: Schema, options: SinkOptions, output: FileDescriptor = .standardOutput
    ) throws(SwiftwaterError) {
        guard options.format != .parquet else {
            throw SwiftwaterError(
                .usage, "a stream cannot be written to standard output as Parquet", hint: "use json-lines or csv")
        }
        if let compression = options.writing.compression, compression != "none" {
            throw SwiftwaterError(
                .usage, "standard output is not compressed here",
                hint: "leave out 'compression' and pipe into gzip or zstd")
        }
        encoding = try RowEncoding(schema: schema, options: options)
        self.output = output
    }

    func recover(_ last: SinkRecord?) throws(SwiftwaterError) {}

    func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord {
        let rows = rows.filter { $0.count > 0 }
        let (encoding, output, header) = (encoding, output, !hasHeader)
        if !rows.isEmpty {
            try onEngineThread { () throws(SwiftwaterError) in
                try encoding.encode(rows, header: header) { (text) throws(SwiftwaterError) in
                    try output.write(text.bytes)
                }
            }
            hasHeader = true
        }
        return SinkRecord(epoch: epoch, rows: rows.reduce(0) { $0 + $1.count })
    }

    func publish(_ record: SinkRecord) throws(SwiftwaterError) {}

    func close() {}
}
