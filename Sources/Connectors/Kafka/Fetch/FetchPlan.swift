/// What is to be asked of whom: the partitions that are read, who leads them, and from where on each goes on. No input or
/// output.
///
/// A partition's `next` is ahead of what was handed out, by what was received and is not read yet. An answer counts only when it
/// belongs to `next`: one to an earlier question, from before a seek or a change of leaders, is passed over.
package struct FetchPlan {
    package typealias Instant = ContinuousClock.Instant

    package struct Part: Equatable {
        /// The offset to ask for.
        package var next: Int64
        package var leader: ClusterMetadata.Leader?
        package var notBefore: Instant?
        /// Bytes to ask for, where a batch is longer than usual.
        package var maximumBytes: Int32?
        /// Since when the cluster says that there is no such topic.
        package var missingSince: Instant?
    }

    package private(set) var parts: [TopicPartition: Part] = [:]
    /// Whose turn it is first: who was served last is last.
    private var order: [TopicPartition] = []
    /// Leaders are to be asked for again, although all are known.
    private var isStale = false

    package init() {}

    // MARK: Partitions

    /// Reads a partition from here on, or goes on elsewhere in one that is read.
    package mutating func seek(_ partition: TopicPartition, to offset: Int64) {
        if parts[partition] == nil { order.append(partition) }
        parts[partition, default: Part(next: offset)].next = offset
        parts[partition]?.maximumBytes = nil
        parts[partition]?.notBefore = nil
    }

    package mutating func end(_ partition: TopicPartition) {
        parts[partition] = nil
        order.removeAll { $0 == partition }
    }

    package var topics: [String] { Set(parts.keys.map(\.topic)).sorted() }

    // MARK: Leaders

    package var needsLeaders: Bool { isStale || parts.values.contains { $0.leader == nil } }
    /// Brokers that lead something that is read.
    package var leaders: Set<Int32> { Set(parts.values.compactMap { $0.leader?.broker }) }

    package mutating func learn(_ metadata: ClusterMetadata, now: Instant) {
        isStale = false
        for partition in order {
            let leader = metadata.leaders[partition]
            // An older epoch is what a broker says that was away.
            if let known = parts[partition]?.leader, let leader, leader.epoch >= 0, leader.epoch < known.epoch {
                continue
            }
            parts[partition]?.leader = leader
            let isMissing = metadata.failed[partition.topic] == FetchError.unknownPartition
            let missingSince = parts[partition]?.missingSince ?? now
            parts[partition]?.missingSince = isMissing ? missingSince : nil
        }
    }

    /// The partition's leader is another one now.
    package mutating func forgetLeader(of partition: TopicPartition) { parts[partition]?.leader = nil }
    /// A broker is away: somebody else may lead what it led.
    package mutating func suspect(_ broker: Int32) { if leaders.contains(broker) { isStale = true } }

    /// Topics that have been missing for longer than `pause`.
    package func missingTopics(for pause: Duration, now: Instant) -> Set<String> {
        Set(parts.filter { $0.value.missingSince.map { now - $0 > pause } ?? false }.map(\.key.topic))
    }

    // MARK: Questions and answers

    /// What to ask a broker for now, by topic.
    ///
    /// - Parameter limit: the first offset of a partition that is not wanted.
    package func questions(
        for broker: Int32, settings: FetchSettings, now: Instant, limit: (TopicPartition) -> Int64
    ) -> [FetchRequest.Part] {
        var topics: [String] = []
        var byTopic: [String: [FetchRequest.Part]] = [:]
        for partition in order {
            guard let part = parts[partition], let leader = part.leader, leader.broker == broker,
                part.notBefore.map({ $0 <= now }) ?? true, part.next < limit(partition)
            else { continue }
            if byTopic[partition.topic] == nil { topics.append(partition.topic) }
            byTopic[partition.topic, default: []].append(
                FetchRequest.Part(
                    partition, offset: part.next, leaderEpoch: leader.epoch,
                    maximumBytes: part.maximumBytes ?? settings.partitionBytes))
        }
        return topics.flatMap { byTopic[$0] ?? [] }
    }

    /// When a partition that waits after an error may be asked for again.
    package func nextTurn(after now: Instant) -> Instant? {
        parts.values.compactMap(\.notBefore).filter { $0 > now }.min()
    }

    /// Whether an answer to this question is still wanted.
    package func awaits(_ partition: TopicPartition, at offset: Int64) -> Bool { parts[partition]?.next == offset }

    /// Whole batches up to `next` have come.
    package mutating func received(_ partition: TopicPartition, upTo next: Int64) {
        guard let known = parts[partition] else { return }
        parts[partition]?.next = max(known.next, next)
        parts[partition]?.notBefore = nil
        parts[partition]?.maximumBytes = nil
        if let place = order.firstIndex(of: partition) { order.append(order.remove(at: place)) }
    }

    /// The next batch takes so many bytes.
    package mutating func widen(_ partition: TopicPartition, to bytes: Int) {
        parts[partition]?.maximumBytes = Int32(clamping: bytes)
    }

    package mutating func rest(_ partition: TopicPartition, until instant: Instant) {
        parts[partition]?.notBefore = instant
    }
}
