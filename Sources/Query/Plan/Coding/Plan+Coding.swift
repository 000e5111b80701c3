import Formats

/// A plan's stable form: `{"sources": {…}, "frames": {…}, "outputs": […]}`, as in a function file.
extension Plan: Codable {
    public init(from decoder: any Decoder) throws {
        let map = try PlanDecoding.mapping(decoder, of: "a plan", known: ["sources", "frames", "outputs"])
        sources = try (map.value(Entries<SourceForm>.self, "sources")?.entries ?? []).map { name, form in
            var source = form.source
            source.name = name
            return source
        }
        frames = try (map.value(Entries<FrameForm>.self, "frames")?.entries ?? []).map { name, form in
            Frame(name, from: form.from, steps: form.steps)
        }
        outputs = try map.value([Output].self, "outputs") ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try map.put(Entries(sources.map { ($0.name, SourceForm($0)) }), "sources")
        try map.put(Entries(frames.map { ($0.name, FrameForm(from: $0.from, steps: $0.steps)) }), "frames")
        try map.put(outputs, "outputs")
    }
}

/// A frame without its name: `{"from": "events", "steps": […]}`; several inputs are a list.
struct FrameForm: Codable {
    var from: [String]
    var steps: [Step]

    init(from: [String], steps: [Step]) {
        self.from = from
        self.steps = steps
    }

    init(from decoder: any Decoder) throws {
        let map = try PlanDecoding.mapping(decoder, of: "a frame", known: ["from", "steps"])
        from = try map.required(OneOrMore<String>.self, "from", in: "a frame").values
        steps = try map.value([Step].self, "steps") ?? []
    }

    func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        if from.count == 1 { try map.put(from[0], "from") } else { try map.put(from, "from") }
        try map.put(steps, "steps")
    }
}

/// An output's stable form: `{"from": "hottest", "to": "hottest.ndjson"}`; without `to` it is kept in memory.
extension Plan.Output: Codable {
    static let keys = ["from", "to", "format", "compression", "rowGroupRows", "delimiter", "metadata", "sync"]

    public init(from decoder: any Decoder) throws {
        let map = try PlanDecoding.mapping(decoder, of: "an output", known: Self.keys)
        from = try map.required(String.self, "from", in: "an output")
        if let path = try map.value(String.self, "to") {
            to = .file(
                path: path, format: try map.choice(FileFormat.self, "format"),
                options: WriteOptions(
                    compression: try map.value(String.self, "compression"),
                    rowGroupRows: try map.value(Int.self, "rowGroupRows"),
                    delimiter: try map.value(String.self, "delimiter"),
                    metadata: try map.value([String: String].self, "metadata"),
                    isSynced: try map.value(Bool.self, "sync") ?? true))
        } else {
            to = .memory
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var map = encoder.container(keyedBy: TextKey.self)
        try map.put(from, "from")
        guard case .file(let path, let format, let options) = to else { return }
        try map.put(path, "to")
        try map.put(format, "format")
        try map.put(options.compression, "compression")
        try map.put(options.rowGroupRows, "rowGroupRows")
        try map.put(options.delimiter, "delimiter")
        try map.put(options.metadata, "metadata")
        if !options.isSynced { try map.put(false, "sync") }
    }
}
