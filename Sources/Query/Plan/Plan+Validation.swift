public import Columnar

extension Plan {
    /// The frames so that each comes after the one it is made from.
    ///
    /// Throws a `usage` error for a name that is twice or unknown, and for frames that are made from each other.
    public func orderedFrames() throws(SwiftwaterError) -> [Frame] {
        try checkNames()
        let sourceNames = Set(sources.map(\.name))
        var byName: [String: Frame] = [:]
        for frame in frames { byName[frame.name] = frame }
        var ordered: [Frame] = []
        var done = sourceNames
        for frame in frames where !done.contains(frame.name) {
            // Depth first: a frame stands in the list once all that it needs does.
            var path = [(frame: frame, needs: frame.dependencies[...])]
            while let last = path.indices.last {
                guard let name = path[last].needs.popFirst() else {
                    let finished = path.removeLast().frame
                    if done.insert(finished.name).inserted { ordered.append(finished) }
                    continue
                }
                if done.contains(name) { continue }
                guard let next = byName[name] else {
                    throw unknownFrame(name, in: "frame '\(path[last].frame.name)'")
                }
                if path.contains(where: { $0.frame.name == name }) {
                    let names = (path.map(\.frame.name) + [name]).map { "'\($0)'" }.joined(separator: " from ")
                    throw SwiftwaterError(
                        .usage, "frames are made from each other: \(names)",
                        hint: "let one of them come from a source")
                }
                path.append((next, next.dependencies[...]))
            }
        }
        return ordered
    }

    private func checkNames() throws(SwiftwaterError) {
        var seen: Set<String> = []
        for name in sources.map(\.name) where !seen.insert(name).inserted {
            throw SwiftwaterError(.usage, "the source '\(name)' is twice", hint: "give each source its own name")
        }
        for name in frames.map(\.name) where !seen.insert(name).inserted {
            let other = sources.contains { $0.name == name } ? "is a source too" : "is twice"
            throw SwiftwaterError(.usage, "the frame '\(name)' \(other)", hint: "give each frame its own name")
        }
        for frame in frames where frame.from.isEmpty {
            throw SwiftwaterError(
                .usage, "the frame '\(frame.name)' is made from nothing", hint: "name a source or a frame in 'from'")
        }
        var paths: Set<String> = []
        for output in outputs {
            guard seen.contains(output.from) else { throw unknownFrame(output.from, in: "an output") }
            if case .file(let path, _, _) = output.to, path != "-", !paths.insert(path).inserted {
                throw SwiftwaterError(.usage, "two outputs go to '\(path)'", hint: "give each output its own file")
            }
        }
        guard outputs.count(where: { $0.isStandardOutput }) <= 1 else {
            throw SwiftwaterError(.usage, "two outputs go to standard output", hint: "write one of them to a file")
        }
    }

    private func unknownFrame(_ name: String, in place: String) -> SwiftwaterError {
        let names = sources.map(\.name) + frames.map(\.name)
        let near = SwiftwaterError.nearest(name, among: names)
        return SwiftwaterError(
            .usage, "\(place) is made from '\(name)', which is neither a source nor a frame",
            hint: near.map { "did you mean '\($0)'?" } ?? "there are \(names.joined(separator: ", "))")
    }

    /// Every frame's columns, sources too, from the schemas of the sources.
    ///
    /// Errors name the frame, the step's number and operation, and the column.
    public func schemas(
        sources sourceSchemas: [String: Schema], parameters: [String: Scalar] = [:]
    ) throws(SwiftwaterError) -> [String: Schema] {
        var schemas: [String: Schema] = [:]
        for source in sources {
            guard let schema = sourceSchemas[source.name] else {
                throw SwiftwaterError(.usage, "the columns of the source '\(source.name)' are not known")
            }
            schemas[source.name] = schema
        }
        for frame in try orderedFrames() {
            var schema = try frame.inputSchema(in: schemas)
            for (index, step) in frame.steps.enumerated() {
                do {
                    schema = try step.outputSchema(for: schema, parameters: parameters, frames: schemas)
                } catch {
                    throw error.inFrame(frame.name, step: index, step)
                }
            }
            schemas[frame.name] = schema
        }
        return schemas
    }
}

extension Plan.Frame {
    /// The columns before the first step, from those of the sources and the other frames.
    func inputSchema(in schemas: [String: Schema]) throws(SwiftwaterError) -> Schema {
        let inputs = from.map { (name: $0, schema: schemas[$0] ?? Schema([])) }
        if inputs.count == 1 { return inputs[0].schema }
        do {
            return try Schema.concatenated(inputs)
        } catch {
            var located = error
            located.message = "frame '\(name)': \(error.message)"
            throw located
        }
    }
}

extension Plan.Output {
    var isStandardOutput: Bool {
        if case .file("-", _, _) = to { true } else { false }
    }
}

extension SwiftwaterError {
    /// The same error with the step at which it arose; `index` counts from 0.
    func inFrame(_ frame: String, step index: Int, _ step: Step) -> SwiftwaterError {
        var located = self
        located.message = "frame '\(frame)', step \(index + 1) (\(step.name.rawValue)): \(message)"
        return located
    }
}
