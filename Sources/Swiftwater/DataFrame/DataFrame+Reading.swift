public import Columnar
import Formats
public import Query

/// Frames over files and tables.
extension DataFrame {
    /// Lines of JSON objects, a key a column.
    ///
    /// - Parameters:
    ///   - paths: files and globs, plain or compressed with gzip or zstd; "-" is standard input.
    ///   - schema: the columns to read and their types; inferred from the input when nil.
    ///   - onError: what happens to a line that is not a row.
    ///   - deadLetters: the JSON Lines file for such lines with `.deadLetter`.
    /// - Throws: an `io` error when there is no such file.
    public init(
        jsonLines paths: String..., schema: Schema? = nil, onError: Source.ErrorPolicy = .fail,
        deadLetters: String? = nil
    ) throws(SwiftwaterError) {
        try self.init(paths, .jsonLines, schema, onError, deadLetters)
    }

    /// Comma-separated values.
    ///
    /// - Parameters:
    ///   - paths: files and globs, plain or compressed with gzip or zstd; "-" is standard input.
    ///   - schema: the columns to read and their types; inferred from the input when nil.
    ///   - options: delimiter, quote, header and missing-value words.
    ///   - onError: what happens to a line that is not a row.
    ///   - deadLetters: the JSON Lines file for such lines with `.deadLetter`.
    /// - Throws: an `io` error when there is no such file.
    public init(
        csv paths: String..., schema: Schema? = nil, options: Source.CSVOptions = .init(),
        onError: Source.ErrorPolicy = .fail, deadLetters: String? = nil
    ) throws(SwiftwaterError) {
        try self.init(paths, .csv, schema, onError, deadLetters, options)
    }

    /// Parquet files with the same columns. Only the columns that are used are read.
    ///
    /// - Throws: an `io` error when there is no such file.
    public init(parquet paths: String...) throws(SwiftwaterError) {
        try self.init(paths, .parquet, nil, .fail, nil)
    }

    /// Files by any source that a plan can have.
    public init(_ source: Source) throws(SwiftwaterError) {
        guard case .files(let paths) = source.location else {
            throw SwiftwaterError(.usage, "the source '\(source.name)' is a table", hint: "give the table itself")
        }
        if source.onError == .deadLetter, source.deadLetterPath == nil {
            throw SwiftwaterError(
                .usage, "no file is named for the lines that are not rows", hint: "give 'deadLetters', a path")
        }
        _ = try InputFiles.expand(paths)
        self.init(source: .files(source))
    }

    private init(
        _ paths: [String], _ format: FileFormat, _ schema: Schema?, _ onError: Source.ErrorPolicy,
        _ deadLetters: String?, _ csv: Source.CSVOptions = .init()
    ) throws(SwiftwaterError) {
        try self.init(
            Source(
                name: "events", location: .files(paths), format: format, schema: schema, onError: onError,
                deadLetterPath: deadLetters, csv: csv))
    }

    /// The rows of a table.
    public init(_ table: Table) {
        self.init(source: .memory(TableReference(table)))
    }

    /// Columns in memory, all with the same number of rows:
    ///
    ///     try DataFrame(columns: ["company": Column(["a", "b"]), "latency": Column([1.5, nil])])
    public init(columns: KeyValuePairs<String, Column>) throws(SwiftwaterError) {
        self.init(try Table(columns: columns))
    }
}
