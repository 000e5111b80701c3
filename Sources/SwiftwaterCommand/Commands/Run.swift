import ArgumentParser
import Columnar
import Functions
import Query
import Serving

/// `swiftwater run`: all the input through a function file, then stop.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a function file over all of its input, then stop.",
        discussion: """
            One pass over the input makes all of the function's outputs. An output appears under its name when it \
            is whole. The report says how many rows and bytes were read, how fast, and what was written.

            EXAMPLES
              swiftwater run metrics.yaml --input ops.ndjson --output results
              swiftwater run metrics.yaml -i 'logs/*.ndjson.gz' -i more.ndjson
              swiftwater run hot.yaml -i ops.ndjson --set threshold=95 --threads 4
              zcat logs.gz | swiftwater run metrics.yaml --input - --json

            EXIT CODES
              0    done
              1    failed on data, input or output
              64   the command or the function file makes no sense
              130  stopped by Ctrl-C
            """)

    @Argument(help: ArgumentHelp("The function file.", valueName: "function.yaml"), completion: .file())
    var function: String

    @OptionGroup var inputs: FunctionInputs

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder for the outputs.", valueName: "folder"))
    var output = "."

    @OptionGroup var engine: EngineOptions

    func run() throws {
        let file = try FunctionFile(path: function)
        let plan = try file.plan(inputs: inputs.input, outputFolder: output)
        let options = engine.runOptions(parameters: try file.parameterValues(inputs.set))
        var report = try plan.runWithProgress(file.name, options)
        report.outputs += try BatchOutputs.write(file, report.tables, outputFolder: output)
        let summary = RunSummaryText(
            subject: ("function", file.name), report: report, deadLetters: plan.sources.first?.deadLetterPath)
        try summary.print(json: engine.json, toStandardError: plan.writesToStandardOutput)
    }
}

/// What a function file is given from outside.
struct FunctionInputs: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A file or a glob to read, instead of those that the function names; - is standard input. Repeatable.",
            valueName: "path-or-glob"))
    var input: [String] = []

    @Option(help: ArgumentHelp("A value for @key in the function's expressions. Repeatable.", valueName: "key=value"))
    var set: [String] = []
}
