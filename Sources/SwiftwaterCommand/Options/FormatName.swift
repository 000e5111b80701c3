import ArgumentParser
import Formats

/// A format as `--from` and `--to` take it: its name or a file extension.
struct FormatName: ExpressibleByArgument {
    var format: FileFormat

    init?(argument: String) {
        guard let format = FileFormat(rawValue: argument) ?? FileFormat(path: "x.\(argument)") else { return nil }
        self.format = format
    }

    static let allValueStrings = ["json-lines", "csv", "parquet"]
}
