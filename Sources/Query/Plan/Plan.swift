public import Formats

/// What to compute, as a value: where rows come from, frames made from them, and where frames go.
///
/// The Swift API, a function file and the C interface all build this value.
public struct Plan: Hashable, Sendable {
    public var sources: [Source]
    /// In any order; a frame's `from` names sources or other frames.
    public var frames: [Frame]
    public var outputs: [Output]

    public init(sources: [Source], frames: [Frame], outputs: [Output]) {
        self.sources = sources
        self.frames = frames
        self.outputs = outputs
    }

    /// A named list of steps from a source or another frame, or from the rows of several.
    public struct Frame: Hashable, Sendable {
        public var name: String
        /// Sources and frames. Of several, the rows come one after the other: see `Schema.concatenated`.
        public var from: [String]
        public var steps: [Step]

        public init(_ name: String, from: String, steps: [Step]) {
            self.init(name, from: [from], steps: steps)
        }

        public init(_ name: String, from: [String], steps: [Step]) {
            self.name = name
            self.from = from
            self.steps = steps
        }

        /// The sources and frames whose rows are needed, in order of use; one may be there more than once.
        package var dependencies: [String] { from + steps.compactMap(\.join?.with) }
    }

    /// A frame and where its rows go.
    public struct Output: Hashable, Sendable {
        public enum Destination: Hashable, Sendable {
            /// Kept in memory under the frame's name in the run's result.
            case memory
            /// A file; its format by `format` or by the path's extension. "-" is standard output.
            case file(path: String, format: FileFormat?, options: WriteOptions)
        }
        public var from: String
        public var to: Destination
        public init(from: String, to: Destination) {
            self.from = from
            self.to = to
        }
    }
}

/// How a file is written.
public struct WriteOptions: Hashable, Sendable {
    /// Parquet's codecs by name: `zstd` (default), `snappy`, `gzip`, `lz4_raw`, `none`; for text `gzip` or `zstd`.
    public var compression: String?
    /// Rows in a Parquet row group.
    public var rowGroupRows: Int?
    /// CSV's delimiter.
    public var delimiter: String?
    /// More metadata of a Parquet file: texts by key, such as pandas' own of what is an index.
    public var metadata: [String: String]?
    /// False does not wait until the file is on the disk, only until the operating system has it.
    public var isSynced: Bool

    public init(
        compression: String? = nil, rowGroupRows: Int? = nil, delimiter: String? = nil,
        metadata: [String: String]? = nil, isSynced: Bool = true
    ) {
        self.compression = compression
        self.rowGroupRows = rowGroupRows
        self.delimiter = delimiter
        self.metadata = metadata
        self.isSynced = isSynced
    }
}
