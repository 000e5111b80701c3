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

    @Option(help: ArgumentHelp("The file's format: json-lines, csv, parquet or an extension.", valueName: "format"))
    var from: FormatName?

    @OptionGroup var engine: EngineOptions

    func run() throws {
        let inspection = try TextInspection(file, format: from?.format, engine.runOptions())
        try StandardOutput.write(engine.json ? inspection.json.text + "\n" : inspection.text)
    }
}
