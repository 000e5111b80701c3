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
        var done: Set<String> = []
        for frame in frames where !done.contains(frame.name) {
            // Up to a source or a frame that is in the list already, then back down.
            var chain = [frame]
            while let last = chain.last, !sourceNames.contains(last.from), !done.contains(last.from) {
                guard let next = byName[last.from] else { throw unknownFrame(last.from, in: "frame '\(last.name)'") }
                if chain.contains(where: { $0.name == next.name }) {
                    let names = (chain.map(\.name) + [next.name]).map { "'\($0)'" }.joined(separator: " from ")
                    throw SwiftwaterError(
                        .usage, "frames are made from each other: \(names)",
                        hint: "let one of them come from a source")
                }
                chain.append(next)
            }
            for frame in chain.reversed() where done.insert(frame.name).inserted { ordered.append(frame) }
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
            guard var schema = schemas[frame.from] else { throw unknownFrame(frame.from, in: "frame '\(frame.name)'") }
            for (index, step) in frame.steps.enumerated() {
                do {
                    schema = try step.outputSchema(for: schema, parameters: parameters)
                } catch {
                    throw error.inFrame(frame.name, step: index, step)
                }
            }
            schemas[frame.name] = schema
        }
        return schemas
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
