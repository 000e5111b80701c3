import Columnar
import Formats

/// JSON Lines files whose schema is given or inferred.
struct OpenJSONLines: OpenSource {
    /// Without a projection.
    let source: JSONLinesSource
    /// Who has seen the columns can rely on them.
    let isSettled: Bool

    var schema: Schema { source.fullSchema }
    var isSampled: Bool { source.isInferred }

    private init(_ source: JSONLinesSource, isSettled: Bool) {
        self.source = source
        self.isSettled = isSettled
    }

    init(_ source: Source, paths: [String]) throws(SwiftwaterError) {
        var options = JSONLinesSource.Options(policy: try source.badLinePolicy)
        options.inference = source.inference
        let memory = paths.compactMap { MemoryFiles.file(at: $0) }
        if memory.count == paths.count {
            // So many blocks that all threads end at about the same time.
            let bytes = memory.reduce(0) { $0 + $1.byteCount }
            options.blockBytes = min(options.blockBytes, max(64 << 10, bytes / 16))
        }
        if let limit = source.maximumLineBytes { options.maximumLineBytes = limit }
        self.init(
            try JSONLinesSource(files: source.inputFiles(paths), schema: source.schema, options: options),
            isSettled: source.inference == .settled)
    }

    func scan(_ request: LogicalPlan.Scan) throws(SwiftwaterError) -> any MorselSource {
        let takesAll = isSettled && request.columns.count == schema.count
        return try source.reading(request.columns, refusesNewKeys: takesAll || request.takesNewColumns)
    }

    func widened() throws(SwiftwaterError) -> (any OpenSource)? {
        isSampled ? OpenJSONLines(try source.widened(projection: nil), isSettled: isSettled) : nil
    }
}

/// CSV files whose schema is given or inferred.
struct OpenCSV: OpenSource {
    /// Without a projection.
    let source: CSVSource
    let isSampled: Bool

    var schema: Schema { source.fullSchema }

    private init(_ source: CSVSource, isSampled: Bool) {
        self.source = source
        self.isSampled = isSampled
    }

    init(_ source: Source, paths: [String]) throws(SwiftwaterError) {
        var delimiter = source.csv.delimiter
        if delimiter == Source.CSVOptions().delimiter, paths.contains(where: { FileName($0).isTabSeparated }) {
            delimiter = "\t"
        }
        let dialect = try CSVDialect(
            delimiter: delimiter, quote: source.csv.quote, header: source.csv.header,
            missingWords: source.csv.missingWords)
        var options = CSVSource.Options(dialect: dialect, policy: try source.badLinePolicy)
        if let limit = source.maximumLineBytes { options.maximumLineBytes = limit }
        self.init(
            try CSVSource(files: source.inputFiles(paths), schema: source.schema, options: options),
            isSampled: source.schema == nil)
    }

    func scan(_ request: LogicalPlan.Scan) throws(SwiftwaterError) -> any MorselSource {
        try source.projected(request.columns)
    }

    func widened() throws(SwiftwaterError) -> (any OpenSource)? {
        isSampled ? OpenCSV(try source.widened(projection: nil), isSampled: false) : nil
    }
}

/// Parquet files, whose footers have been read.
struct OpenParquet: OpenSource {
    private let files: [ParquetFile]
    let schema: Schema

    init(paths: [String]) throws(SwiftwaterError) {
        var files: [ParquetFile] = []
        for path in paths { files.append(try ParquetFile(path: path)) }
        self.files = files
        schema = try ParquetSource.fullSchema(of: files)
    }

    func scan(_ request: LogicalPlan.Scan) throws(SwiftwaterError) -> any MorselSource {
        try ParquetSource(files, projection: request.columns, bounds: request.bounds.compactMap(\.columnBound))
    }
}

extension Expression {
    /// The bound that a comparison of a column with a literal is.
    var columnBound: ColumnBound? {
        guard case .binary(let operation, .column(let name), .literal(let value)) = self,
            let comparison = ColumnBound.Comparison(rawValue: operation.rawValue)
        else { return nil }
        return ColumnBound(name, comparison, value)
    }
}

extension Source {
    fileprivate func inputFiles(_ paths: [String]) -> [InputFile] {
        paths.map { InputFile($0, compression: FileName($0).compression) }
    }

    /// The format to read: as given, or as the first file's name says.
    func requiredFormat(_ paths: [String]) throws(SwiftwaterError) -> FileFormat {
        if let format = format ?? paths.first.flatMap({ FileFormat(path: $0) }) { return format }
        let what = paths.first.map { $0 == "-" ? "standard input" : "'\($0)'" } ?? "the source '\(name)'"
        throw SwiftwaterError(
            .usage, "the format of \(what) is not known",
            hint: "give the format: \(FileFormat.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    var badLinePolicy: BadLinePolicy {
        get throws(SwiftwaterError) {
            switch onError {
            case .fail: return .fail
            case .skip: return .skip
            case .deadLetter:
                guard let deadLetterPath else {
                    throw SwiftwaterError(
                        .usage, "the source '\(name)' has no file for its bad lines", hint: "give 'deadLetter' a path")
                }
                return .deadLetter(path: deadLetterPath)
            }
        }
    }
}
