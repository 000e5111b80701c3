import Columnar
import Query

/// The plan for several frames: one source for each origin, so that one pass over it serves them all.
struct FramePlan {
    private(set) var plan = Plan(sources: [], frames: [], outputs: [])
    private(set) var tables: [String: Table] = [:]
    private var sources: [DataFrame.Origin: String] = [:]

    /// Adds a frame and where its rows go. Returns the name under which a run keeps rows in memory.
    @discardableResult
    mutating func add(_ frame: DataFrame, to destination: Plan.Output.Destination) -> String {
        let name = "frame \(plan.frames.count + 1)"
        plan.frames.append(Plan.Frame(name, from: source(frame.origin), steps: frame.steps))
        plan.outputs.append(Plan.Output(from: name, to: destination))
        return name
    }

    private mutating func source(_ origin: DataFrame.Origin) -> String {
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
