package import Columnar

/// The rows of one or several Parquet files, in morsels of at most 131,072 rows.
///
/// A large row group is divided, so that several threads share it and memory stays bounded; row groups in which no
/// row can meet the bounds are left out. String columns come as dictionaries where the file has them so.
package struct ParquetSource: MorselSource {
    package let schema: Schema
    private let dispenser: ParquetDispenser

    /// - Parameters:
    ///   - paths: files with the same columns.
    ///   - projection: the columns, in this order; all of the first file's when nil.
    ///   - bounds: conditions that all rows of interest meet.
    package init(
        paths: [String], projection: [String]? = nil, bounds: [ColumnBound] = []
    ) throws(SwiftwaterError) {
        var files: [ParquetFile] = []
        for path in paths { files.append(try ParquetFile(path: path)) }
        try self.init(files, projection: projection, bounds: bounds)
    }

    package init(
        _ files: [ParquetFile], projection: [String]? = nil, bounds: [ColumnBound] = [],
        maximumRows: Int = ParquetDispenser.maximumRows
    ) throws(SwiftwaterError) {
        guard let first = files.first else { throw Self.noFiles }
        schema = try first.schema(projection: projection)
        var parts: [ParquetDispenser.Part] = []
        for file in files {
            let columns =
                file === first
                ? try file.positions(of: projection) : try Self.positions(of: schema, of: first, in: file)
            for index in file.metadata.rowGroups.indices where file.metadata.rowGroups[index].rowCount > 0 {
                if file.mayMatch(rowGroup: index, bounds) {
                    parts.append(ParquetDispenser.Part(file, rowGroup: index, columns, maximumRows: maximumRows))
                }
            }
        }
        dispenser = ParquetDispenser(parts)
    }

    /// All columns of `files`, which must agree on their names and types; those of types that are not there yet
    /// stand there as `binary`, and only a source that takes them throws, so that the others can be read.
    package static func fullSchema(of files: [ParquetFile]) throws(SwiftwaterError) -> Schema {
        guard let first = files.first else { throw noFiles }
        for file in files.dropFirst() { _ = try positions(of: first.fullSchema, of: first, in: file) }
        return first.fullSchema
    }

    private static var noFiles: SwiftwaterError {
        SwiftwaterError(.usage, "there is no Parquet file to read", hint: "name at least one file")
    }

    /// Where `file` has the columns of `schema`, which are those of `first`.
    private static func positions(
        of schema: Schema, of first: ParquetFile, in file: ParquetFile
    ) throws(SwiftwaterError) -> [Int] {
        let columns: [Int]
        do throws(SwiftwaterError) {
            columns = try file.positions(of: schema.names)
        } catch {
            throw error.inFile(file.name)
        }
        for (field, column) in zip(schema.fields, columns) where file.columns[column].type != field.type {
            throw SwiftwaterError(
                .data,
                "the column '\(field.name)' is \(file.columns[column].type) here and \(field.type) in '\(first.name)'",
                at: SwiftwaterError.Location(file: file.name), hint: "read the files one by one")
        }
        return columns
    }

    package func makeReader() throws(SwiftwaterError) -> any MorselReader {
        ParquetMorselReader(schema: schema, dispenser)
    }

    package var progress: ScanProgress { dispenser.progress }

    /// Row groups that will be read.
    package var rowGroupCount: Int { dispenser.parts.count }
}

