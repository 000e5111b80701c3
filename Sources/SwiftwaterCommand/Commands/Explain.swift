import ArgumentParser
import Columnar
import Functions
import Query

/// `swiftwater explain`: the plan of a function file, as it is written and as it runs.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a function file's plan, as it is written and as it runs.",
        discussion: """
            The columns are the schema's that the function gives; where it gives none, those of the input.

            EXAMPLES
              swiftwater explain metrics.yaml
              swiftwater explain hot.yaml --input ops.ndjson --set threshold=95
            """)

    @Argument(help: ArgumentHelp("The function file.", valueName: "function.yaml"), completion: .file())
    var function: String

    @OptionGroup var inputs: FunctionInputs

    func run() throws {
        let file = try FunctionFile(path: function)
        var options = RunOptions()
        options.parameters = try file.parameterValues(inputs.set)
        let text: String
        if let schema = file.source.schema {
            let plan = try file.plan(inputs: inputs.input.isEmpty ? file.inputsForExplanation : inputs.input)
            text = try plan.explained(schemas: [plan.sources[0].name: schema], parameters: options.parameters)
        } else {
            text = try file.plan(inputs: inputs.input).explained(options)
        }
        try StandardOutput.write(text)
    }
}

extension FunctionFile {
    /// The files that the function names; what stands for them where it names none and the schema is enough.
    fileprivate var inputsForExplanation: [String] {
        if case .files(let files) = source.location, !files.isEmpty { files } else { ["--input"] }
    }
}
