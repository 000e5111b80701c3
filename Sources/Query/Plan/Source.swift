public import Columnar
public import Formats

/// Where rows come from and how bytes become rows.
public struct Source: Hashable, Sendable {
    public var name: String
    public var location: Location
    /// By the files' extensions when nil.
    public var format: FileFormat?
    /// Inferred when nil.
    public var schema: Schema?
    /// How the columns of JSON Lines are inferred.
    public var inference: SchemaInference
    public var onError: ErrorPolicy
    /// Where bad lines go under `deadLetter`: a JSON Lines file.
    public var deadLetterPath: String?
    /// Bytes a line may have; 64 MiB when nil.
    public var maximumLineBytes: Int?
    public var csv: CSVOptions

    public enum Location: Hashable, Sendable {
        /// Paths and globs; "-" is standard input.
        case files([String])
        /// A table in memory, given by this source's name when the plan runs.
        case memory(Schema)
    }

    /// What happens to a line that is not a row.
    public enum ErrorPolicy: String, Hashable, Sendable, Codable, CaseIterable {
        /// The run fails and names the line.
        case fail
        /// The line is counted and left out.
        case skip
        /// The line is counted and written whole, with its error, to the dead-letter file.
        case deadLetter
    }

    public struct CSVOptions: Hashable, Sendable {
        public var delimiter: String
        public var quote: String
        public var header: Bool
        /// Fields that mean a missing value; pandas' list when nil.
        public var missingWords: [String]?

        public init(delimiter: String = ",", quote: String = "\"", header: Bool = true, missingWords: [String]? = nil) {
            self.delimiter = delimiter
            self.quote = quote
            self.header = header
            self.missingWords = missingWords
        }
    }

    public init(
        name: String, location: Location, format: FileFormat? = nil, schema: Schema? = nil,
        inference: SchemaInference = .samples, onError: ErrorPolicy = .fail, deadLetterPath: String? = nil,
        maximumLineBytes: Int? = nil,
        csv: CSVOptions = CSVOptions()
    ) {
        self.name = name
        self.location = location
        self.format = format
        self.schema = schema
        self.inference = inference
        self.onError = onError
        self.deadLetterPath = deadLetterPath
        self.maximumLineBytes = maximumLineBytes
        self.csv = csv
    }
}
