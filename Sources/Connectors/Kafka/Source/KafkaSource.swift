import CKafka
package import Columnar
import Formats
package import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads topics of Kafka as a member of a consumer group.
///
/// librdkafka keeps the connections and the membership and fetches ahead into a queue of bounded size; `poll` copies what
/// lies there into blocks. What the group asks for (take these partitions, give those back) comes with the
/// messages, and is answered when the runner is ready: a partition that is taken back stays ours until `released`.
package final class KafkaSource: StreamSource, @unchecked Sendable {
    typealias Message = UnsafeMutablePointer<kafka_message>

    package let name: String
    package let isReplayable = true
    package let keepsAcknowledged = true
    package let options: KafkaSourceOptions
    /// The only partition to read, which a member of the group has; nil for a source that is a member itself.
    let only: OnlyPartition?
    package var metadataSchema: Schema { MessageColumns.schema(options.columns) }

    // What follows belongs to the thread that polls.
    var session: ConsumerSession?
    /// Our own connections; nil where librdkafka fetches.
    var direct: DirectFetch?
    var state = ConsumerState()
    /// The group has been joined: nothing is to be read again before that.
    var isMember = false
    var memory = BlockMemory()
    var builders: [TopicPartition: BlockBuilder] = [:]
    /// Messages beyond what a replay wants, by partition; the partition is paused.
    var held: [TopicPartition: [Message]] = [:]
    let inbox = MessageInbox()
    /// Partitions that the group gave and that do not begin yet, in the lists in which it gave them.
    var pendingAssignments: [[TopicPartition]] = []
    var nextAttempt = Instant.now
    var nextProbe = Instant.now
    /// The topics' numbers of partitions when the source was opened.
    var topicsAtOpen: [String: Int] = [:]
    /// An error that waits until what came before it has been handed out.
    var pendingError: SwiftwaterError?
    /// The last wait ended early, with nothing.
    var wasWoken = false
    var pausedCount = 0
    var partitionNames: [MessageOrigin: TopicPartition] = [:]

    /// What other threads may ask for.
    struct Shared {
        var session: ConsumerSession?
        /// Ends a wait for our own connections.
        var wakeup: WakePipe?
        /// The partitions' ends as the last answers told them.
        var ends: [TopicPartition: Int64] = [:]
        var isDirect = false
        /// Why our own connections bring nothing.
        var outage: String?
        /// Somebody wants the next poll to return.
        var isWoken = false
        var positions: [TopicPartition: Int64] = [:]
        var tombstones: Int64 = 0
        var lostEvents: Int64 = 0
        var lostPartitions: Int64 = 0
        var rebalances: Int64 = 0
        var messageErrors: Int64 = 0
        var deletedTopics: Set<String> = []
        /// Why partitions that were given cannot begin.
        var noStart: String?
    }
    let shared = Locked(Shared())

    /// A partition that is read without a membership.
    struct OnlyPartition: Sendable {
        var partition: TopicPartition
        /// Told what the group is to know of its offset.
        var report: @Sendable (_ offset: Int64) -> Void
    }

    package convenience init(name: String, options: KafkaSourceOptions) {
        self.init(name: name, options: options, only: nil)
    }

    init(name: String, options: KafkaSourceOptions, only: OnlyPartition?) {
        self.name = name
        self.options = options
        self.only = only
    }

    deinit { close() }

    package func open(at positions: Positions) throws(SwiftwaterError) {
        guard session == nil else { throw SwiftwaterError(.usage, "the Kafka source '\(name)' is open already") }
        let given = own(positions)
        let opened = try ConsumerSession(options)
        topicsAtOpen = try opened.waitForTopics(options, label: name)
        state = ConsumerState(given: given)
        if options.failOnDataLoss { try check(given, opened) }
        session = opened
        shared.withLock { $0 = Shared(session: opened) }
        prepareDirect(opened)
    }

    /// Positions of this source's partitions.
    func own(_ positions: Positions) -> [TopicPartition: Int64] {
        var own: [TopicPartition: Int64] = [:]
        for (partition, position) in positions where partition.source == name {
            if let key = TopicPartition(partition.id) { own[key] = position }
        }
        return own
    }

    /// Throws where events at a checkpoint's positions are gone.
    private func check(_ given: [TopicPartition: Int64], _ session: ConsumerSession) throws(SwiftwaterError) {
        for (partition, position) in given where options.topics.contains(partition.topic) {
            guard Int(partition.partition) < topicsAtOpen[partition.topic] ?? 0 else {
                throw KafkaFailure.dataLoss(partition, position, "the partition is no longer there")
            }
        }
        let there = given.keys.filter { Int($0.partition) < topicsAtOpen[$0.topic] ?? 0 }
        guard let earliest = try session.offsets(there.map { ($0, Int64(KAFKA_OFFSET_EARLIEST)) }) else { return }
        for (partition, position) in given.sorted(by: { $0.key < $1.key }) {
            guard let first = earliest[partition], first > position else { continue }
            throw KafkaFailure.dataLoss(partition, position, "the broker's first event is at offset \(first)")
        }
    }

    package func acknowledge(_ positions: Positions) throws(SwiftwaterError) {
        guard let session else { return }
        let offsets = state.acknowledge(own(positions))
        // Without a membership the group refuses: it is told when partitions are given.
        if isMember { try tell(offsets, session) }
    }

    /// Tells the group how far partitions are done.
    func tell(_ offsets: [(TopicPartition, Int64)], _ session: ConsumerSession) throws(SwiftwaterError) {
        guard let only else { return try session.commit(offsets, waits: false) }
        for (partition, offset) in offsets where partition == only.partition { only.report(offset) }
    }

    package func released(_ partitions: [SourcePartition]) throws(SwiftwaterError) {
        guard let session else { return }
        let list = partitions.filter { $0.source == name }.compactMap { TopicPartition($0.id) }
        // The next owner begins at the group's offsets: they must be there before it is.
        var offsets: [(TopicPartition, Int64)] = []
        for partition in list {
            guard let known = state.partitions[partition], known.phase == .revoking(isLost: false),
                let acknowledged = known.acknowledged
            else { continue }
            offsets.append((partition, acknowledged))
        }
        try session.commit(offsets, waits: true)
        state.release(list)
        for partition in list { drop(partition) }
        try giveBack(session)
    }

    package func wake() {
        shared.withLock { shared in
            shared.isWoken = true
            shared.session?.wake()
            shared.wakeup?.wake()
        }
    }

    /// Whether somebody wanted a poll to return since the last one that did.
    func takeWake() -> Bool {
        shared.withLock { shared in
            defer { shared.isWoken = false }
            return shared.isWoken
        }
    }

    package var lag: [SourcePartition: Int64] {
        shared.withLock { shared in
            var lag: [SourcePartition: Int64] = [:]
            guard let session = shared.session else { return lag }
            for (partition, position) in shared.positions {
                guard let end = shared.ends[partition] ?? session.knownEnd(partition) else { continue }
                lag[SourcePartition(source: name, id: partition.description)] = max(0, end - position)
            }
            return lag
        }
    }

    package var condition: String? {
        let (session, deleted, noStart, reason) = shared.withLock {
            ($0.session, $0.deletedTopics.sorted(), $0.noStart, $0.outage)
        }
        if let outage = session?.client.events.state.withLock({ $0.outage }) {
            return "no Kafka broker answers: \(outage)"
        }
        if let noStart { return "the Kafka brokers do not tell where partitions begin: \(noStart)" }
        if let reason { return "no events can be fetched: \(reason)" }
        return deleted.isEmpty ? nil : "topic \(deleted.joined(separator: ", ")) is no longer there"
    }

    package var counters: [String: Int64] {
        shared.withLock { shared in
            [
                "tombstones": shared.tombstones, "lostEvents": shared.lostEvents,
                "lostPartitions": shared.lostPartitions, "rebalances": shared.rebalances,
                "messageErrors": shared.messageErrors, "ownConnections": shared.isDirect ? 1 : 0,
                "commitFailures": shared.session?.client.events.state.withLock { $0.commitFailures } ?? 0,
            ]
        }
    }

    package func close() {
        guard let session else { return }
        shared.withLock { $0.session = nil }
        endDirect(session)
        self.session = nil
        inbox.removeAll(session)
        for partition in Array(held.keys) { dropHeld(partition, session) }
        builders = [:]
        partitionNames = [:]
        session.close(unanswered: state.revocations.map(\.partitions))
    }

    /// Forgets what was taken of a partition that is not ours any more.
    func drop(_ partition: TopicPartition) {
        builders[partition] = nil
        direct?.end(partition)
        if let session { dropHeld(partition, session) }
    }

    func dropHeld(_ partition: TopicPartition, _ session: ConsumerSession) {
        for message in held.removeValue(forKey: partition) ?? [] {
            session.client.functions.message_destroy(message)
        }
    }
}

