import ArgumentParser
import Columnar
import Formats
import Query

/// `swiftwater show`: the first rows of a file as a table.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the first rows of a file as a table.",
        discussion: """
            EXAMPLES
              swiftwater show by_company.parquet
              swiftwater show ops.ndjson --rows 5 --where "latency > 10"
              swiftwater show ops.ndjson --columns company,latency
            """)

    @Argument(help: ArgumentHelp("A file or a glob; - is standard input.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("How many rows.", valueName: "n"))
    var rows = 10

    @Option(help: ArgumentHelp("These columns only, separated by commas.", valueName: "names"))
    var columns: String?

    @Option(name: .customLong("where"), help: ArgumentHelp("The rows for which this is true.", valueName: "expression"))
    var condition: String?

    @OptionGroup var inputs: InputOptions

    @Option(help: ArgumentHelp("Characters in a line. (default: the terminal's, or 120)", valueName: "n"))
    var width: Int?

    func validate() throws {
        guard rows >= 1, rows <= 1_000_000 else { throw ValidationError("--rows must be from 1 to 1000000") }
    }

    func run() throws {
        var steps: [Step] = []
        if let condition { steps.append(.filter(try Expression(condition))) }
        if let columns { steps.append(.select(columns.split(separator: ",").map(String.init))) }
        steps.append(.head(rows))
        let format = inputs.from?.format ?? (file == "-" ? .jsonLines : FileFormat(path: file))
        let plan = Plan(
            sources: [try inputs.source(.files([file]), format: format)],
            frames: [.init("rows", from: "input", steps: steps)], outputs: [.init(from: "rows", to: .memory)])
        let report = try plan.runWithProgress("reading", RunOptions())
        guard let table = report.tables["rows"] else { return }
        let style = TableStyle(maximumRows: rows, maximumWidth: width ?? StandardOutput.width ?? 120)
        try StandardOutput.write(table.formatted(style) + "\n")
    }
}
