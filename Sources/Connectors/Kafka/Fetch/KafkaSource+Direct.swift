import CKafka
import Columnar
import Streams

/// Polling where our own connections bring the events; what the group says comes from librdkafka as ever.
extension KafkaSource {
    /// Makes our own connections ready where the options allow them.
    func prepareDirect(_ session: ConsumerSession) {
        switch FetchSettings.make(options) {
        case .failure(let refusal):
            direct = nil
            if options.fetch == .direct { tellOfLibrary(refusal.reason) }
        case .success(let settings):
            guard let wakeup = try? WakePipe() else { return tellOfLibrary("no pipe can be had") }
            direct = DirectFetch(settings, wakeup)
            session.tell(wakeup.writing)
            shared.withLock { shared in
                shared.wakeup = wakeup
                shared.isDirect = true
            }
        }
    }

    private func tellOfLibrary(_ reason: String) {
        options.client.log(KafkaLogLine(level: 6, topic: "FETCH", text: "librdkafka fetches: \(reason)"))
    }

    /// Ends our own connections.
    func endDirect(_ session: ConsumerSession) {
        guard direct != nil else { return }
        session.tell(-1)
        shared.withLock { shared in
            shared.wakeup = nil
            shared.isDirect = false
            shared.outage = nil
            shared.ends = [:]
        }
        direct = nil
    }

    /// Lets librdkafka fetch from now on, each partition from where it is.
    private func fallBack(_ reason: String, _ round: inout Round, _ session: ConsumerSession) throws(SwiftwaterError) {
        endDirect(session)
        tellOfLibrary(reason)
        let taken = state.partitions.filter { $0.value.phase != .starting }
        let reading = taken.filter { $0.value.phase == .reading }.map { ($0.key, $0.value.position) }
        if session.client.events.isCooperative(session.client.pointer) {
            guard !reading.isEmpty else { return }
            try session.unassign(reading.map(\.0))
            try session.assign(reading)
        } else if !taken.isEmpty {
            try session.assign(taken.map { ($0.key, $0.value.position) })
        }
        try session.setPaused(reading.map(\.0), false)
    }

    /// Fills a round; false: librdkafka has to go on.
    func fill(
        _ round: inout Round, _ session: ConsumerSession, _ fetch: DirectFetch
    ) throws(SwiftwaterError) -> Bool {
        try serve(&round, session)
        while !round.isFull {
            if let reason = fetch.obstacle {
                try fallBack(reason, &round, session)
                return false
            }
            if fetch.hasPiece {
                fetch.ask { limit($0, round) }
                try read(&round, fetch, session)
                continue
            }
            if let fault = fetch.fault { throw fault }
            let rest = round.hasNews ? .zero : max(.zero, round.deadline - Instant.now)
            if rest > .zero { probe(session) }
            if rest > .zero, takeWake() { break }
            // The library's queue tells of what comes into it when it was empty; what else is in it is not waited for long.
            fetch.turn(timeout: min(rest, .milliseconds(100))) { limit($0, round) }
            try serve(&round, session)
            try attendTopics(fetch)
            shared.withLock { $0.outage = fetch.outage }
            if !fetch.hasPiece && (round.hasNews || Instant.now >= round.deadline || takeWake()) { break }
        }
        return true
    }

    private func limit(_ partition: TopicPartition, _ round: Round) -> Int64 {
        state.isReading(partition) ? state.limit(partition, until: round.until) : .min
    }

    /// Takes what the library has to say; messages that it fetched before it was paused are ours already.
    private func serve(_ round: inout Round, _ session: ConsumerSession) throws(SwiftwaterError) {
        let functions = session.client.library.functions
        while true {
            let count = session.take(inbox.messages, MessageInbox.capacity, timeout: 0)
            defer { kafka_destroy_messages(functions, inbox.messages, 0, count) }
            for index in 0..<count {
                guard let message = inbox.messages[index], message.pointee.error != KAFKA_NO_ERROR else { continue }
                try meetBesides(message, &round, session)
            }
            if count == 0 { break }
        }
        try attend(&round, session)
    }

    /// Deals with an event of the library's that is not about fetching.
    private func meetBesides(
        _ message: UnsafeMutablePointer<kafka_message>, _ round: inout Round, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        switch message.pointee.error {
        // Where partitions end, and what is wrong with their events, our own connections tell.
        case Int32(KAFKA_PARTITION_EOF), Int32(KAFKA_AUTO_OFFSET_RESET), Int32(KAFKA_OFFSET_OUT_OF_RANGE),
            Int32(KAFKA_MESSAGE_TOO_LARGE), Int32(KAFKA_BAD_MESSAGE), Int32(KAFKA_BAD_COMPRESSION):
            break
        default: try meet(message, &round, session)
        }
    }

