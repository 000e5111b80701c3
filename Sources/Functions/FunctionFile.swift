package import Columnar
import Formats
package import Query

/// A function as a `function.yaml` file describes it: where rows come from, frames made from them, and outputs.
///
/// The file's keys are declared in `FunctionKeys` and `StepForms`, and documented in docs/reference/function.md.
package struct FunctionFile: Sendable {
    /// The file's path, for messages.
    package let path: String
    package let name: String
    /// What expressions call `@name`, with the values that hold unless others are given.
    package let parameters: [String: Scalar]
    /// Where rows come from; its list of files is empty when the file names none.
    package let source: Source
    package let frames: [Plan.Frame]
    package let outputs: [FunctionOutput]
    /// What only a served function uses.
    package let streams: StreamSettings

    /// Reads and parses the file at `path`.
    package init(path: String) throws(SwiftwaterError) {
        try self.init(yaml: try Self.text(path), path: path)
    }

    /// Parses a function file's text. Every error names the line and the column.
    package init(yaml: String, path: String) throws(SwiftwaterError) {
        let root = try YAMLNode.parse(yaml, path: path)
        let parser = FunctionParser(path: path)
        try parser.checkKeys(root)
        let spec = root["spec"]
        self.path = path
        name = try parser.name(root["metadata"])
        parameters = try parser.parameters(spec?["parameters"])
        let isStream = spec?["triggers"]?.isNull == false
        source = try parser.source(spec?["events"], isStream: isStream)
        frames = try parser.frames(spec?["frames"], eventTime: spec?["events"]?["eventTime"]?["column"]?.text)
        outputs = try parser.outputs(spec?["outputs"], frames: frames, isStream: isStream)
        streams = try parser.streamSettings(spec, name: name)
    }

    /// The plan for these inputs and this folder.
    ///
    /// - Parameter inputs: paths, globs and `-`; where empty, the files that the function names.
    /// - Parameter outputFolder: where relative paths of outputs and dead letters are.
    package func plan(inputs: [String] = [], outputFolder: String = ".") throws(SwiftwaterError) -> Plan {
        var source = source
        if !inputs.isEmpty { source.location = .files(inputs) }
        guard case .files(let files) = source.location, !files.isEmpty else {
            throw SwiftwaterError(
                .usage, "the function '\(name)' names no input", at: .init(file: path),
                hint: "give --input, or 'files' under spec.events")
        }
        if source.format == nil, files == ["-"] { source.format = .jsonLines }
        source.deadLetterPath = source.deadLetterPath.map { Self.path($0, in: outputFolder) }
        return Plan(sources: [source], frames: frames, outputs: outputs.map { $0.planned(in: outputFolder) })
    }

    /// `path` as seen from the working folder.
    package static func path(_ path: String, in folder: String) -> String {
        if path == "-" || path.hasPrefix("/") || folder == "." || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }

    /// The parameters' values after `assignments`, each `name=value` with the value as YAML has it.
    ///
    /// Throws a `usage` error for a name that neither the file declares nor an expression uses.
    package func parameterValues(_ assignments: [String]) throws(SwiftwaterError) -> [String: Scalar] {
        var values = parameters
        let used = usedParameters
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
                throw SwiftwaterError(
                    .usage, "'\(assignment)' does not say which value is set", hint: "write --set name=value")
            }
            let name = String(assignment[..<equals])
            guard values[name] != nil || used.contains(name) else {
                let known = Set(used).union(parameters.keys).sorted()
                let near = SwiftwaterError.nearest(name, among: known)
                throw SwiftwaterError(
                    .usage, "the function '\(self.name)' has no parameter '\(name)'",
                    hint: near.map { "did you mean '\($0)'?" }
                        ?? (known.isEmpty
                            ? "no expression in it uses @\(name)" : "it has \(known.joined(separator: ", "))"))
            }
            values[name] = Self.parameterValue(String(assignment[assignment.index(after: equals)...]))
        }
        return values
    }

    /// A value as YAML has it without its quotes, if it has any.
    private static func parameterValue(_ text: String) -> Scalar {
        if text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote {
            return .string(String(text.dropFirst().dropLast()))
        }
        return PlainText.scalar(text)
    }

    /// The names that expressions use as `@name`.
    private var usedParameters: [String] {
        var names: [String] = []
        for step in frames.flatMap(\.steps) {
            switch step {
            case .filter(let expression): names += expression.parameters
            case .assign(let columns): names += columns.flatMap(\.expression.parameters)
            default: break
            }
        }
        return names
    }

    /// The file's text. A function file of more than 1 MiB is none.
    private static func text(_ path: String) throws(SwiftwaterError) -> String {
        let limit = 1 << 20
        let file = path == "-" ? FileDescriptor.standardInput : try FileDescriptor.openForReading(path)
        let buffer = Buffer(byteCount: limit + 1)
        var count = 0
        while count <= limit {
            let n = try file.read(into: buffer.base + count, byteCount: limit + 1 - count)
            if n == 0 { break }
            count += n
        }
        guard count <= limit else {
            throw SwiftwaterError(
                .usage, "'\(path)' is longer than 1 MiB", hint: "give the function file, and the data with --input")
        }
        guard let text = String(validating: buffer.bytes.prefix(count), as: UTF8.self) else {
            throw SwiftwaterError(.usage, "'\(path)' is not UTF-8 text", hint: "give a function file")
        }
        return text
    }
}
