import Columnar
import Formats
import Query
import Streams

/// A small function over events `{"k":…,"v":…,"t":…}` and ways to run it.
struct StreamJob {
    static let schema = Schema([
        Field("k", .string), Field("v", .int64), Field("t", .timestamp(.millisecond, zone: nil)),
    ])

    var frames: [Plan.Frame]
    var modes: [OutputMode]
    var options = StreamOptions()

    init(_ frames: [Plan.Frame], modes: [OutputMode]) {
        self.frames = frames
        self.modes = modes
        options.retry = RetryPolicy(attempts: 0)
        options.limits = EpochLimits(rows: 7, bytes: 1 << 20, timeout: .seconds(10))
        options.snapshotEvery = .zero
    }

    /// Sums, extremes and means by key.
    static func sums(_ mode: OutputMode) -> StreamJob {
        StreamJob(
            [
                .init(
                    "sums", from: "events",
                    steps: [
                        .groupby(
                            by: ["k"],
                            aggregations: [
                                .init(.sum, "v"), .init(.min, "v"), .init(.max, "v"), .init(.mean, "v"),
                                .init(.size, nil),
                            ], options: .init())
                    ])
            ], modes: [mode])
    }

    /// Rows as they are, but for some.
    static func filtered() -> StreamJob {
        StreamJob(
            [.init("large", from: "events", steps: [.select(["v", "k"])])], modes: [.append])
    }

    var plan: Plan {
        Plan(
            sources: [Source(name: "events", location: .memory(Self.schema), schema: Self.schema)], frames: frames,
            outputs: frames.map { .init(from: $0.name, to: .memory) })
    }

    func run(
        _ sources: [any StreamSource], on disk: MemoryDisk, sinkFailures: Int = 0, schema: Schema? = schema,
        deadLetters: Bool = true, sharing owner: String? = nil
    ) -> StreamRun {
        var planOptions = RunOptions()
        planOptions.threads = 2
        var setup = StreamSetup(
            name: "test", plan: self.plan, stream: "events", schema: schema, sources: sources,
            outputs: modes.enumerated().map { number, mode in
                .init(number: number, mode: mode) { (_: Schema) throws(SwiftwaterError) -> any StreamSink in
                    MemorySink("out\(number)", on: disk, failures: sinkFailures)
                }
            },
            deadLetters: deadLetters ? MemorySink("dead", on: disk) : nil, store: disk, options: options,
            planOptions: planOptions)
        setup.sharing = owner.map {
            StreamSetup.Sharing(owner: $0, root: Checkpoint(ScopedStore(disk, prefix: "root/")))
        }
        return StreamRun(setup)
    }

    /// The rows of the frame `number` when the same lines are a whole input.
    func batchRows(_ lines: [String], frame number: Int = 0) throws -> [String] {
        let path = "/tmp/swiftwater-streams-\(UInt64.random(in: 0...(.max))).ndjson"
        let file = try OutputFile(path)
        try file.write(Array((lines.joined(separator: "\n") + "\n").utf8))
        try file.commit()
        defer { removeFile(path) }
        var plan = plan
        plan.sources = [
            Source(name: "events", location: .files([path]), schema: Self.schema, onError: .skip)
        ]
        let report = try plan.runAndWait()
        return report.tables[frames[number].name]?.batches.flatMap(rowTexts) ?? []
    }

    static func line(_ key: String, _ value: Int, time: Int = 0) -> String {
        #"{"k":"\#(key)","v":\#(value),"t":\#(time)}"#
    }
}
