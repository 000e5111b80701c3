package import Columnar

/// Where events come from while a function is served.
///
/// One thread at a time calls `open`, `poll`, `acknowledge`, `released` and `close`; the others may come from any thread.
/// A source keeps at most a bounded number of bytes beyond what was polled: whoever does not poll stops the flow.
package protocol StreamSource: AnyObject, Sendable {
    /// The trigger's name in the function file.
    var name: String { get }
    /// Whether a position that was read can be read again, also by a later process. Without it nothing that was in
    /// flight survives a crash.
    var isReplayable: Bool { get }
    /// Whether acknowledged events can be read again: then it is told of each committed epoch. Other sources may forget
    /// what is acknowledged, and hear of it when no restart can need it any more.
    var keepsAcknowledged: Bool { get }
    /// The columns that the source adds to the payload's own: those of `EventBlock.Messages.metadata`.
    var metadataSchema: Schema { get }

    /// Starts to read. Partitions in `positions` go on there; others begin where the trigger's attributes say.
    ///
    /// Throws a `data` error where events at a given position are gone and the trigger does not accept that.
    func open(at positions: Positions) throws(SwiftwaterError)
    /// What a checkpoint made necessary has been read again: events come from `positions` on. Called before the first
    /// poll without `until`, where there is a runner.
    ///
    /// - Parameter left: how far partitions were read that the process gave up. Whoever had them since may be further.
    func resume(at positions: Positions, left: Positions) throws(SwiftwaterError)
    /// Takes what has come, waiting up to `request.timeout` for the first event.
    func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult
    /// Everything before these positions is committed: the source tells the outside (a consumer group's offsets), and
    /// may forget it, if it is no source that keeps what is acknowledged.
    func acknowledge(_ positions: Positions) throws(SwiftwaterError)
    /// What was taken of these revoked partitions is committed and acknowledged: their next owner may have them now.
    func released(_ partitions: [SourcePartition]) throws(SwiftwaterError)
    /// Lets a `poll` that waits return.
    func wake()
    /// Events (or bytes, where events are not counted) known to wait in each partition.
    var lag: [SourcePartition: Int64] { get }
    /// What is not acknowledged takes so much room that the source will soon take nothing more: the runner saves what it
    /// has before its time.
    var wantsAcknowledgement: Bool { get }
    /// What is wrong outside while the source goes on trying, for progress and readiness: "no broker answers since …".
    var condition: String? { get }
    /// What the source met and went on from, by name (`tombstones`, `lostEvents`), since `open`, for metrics.
    var counters: [String: Int64] { get }
    /// Leaves: a consumer its group, a server its port. Called once, also after errors.
    func close()
}

/// What a poll may take.
package struct PollRequest: Sendable {
    /// Bytes of payload, roughly: a poll may end above it by one message or block.
    package var maximumBytes: Int
    /// Messages (lines, for sources of lines), roughly.
    package var maximumMessages: Int
    /// How long to wait for the first event.
    package var timeout: Duration
    /// For a replay: only events before these positions, and only of these partitions. The poll returns everything up
    /// to there over one or several calls.
    package var until: Positions?
    /// Where a replay's events begin, in partitions that somebody else may have read in between.
    package var from: Positions

    package init(
        maximumBytes: Int = 8 << 20, maximumMessages: Int = 1 << 17, timeout: Duration = .milliseconds(100),
        until: Positions? = nil, from: Positions = [:]
    ) {
        self.maximumBytes = maximumBytes
        self.maximumMessages = maximumMessages
        self.timeout = timeout
        self.until = until
        self.from = from
    }
}

/// What a poll brought.
package struct PollResult: Sendable {
    /// Of one partition in ascending positions without gaps between blocks.
    package var blocks: [EventBlock]
    /// Everything that was there when the source was opened has been handed out, for `availableNow`; for a source that
    /// ends (standard input) its end.
    package var isDrained: Bool
    /// The source brings nothing more, ever.
    package var isEnded: Bool
    /// Partitions that this process has from now on, with their first positions.
    package var assigned: Positions
    /// Partitions that go to somebody else: the runner commits what it has of them, then calls `released`. Their
    /// events come in no later poll.
    package var revoked: [SourcePartition]

    package init(
        blocks: [EventBlock] = [], isDrained: Bool = false, isEnded: Bool = false, assigned: Positions = [:],
        revoked: [SourcePartition] = []
    ) {
        self.blocks = blocks
        self.isDrained = isDrained
        self.isEnded = isEnded
        self.assigned = assigned
        self.revoked = revoked
    }
}

extension StreamSource {
    package var metadataSchema: Schema { Schema([]) }
    package var keepsAcknowledged: Bool { false }
    package func resume(at positions: Positions, left: Positions) throws(SwiftwaterError) {}
    package func released(_ partitions: [SourcePartition]) throws(SwiftwaterError) {}
    package var wantsAcknowledgement: Bool { false }
    package var condition: String? { nil }
    package var counters: [String: Int64] { [:] }
}
