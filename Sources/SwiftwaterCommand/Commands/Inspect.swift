import ArgumentParser
import Columnar
import Formats
import Query

/// `swiftwater inspect`: what a file holds.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a file holds: its columns and types, rows, and how it is stored.",
        discussion: """
            Of Parquet it prints the row groups, encodings, codecs, sizes and statistics too; of text files the \
            types are inferred.

            EXAMPLES
              swiftwater inspect by_company.parquet
              swiftwater inspect ops.ndjson --json
            """)

    @Argument(help: ArgumentHelp("A file or a glob.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var inputs: InputOptions

    @OptionGroup var engine: EngineOptions

    func run() throws {
        guard let format = inputs.from?.format ?? FileFormat(path: file) else {
            throw SwiftwaterError(
                .usage, "the format of '\(file)' is not known", hint: "give --from json-lines, csv or parquet")
        }
        for path in try InputFiles.expand([file]) {
            if format == .parquet {
                _ = try inputs.source(.files([path]), format: format)
                let inspection = try ParquetInspection.inspect(path)
                try StandardOutput.write(engine.json ? inspection.json.text + "\n" : try inspection.text())
            } else {
                let source = try inputs.source(.files([path]), format: format, onError: .skip)
                let inspection = try TextInspection(path, source, format: format, engine.runOptions())
                try StandardOutput.write(engine.json ? inspection.json.text + "\n" : inspection.text)
            }
        }
    }
}
