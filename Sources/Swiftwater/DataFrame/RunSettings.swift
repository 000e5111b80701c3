public import Columnar
import Query

/// How frames are run.
public struct RunSettings: Hashable, Sendable {
    /// Worker threads; as many as the machine runs at once when nil.
    public var threads: Int?
    /// Bytes that a run may hold before it ends in an error; a share of the machine's memory when nil.
    public var memoryLimit: Int?
    /// The values of `@name` in expressions.
    public var parameters: [String: Scalar]

    public init(threads: Int? = nil, memoryLimit: Int? = nil, parameters: [String: Scalar] = [:]) {
        self.threads = threads
        self.memoryLimit = memoryLimit
        self.parameters = parameters
    }
}

/// What a run read and wrote.
public struct RunSummary: Hashable, Sendable {
    /// A file that was written.
    public struct File: Hashable, Sendable {
        public var path: String
        public var rows: Int
        public var bytes: Int
    }

    /// Rows read.
    public var rows: Int
    /// Bytes read.
    public var bytes: Int
    public var seconds: Double
    /// Lines that were not rows, left out or dead-lettered.
    public var badRows: Int
    public var files: [File]

    init(_ report: RunReport) {
        rows = report.rows
        bytes = report.bytes
        seconds = report.seconds
        badRows = report.badRows
        files = report.outputs.map { File(path: $0.path, rows: $0.rows, bytes: $0.bytes) }
    }
}
