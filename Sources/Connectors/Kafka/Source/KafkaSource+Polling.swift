import CKafka
package import Columnar
package import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Taking messages and making blocks of them.
extension KafkaSource {
    /// One call of `poll`: what it wants and what it has.
    struct Round {
        let request: PollRequest
        let until: [TopicPartition: Int64]?
        let from: [TopicPartition: Int64]
        let deadline: Instant
        var result = PollResult()
        var bytes = 0
        var messages = 0
        var isFull = false
        /// Partitions with messages in their builders, in the order in which they came.
        var open: [TopicPartition] = []
        var arrival: Int64 = 0

        var room: Int { max(0, request.maximumBytes - bytes) }
        var roomForMessages: Int { max(0, request.maximumMessages - messages) }
        var hasNews: Bool { bytes > 0 || !result.assigned.isEmpty || !result.revoked.isEmpty || !result.blocks.isEmpty }
    }

    package func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        guard let session else { throw SwiftwaterError(.usage, "the Kafka source '\(name)' is not open") }
        var round = Round(
            request: request, until: request.until.map { own($0) }, from: own(request.from),
            deadline: Instant.now + request.timeout)
        // An error must not take what was copied before it with it: the next poll hands that out, then the error comes again.
        let outcome = Result { () throws(SwiftwaterError) in try fill(&round, session) }
        finishBlocks(&round)
        if case .failure(let error) = outcome {
            // Nor what the group gave or wants back.
            if !round.hasNews { throw error }
            pendingError = error
        }
        round.result.isDrained = inbox.isEmpty && held.isEmpty && pendingAssignments.isEmpty && state.isDrained
        publishPositions(round)
        return round.result
    }

    private func fill(_ round: inout Round, _ session: ConsumerSession) throws(SwiftwaterError) {
        if let error = pendingError {
            pendingError = nil
            throw error
        }
        if !isMember {
            if let until = round.until { try beginReplay(until, round.from, session) } else { try join(session) }
        }
        if let direct, try fill(&round, session, direct) { return }
        try attend(&round, session)
        try takeHeld(&round, session)
        try steer(round.until, session)
        while !round.isFull {
            if inbox.isEmpty {
                let wait = round.hasNews ? .zero : max(.zero, round.deadline - Instant.now)
                let count = refill(wait, round, session)
                try attend(&round, session)
                try steer(round.until, session)
                if count == 0 {
                    if round.hasNews || Instant.now >= round.deadline || wasWoken { break }
                    continue
                }
                if round.arrival == 0 { round.arrival = Self.now() }
            }
            var next = inbox.next
            defer { inbox.next = next }
            try take(inbox.messages, from: &next, count: inbox.count, &round, session)
        }
    }

    /// Fills the empty inbox; returns how many messages came.
    private func refill(_ wait: Duration, _ round: Round, _ session: ConsumerSession) -> Int {
        let limit = max(
            1, min(MessageInbox.capacity, round.roomForMessages, round.room / max(inbox.averageBytes, 1) + 1))
        // With nothing to do in an outage, the time is used to see whether it is over.
        if wait > .zero { probe(session) }
        let started = Instant.now
        // Partitions that wait for a broker's answer ask again before the time is over.
        let longest = pendingAssignments.isEmpty ? wait : min(wait, .milliseconds(100))
        var isWoken = false
        let count = session.take(inbox.messages, limit, timeout: longest.milliseconds) {
            isWoken = takeWake()
            return isWoken
        }
        // A wait that ended early was ended by a wake, or by the group: then there is something to attend to.
        let isCutShort = longest > .zero && count == 0 && Instant.now - started < longest
        wasWoken = isWoken || isCutShort && takeWake()
        inbox.next = 0
        inbox.count = count
        return count
    }

    /// In an outage, sees whether it is over.
    func probe(_ session: ConsumerSession) {
        guard Instant.now >= nextProbe, session.client.events.state.withLock({ $0.isSuspect }) else { return }
        session.client.probe(timeout: 400)
        nextProbe = .now + .seconds(1)
    }

    /// Deals with messages from `index` on, and moves it behind the last one that is dealt with.
    private func take(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>, from index: inout Int, count: Int,
        _ round: inout Round, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        let functions = session.client.library.functions
        while index < count && !round.isFull {
            guard let message = messages[index] else {
                index += 1
                continue
            }
            if message.pointee.error != KAFKA_NO_ERROR {
                index += 1
                defer { functions.pointee.message_destroy(message) }
                try meet(message, &round, session)
                continue
            }
            let partition = origin(of: message, functions)
            guard state.isReading(partition) else {
                index += 1
                functions.pointee.message_destroy(message)
                continue
            }
            let until = state.limit(partition, until: round.until)
            if message.pointee.offset >= until {
                index += 1
                held[partition, default: []].append(message)
                try pause(partition, session)
                continue
            }
            let builder = builder(partition, session)
            let copied = try builder.copy(
                messages, first: index, count: min(count, index + max(1, round.roomForMessages)),
                from: state.partitions[partition]?.position ?? 0, until: until, room: round.room, memory: &memory)
            note(copied, partition, &round, session)
            if round.open.last != partition, !builder.isEmpty, !round.open.contains(partition) {
                round.open.append(partition)
            }
            kafka_destroy_messages(functions, messages, index, copied.end)
            index = copied.end
            switch copied.stop {
            case .goesOn: break
            case .blockIsFull: finishBlock(partition, &round)
            case .pollIsFull: round.isFull = true
            }
            if round.room == 0 || round.roomForMessages == 0 { round.isFull = true }
        }
    }

    /// Keeps the books of a copy.
    private func note(
        _ copied: BlockBuilder.Copied, _ partition: TopicPartition, _ round: inout Round, _ session: ConsumerSession
    ) {
        round.bytes += copied.bytes
        round.messages += copied.messages
        if copied.messages > 0 {
            inbox.averageBytes = max(1, (inbox.averageBytes * 7 + copied.bytes / copied.messages) / 8)
        }
        state.passed(partition, upTo: copied.next)
        if copied.tombstones > 0 { shared.withLock { $0.tombstones += copied.tombstones } }
        if state.partitions[partition]?.target == nil, let end = session.knownEnd(partition) {
            state.foundEnd(partition, at: end)
        }
    }

    /// Hands out what an earlier replay left behind, where it is wanted now.
    private func takeHeld(_ round: inout Round, _ session: ConsumerSession) throws(SwiftwaterError) {
        for partition in held.keys.sorted() {
            guard let list = held[partition], let first = list.first, !round.isFull,
                first.pointee.offset < state.limit(partition, until: round.until)
            else { continue }
            held[partition] = nil
            if round.arrival == 0 { round.arrival = Self.now() }
            let messages = UnsafeMutablePointer<UnsafeMutablePointer<kafka_message>?>.allocate(capacity: list.count)
            defer { messages.deallocate() }
            for (index, message) in list.enumerated() { messages[index] = message }
            var next = 0
            defer { if next < list.count { held[partition] = (held[partition] ?? []) + list[next...] } }
            try take(messages, from: &next, count: list.count, &round, session)
        }
    }

    /// The partition that a message belongs to.
    private func origin(
        of message: UnsafeMutablePointer<kafka_message>, _ functions: UnsafePointer<kafka_functions>
    ) -> TopicPartition {
        let origin = MessageOrigin(topic: message.pointee.topic, partition: message.pointee.partition)
        if let known = partitionNames[origin] { return known }
        let topic = message.pointee.topic.map { String(cString: functions.pointee.topic_name($0)) } ?? ""
        let partition = TopicPartition(topic, message.pointee.partition)
        partitionNames[origin] = partition
        return partition
    }

    func builder(_ partition: TopicPartition, _ session: ConsumerSession) -> BlockBuilder {
        if let known = builders[partition] { return known }
        let builder = BlockBuilder(
            partition, source: name, columns: options.columns, functions: session.client.library.functions)
        builders[partition] = builder
        return builder
    }

    // MARK: Blocks

    func finishBlock(_ partition: TopicPartition, _ round: inout Round) {
        guard let builder = builders[partition] else { return }
        let next = state.partitions[partition]?.position ?? 0
        guard !builder.isEmpty else {
            // Gives back the memory that was too small for the next message.
            _ = builder.finish(from: next, upTo: next, arrival: 0)
            return
        }
        let first = state.received(partition, upTo: next)
        if let block = builder.finish(from: first, upTo: next, arrival: round.arrival) {
            round.result.blocks.append(block)
        }
    }

    private func finishBlocks(_ round: inout Round) {
        for partition in round.open { finishBlock(partition, &round) }
        // A replay's end may lie behind offsets that hold no event: a block without messages says that they are passed.
        for (partition, until) in round.until ?? [:] {
            guard let known = state.partitions[partition], known.phase == .reading, known.reported < until,
                known.position >= until || held[partition]?.isEmpty == false
            else { continue }
            let first = state.received(partition, upTo: until)
            round.result.blocks.append(
                EventBlock(
                    partition: SourcePartition(source: name, id: partition.description), positions: first..<until,
                    bytes: Buffer(byteCount: 0), byteCount: 0, messages: .init(starts: [0], positions: []),
                    arrival: round.arrival))
        }
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Lets other threads see how far reading is.
    private func publishPositions(_ round: Round) {
        guard round.hasNews else { return }
        let positions = state.partitions.filter { $0.value.phase == .reading }.mapValues(\.position)
        let ends = direct?.ends ?? [:]
        shared.withLock { shared in
            shared.positions = positions
            shared.ends = ends
        }
    }
}
