import ArgumentParser
import Columnar
import Functions
import Query

/// `swiftwater explain`: the plan of a function file, as it is written and as it runs.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a function file's plan, as it is written and as it runs.",
        discussion: """
            The columns are the schema's that the function gives; where it gives none, those of the input. Without \
            either, the plan is printed as it is written.

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
        let inputs = inputs.input
        let text: String
        if let schema = file.source.schema {
            let plan = try file.plan(inputs: inputs.isEmpty ? file.inputsForExplanation : inputs)
            text = try plan.explained(schemas: [plan.sources[0].name: schema], parameters: options.parameters)
        } else if inputs.isEmpty, !file.namesInput {
            text = try file.plan(inputs: file.inputsForExplanation).textAsWritten
        } else {
            text = try file.plan(inputs: inputs).explained(options)
        }
        try StandardOutput.write(text)
    }
}

extension FunctionFile {
    fileprivate var namesInput: Bool {
        if case .files(let files) = source.location { !files.isEmpty } else { false }
    }

    /// What stands for the input where it is not named and not needed; empty where it is named.
    fileprivate var inputsForExplanation: [String] { namesInput ? [] : ["--input"] }
}

extension Plan {
    /// The frames and their steps, without the columns that only the input knows.
    fileprivate var textAsWritten: String {
        var lines = ["Logical plan"]
        for output in outputs where sources.contains(where: { $0.name == output.from }) {
            lines.append("  \(output.from) → \(path(of: output))")
        }
        for frame in frames {
            lines.append("  \(frame.name): from \(frame.from.joined(separator: ", then "))")
            lines += frame.steps.map { "    \($0)" }
            lines += outputs.filter { $0.from == frame.name }.map { "    → \(path(of: $0))" }
        }
        lines.append("The optimized plan needs the columns: give --input, or a schema under spec.events")
        return lines.joined(separator: "\n") + "\n"
    }

    private func path(of output: Output) -> String {
        guard case .file(let path, _, _) = output.to else { return "memory" }
        return path == "-" ? "standard output" : path
    }
}
