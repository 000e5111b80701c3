package import Columnar
import Formats

extension Plan {
    /// The plan as it was written and as it runs, as text.
    ///
    /// - Parameter schemas: the columns of the sources.
    package func explained(
        schemas: [String: Schema], parameters: [String: Scalar] = [:], optimizer: Optimizer = Optimizer(),
        factory: any StepFactory = StandardStepFactory()
    ) throws(SwiftwaterError) -> String {
        let logical = try LogicalPlan(self, schemas: schemas, parameters: parameters)
        let optimized = try optimizer.optimize(logical)
        let physical = try PhysicalPlanner.plan(optimized, factory: factory)
        return "Logical plan\n\(logical.text)\nOptimized plan\n\(physical.text)"
    }

    /// The same, with the sources opened for their columns.
    package func explained(_ options: RunOptions) throws(SwiftwaterError) -> String {
        let opener = options.sources ?? StandardSources(tables: options.tables)
        var schemas: [String: Schema] = [:]
        for source in sources { schemas[source.name] = try opener.open(source).schema }
        return try explained(
            schemas: schemas, parameters: options.parameters, optimizer: options.optimizer,
            factory: options.stepFactory)
    }
}

/// A tree of text: each node some lines, its children behind branches.
struct TextTree {
    var lines: [String]
    var children: [TextTree] = []

    /// The lines of the whole tree, each ended, indented by two spaces.
    var text: String { rendered.map { "  \($0)\n" }.joined() }

    /// The same, not indented.
    var rendered: [String] {
        var result = lines.flatMap { Self.wrapped($0) }
        for (index, child) in children.enumerated() {
            let isLast = index == children.count - 1
            for (number, line) in child.rendered.enumerated() {
                let prefix = number == 0 ? (isLast ? "└─ " : "├─ ") : (isLast ? "   " : "│  ")
                result.append(prefix + line)
            }
        }
        return result
    }
}

extension TextTree {
    /// A long line broken after commas; what goes on is indented by four more spaces.
    fileprivate static func wrapped(_ line: String, width: Int = 96) -> [String] {
        guard line.count > width else { return [line] }
        let indent = String(line.prefix { $0 == " " }) + "    "
        var result: [String] = []
        var current = ""
        for part in line.split(separator: ", ", omittingEmptySubsequences: false) {
            if !current.isEmpty, current.count + part.count + 3 > width {
                result.append(current + ",")
                current = indent + part
            } else {
                current += current.isEmpty ? String(part) : ", " + part
            }
        }
        return result + [current]
    }
}

extension LogicalPlan {
    /// Each scan with the frames that are made from it, then the frames of several inputs.
    package var text: String {
        let concatenated = frames.filter { $0.from.count > 1 }.map { frame in
            TextTree(lines: ["rows of \(frame.from.joined(separator: ", then "))"], children: [tree(of: frame)])
        }
        return (scans.map { tree(of: $0) } + concatenated).map(\.text).joined()
    }

    private func tree(of scan: Scan) -> TextTree {
        var lines = ["scan \(scan.label)"]
        if scan.columns.count < scan.schema.count {
            lines.append("  columns: \(scan.columns.joined(separator: ", ")) (of \(scan.schema.count))")
        }
        if !scan.bounds.isEmpty {
            lines.append("  only where: \(scan.bounds.map(\.description).joined(separator: " and "))")
        }
        return TextTree(lines: lines + outputLines(of: scan.name), children: frameTrees(from: scan.name))
    }

    private func frameTrees(from name: String) -> [TextTree] {
        frames.filter { $0.from == [name] }.map { tree(of: $0) }
    }

    private func tree(of frame: Plan.Frame) -> TextTree {
        TextTree(
            lines: ["\(frame.name):"] + frame.steps.map { "  \($0)" } + outputLines(of: frame.name).map { "  \($0)" },
            children: frameTrees(from: frame.name))
    }

    private func outputLines(of name: String) -> [String] {
        outputs.filter { $0.from == name }.map { "→ \($0.label)" }
    }
}

extension LogicalPlan.Scan {
    /// `events (json-lines): ops.ndjson`.
    var label: String {
        switch source.location {
        case .memory: "\(name) (table in memory)"
        case .files(let paths):
            "\(name)\(source.effectiveFormat.map { " (\($0.rawValue))" } ?? ""): "
                + paths.prefix(3).joined(separator: ", ")
                + (paths.count > 3 ? " and \(paths.count - 3) more" : "")
        }
    }
}

extension Plan.Output {
    /// `by_company.parquet (parquet, zstd)`.
    var label: String {
        guard case .file(let path, let format, let options) = to else { return "memory" }
        var details: [String] = []
        if let format = format ?? FileFormat(path: path) { details.append(format.rawValue) }
        if let compression = options.compression { details.append(compression) }
        return (path == "-" ? "standard output" : path)
            + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}

extension PhysicalPlan {
    /// Each stage with its source, its operators and where the rows go.
    package var text: String {
        var text = ""
        for (number, stage) in stages.enumerated() {
            var root = tree(stage.root, stage)
            root.lines.insert(contentsOf: sourceLines(stage.input), at: 0)
            for (index, line) in root.rendered.enumerated() {
                text += (index == 0 ? "  \(number + 1). " : "     ") + line + "\n"
            }
        }
        return text
    }

    private func sourceLines(_ input: PlannedStage.Input) -> [String] {
        switch input {
        case .parts(let parts):
            return ["\(parts.count) inputs, one after the other"]
                + parts.flatMap { part in
                    let lines = sourceLines(part.input) + part.transforms.map(\.label)
                    return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
                }
        case .result(_, let schema, let label):
            return ["\(label): \(schema.count) \(schema.count == 1 ? "column" : "columns") in memory"]
        case .scan(let scan):
            var lines = ["scan \(scan.label), in one pass"]
            let columns = scan.columns.isEmpty ? "none, only rows are counted" : scan.columns.joined(separator: ", ")
            lines.append("columns: \(columns) (\(scan.columns.count) of \(scan.schema.count))")
            if !scan.bounds.isEmpty {
                lines.append(
                    "reader skips row groups without: \(scan.bounds.map(\.description).joined(separator: " and "))")
            }
            return lines
        }
    }

    private func tree(_ node: PlannedNode, _ stage: PlannedStage) -> TextTree {
        var lines = node.transforms.map(\.label)
        for terminal in node.terminals {
            switch terminal {
            case .state(let index):
                let made = stage.operators[index].operator
                lines.append(made is Collect ? "kept in memory" : made.label)
            case .collect: lines.append("→ memory")
            case .sink(let index): lines.append("→ \(outputs[stage.written[index]].output.label)")
            }
        }
        return TextTree(lines: lines, children: node.children.map { tree($0, stage) })
    }
}