/// Hands out ranges of rows to the readers of one source.
package final class ParquetDispenser: Sendable {
    /// Rows a morsel has at most.
    package static let maximumRows = 1 << 17
    /// Bytes of values and entries of nested columns that a morsel should have at most.
    private static let targetBytes = 1 << 24
    private static let targetEntries = 1 << 22

    /// A row group that is to be read.
    struct Part: Sendable {
        let file: ParquetFile
        let rowGroup: Int
        let columns: [Int]
        let rowCount: Int
        /// Rows a morsel.
        let rowsPerMorsel: Int
        let compressedSize: Int

        init(_ file: ParquetFile, rowGroup: Int, _ columns: [Int], maximumRows: Int) {
            self.file = file
            self.rowGroup = rowGroup
            self.columns = columns
            let group = file.metadata.rowGroups[rowGroup]
            rowCount = Int(group.rowCount)
            var bytes = 0.0
            var entries = 0.0
            var compressed = 0.0
            for leaf in columns.flatMap({ file.columns[$0].leaves }) where leaf.index < group.columns.count {
                guard let chunk = group.columns[leaf.index].metadata else { continue }
                bytes += max(0, Double(chunk.totalUncompressedSize))
                entries = max(entries, Double(chunk.valueCount))
                compressed += max(0, Double(chunk.totalCompressedSize))
            }
            compressedSize = Int(min(compressed, Double(file.byteCount)))
            let parts = max(
                1, (bytes / Double(targetBytes)).rounded(.up), (entries / Double(targetEntries)).rounded(.up),
                (Double(rowCount) / Double(maximumRows)).rounded(.up))
            let even = (Double(rowCount) / parts).rounded(.up)
            // Whole words of validity bits, unless rows are very long.
            rowsPerMorsel = min(even < 64 ? max(Int(even), 1) : (Int(even) + 63) & ~63, maximumRows)
        }
    }

    /// Rows of a part.
    struct Task {
        var sequence: Int
        var part: Int
        var rows: Range<Int>
    }

    private struct State {
        var part = 0
        var row = 0
        var sequence = 0
        var bytes = 0
        var rows = 0
    }

    let parts: [Part]
    private let totalBytes: Int
    private let state = Locked(State())

    init(_ parts: [Part]) {
        self.parts = parts
        totalBytes = parts.reduce(0) { $0 + $1.compressedSize }
    }

    func take() -> Task? {
        state.withLock { state in
            guard state.part < parts.count else { return nil }
            let part = parts[state.part]
            let end = min(state.row + part.rowsPerMorsel, part.rowCount)
            let task = Task(sequence: state.sequence, part: state.part, rows: state.row..<end)
            state.sequence += 1
            let share = Double(end - state.row) / Double(part.rowCount)
            state.bytes += Int(Double(part.compressedSize) * share)
            state.rows += end - state.row
            state.row = end
            if end == part.rowCount {
                state.part += 1
                state.row = 0
                if state.part == parts.count { state.bytes = totalBytes }
            }
            return task
        }
    }

    var progress: ScanProgress {
        state.withLock { ScanProgress(bytes: $0.bytes, totalBytes: totalBytes, rows: $0.rows) }
    }
}

/// Reads the ranges of rows that it takes from the dispenser; keeps a row group open as long as it gets rows of it.
private final class ParquetMorselReader: MorselReader {
    private let schema: Schema
    private let dispenser: ParquetDispenser
    private let decompressor = PageDecompressor()
    private let scratch = ReadingScratch()
    private var input: ParquetInput?
    private var open: (part: Int, reader: RowGroupReader)?

    init(schema: Schema, _ dispenser: ParquetDispenser) {
        self.schema = schema
        self.dispenser = dispenser
    }

    func next() throws(SwiftwaterError) -> Morsel? {
        guard let task = dispenser.take() else {
            open = nil
            return nil
        }
        let reader = try reader(for: task)
        if reader.position < task.rows.lowerBound {
            try reader.skip(rows: task.rows.lowerBound - reader.position)
        }
        let columns = try reader.read(rows: task.rows.count)
        return Morsel(
            sequence: task.sequence, batch: Batch(schema: schema, columns: columns, count: task.rows.count))
    }

    private func reader(for task: ParquetDispenser.Task) throws(SwiftwaterError) -> RowGroupReader {
        if let open, open.part == task.part, open.reader.position <= task.rows.lowerBound { return open.reader }
        let part = dispenser.parts[task.part]
        // The memory of the row group before goes first.
        open = nil
        let input: ParquetInput
        if let current = self.input, current.name == part.file.name {
            input = current
        } else {
            input = try part.file.openInput()
            self.input = input
        }
        let reader = try RowGroupReader(
            part.file, rowGroup: part.rowGroup, columns: part.columns, input: input, decompressor: decompressor,
            scratch: scratch)
        open = (task.part, reader)
        return reader
    }
}
