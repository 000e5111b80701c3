package import Columnar
package import Formats

/// Opens a plan's outputs.
package protocol OutputOpener: Sendable {
    func open(
        path: String, format: FileFormat, options: WriteOptions, schema: Schema
    ) throws(SwiftwaterError) -> any FileSink
}

/// A file that takes rows in order and appears whole or not at all: dropped without `commit`, it leaves nothing.
package protocol FileSink: BatchSink {
    /// Writes what is left; the file is complete but not under its name.
    func finish() throws(SwiftwaterError)
    /// Puts the file under its name.
    func commit() throws(SwiftwaterError) -> WrittenFile
}

/// Files by their formats.
package struct StandardOutputs: OutputOpener {
    package init() {}

    package func open(
        path: String, format: FileFormat, options: WriteOptions, schema: Schema
    ) throws(SwiftwaterError) -> any FileSink {
        switch format {
        case .jsonLines, .csv: try TextSink(path: path, format: format, options: options, schema: schema)
        case .parquet: try ParquetSink(path: path, options: options, schema: schema)
        }
    }
}

extension Plan.Output {
    /// The format that is written: as given, or by the path's extension.
    func writtenFormat() throws(SwiftwaterError) -> FileFormat {
        guard case .file(let path, let format, _) = to else { return .jsonLines }
        if let format = format ?? FileFormat(path: path) { return format }
        throw SwiftwaterError(
            .usage, "the format of the output '\(path)' is not known",
            hint: "give 'format' (\(FileFormat.allCases.map(\.rawValue).joined(separator: ", "))), "
                + "or a name that ends in .ndjson, .csv or .parquet")
    }
}
