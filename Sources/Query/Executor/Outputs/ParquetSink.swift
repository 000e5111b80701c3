import Columnar
import Formats

/// A Parquet file, encoded by whichever worker releases the batches.
final class ParquetSink: FileSink, @unchecked Sendable {
    private let path: String
    private let writer: ParquetWriter
    private var summary: ParquetWriter.Summary?

    init(path: String, options: WriteOptions, schema: Schema) throws(SwiftwaterError) {
        self.path = path
        var settings = ParquetWriterOptions()
        if let name = options.compression { settings.codec = try CompressionCodec(name: name) }
        if let rows = options.rowGroupRows {
            guard rows > 0 else {
                throw SwiftwaterError(.usage, "\(rows) is not a number of rows for a row group", hint: "use 1 or more")
            }
            settings.rowGroupRows = rows
        }
        if let metadata = options.metadata {
            settings.keyValueMetadata = metadata
            // Readers that find Arrow's schema look nowhere else, so the metadata would have to be in the file twice.
            settings.writesArrowSchema = schema.fields.contains { $0.type.needsArrowSchema }
        }
        settings.isSynced = options.isSynced
        writer = try ParquetWriter(path: path, schema: schema, options: settings)
    }

    func makeEncoder() -> any BatchEncoder { Encoder() }

    func accept(_ part: EncodedPart) throws(SwiftwaterError) {
        if case .batch(let batch) = part.content { try writer.write(batch) }
    }

    func finish() throws(SwiftwaterError) { summary = try writer.complete() }

    func commit() throws(SwiftwaterError) -> WrittenFile {
        try writer.commit()
        return WrittenFile(path: path, rows: summary?.rows ?? 0, bytes: summary?.bytes ?? 0)
    }

    private final class Encoder: BatchEncoder {
        func encode(_ batch: Batch) throws(SwiftwaterError) -> EncodedPart {
            EncodedPart(.batch(batch), rows: batch.count)
        }
    }
}

extension DataType {
    /// Whether Parquet's own types say less than this one: spans of time, and the names of time zones.
    fileprivate var needsArrowSchema: Bool {
        switch self {
        case .duration: true
        case .timestamp(_, let zone): zone != nil
        case .list(let element): element.needsArrowSchema
        case .structure(let members): members.contains { $0.type.needsArrowSchema }
        case .dictionary(let values): values.needsArrowSchema
        default: false
        }
    }
}
