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
