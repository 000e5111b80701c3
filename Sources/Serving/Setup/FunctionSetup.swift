import Columnar
import Functions
import HTTPConnector
import KafkaConnector
import Query
import Streams

/// Puts a function's run together: sources, sinks, checkpoint, options.
struct FunctionSetup {
    typealias HTTPTrigger = (source: HTTPSource, attributes: HTTPAttributes)

    let function: FunctionFile
    let options: ServedFunction.Options
    let streams: StreamOptions
    /// The checkpoint's folder.
    let checkpoint: String
    let plan: Plan

    init(
        _ function: FunctionFile, _ options: ServedFunction.Options, _ streams: StreamOptions, checkpoint: String
    ) {
        self.function = function
        self.options = options
        self.streams = streams
        self.checkpoint = checkpoint
        plan = function.streamPlan
    }

    var modes: [OutputMode] {
        get throws(SwiftwaterError) {
            try OutputModes.modes(of: function, plan: plan, options: options.planOptions)
        }
    }

    /// One run over all that the triggers bring.
    func singleRun() throws(SwiftwaterError) -> (run: StreamRun, http: [HTTPTrigger]) {
        let modes = try modes
        let sources = try FunctionSources(
            function, checkpoint: checkpoint, maximumLineBytes: streams.maximumLineBytes)
        let sinks = FunctionSinks(function: function, outputFolder: options.outputFolder, checkpoint: checkpoint)
        let store = try FolderStore(checkpoint)
        if options.resets { try Checkpoint(store).reset() }
        guard try store.list(Self.partitions).isEmpty else {
            throw SwiftwaterError(
                .usage, "the checkpoint '\(checkpoint)' was made by processes that share it",
                hint: "set 'shared: true' under checkpoint, name another path, or start anew with --reset")
        }
        return (try run(streams, sources.sources, sinks, modes, store), sources.http)
    }

    func run(
        _ streams: StreamOptions, _ sources: [any StreamSource], _ sinks: FunctionSinks, _ modes: [OutputMode],
        _ store: any CheckpointStore, _ sharing: StreamSetup.Sharing? = nil
    ) throws(SwiftwaterError) -> StreamRun {
        var setup = StreamSetup(
            name: function.name, plan: plan, stream: function.source.name, schema: function.source.schema,
            sources: sources, outputs: sinks.outputs(modes), deadLetters: try sinks.deadLetters(), store: store,
            options: streams, planOptions: options.planOptions)
        setup.sharing = sharing
        return StreamRun(setup)
    }

    /// Where the partitions' checkpoints are within a shared one.
    static let partitions = "partitions/"
}

extension FunctionFile {
    /// The plan with the stream in place of files.
    fileprivate var streamPlan: Plan {
        var source = source
        source.location = .files([])
        return Plan(
            sources: [source], frames: frames, outputs: outputs.map { Plan.Output(from: $0.from, to: .memory) })
    }
}
