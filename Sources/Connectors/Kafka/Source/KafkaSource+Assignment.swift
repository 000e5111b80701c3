import CKafka
import Columnar
import Streams

/// What the group asks for, and where partitions begin.
extension KafkaSource {
    /// Answers what the group has asked for since the last call.
    func attend(_ round: inout Round, _ session: ConsumerSession) throws(SwiftwaterError) {
        for rebalance in session.client.events.takeRebalances() {
            shared.withLock { $0.rebalances += 1 }
            partitionNames.removeAll()
            switch rebalance {
            case .assign(let partitions):
                state.assign(partitions)
                pendingAssignments.append(partitions)
                nextAttempt = .now
            case .revoke(let partitions, let isLost): try revoke(partitions, isLost: isLost, &round, session)
            case .failed(let code):
                try session.unassign([])
                options.client.log(
                    KafkaLogLine(level: 4, topic: "REBALANCE", text: "no rebalance: \(session.client.text(code))"))
            }
        }
        if !pendingAssignments.isEmpty && Instant.now >= nextAttempt { try beginPartitions(&round, session) }
        try giveBack(session)
    }

    private func revoke(
        _ partitions: [TopicPartition], isLost: Bool, _ round: inout Round, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        // What was given and never begun goes back first, as if it had begun.
        for list in pendingAssignments { try session.assign(list.map { ($0, Int64(KAFKA_OFFSET_INVALID)) }) }
        pendingAssignments.removeAll()
        let told = state.revoke(partitions, isLost: isLost)
        if isLost { shared.withLock { $0.lostPartitions += Int64(told.count) } }
        try session.setPaused(told, true)
        for partition in told {
            dropHeld(partition, session)
            direct?.end(partition)
        }
        round.result.revoked += told.map { SourcePartition(source: name, id: $0.description) }
    }

    /// Gives the group those partitions back that nobody waits for any more.
    func giveBack(_ session: ConsumerSession) throws(SwiftwaterError) {
        for revocation in state.takeFinishedRevocations() {
            partitionNames.removeAll()
            try session.unassign(revocation.partitions)
        }
    }

    /// Finds the first positions of what the group gave, and begins to read. Tries again later when no broker answers.
    private func beginPartitions(_ round: inout Round, _ session: ConsumerSession) throws(SwiftwaterError) {
        nextAttempt = .now + .milliseconds(200)
        guard let starts = try firstPositions(session) else {
            return shared.withLock { $0.noStart = session.unanswered ?? "no answer" }
        }
        shared.withLock { $0.noStart = nil }
        for list in pendingAssignments {
            // What we fetch ourselves, the library has only as a member; paused before, it asks for nothing.
            if direct != nil { try session.setPaused(list, true) }
            try session.assign(list.map { ($0, starts[$0] ?? state.partitions[$0]?.position ?? 0) })
            // The library remembers that a partition was paused when it was given back.
            let others = list.filter { state.partitions[$0]?.isPaused != true }
            try session.setPaused(others, direct != nil)
        }
        pendingAssignments.removeAll()
        try tell(state.owed, session)
        for (partition, offset) in starts {
            state.start(partition, at: offset)
            direct?.seek(partition, to: offset)
            round.result.assigned[SourcePartition(source: name, id: partition.description)] = offset
        }
    }

