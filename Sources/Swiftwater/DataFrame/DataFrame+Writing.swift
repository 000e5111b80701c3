public import Formats
public import Query

/// Parquet's codecs.
public enum ParquetCompression: String, Hashable, Sendable, CaseIterable {
    case zstd, snappy, gzip
    case lz4 = "lz4_raw"
    case none
}

/// Codecs of whole text files.
public enum TextCompression: String, Hashable, Sendable, CaseIterable {
    case gzip, zstd, none
}

/// Writing rows to files. A file appears under its name when it is whole.
extension DataFrame {
    /// Writes Parquet.
    ///
    /// - Parameter rowGroupRows: rows in each row group; the writer's own number when nil.
    @discardableResult
    public func writeParquet(
        _ path: String, compression: ParquetCompression = .zstd, rowGroupRows: Int? = nil
    ) async throws -> RunSummary {
        let options = WriteOptions(compression: compression.rawValue, rowGroupRows: rowGroupRows)
        return try await Self.write([DataFrameOutput(self, path, .parquet, options)])
    }

    /// Writes an object a line.
    ///
    /// - Parameter compression: by the path's extension (`.gz`, `.zst`) when nil.
    @discardableResult
    public func writeJSONLines(_ path: String, compression: TextCompression? = nil) async throws -> RunSummary {
        let options = WriteOptions(compression: compression?.rawValue)
        return try await Self.write([DataFrameOutput(self, path, .jsonLines, options)])
    }

    /// Writes comma-separated values with a header.
    ///
    /// - Parameter compression: by the path's extension (`.gz`, `.zst`) when nil.
    @discardableResult
    public func writeCSV(
        _ path: String, delimiter: String = ",", compression: TextCompression? = nil
    ) async throws -> RunSummary {
        let options = WriteOptions(compression: compression?.rawValue, delimiter: delimiter)
        return try await Self.write([DataFrameOutput(self, path, .csv, options)])
    }

    /// The frame with the file that it goes to, for `write`: the format is the path's extension's unless given.
    public func output(
        to path: String, format: FileFormat? = nil, options: WriteOptions = WriteOptions()
    ) -> DataFrameOutput {
        DataFrameOutput(self, path, format, options)
    }

    /// Writes several files; frames over the same files are read in one pass.
    ///
    ///     try await DataFrame.write([
    ///         byCompany.output(to: "by_company.parquet"), hottest.output(to: "hottest.ndjson"),
    ///     ])
    @discardableResult
    public static func write(
        _ outputs: [DataFrameOutput], _ settings: RunSettings = RunSettings()
    ) async throws -> RunSummary {
        var plan = FramePlan()
        for output in outputs {
            plan.add(output.frame, to: .file(path: output.path, format: output.format, options: output.options))
        }
        return RunSummary(try await plan.run(settings))
    }
}

/// A frame and the file that its rows go to.
public struct DataFrameOutput: Sendable {
    let frame: DataFrame
    let path: String
    let format: FileFormat?
    let options: WriteOptions

    init(_ frame: DataFrame, _ path: String, _ format: FileFormat?, _ options: WriteOptions) {
        self.frame = frame
        self.path = path
        self.format = format
        self.options = options
    }
}
