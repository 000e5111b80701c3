package import Columnar
package import Query

/// What is served: a plan over a source that goes on, where its events come from and where its rows go.
package struct StreamSetup: Sendable {
    /// The function's name, for progress and messages.
    package var name: String
    package var plan: Plan
    /// The name, among the plan's sources, of the one that the triggers feed.
    package var stream: String
    /// The payload's columns; inferred from the first events when nil.
    package var schema: Schema?
    package var sources: [any StreamSource]
    /// The plan's outputs that go somewhere; the rows of the others can only be asked for.
    package var outputs: [Output]
    /// Where events go that could not be taken; they are counted in any case.
    package var deadLetters: (any StreamSink)?
    /// Where the checkpoint lies. Without one a restart begins anew.
    package var store: (any CheckpointStore)?
    package var options: StreamOptions
    /// Parameters, threads and the memory limit of the plan.
    package var planOptions: RunOptions
    /// Where several processes share the checkpoint: this run has one partition, as long as nobody else claims it.
    package var sharing: Sharing?

    package struct Sharing: Sendable {
        /// Unique among all runs of all processes.
        package var owner: String
        /// What holds for all partitions: the events' columns.
        package var root: Checkpoint

        package init(owner: String, root: Checkpoint) {
            self.owner = owner
            self.root = root
        }
    }

    package struct Output: Sendable {
        /// Its number in the plan.
        package var number: Int
        package var mode: OutputMode
        /// Makes the sink for rows of these columns.
        package var makeSink: @Sendable (Schema) throws(SwiftwaterError) -> any StreamSink

        package init(
            number: Int, mode: OutputMode,
            makeSink: @escaping @Sendable (Schema) throws(SwiftwaterError) -> any StreamSink
        ) {
            self.number = number
            self.mode = mode
            self.makeSink = makeSink
        }
    }

    package init(
        name: String, plan: Plan, stream: String, schema: Schema? = nil, sources: [any StreamSource],
        outputs: [Output], deadLetters: (any StreamSink)? = nil, store: (any CheckpointStore)? = nil,
        options: StreamOptions = StreamOptions(), planOptions: RunOptions = RunOptions()
    ) {
        self.name = name
        self.plan = plan
        self.stream = stream
        self.schema = schema
        self.sources = sources
        self.outputs = outputs
        self.deadLetters = deadLetters
        self.store = store
        self.options = options
        self.planOptions = planOptions
    }
}

/// How a function is served.
package struct StreamOptions: Sendable {
    package var limits = EpochLimits()
    package var trigger = Trigger.continuous
    /// How often states are saved.
    package var snapshotEvery = Duration.seconds(5)
    package var snapshots = SnapshotPolicy()
    package var eventTime: EventTimePolicy?
    /// What happens to lines that are no rows.
    package var badLines = Source.ErrorPolicy.deadLetter
    /// Micro-batches, reads of sources and writes of sinks that fail.
    package var retry = RetryPolicy()
    /// What happens to events that fail after that: `skip` and `deadLetter` narrow them down and go on.
    package var failingEvents = Source.ErrorPolicy.fail
    /// Bytes of events that may wait for the engine, for each source.
    package var queuedBytes = 32 << 20
    /// Bytes of events that go through the engine at once.
    package var microBatchBytes = 16 << 20
    /// Bytes of rows that an epoch may hold back for its outputs; more end it.
    package var heldBytes = 64 << 20
    package var maximumLineBytes = 64 << 20
    /// Told what operators of the system should know.
    package var notice: @Sendable (StreamNotice) -> Void = { _ in }
    /// Told after each epoch.
    package var onProgress: @Sendable (StreamProgress) -> Void = { _ in }

    package init() {}

    /// What ends epochs beside their limits.
    package enum Trigger: Hashable, Sendable {
        case continuous
        /// Epochs end at multiples of this time, not by their own timeout.
        case every(Duration)
        /// The run takes what is there when it starts, and ends.
        case availableNow
    }
}

/// Something that happened which needs no answer but should be seen.
package struct StreamNotice: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable { case info, warning, error }
    package var level: Level
    package var message: String

    package init(_ level: Level, _ message: String) {
        self.level = level
        self.message = message
    }
}