    /// Where the partitions that were just given begin; nil when a broker must be asked and none answers now.
    ///
    /// The checkpoint's position comes first, then the group's, though not before what this function has done of a
    /// partition that it gave up, then what the trigger says. A partition that came after its
    /// topic's others begins at its first event, whatever the trigger says: all in it is new.
    private func firstPositions(_ session: ConsumerSession) throws(SwiftwaterError) -> [TopicPartition: Int64]? {
        let starting = state.starting
        guard !starting.isEmpty else { return [:] }
        var starts: [TopicPartition: Int64] = [:]
        for (partition, given) in starting { starts[partition] = given }
        let unknown = starting.map(\.partition).filter { starts[$0] == nil }
        guard let committed = try session.committed(unknown) else { return nil }
        for partition in unknown {
            guard let offset = committed[partition] ?? state.left[partition] else { continue }
            starts[partition] = state.resumption(partition, committed: offset)
        }

        let fresh = unknown.filter { starts[$0] == nil }
        guard let earliest = try session.offsets(starting.map { ($0.partition, Int64(KAFKA_OFFSET_EARLIEST)) })
        else { return nil }
        for (partition, position) in starts {
            guard let first = earliest[partition], first > position else { continue }
            if options.failOnDataLoss {
                throw KafkaFailure.dataLoss(partition, position, "the broker's first event is at offset \(first)")
            }
            shared.withLock { $0.lostEvents += first - position }
            starts[partition] = first
        }
        for (partition, offset) in try initialPositions(fresh, earliest, session) ?? [:] { starts[partition] = offset }
        guard starting.allSatisfy({ starts[$0.partition] != nil }) else { return nil }
        // Where a fresh group begins is settled now, for whoever has the partition next.
        try tell(fresh.compactMap { partition in starts[partition].map { (partition, $0) } }, session)
        return starts
    }

    /// Where partitions begin that nobody has a position of.
    private func initialPositions(
        _ partitions: [TopicPartition], _ earliest: [TopicPartition: Int64], _ session: ConsumerSession
    ) throws(SwiftwaterError) -> [TopicPartition: Int64]? {
        var starts: [TopicPartition: Int64] = [:]
        var asked: [TopicPartition] = []
        for partition in partitions {
            let isNew =
                state.knowsTopic(partition.topic) || Int(partition.partition) >= topicsAtOpen[partition.topic] ?? 0
            if isNew || options.initialOffset == .earliest {
                starts[partition] = earliest[partition]
            } else {
                asked.append(partition)
            }
        }
        let latest = Int64(KAFKA_OFFSET_LATEST)
        var time = latest
        if case .timestamp(let milliseconds) = options.initialOffset { time = max(0, milliseconds) }
        guard let found = try session.offsets(asked.map { ($0, time) }) else { return nil }
        starts.merge(found.filter { $0.value >= 0 }) { own, _ in own }
        // No event at or after the time: what comes next is.
        let rest = asked.filter { starts[$0] == nil }
        guard let ends = try session.offsets(rest.map { ($0, latest) }) else { return nil }
        starts.merge(ends.filter { $0.value >= 0 }) { own, _ in own }
        return starts
    }

    // MARK: Flow

    /// Lets partitions rest that a replay does not want, and the others go on.
    func steer(_ until: [TopicPartition: Int64]?, _ session: ConsumerSession) throws(SwiftwaterError) {
        if until == nil && pausedCount == 0 { return }
        var resting: [TopicPartition] = []
        var going: [TopicPartition] = []
        for (partition, known) in state.partitions where known.phase == .reading {
            let isBlocked =
                held[partition]?.isEmpty == false || known.position >= state.limit(partition, until: until)
            if isBlocked && !known.isPaused { resting.append(partition) }
            if !isBlocked && known.isPaused { going.append(partition) }
        }
        try session.setPaused(resting, true)
        try session.setPaused(going, false)
        for partition in resting { state.setPaused(partition, true) }
        for partition in going { state.setPaused(partition, false) }
        pausedCount = state.partitions.values.count(where: \.isPaused)
    }

    func pause(_ partition: TopicPartition, _ session: ConsumerSession) throws(SwiftwaterError) {
        guard state.partitions[partition]?.isPaused == false else { return }
        try session.setPaused([partition], true)
        state.setPaused(partition, true)
        pausedCount += 1
    }

    // MARK: Events among the messages

