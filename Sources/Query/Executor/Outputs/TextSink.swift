import Columnar
import Formats

/// A JSON Lines or CSV file: the workers write rows as text, the file takes the texts in order.
final class TextSink: FileSink, @unchecked Sendable {
    enum Format {
        case jsonLines(JSONLinesEncoder)
        case csv(CSVEncoder)
    }

    private let path: String
    private let format: Format
    private let output: TextOutput
    private var rows = 0
    /// Buffers whose text has been written: fresh memory would cost more than the writing.
    private let spare = Locked<[TextBuffer]>([])

    init(
        path: String, format: FileFormat, options: WriteOptions, schema: Schema
    ) throws(SwiftwaterError) {
        self.path = path
        let name = FileName(path)
        let dialect = try CSVDialect(delimiter: options.delimiter ?? (name.isTabSeparated ? "\t" : ","))
        self.format =
            format == .csv
            ? .csv(CSVEncoder(schema: schema, dialect: dialect)) : .jsonLines(JSONLinesEncoder(schema: schema))
        output = try TextOutput(path, compression: try Self.compression(options.compression, name))
        if case .csv(let encoder) = self.format {
            let header = TextBuffer()
            encoder.encodeHeader(into: header)
            try output.write(header.bytes)
        }
    }

    /// As given, or as the file's name says.
    private static func compression(
        _ given: String?, _ name: FileName
    ) throws(SwiftwaterError) -> StreamCompression? {
        switch given {
        case nil: return name.compression
        case "none": return nil
        case let text?:
            if let compression = StreamCompression(rawValue: text) { return compression }
            throw SwiftwaterError(
                .usage, "'\(text)' is no compression for text", hint: "use gzip, zstd or none")
        }
    }

    func makeEncoder() -> any BatchEncoder { Encoder(format, self) }

    private func takeBuffer() -> TextBuffer {
        let buffer = spare.withLock { $0.popLast() } ?? TextBuffer(capacity: 1 << 18)
        buffer.removeAll()
        return buffer
    }

    func accept(_ part: EncodedPart) throws(SwiftwaterError) {
        guard case .text(let buffer) = part.content else { return }
        rows += part.rows
        try output.write(buffer.bytes)
        spare.withLock { if $0.count < 16 { $0.append(buffer) } }
    }

    func finish() throws(SwiftwaterError) { try output.complete() }

    func commit() throws(SwiftwaterError) -> WrittenFile {
        try output.commit()
        return WrittenFile(path: path, rows: rows, bytes: output.byteCount)
    }

    /// One worker's encoder, with the texts of dictionaries that it has prepared.
    private final class Encoder: BatchEncoder {
        private var format: Format
        private let sink: TextSink

        init(_ format: Format, _ sink: TextSink) {
            self.format = format
            self.sink = sink
        }

        func encode(_ batch: Batch) throws(SwiftwaterError) -> EncodedPart {
            let buffer = sink.takeBuffer()
            switch format {
            case .jsonLines(var encoder):
                encoder.encode(batch, into: buffer)
                format = .jsonLines(encoder)
            case .csv(var encoder):
                encoder.encode(batch, into: buffer)
                format = .csv(encoder)
            }
            return EncodedPart(.text(buffer), rows: batch.count)
        }
    }
}
