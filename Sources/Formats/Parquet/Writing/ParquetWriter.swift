package import Columnar

/// Writes batches to a Parquet file, which appears under its name when `finish` has written it whole.
///
/// Memory holds the row group in progress as compressed pages, and one page of values a column.
/// A writer is for one thread at a time.
package final class ParquetWriter {
    /// What was written.
    package struct Summary: Sendable, Hashable {
        package var rows: Int
        /// Bytes of the file.
        package var bytes: Int
        package var rowGroups: Int
    }

    private enum State {
        case open
        case finished
        case failed
    }

    /// Rows that go through the columns at once: few enough for the processor's cache, and a multiple of eight,
    /// so that bitmaps are sliced without a copy.
    private static let stepRows = 16_384
    private static let createdBy = "swiftwater version \(Version.current)"

    package let schema: Schema
    private let options: ParquetWriterOptions
    private let layout: ParquetLayout
    private let file: OutputFile
    private let chunks: [ColumnChunkWriter]
    private var state = State.open
    private var offset = 0
    private var groupRows = 0
    private var rows = 0
    private var rowGroups: [Parquet.RowGroup] = []

    /// A writer to `path` ("-" for standard output).
    package convenience init(
        path: String, schema: Schema, options: ParquetWriterOptions = ParquetWriterOptions()
    ) throws(SwiftwaterError) {
        // The schema is checked before anything is created.
        _ = try ParquetLayout(schema)
        try self.init(file: OutputFile(path, isSynced: options.isSynced), schema: schema, options: options)
    }

    /// A writer to `file`, which `finish` commits.
    package init(
        file: OutputFile, schema: Schema, options: ParquetWriterOptions = ParquetWriterOptions()
    ) throws(SwiftwaterError) {
        try options.validate()
        self.schema = schema
        self.options = options
        self.file = file
        layout = try ParquetLayout(schema)
        let compressor = try BlockCompressor(options.codec, level: options.level)
        let scratch = PageScratch()
        chunks = layout.leaves.map { ColumnChunkWriter($0, options, compressor, scratch) }
        try append(Parquet.magic)
    }

    private func append(_ bytes: [UInt8]) throws(SwiftwaterError) {
        try file.write(bytes)
        offset += bytes.count
    }

    // MARK: Rows

    /// Takes the rows of `batch`, whose columns must have the schema's types, in any dictionary encoding.
    package func write(_ batch: Batch) throws(SwiftwaterError) {
        try requireOpen()
        try check(batch)
        state = .failed
        var row = 0
        while row < batch.count {
            let size = min(Self.stepRows, batch.count - row, options.rowGroupRows - groupRows)
            try append(batch.columns, row..<(row + size))
            row += size
            groupRows += size
            let isFull = groupRows >= options.rowGroupRows
            if isFull || chunks.reduce(0, { $0 + $1.byteCount }) >= options.rowGroupBytes { try finishRowGroup() }
        }
        state = .open
    }

    private func requireOpen() throws(SwiftwaterError) {
        guard state != .open else { return }
        let reason = state == .finished ? "is already finished" : "could not be written"
        throw SwiftwaterError(.usage, "the Parquet file '\(file.path)' \(reason)")
    }

    private func check(_ batch: Batch) throws(SwiftwaterError) {
        guard batch.columns.count == schema.count else {
            throw SwiftwaterError(
                .usage, "a batch of \(batch.columns.count) columns does not fit the \(schema.count) of the file")
        }
        for (column, field) in zip(batch.columns, schema.fields) {
            guard column.type.storesSameValues(as: field.type) else {
                throw SwiftwaterError(.usage, "column '\(field.name)' is \(column.type) instead of \(field.type)")
            }
            guard column.count == batch.count else {
                throw SwiftwaterError(
                    .usage, "column '\(field.name)' has \(column.count) rows instead of \(batch.count)")
            }
        }
    }

    private func append(_ columns: [Column], _ range: Range<Int>) throws(SwiftwaterError) {
        for (column, node) in zip(columns, layout.nodes) {
            try LevelWalk.walk(column.slice(range), node) { (leaf, rows) throws(SwiftwaterError) in
                try chunks[leaf].append(rows)
            }
        }
    }

    private func finishRowGroup() throws(SwiftwaterError) {
        guard groupRows > 0 else { return }
        var group = Parquet.RowGroup()
        let start = offset
        for chunk in chunks {
            let written = try chunk.finish(to: file, at: offset)
            let size = written.metadata.map { Int($0.totalCompressedSize) } ?? 0
            group.totalByteSize += written.metadata?.totalUncompressedSize ?? 0
            group.columns.append(written)
            offset += size
        }
        group.rowCount = Int64(groupRows)
        group.fileOffset = Int64(start)
        group.totalCompressedSize = Int64(offset - start)
        group.ordinal = Int16(exactly: rowGroups.count)
        rowGroups.append(group)
        rows += groupRows
        groupRows = 0
    }

    // MARK: The end

    /// Writes the rest and the metadata; the file appears under its name.
    package func finish() throws(SwiftwaterError) -> Summary {
        let summary = try complete()
        try commit()
        return summary
    }

    /// Makes the file that `complete` has written appear under its name.
    package func commit() throws(SwiftwaterError) { try file.commit() }

    /// Writes the rest and the metadata to the disk; the file is not yet under its name.
    package func complete() throws(SwiftwaterError) -> Summary {
        try requireOpen()
        state = .failed
        try finishRowGroup()
        let footer = ThriftWriter.encode(metadata)
        guard footer.count <= Int(Int32.max) else {
            throw SwiftwaterError(.data, "the metadata of '\(file.path)' is too large", hint: "use larger row groups")
        }
        try append(footer)
        try append(withUnsafeBytes(of: UInt32(footer.count).littleEndian) { Array($0) })
        try append(Parquet.magic)
        try file.complete()
        state = .finished
        return Summary(rows: rows, bytes: offset, rowGroups: rowGroups.count)
    }

    private var metadata: Parquet.FileMetadata {
        var metadata = Parquet.FileMetadata()
        metadata.version = 2
        metadata.schema = layout.elements
        metadata.rowCount = Int64(rows)
        metadata.rowGroups = rowGroups
        metadata.createdBy = Self.createdBy
        metadata.columnOrders = layout.leaves.map { _ in Parquet.ColumnOrder(isTypeDefined: true) }
        var pairs = options.keyValueMetadata.sorted { $0.key < $1.key }
        if options.writesArrowSchema {
            pairs.append(("ARROW:schema", ArrowSchemaMessage.base64(schema, metadata: pairs)))
        }
        if !pairs.isEmpty {
            metadata.keyValueMetadata = pairs.map { key, value in
                var pair = Parquet.KeyValue()
                pair.key = key
                pair.value = value
                return pair
            }
        }
        return metadata
    }
}