/// A message's topic by the library's address of it, and its partition: found without making a string.
struct MessageOrigin: Hashable {
    var topic: OpaquePointer?
    var partition: Int32
}

/// Messages that were taken out of the library's queue and not dealt with yet.
final class MessageInbox {
    static let capacity = 1024
    let messages = UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>.allocate(capacity: capacity)
    var next = 0
    var count = 0
    /// Bytes of a message on average, so that a batch of long ones stays small.
    var averageBytes = 256

    deinit { messages.deallocate() }

    var isEmpty: Bool { next == count }

    func removeAll(_ session: ConsumerSession) {
        if next < count { kafka_destroy_messages(session.client.library.functions, messages, next, count) }
        next = 0
        count = 0
    }
}

/// Points in time of a clock that nobody sets.
typealias Instant = ContinuousClock.Instant

enum KafkaFailure {
    static func unreadable(_ partition: TopicPartition, _ offset: Int64, _ reason: String) -> SwiftwaterError {
        SwiftwaterError(.data, "the events of \(partition) from offset \(offset) on cannot be read: \(reason)")
    }

    static func dataLoss(_ partition: TopicPartition, _ position: Int64, _ reason: String) -> SwiftwaterError {
        SwiftwaterError(
            .data, "events of \(partition) from offset \(position) on are gone: \(reason)",
            hint: "set 'failOnDataLoss: false' to go on with those that are left")
    }
}