    /// Deals with what is no message: a partition's end, or something wrong.
    func meet(
        _ message: UnsafeMutablePointer<kafka_message>, _ round: inout Round, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        let functions = session.client.functions
        let code = message.pointee.error
        let topic = message.pointee.topic.map { String(cString: functions.topic_name($0)) }
        let partition = TopicPartition(topic ?? "", message.pointee.partition)
        let text = message.pointee.payload.map {
            String(decoding: UnsafeRawBufferPointer(start: $0, count: message.pointee.payload_count), as: UTF8.self)
        }
        let reason = text ?? session.client.text(code)
        switch code {
        case Int32(KAFKA_PARTITION_EOF):
            let isHeld = held[partition]?.isEmpty == false
            state.reachedEnd(partition, at: message.pointee.offset, isHeld: isHeld)
        case Int32(KAFKA_AUTO_OFFSET_RESET), Int32(KAFKA_OFFSET_OUT_OF_RANGE):
            guard state.isReading(partition) else { return }
            try meetLoss(partition, reason, &round, session)
        case Int32(KAFKA_UNKNOWN_TOPIC_OR_PARTITION), Int32(KAFKA_UNKNOWN_TOPIC), Int32(KAFKA_UNKNOWN_PARTITION):
            try meetDeletion(topic ?? reason, reason)
        case Int32(KAFKA_FATAL):
            var buffer = [CChar](repeating: 0, count: 512)
            _ = functions.fatal_error(session.client.pointer, &buffer, buffer.count)
            throw SwiftwaterError(.io, "the Kafka consumer cannot go on: \(reason)", hint: "start it again")
        case Int32(KAFKA_TOPIC_AUTHORIZATION_FAILED), Int32(KAFKA_GROUP_AUTHORIZATION_FAILED),
            Int32(KAFKA_AUTHENTICATION):
            throw SwiftwaterError(
                .io, "the Kafka brokers refuse: \(reason)", hint: "check 'sasl', and the rights of its user")
        case Int32(KAFKA_MESSAGE_TOO_LARGE), Int32(KAFKA_BAD_MESSAGE), Int32(KAFKA_BAD_COMPRESSION):
            // The library would ask for it again and again.
            throw SwiftwaterError(
                .data, "the events of \(partition) from offset \(message.pointee.offset) on cannot be read: \(reason)",
                hint: "raise the properties 'fetch.max.bytes' and 'receive.message.max.bytes' where they are too long")
        default:
            shared.withLock { $0.messageErrors += 1 }
            options.client.log(KafkaLogLine(level: 4, topic: "CONSUMER", text: reason))
        }
    }

    /// The offset that is to be read next is not there (any more).
    func meetLoss(
        _ partition: TopicPartition, _ reason: String, _ round: inout Round, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        let position = state.partitions[partition]?.position ?? 0
        if options.failOnDataLoss { throw KafkaFailure.dataLoss(partition, position, reason) }
        let others = state.partitions.filter { $0.key != partition && $0.value.phase != .starting }
            .map { ($0.key, $0.value.position) }
        guard let first = try session.offsets([(partition, Int64(KAFKA_OFFSET_EARLIEST))])?[partition] else {
            // Asked again: the same offset brings the same event.
            return try restart(partition, at: position, others: others, session)
        }
        finishBlock(partition, &round)
        try restart(partition, at: first, others: others, session)
        state.move(partition, to: first)
        shared.withLock { $0.lostEvents += max(0, first - position) }
        round.result.assigned[SourcePartition(source: name, id: partition.description)] = first
    }

    private func restart(
        _ partition: TopicPartition, at offset: Int64, others: [(TopicPartition, Int64)], _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        guard let direct else { return try session.restart(partition, at: offset, others: others) }
        direct.seek(partition, to: offset)
        direct.rest(partition)
    }

    func meetDeletion(_ topic: String, _ reason: String) throws(SwiftwaterError) {
        if options.failOnDataLoss {
            throw SwiftwaterError(
                .data, "topic \(topic) is no longer there: \(reason)",
                hint: "set 'failOnDataLoss: false' to wait until it is there again")
        }
        let isNews = shared.withLock { $0.deletedTopics.insert(topic).inserted }
        if isNews { options.client.log(KafkaLogLine(level: 3, topic: "TOPIC", text: "\(topic): \(reason)")) }
    }
}