    private func attendTopics(_ fetch: DirectFetch) throws(SwiftwaterError) {
        for topic in fetch.missingTopics.sorted() { try meetDeletion(topic, "the brokers do not know it") }
    }

    // MARK: Events

    /// Reads on in the piece of an answer that is open.
    private func read(
        _ round: inout Round, _ fetch: DirectFetch, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        let (partition, asked, error, end, high, isEmpty) = fetch.withPiece {
            ($0.partition, $0.asked, $0.error, $0.end, $0.highWatermark, $0.isEmpty)
        }
        guard state.isReading(partition), let known = state.partitions[partition] else { return fetch.closePiece() }
        if error != 0 {
            fetch.closePiece()
            return try meet(error, partition, &round, session, fetch)
        }
        state.foundEnd(partition, at: high)
        if isEmpty {
            fetch.closePiece()
            if asked >= end { state.reachedEnd(partition, at: asked) }
            return
        }
        let until = state.limit(partition, until: round.until)
        guard known.position < until else {
            // A replay ends here: what follows is asked for again when it is wanted.
            fetch.closePiece()
            return fetch.seek(partition, to: known.position)
        }
        if round.arrival == 0 { round.arrival = Self.now() }
        let isInBatch = fetch.withPiece(\.isInBatch)
        if isInBatch {
            try copy(partition, until, &round, fetch, session)
        } else {
            let step = fetch.withPiece { $0.cursor.step(from: known.position, fetch.decompressor) }
            switch step {
            case .success(.records): fetch.withPiece { $0.isInBatch = true }
            case .success(.passed): state.passed(partition, upTo: min(until, fetch.withPiece(\.cursor.next)))
            case .success(.end): fetch.closePiece()
            case .failure(let fault): throw KafkaFailure.unreadable(partition, fault.offset, fault.reason)
            }
        }
    }

    /// Copies from the batch that is open.
    private func copy(
        _ partition: TopicPartition, _ until: Int64, _ round: inout Round, _ fetch: DirectFetch,
        _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        let builder = builder(partition, session)
        let from = state.partitions[partition]?.position ?? 0
        let copied = fetch.withPiece { piece in
            builder.copy(
                &piece.cursor.records, time: RecordTime(piece.cursor.header), from: from, until: until,
                room: round.room,
                messageRoom: max(1, round.roomForMessages), mustTake: round.bytes == 0, memory: &memory)
        }
        round.bytes += copied.bytes
        round.messages += copied.messages
        if copied.tombstones > 0 { shared.withLock { $0.tombstones += copied.tombstones } }
        state.passed(partition, upTo: copied.next)
        if round.open.last != partition, !builder.isEmpty, !round.open.contains(partition) {
            round.open.append(partition)
        }
        if let fault = copied.fault { throw fault }
        switch copied.stop {
        case .batchIsRead:
            // Offsets at a batch's end may hold nothing any more.
            state.passed(partition, upTo: min(until, fetch.withPiece(\.cursor.next)))
            fetch.withPiece { $0.isInBatch = false }
        case .untilIsReached: state.passed(partition, upTo: until)
        case .blockIsFull: finishBlock(partition, &round)
        case .pollIsFull: round.isFull = true
        }
        if round.room == 0 || round.roomForMessages == 0 { round.isFull = true }
    }

    /// Deals with what a leader says is wrong with a partition. It is asked for again after a pause in any case.
    private func meet(
        _ error: Int16, _ partition: TopicPartition, _ round: inout Round, _ session: ConsumerSession,
        _ fetch: DirectFetch
    ) throws(SwiftwaterError) {
        let text = session.client.text(Int32(error))
        switch error {
        case FetchError.offsetOutOfRange: try meetLoss(partition, text, &round, session)
        case FetchError.authorization:
            throw SwiftwaterError(
                .io, "the Kafka brokers refuse: \(text): \(partition.topic)",
                hint: "check 'sasl', and the rights of its user")
        case FetchError.corruptMessage:
            throw KafkaFailure.unreadable(partition, state.partitions[partition]?.position ?? 0, text)
        case FetchError.unknownPartition, FetchError.unknownTopicID: fetch.askForLeaders(of: partition)
        case _ where FetchError.ofLeaders.contains(error) || FetchError.passing.contains(error): break
        default:
            shared.withLock { $0.messageErrors += 1 }
            options.client.log(KafkaLogLine(level: 4, topic: "FETCH", text: "\(partition): \(text)"))
        }
    }
}
