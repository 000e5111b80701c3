import Columnar
import Formats
import Query

/// Rows to the bytes of a format, for sinks: a whole file at once, whatever the format.
struct RowEncoding: Sendable {
    let schema: Schema
    let format: FileFormat
    /// What a file's name ends in, with its dot.
    let fileExtension: String
    private let parquet: ParquetWriterOptions
    private let compression: StreamCompression?
    private let dialect: CSVDialect

    /// - Parameter name: a file's name, which may say how it is compressed; nil for files that are named by the sink.
    init(schema: Schema, options: SinkOptions, name: String? = nil) throws(SwiftwaterError) {
        self.schema = schema
        format = options.format
        var settings = ParquetWriterOptions()
        var compression = name.flatMap { FileName($0).compression }
        let given = options.writing.compression
        if format == .parquet {
            if let given { settings.codec = try CompressionCodec(name: given) }
            if let rows = options.writing.rowGroupRows {
                guard rows > 0 else {
                    throw SwiftwaterError(
                        .usage, "\(rows) is not a number of rows for a row group", hint: "use 1 or more")
                }
                settings.rowGroupRows = rows
            }
        } else if given == "none" {
            compression = nil
        } else if let given {
            guard let known = StreamCompression(rawValue: given) else {
                throw SwiftwaterError(.usage, "'\(given)' is no compression for text", hint: "use gzip, zstd or none")
            }
            compression = known
        }
        parquet = settings
        self.compression = compression
        let isTabSeparated = name.map { FileName($0).isTabSeparated } ?? false
        dialect = try CSVDialect(delimiter: options.writing.delimiter ?? (isTabSeparated ? "\t" : ","))
        let plain =
            switch format {
            case .parquet: ".parquet"
            case .csv: ".csv"
            case .jsonLines: ".ndjson"
            }
        fileExtension = plain + (compression.map { ".\($0.fileExtension)" } ?? "")
    }

    private init(_ other: RowEncoding, schema: Schema) {
        self.schema = schema
        format = other.format
        fileExtension = other.fileExtension
        parquet = other.parquet
        compression = other.compression
        dialect = other.dialect
    }

    /// The same for rows of other columns.
    func with(schema: Schema) -> RowEncoding { RowEncoding(self, schema: schema) }

    /// Writes `batches` to a file, which is on the disk when this returns; its bytes.
    func write(
        _ batches: [Batch], to path: String, header: Bool = true
    ) throws(SwiftwaterError) -> Int {
        if format == .parquet {
            let writer = try ParquetWriter(path: path, schema: schema, options: parquet)
            for batch in batches { try writer.write(batch) }
            return try writer.finish().bytes
        }
        let output = try TextOutput(path, compression: compression)
        try encode(batches, header: header) { (text) throws(SwiftwaterError) in try output.write(text.bytes) }
        try output.commit()
        return output.byteCount
    }

    /// The rows as text, in pieces of about a mebibyte.
    func encode(
        _ batches: [Batch], header: Bool, _ write: (TextBuffer) throws(SwiftwaterError) -> Void
    ) throws(SwiftwaterError) {
        let text = TextBuffer(capacity: 1 << 18)
        var lines = JSONLinesEncoder(schema: schema)
        var fields = CSVEncoder(schema: schema, dialect: dialect)
        if format == .csv, header { fields.encodeHeader(into: text) }
        for batch in batches {
            for start in stride(from: 0, to: batch.count, by: 8192) {
                let part =
                    start == 0 && batch.count <= 8192 ? batch : batch.slice(start..<min(start + 8192, batch.count))
                if format == .csv { fields.encode(part, into: text) } else { lines.encode(part, into: text) }
                if text.count > 1 << 20 {
                    try write(text)
                    text.removeAll()
                }
            }
        }
        try write(text)
    }

    /// A writer for merged files.
    func parquetWriter(_ path: String, schema: Schema) throws(SwiftwaterError) -> ParquetWriter {
        try ParquetWriter(path: path, schema: schema, options: parquet)
    }
}
