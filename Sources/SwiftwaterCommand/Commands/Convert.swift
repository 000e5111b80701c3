import ArgumentParser
import Columnar
import Formats
import Query

/// `swiftwater convert`: rows from one format to another.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Convert files between JSON Lines, CSV and Parquet.",
        discussion: """
            The formats are those of the names: .json, .ndjson, .jsonl, .csv, .tsv and .parquet, the text ones also \
            with .gz or .zst behind. --from and --to say otherwise; - is standard input or output.

            EXAMPLES
              swiftwater convert ops.ndjson ops.parquet
              swiftwater convert 'logs/*.csv.gz' logs.parquet --compression snappy
              swiftwater convert ops.parquet - --to csv | head
              zcat rows.gz | swiftwater convert - rows.csv.zst --from ndjson
              swiftwater convert rows.csv rows.parquet --delimiter ';' --schema 'at: timestamp[ms], n: int64'
            """)

    @Argument(help: ArgumentHelp("A file or a glob; - is standard input.", valueName: "in"), completion: .file())
    var input: String

    @Argument(help: ArgumentHelp("The file to write; - is standard output.", valueName: "out"))
    var output: String

    @OptionGroup var inputs: InputOptions

    @Option(help: ArgumentHelp("The output's format: json-lines, csv, parquet or an extension.", valueName: "format"))
    var to: FormatName?

    @Option(
        help: ArgumentHelp(
            "For Parquet zstd, snappy, gzip, lz4_raw or none; for text gzip, zstd or none.", valueName: "codec"))
    var compression: String?

    @Option(
        help: ArgumentHelp(
            "What stands between the fields of CSV that is written; \\t is a tab.", valueName: "character"))
    var toDelimiter: String?

    @Option(help: ArgumentHelp("What happens to lines that are not rows.", valueName: "policy"))
    var onError = BadLines.fail

    enum BadLines: String, CaseIterable, ExpressibleByArgument {
        case fail, skip
    }

    @OptionGroup var engine: EngineOptions

    func run() throws {
        let fromFormat = try inputs.from?.format ?? format(of: input, option: "--from")
        let toFormat = try to?.format ?? format(of: output, option: "--to")
        let source = try inputs.source(
            .files([input]), format: fromFormat, onError: onError == .skip ? .skip : .fail)
        if toDelimiter != nil, toFormat != .csv {
            throw SwiftwaterError(.usage, "--to-delimiter is for CSV, and the output is \(toFormat.rawValue)")
        }
        let options = WriteOptions(compression: compression, delimiter: toDelimiter)
        let plan = Plan(
            sources: [source], frames: [],
            outputs: [.init(from: "input", to: .file(path: output, format: toFormat, options: options))])
        let report = try plan.runWithProgress("converting", engine.runOptions())
        let summary = RunSummaryText(subject: ("input", input), report: report, deadLetters: nil)
        // The report of a conversion is a message beside the file; as JSON it is asked for.
        try summary.print(json: engine.json, toStandardError: output == "-" || !engine.json)
    }

    private func format(of path: String, option: String) throws(SwiftwaterError) -> FileFormat {
        if let format = FileFormat(path: path) { return format }
        let name = path == "-" ? (option == "--from" ? "standard input" : "standard output") : "'\(path)'"
        throw SwiftwaterError(
            .usage, "the format of \(name) is not known", hint: "give \(option) json-lines, csv or parquet")
    }
}
