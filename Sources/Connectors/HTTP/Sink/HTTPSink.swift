package import Columnar
import Formats
package import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Posts each epoch's rows as JSON Lines to a server: at least once, with the epoch's number as Idempotency-Key, so that
/// a server that remembers keys gets each epoch once.
///
/// An epoch's rows wait in a file until its commit; a restart posts the last committed epoch again.
package final class HTTPSink: StreamSink, @unchecked Sendable {
    package struct Options: Sendable {
        package var url: String
        package var headers: [(name: String, value: String)]
        package var timeout: Duration
        /// What the epoch's number is added to for its Idempotency-Key.
        package var key: String
        /// Where epochs wait for their commit.
        package var folder: String

        package init(
            url: String, headers: [(name: String, value: String)] = [], timeout: Duration = .seconds(30), key: String,
            folder: String
        ) {
            self.url = url
            self.headers = headers
            self.timeout = timeout
            self.key = key
            self.folder = folder
        }
    }

    private let options: Options
    private let schema: Schema
    private let target: HTTPTarget

    package init(_ options: Options, schema: Schema) throws(SwiftwaterError) {
        self.options = options
        self.schema = schema
        target = try HTTPTarget(options.url)
        try OutputFile.createFolder(options.folder)
    }

    package var label: String { options.url }
    package var isExactlyOnce: Bool { false }
    package var modes: Set<OutputMode> { [.batch, .append, .update, .complete] }

    package func recover(_ last: SinkRecord?) throws(SwiftwaterError) {
        for number in try staged() where number != last?.epoch { unlink(path(number)) }
        if let last { try publish(last) }
    }

    package func prepare(epoch: Int64, mode: OutputMode, rows: [Batch]) throws(SwiftwaterError) -> SinkRecord {
        let text = TextBuffer(capacity: 1 << 16)
        var encoder = JSONLinesEncoder(schema: schema)
        var count = 0
        for batch in rows where batch.count > 0 {
            encoder.encode(batch, into: text)
            count += batch.count
        }
        if count > 0 {
            let output = try OutputFile(path(epoch))
            try output.write(text.bytes)
            try output.commit()
        }
        return SinkRecord(epoch: epoch, details: ["mode": [mode.rawValue]], rows: count)
    }

    package func publish(_ record: SinkRecord) throws(SwiftwaterError) {
        let file = path(record.epoch)
        guard record.rows > 0, access(file, F_OK) == 0 else { return }
        let descriptor = try FileDescriptor.openForReading(file)
        let size = descriptor.regularFileSize ?? 0
        let body = Buffer(byteCount: size)
        guard try descriptor.read(into: body.base, byteCount: size, at: 0) == size else {
            throw SwiftwaterError(.io, "the epoch's rows are not whole", at: .init(file: file))
        }
        var headers = options.headers
        headers += [
            ("Content-Type", "application/x-ndjson"), ("Idempotency-Key", "\(options.key)-\(record.epoch)"),
            ("Swiftwater-Epoch", "\(record.epoch)"),
            ("Swiftwater-Mode", record.details["mode"]?.first ?? OutputMode.append.rawValue),
        ]
        let status = try HTTPRequest.post(
            target, headers: headers, body: UnsafeRawBufferPointer(start: body.base, count: size),
            timeout: options.timeout)
        guard (200..<300).contains(status) else {
            throw SwiftwaterError(.io, "\(options.url) answered \(status) to epoch \(record.epoch)")
        }
        unlink(file)
    }

    package func close() {}

    private func path(_ epoch: Int64) -> String { "\(options.folder)/\(epoch).ndjson" }

    private func staged() throws(SwiftwaterError) -> [Int64] {
        try SpoolFolder(path: options.folder).numbers("ndjson")
    }
}
