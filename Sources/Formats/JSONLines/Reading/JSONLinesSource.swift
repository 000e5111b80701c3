package import Columnar
import Synchronization

/// The rows of JSON Lines files: one object a line, or the elements of one array (`JSONArrayStream`).
///
/// Without a schema, one is inferred from samples by the rules of `JSONType`; when a later line does not fit it,
/// readers throw `schemaWidened`, and `widened()` gives a source with the schema of the whole input.
package final class JSONLinesSource: InferringSource {
    package let schema: Schema
    /// All columns of the input, also those that are not read.
    package let fullSchema: Schema
    /// The schema is that of samples.
    package let isInferred: Bool
    let refusesNewKeys: Bool
    let blocks: RowBlocks
    let collector: BadLineCollector
    let blockBytes: Int
    let maximumLineBytes: Int
    let rowCount = Atomic<Int>(0)
    private let options: Options

    /// How the files are read.
    package struct Options: Sendable {
        package var projection: [String]?
        /// Whether a key that the inferred schema does not have widens it; when nil, without a projection only.
        package var refusesNewKeys: Bool?
        /// Which lines say what the columns are, without a schema.
        package var inference = SchemaInference.samples
        package var policy: BadLinePolicy
        /// Bytes that a line may have.
        package var maximumLineBytes: Int
        /// Bytes of input a morsel.
        package var blockBytes: Int

        package init(
            projection: [String]? = nil, policy: BadLinePolicy = .fail, maximumLineBytes: Int = 64 << 20,
            blockBytes: Int = 512 << 10
        ) {
            self.projection = projection
            self.policy = policy
            self.maximumLineBytes = maximumLineBytes
            self.blockBytes = blockBytes
        }
    }

    let files: [RowFile]

    /// - Parameter schema: the columns and their types; inferred when nil, for which a pipe's bytes are
    ///   first copied to a temporary file.
    /// - Throws: an `io` error for a file that cannot be opened, a `usage` error for a projected column that the
    ///   schema does not have.
    package convenience init(
        files: [InputFile], schema: Schema?, options: Options = Options()
    ) throws(SwiftwaterError) {
        var rows: [RowFile] = []
        for file in files { rows.append(try .jsonLines(schema == nil ? try file.rereadable() : file)) }
        if let schema {
            try self.init(files: rows, fullSchema: schema, isInferred: false, options: options)
        } else {
            let found = try JSONSchemaInference.infer(rows, options: options)
            try self.init(files: rows, fullSchema: found.schema, isInferred: !found.isWhole, options: options)
        }
    }

    private init(
        files: [RowFile], fullSchema: Schema, isInferred: Bool, options: Options
    ) throws(SwiftwaterError) {
        self.files = files
        self.fullSchema = fullSchema
        self.isInferred = isInferred
        self.options = options
        if let names = options.projection {
            var fields: [Field] = []
            for name in names { fields.append(fullSchema[try fullSchema.requireIndex(of: name)]) }
            schema = Schema(fields)
        } else {
            schema = fullSchema
        }
        refusesNewKeys = isInferred && (options.refusesNewKeys ?? (options.projection == nil))
        blockBytes = options.blockBytes
        maximumLineBytes = options.maximumLineBytes
        blocks = try RowBlocks(
            files, scan: .lines, blockBytes: options.blockBytes,
            maximumRowBytes: options.maximumLineBytes)
        collector = BadLineCollector(policy: options.policy)
    }

    /// The same input with other columns, in this order.
    ///
    /// - Parameter refusesNewKeys: whether a key that the inferred schema does not have widens it.
    package func reading(_ columns: [String], refusesNewKeys: Bool) throws(SwiftwaterError) -> JSONLinesSource {
        var options = self.options
        options.projection = columns
        options.refusesNewKeys = refusesNewKeys
        return try JSONLinesSource(files: files, fullSchema: fullSchema, isInferred: isInferred, options: options)
    }

    package func makeReader() throws(SwiftwaterError) -> any MorselReader { JSONLinesReader(source: self) }

    package var progress: ScanProgress {
        ScanProgress(
            bytes: blocks.takenBytes, totalBytes: blocks.totalBytes, rows: rowCount.load(ordering: .relaxed),
            badRows: collector.count)
    }

    package func finish() throws(SwiftwaterError) { try collector.finish() }

    package func widened() throws(SwiftwaterError) -> any MorselSource { try widened(projection: options.projection) }

    /// A source with the schema that fits every line of the input, found by one pass over all of it.
    package func widened(projection: [String]?) throws(SwiftwaterError) -> JSONLinesSource {
        var options = self.options
        options.projection = projection
        let whole = try JSONSchemaInference.whole(files, options: options)
        return try JSONLinesSource(files: files, fullSchema: whole, isInferred: false, options: options)
    }
}
