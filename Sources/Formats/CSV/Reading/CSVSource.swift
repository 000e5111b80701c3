package import Columnar
import Synchronization

/// The rows of CSV files (RFC 4180): a header, quotes, doubled quotes, line breaks in quotes, CRLF, a byte order mark.
///
/// - Several files have one schema: their columns are matched by name, in any order.
/// - An unquoted field that is one of the dialect's missing words is missing. In quotes it is text in a column of strings,
///   and missing in others. An empty field in quotes is an empty string.
/// - A row with fewer or more fields than the header, with a value that is not of its column's type, with a wrong quote or
///   with text that is not UTF-8 is a bad line. Blank lines are passed over.
/// - With a schema, numbers may have spaces around them, a leading plus or zeros; booleans are `true`, `false`, `1`, `0`;
///   timestamps ISO 8601 or an integer of their unit since 1970; durations ISO 8601 or an integer; binary values base64.
/// - Without one, it is inferred from samples by the rules of `CSVTypes`; when a later value does not fit, readers throw
///   `schemaWidened`, and `widened()` gives a source with the schema of the whole input.
package final class CSVSource: InferringSource {
    package let schema: Schema
    /// All columns of the input that have a type, also those that are not read.
    package let fullSchema: Schema
    let isInferred: Bool
    let dialect: CSVDialect
    let blocks: RowBlocks
    let collector: BadLineCollector
    let blockBytes: Int
    let maximumLineBytes: Int
    let rowCount = Atomic<Int>(0)
    let files: [CSVFile]
    private let options: Options

    /// How the files are read.
    package struct Options: Sendable {
        package var dialect: CSVDialect
        package var projection: [String]?
        package var policy: BadLinePolicy
        /// Bytes that a row may have.
        package var maximumLineBytes: Int
        /// Bytes of input a morsel.
        package var blockBytes: Int

        package init(
            dialect: CSVDialect = CSVDialect(), projection: [String]? = nil, policy: BadLinePolicy = .fail,
            maximumLineBytes: Int = 64 << 20, blockBytes: Int = 1 << 20
        ) {
            self.dialect = dialect
            self.projection = projection
            self.policy = policy
            self.maximumLineBytes = maximumLineBytes
            self.blockBytes = blockBytes
        }
    }

    /// - Parameter schema: the columns to read, by name (by place when the dialect has no header), and their types;
    ///   inferred when nil, for which pipes are copied to the disk.
    /// - Throws: an `io` error for a file that cannot be opened, a `usage` error for a column that a file does not have
    ///   and for a type that CSV cannot hold.
    package convenience init(
        files inputs: [InputFile], schema: Schema?, options: Options = Options()
    ) throws(SwiftwaterError) {
        var files: [CSVFile] = []
        for input in inputs {
            files.append(
                try CSVFile(
                    schema == nil ? try input.rereadable() : input, dialect: options.dialect,
                    maximumRowBytes: options.maximumLineBytes))
        }
        if let schema {
            for field in schema.fields where field.type.logical.isNested {
                throw SwiftwaterError(
                    .usage, "CSV has no values of \(field.type) (column '\(field.name)')", hint: "read it as string")
            }
            try self.init(files: files, fullSchema: schema, isInferred: false, options: options)
        } else {
            let inferred = try CSVSchemaInference.sample(files, options: options)
            try self.init(files: files, fullSchema: inferred, isInferred: true, options: options)
        }
    }

    private init(
        files: [CSVFile], fullSchema: Schema, isInferred: Bool, options: Options
    ) throws(SwiftwaterError) {
        self.files = files
        self.fullSchema = fullSchema
        self.isInferred = isInferred
        self.options = options
        dialect = options.dialect
        if let names = options.projection {
            var fields: [Field] = []
            for name in names { fields.append(fullSchema[try fullSchema.requireIndex(of: name)]) }
            schema = Schema(fields)
        } else {
            schema = fullSchema
        }
        blockBytes = max(options.blockBytes, 1)
        maximumLineBytes = options.maximumLineBytes
        collector = BadLineCollector(policy: options.policy)
        for file in files { try Self.check(file, fullSchema, options.dialect) }
        blocks = try RowBlocks(
            files.map(\.rows), scan: options.dialect.scan, blockBytes: options.blockBytes,
            maximumRowBytes: options.maximumLineBytes)
    }

    /// Throws when the file does not have a column of the schema.
    private static func check(_ file: CSVFile, _ schema: Schema, _ dialect: CSVDialect) throws(SwiftwaterError) {
        let names = file.head.names
        if names.isEmpty { return }
        guard dialect.header else {
            guard names.count == schema.count else {
                throw SwiftwaterError(
                    .data, "the first row has \(names.count) fields; the schema has \(schema.count) columns",
                    at: SwiftwaterError.Location(file: file.input.name, line: file.head.lines + 1))
            }
            return
        }
        let known = Set(names)
        for field in schema.fields where !known.contains(field.name) {
            let near = SwiftwaterError.nearest(field.name, among: names)
            throw SwiftwaterError(
                .usage, "the header has no column '\(field.name)'",
                at: SwiftwaterError.Location(file: file.input.name),
                hint: near.map { "did you mean '\($0)'?" } ?? "its columns are \(names.joined(separator: ", "))")
        }
    }

    /// The column of each field of a file's rows, by its place in `schema`; nil for fields that are not read.
    func fields(ofFile index: Int) -> [Int?] {
        let names = dialect.header ? files[index].head.names : fullSchema.names
        var places: [String: Int] = [:]
        for (place, field) in schema.fields.enumerated() { places[field.name] = place }
        return names.map { places[$0] }
    }

    package func makeReader() throws(SwiftwaterError) -> any MorselReader { CSVReader(source: self) }

    package var progress: ScanProgress {
        ScanProgress(
            bytes: blocks.takenBytes, totalBytes: blocks.totalBytes, rows: rowCount.load(ordering: .relaxed),
            badRows: collector.count)
    }

    package func finish() throws(SwiftwaterError) { try collector.finish() }

    package func widened() throws(SwiftwaterError) -> any MorselSource { try widened(projection: options.projection) }

    /// A source with the schema that fits every row of the input, found by one pass over all of it.
    package func widened(projection: [String]?) throws(SwiftwaterError) -> CSVSource {
        var options = self.options
        options.projection = projection
        let whole = try CSVSchemaInference.whole(files, options: options)
        return try CSVSource(files: files, fullSchema: whole, isInferred: true, options: options)
    }

    /// The same input with other columns read.
    package func projected(_ columns: [String]?) throws(SwiftwaterError) -> CSVSource {
        var options = self.options
        options.projection = columns
        return try CSVSource(files: files, fullSchema: fullSchema, isInferred: isInferred, options: options)
    }
}
