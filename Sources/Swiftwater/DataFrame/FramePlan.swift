import Columnar
import Query

/// The plan for several frames: one source for each origin, so that one pass over it serves them all.
struct FramePlan {
    private(set) var plan = Plan(sources: [], frames: [], outputs: [])
    private(set) var tables: [String: Table] = [:]
    private var sources: [DataFrame.SourceOrigin: String] = [:]
    /// The frames that others are made from, by their identities; the frames keep these alive.
    private var parts: [ObjectIdentifier: (name: String, frame: DataFrame)] = [:]

    /// Adds a frame and where its rows go. Returns the name under which a run keeps rows in memory.
    @discardableResult
    mutating func add(_ frame: DataFrame, to destination: Plan.Output.Destination) -> String {
        let name = addFrame(frame)
        plan.outputs.append(Plan.Output(from: name, to: destination))
        return name
    }

    private mutating func addFrame(_ frame: DataFrame) -> String {
        let from: [String]
        switch frame.origin {
        case .source(let origin): from = [source(origin)]
        case .frames(let frames): from = frames.map { part($0) }
        }
        let steps = frame.operations.map { operation -> Step in
            switch operation {
            case .step(let step): return step
            case .join(var join, let other):
                join.with = part(other)
                return .join(join)
            }
        }
        let name = "frame \(plan.frames.count + 1)"
        plan.frames.append(Plan.Frame(name, from: from, steps: steps))
        return name
    }

    /// The name of a frame that another is made from.
    private mutating func part(_ frame: DataFrame) -> String {
        if frame.operations.isEmpty, case .source(let origin) = frame.origin { return source(origin) }
        if let known = parts[ObjectIdentifier(frame.identity)] { return known.name }
        let name = addFrame(frame)
        parts[ObjectIdentifier(frame.identity)] = (name, frame)
        return name
    }

    private mutating func source(_ origin: DataFrame.SourceOrigin) -> String {
        if let name = sources[origin] { return name }
        let name = sources.isEmpty ? "events" : "events \(sources.count + 1)"
        sources[origin] = name
        switch origin {
        case .files(var source):
            source.name = name
            plan.sources.append(source)
        case .memory(let reference):
            tables[name] = reference.table
            plan.sources.append(Source(name: name, location: .memory(reference.table.schema)))
        }
        return name
    }

    func options(_ settings: RunSettings) -> RunOptions {
        var options = RunOptions()
        options.threads = settings.threads
        options.memoryLimit = settings.memoryLimit
        options.parameters = settings.parameters
        options.tables = tables
        return options
    }

    /// The columns of every source and frame. Opens the files.
    func schemas() throws(SwiftwaterError) -> [String: Schema] {
        let opener = StandardSources(tables: tables)
        var schemas: [String: Schema] = [:]
        for source in plan.sources { schemas[source.name] = try opener.open(source).schema }
        return try plan.schemas(sources: schemas)
    }

    func run(_ settings: RunSettings) async throws -> RunReport { try await plan.run(options(settings)) }
}
