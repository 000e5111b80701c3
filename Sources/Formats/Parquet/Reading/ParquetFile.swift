package import Columnar
import Synchronization

/// A Parquet file whose footer was read.
///
/// Nothing in it is trusted: sizes and counts are checked against the file before memory is taken for them.
package final class ParquetFile: Sendable {
    /// The path, or what the memory is called.
    package let name: String
    package let byteCount: Int
    package let metadata: Parquet.FileMetadata
    /// The top-level columns.
    let columns: [ParquetNode]
    let leafCount: Int
    /// Where the footer starts.
    let dataEnd: Int
    /// Kept open, so that a file of the same name written meanwhile is not mixed up with this one; nil when so many
    /// are open that the system's limit may be near.
    private let input: ParquetInput?

    private static let keptInputs = Atomic<Int>(0)
    private static let maximumKeptInputs = 256

    package convenience init(path: String) throws(SwiftwaterError) {
        try self.init(try ParquetInput(path: path))
    }

    /// A file in memory.
    package convenience init(_ buffer: Buffer, name: String) throws(SwiftwaterError) {
        try self.init(ParquetInput(buffer, name: name))
    }

    private init(_ input: ParquetInput) throws(SwiftwaterError) {
        name = input.name
        byteCount = input.byteCount
        do throws(SwiftwaterError) {
            (metadata, dataEnd) = try Self.footer(of: input)
            let stored = try ParquetSchemaReader.columns(metadata)
            columns = ArrowSchemaHints.apply(metadata, to: stored)
            var rows: Int64 = 0
            for group in metadata.rowGroups {
                let (sum, overflow) = rows.addingReportingOverflow(group.rowCount)
                guard group.rowCount >= 0, !overflow, sum <= 1 << 48 else {
                    throw .corruptParquet("a row group has \(group.rowCount) rows")
                }
                rows = sum
            }
        } catch {
            throw error.inFile(input.name)
        }
        leafCount = columns.reduce(0) { $0 + $1.leaves.count }
        // The last step: an initializer that fails runs no deinitializer.
        let kept = Self.keptInputs.wrappingAdd(1, ordering: .relaxed).newValue
        self.input = kept <= Self.maximumKeptInputs || input.isMemory ? input : nil
    }

    deinit { Self.keptInputs.wrappingSubtract(1, ordering: .relaxed) }

    /// The metadata at the file's end and where it starts.
    private static func footer(of input: ParquetInput) throws(SwiftwaterError) -> (Parquet.FileMetadata, Int) {
        let size = input.byteCount
        guard size >= 12 else {
            throw SwiftwaterError(.data, "a file of \(size) bytes is not Parquet", hint: "it may be cut short")
        }
        var reader = ParquetInputReader(input, readAhead: 1 << 16)
        let start = UnsafeBufferPointer(start: try reader.bytes(0..<4), count: 4)
        let startMagic = Array(start)
        let encrypted: [UInt8] = Array("PARE".utf8)
        // The footer is likely to be in the last bytes: one read for both.
        let tail = max(0, size - (1 << 16))
        let end = try reader.bytes(tail..<size) + (size - tail - 8)
        let endMagic = Array(UnsafeBufferPointer(start: end + 4, count: 4))
        if endMagic == encrypted {
            throw SwiftwaterError(.unsupported, "reading encrypted Parquet files is not there yet")
        }
        guard startMagic == Parquet.magic, endMagic == Parquet.magic else {
            throw SwiftwaterError(
                .data,
                "it is not a Parquet file: 'PAR1' is missing at its \(startMagic == Parquet.magic ? "end" : "start")",
                hint: "it may be cut short, or of another format")
        }
        let length = Int(UnsafeRawPointer(end).loadUnaligned(as: UInt32.self).littleEndian)
        guard length <= size - 12 else {
            throw .corruptParquet("its metadata of \(length) bytes is larger than the file of \(size) bytes")
        }
        let dataEnd = size - 8 - length
        let bytes = try reader.bytes(dataEnd..<(size - 8))
        var thrift = ThriftReader(UnsafeRawBufferPointer(start: bytes, count: length))
        let metadata = try thrift.structure(Parquet.FileMetadata.self)
        if metadata.isEncrypted {
            throw SwiftwaterError(.unsupported, "reading encrypted Parquet files is not there yet")
        }
        return (metadata, dataEnd)
    }

    /// The file's bytes, for any thread.
    func openInput() throws(SwiftwaterError) -> ParquetInput {
        if let input { return input }
        let again = try ParquetInput(path: name)
        guard again.byteCount == byteCount else {
            throw SwiftwaterError(.io, "'\(name)' was replaced while it was read")
        }
        return again
    }

    /// Rows.
    package var rowCount: Int { metadata.rowGroups.reduce(0) { $0 + Int($1.rowCount) } }

    /// Positions of the columns of `projection`, in its order; all when it is nil.
    /// Throws a `usage` error for a name that is not there.
    func positions(of projection: [String]?) throws(SwiftwaterError) -> [Int] {
        guard let projection else { return Array(columns.indices) }
        let names = fullSchema
        var result: [Int] = []
        for name in projection { result.append(try names.requireIndex(of: name)) }
        return result
    }

    /// The names and types of the columns of `projection`; of all when it is nil.
    ///
    /// Throws an `unsupported` error when one of them has a type that is not there yet.
    package func schema(projection: [String]? = nil) throws(SwiftwaterError) -> Schema {
        var fields: [Field] = []
        for position in try positions(of: projection) {
            let node = columns[position]
            if let problem = node.leaves.lazy.compactMap(\.problem).first { throw problem.inFile(name) }
            fields.append(Field(node.name, node.type))
        }
        return Schema(fields)
    }

    /// All columns; those of types that are not there yet as `binary`, which a source that takes them refuses.
    var fullSchema: Schema { Schema(columns.map { Field($0.name, $0.type) }) }

    /// The metadata of a leaf's chunk, checked against the schema.
    func chunk(
        _ leaf: ParquetLeaf, in group: Parquet.RowGroup
    ) throws(SwiftwaterError) -> Parquet.ColumnMetadata {
        guard group.columns.count == leafCount else {
            throw SwiftwaterError.corruptParquet(
                "a row group has \(group.columns.count) columns where the schema has \(leafCount)"
            ).inFile(name)
        }
        let chunk = group.columns[leaf.index]
        if let path = chunk.filePath, !path.isEmpty {
            throw SwiftwaterError(
                .unsupported, "the column '\(leaf.name)' is in another file ('\(path)'), which is not there yet"
            ).inFile(name)
        }
        guard let metadata = chunk.metadata else {
            throw SwiftwaterError(
                .unsupported, "the column '\(leaf.name)' has no metadata: it is encrypted, which is not there yet"
            ).inFile(name)
        }
        guard metadata.type == leaf.physicalType else {
            throw SwiftwaterError.corruptParquet(
                "the column '\(leaf.name)' is stored as \(metadata.type) where the schema says \(leaf.physicalType)"
            ).inFile(name)
        }
        return metadata
    }
}

extension SwiftwaterError {
    /// The same error with the file that it is about.
    func inFile(_ file: String) -> SwiftwaterError {
        var error = self
        if error.location == nil { error.location = Location(file: file) }
        return error
    }
}
