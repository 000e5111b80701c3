/// A consumer's partitions: what a process has, from where on, and what it still owes to whom. No input or output.
///
/// A partition's life: the group *gives* it (`assign`); its first position is found (`start`) and it is read
/// (`received`, `reachedEnd`); the group takes it back (`revoke`), the runner commits what it has of it and
/// lets go (`release`). A partition that was lost, because this member was silent for too long, takes the same way but
/// commits no offsets: it has another owner already.
///
/// Before all that comes what a checkpoint wants to have read again (`replay`). It is read without the group: what this
/// process once took it must read again, whoever owns the partition now.
package struct ConsumerState {
    package enum Phase: Equatable {
        case starting
        case reading
        case revoking(isLost: Bool)
    }

    package struct Partition: Equatable {
        package var phase = Phase.starting
        /// The offset of the next event.
        package var position: Int64 = 0
        /// Where the last block ended; behind `position` only after offsets that hold no event.
        package var reported: Int64 = 0
        /// What was there at the start has been handed out before this offset; nil until a broker has told it.
        package var target: Int64?
        package var isDrained = false
        package var isPaused = false
        /// The highest offset that may be committed to the group.
        package var acknowledged: Int64?
    }

    /// Partitions to be given back by one call, as the group asked for them.
    package struct Revocation: Equatable {
        package var partitions: [TopicPartition]
        package var waiting: Set<TopicPartition>
    }

    package private(set) var partitions: [TopicPartition: Partition] = [:]
    /// In the order in which the group asked.
    package private(set) var revocations: [Revocation] = []
    /// Positions that a checkpoint gave, for partitions that were not assigned yet.
    package private(set) var given: [TopicPartition: Int64]
    /// How far this process is committed in partitions that it had and lost. The group may not know of it.
    package private(set) var left: [TopicPartition: Int64] = [:]
    /// What was committed of partitions before the group gave them.
    package private(set) var early: [TopicPartition: Int64] = [:]
    private var givenTopics: Set<String>
    package private(set) var wasAssigned = false

    package init(given: [TopicPartition: Int64] = [:]) {
        self.given = given
        givenTopics = Set(given.keys.map(\.topic))
    }

    // MARK: Replays

    /// These partitions are read from here on, if they have not come further. Says whether anything changes by that.
    package mutating func replay(_ starts: [TopicPartition: Int64]) -> Bool {
        var changes = false
        for (partition, start) in starts where start > partitions[partition]?.position ?? -1 {
            partitions[partition] = Partition(phase: .reading, position: start, reported: start)
            changes = true
        }
        return changes
    }

    /// The replay is over: all partitions are given back, and begin again behind what was read when the group gives them.
    package mutating func endReplay() {
        for (partition, known) in partitions { given[partition] = known.reported }
        partitions = [:]
    }

    /// What a checkpoint says in the end: where its partitions go on, and how far those were read that were given up.
    package mutating func resume(at positions: [TopicPartition: Int64], left: [TopicPartition: Int64]) {
        given = positions.filter { partitions[$0.key] == nil }
        self.left.merge(left) { max($0, $1) }
        givenTopics.formUnion((Array(positions.keys) + Array(left.keys)).map(\.topic))
    }

    // MARK: From the group

    /// The group gave these. Those that are here already stay as they are.
    package mutating func assign(_ list: [TopicPartition]) {
        wasAssigned = true
        for partition in list where partitions[partition] == nil { partitions[partition] = Partition() }
    }

    /// The group takes these back. Returns what the runner has to be told of; the others can go at once.
    package mutating func revoke(_ list: [TopicPartition], isLost: Bool) -> [TopicPartition] {
        var told: [TopicPartition] = []
        for partition in list {
            switch partitions[partition]?.phase {
            case .reading:
                partitions[partition]?.phase = .revoking(isLost: isLost)
                told.append(partition)
            case .revoking(let wasLost): partitions[partition]?.phase = .revoking(isLost: isLost || wasLost)
            case .starting: partitions[partition] = nil
            case nil: break
            }
        }
        let waiting = Set(list.filter { partitions[$0] != nil })
        revocations.append(Revocation(partitions: list, waiting: waiting))
        return told
    }

    /// Revocations that wait for nobody any more, in order, taken out. Their partitions may be given back.
    package mutating func takeFinishedRevocations() -> [Revocation] {
        var finished: [Revocation] = []
        while let first = revocations.first, first.waiting.isEmpty { finished.append(revocations.removeFirst()) }
        return finished
    }

    // MARK: From the runner

    /// The runner is done with these.
    package mutating func release(_ list: [TopicPartition]) {
        for partition in list {
            guard case .revoking = partitions[partition]?.phase else { continue }
            if let done = partitions[partition]?.acknowledged { left[partition] = done }
            partitions[partition] = nil
            for index in revocations.indices { revocations[index].waiting.remove(partition) }
        }
    }

    /// What is committed to the checkpoint. Returns what to tell the group: of partitions that are still ours, what rose.
    package mutating func acknowledge(_ positions: [TopicPartition: Int64]) -> [(TopicPartition, Int64)] {
        var offsets: [(TopicPartition, Int64)] = []
        for (partition, offset) in positions.sorted(by: { $0.key < $1.key }) {
            guard let known = partitions[partition], known.phase != .starting else {
                early[partition] = offset
                continue
            }
            guard offset > known.acknowledged ?? -1 else { continue }
            partitions[partition]?.acknowledged = offset
            if known.phase != .revoking(isLost: true) { offsets.append((partition, offset)) }
        }
        return offsets
    }

    // MARK: Positions

    /// Partitions whose first position is not known yet, with the checkpoint's where it has one.
    package var starting: [(partition: TopicPartition, given: Int64?)] {
        partitions.filter { $0.value.phase == .starting }.keys.sorted().map { ($0, given[$0]) }
    }

    /// What the group is to be told of partitions that begin now: what was committed of them before they were given.
    package var owed: [(TopicPartition, Int64)] {
        starting.compactMap { partition, given in
            guard let given, let offset = early[partition], offset <= given else { return nil }
            return (partition, offset)
        }
    }

    /// Whether the checkpoint knows any partition of the topic: then one that it does not know is new.
    package func knowsTopic(_ topic: String) -> Bool { givenTopics.contains(topic) }

    /// Where a partition goes on that the group knows a position of: not before what this process has done already,
    /// which the group may have been told too late, or have forgotten.
    package func resumption(_ partition: TopicPartition, committed: Int64) -> Int64 {
        max(committed, left[partition] ?? committed)
    }

    /// Reading begins here. The checkpoint's word counts once: a later owner of the partition knows better.
    package mutating func start(_ partition: TopicPartition, at offset: Int64) {
        guard partitions[partition]?.phase == .starting else { return }
        given[partition] = nil
        early[partition] = nil
        partitions[partition] = Partition(phase: .reading, position: offset, reported: offset)
    }

    /// Reading goes on elsewhere, because what lies between is gone.
    package mutating func move(_ partition: TopicPartition, to offset: Int64) {
        partitions[partition]?.position = offset
        partitions[partition]?.reported = offset
        partitions[partition]?.acknowledged = nil
        partitions[partition]?.target = nil
        left[partition] = nil
    }

    /// Events up to `next` were taken and reported in a block; returns the block's first position.
    package mutating func received(_ partition: TopicPartition, upTo next: Int64) -> Int64 {
        guard let known = partitions[partition] else { return next }
        partitions[partition]?.position = max(next, known.position)
        partitions[partition]?.reported = max(next, known.reported)
        if let target = known.target, next >= target { partitions[partition]?.isDrained = true }
        return known.reported
    }

    /// Offsets up to `next` hold no event for us (tombstones, ends of transactions), and no block said so yet.
    package mutating func passed(_ partition: TopicPartition, upTo next: Int64) {
        guard let known = partitions[partition] else { return }
        partitions[partition]?.position = max(next, known.position)
        if let target = known.target, next >= target { partitions[partition]?.isDrained = true }
    }

    /// The broker has nothing behind `offset` now.
    ///
    /// - Parameter isHeld: events before it have come and wait: they are not passed.
    package mutating func reachedEnd(_ partition: TopicPartition, at offset: Int64, isHeld: Bool = false) {
        if !isHeld { passed(partition, upTo: offset) }
        partitions[partition]?.isDrained = true
    }

    /// The end of a partition as the first answer of a broker told it.
    package mutating func foundEnd(_ partition: TopicPartition, at end: Int64) {
        guard let known = partitions[partition], known.target == nil, end >= 0 else { return }
        partitions[partition]?.target = end
        if known.position >= end { partitions[partition]?.isDrained = true }
    }

    package mutating func setPaused(_ partition: TopicPartition, _ isPaused: Bool) {
        partitions[partition]?.isPaused = isPaused
    }

    /// Whether what this consumer was given has been handed out up to the ends that there were at the start.
    package var isDrained: Bool {
        wasAssigned && partitions.values.allSatisfy { $0.phase != .starting && $0.isDrained }
    }

    /// Whether events of it may be handed out.
    package func isReading(_ partition: TopicPartition) -> Bool { partitions[partition]?.phase == .reading }

    /// Up to where it may be read now.
    package func limit(_ partition: TopicPartition, until: [TopicPartition: Int64]?) -> Int64 {
        guard let until else { return .max }
        return until[partition] ?? .min
    }
}
