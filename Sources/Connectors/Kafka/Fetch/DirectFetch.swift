import Columnar
import Formats
import Streams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Fetches partitions' record batches over connections of our own, one to each leader.
///
/// While an answer is read, the next one is on its way: as soon as an answer is there, its batches' headers tell from where on to
/// ask. Memory is bounded by one answer for each leader and the one that is read. For one thread.
final class DirectFetch {
    /// A partition's part of an answer, read bit by bit.
    struct Piece {
        let partition: TopicPartition
        /// Where the question began.
        let asked: Int64
        let error: Int16
        let highWatermark: Int64
        /// The first offset behind what may be seen.
        let end: Int64
        let isEmpty: Bool
        var cursor: RecordSetCursor
        /// The cursor stands within a batch.
        var isInBatch = false
    }

    let settings: FetchSettings
    let wakeup: WakePipe
    let decompressor = BatchDecompressor()
    private(set) var plan = FetchPlan()
    /// Where each partition ends, by the last answer that told it.
    private(set) var ends: [TopicPartition: Int64] = [:]
    private var links: [Int32: BrokerLink] = [:]
    private var brokers: [Int32: BrokerAddress] = [:]
    private let metadata: MetadataQuery
    private var metadataNotBefore = Instant.now
    /// What was asked of each broker, and in which version.
    private var questions: [Int32: (parts: [FetchRequest.Part], version: Int16)] = [:]
    /// The answer that is read.
    private var answer: ByteBuffer?
    private var pieces: [Piece] = []
    private var nextPiece = 0
    private var spare: ByteBuffer?
    /// When each broker's last answer was opened.
    private var turns: [Int32: Int] = [:]
    private var turnNumber = 0
    /// Why librdkafka has to fetch instead.
    private(set) var obstacle: String?
    /// A fault that no further try mends.
    private(set) var fault: SwiftwaterError?
    /// How long the cluster may say that a topic is not there before that is believed.
    private static let missingPause = Duration.seconds(3)
    private static let emptyPause = Duration.milliseconds(2)

    init(_ settings: FetchSettings, _ wakeup: WakePipe) {
        self.settings = settings
        self.wakeup = wakeup
        metadata = MetadataQuery(settings)
    }

    // MARK: Partitions

    func seek(_ partition: TopicPartition, to offset: Int64) {
        plan.seek(partition, to: offset)
        forget(partition)
    }

    func end(_ partition: TopicPartition) {
        plan.end(partition)
        ends[partition] = nil
        forget(partition)
    }

    /// Asks for a partition again after a while.
    func rest(_ partition: TopicPartition) { plan.rest(partition, until: .now + settings.errorPause) }

    /// Its broker does not know it: somebody else may lead it, or it is gone.
    func askForLeaders(of partition: TopicPartition) { plan.forgetLeader(of: partition) }

    func refuse(_ reason: String) { obstacle = obstacle ?? reason }

    /// Passes over what came of a partition and is not read.
    private func forget(_ partition: TopicPartition) {
        guard nextPiece < pieces.count else { return }
        pieces[nextPiece...].removeAll { $0.partition == partition }
    }

    // MARK: What has come

    /// The piece that is read now; nil when all are read.
    var hasPiece: Bool {
        if nextPiece < pieces.count { return true }
        return openAnswer()
    }

    /// Reads on in the current piece.
    func withPiece<T>(_ body: (inout Piece) -> T) -> T { body(&pieces[nextPiece]) }

    /// The current piece is read.
    func closePiece() {
        nextPiece += 1
        if nextPiece >= pieces.count { closeAnswer() }
    }

    private func closeAnswer() {
        if let answer, answer.capacity <= Int(settings.maximumBytes) * 2 { spare = answer }
        answer = nil
        pieces.removeAll(keepingCapacity: true)
        nextPiece = 0
    }

    /// Opens an answer that is there. Returns whether it holds anything.
    private func openAnswer() -> Bool {
        if answer != nil { closeAnswer() }
        while let (broker, link) = oldestAnswer {
            turnNumber += 1
            turns[broker] = turnNumber
            guard let question = questions.removeValue(forKey: broker) else {
                link.fail("an answer to no question")
                continue
            }
            let received = link.takeAnswer(spare ?? ByteBuffer(capacity: Int(settings.maximumBytes) + 4096))
            spare = nil
            answer = received
            let body = UnsafeRawBufferPointer(rebasing: received.bytes[4...])
            switch FetchAnswer.read(body, version: question.version) {
            case .success(let found):
                if found.throttle > 0 { link.notBefore = .now + .milliseconds(Int(found.throttle)) }
                if found.error != 0 { for part in question.parts { rest(part.partition) } }
                for part in found.parts { take(part, question.parts, body) }
                // A broker that does not wait for events is not asked all the time.
                if found.parts.allSatisfy(\.records.isEmpty) {
                    link.notBefore = max(link.notBefore, .now + Self.emptyPause)
                }
            case .failure(let fault): link.fail(fault.description)
            }
            if !pieces.isEmpty { return true }
            closeAnswer()
        }
        return false
    }

    /// The leader that waits longest of those whose answers are there.
    private var oldestAnswer: (key: Int32, value: BrokerLink)? {
        links.filter { $0.value.phase == .answered }.min { turns[$0.key] ?? 0 < turns[$1.key] ?? 0 }
    }

    private func take(_ part: FetchAnswer.Part, _ asked: [FetchRequest.Part], _ body: UnsafeRawBufferPointer) {
        let partition = part.partition
        guard let question = asked.first(where: { $0.partition == partition }),
            plan.awaits(partition, at: question.offset)
        else { return }
        let end = settings.isCommittedOnly && part.lastStable >= 0 ? part.lastStable : part.highWatermark
        let records = UnsafeRawBufferPointer(rebasing: body[part.records])
        if part.highWatermark >= 0 { ends[partition] = part.highWatermark }
        if part.error != 0 {
            // Not asked again at once; what else is to be done, who reads the pieces knows.
            rest(partition)
            if FetchError.ofLeaders.contains(part.error) { plan.forgetLeader(of: partition) }
        }
        let outline = RecordSetOutline(records)
        if outline.hasOldFormat { refuse("\(partition) has messages of a format before 2") }
        if let missing = outline.missing {
            guard missing <= settings.longestAnswer else {
                fault = fault ?? Self.tooLong(partition, question.offset, missing)
                return
            }
            plan.widen(partition, to: max(missing, Int(settings.partitionBytes)))
        }
        if let next = outline.next { plan.received(partition, upTo: next) }
        let whole = UnsafeRawBufferPointer(rebasing: records[..<outline.byteCount])
        pieces.append(
            Piece(
                partition: partition, asked: question.offset, error: part.error, highWatermark: part.highWatermark,
                end: end, isEmpty: records.isEmpty,
                cursor: RecordSetCursor(whole, aborted: part.aborted, isCommittedOnly: settings.isCommittedOnly)))
    }

    private static func tooLong(_ partition: TopicPartition, _ offset: Int64, _ bytes: Int) -> SwiftwaterError {
        SwiftwaterError(
            .data,
            "the events of \(partition) from offset \(offset) on cannot be read: they need \(bytes) bytes at once",
            hint: "raise the property 'receive.message.max.bytes'")
    }

    // MARK: Connections

    /// Asks for what is wanted, and waits for up to `timeout` until something has come or somebody wakes.
    ///
    /// - Parameter limit: the first offset of a partition that is not wanted.
    func turn(timeout: Duration, limit: (TopicPartition) -> Int64) {
        ask(limit)
        wait(min(timeout, max(.zero, untilNextTurn())))
        ask(limit)
    }

    /// Sends what can be sent now.
    func ask(_ limit: (TopicPartition) -> Int64) {
        let now = Instant.now
        askForLeaders(now)
        for broker in plan.leaders {
            guard let address = brokers[broker] else { continue }
            let link = links[broker] ?? BrokerLink(address, settings)
            links[broker] = link
            switch link.phase {
            case .closed where link.notBefore <= now:
                link.connect()
                if link.phase == .closed { failed(broker, link) }
            case .ready where link.notBefore <= now: ask(broker, link, now, limit)
            default: break
            }
        }
    }

    private func ask(_ broker: Int32, _ link: BrokerLink, _ now: Instant, _ limit: (TopicPartition) -> Int64) {
        guard let version = link.versions?.version(of: .fetch) else {
            return refuse("\(link.address) answers no fetch request of versions that we know")
        }
        let parts = plan.questions(for: broker, settings: settings, now: now, limit: limit)
        if parts.isEmpty { return }
        var request = FetchRequest(parts)
        request.maximumWait = settings.maximumWait
        request.minimumBytes = settings.minimumBytes
        request.maximumBytes = max(settings.maximumBytes, parts.map(\.maximumBytes).max() ?? 0)
        request.isCommittedOnly = settings.isCommittedOnly
        questions[broker] = (parts, version)
        let limit = settings.answerLimit + .milliseconds(Int(settings.maximumWait))
        link.ask({ request.bytes(version: version, correlation: $0) }, limit: limit)
        if link.phase == .closed { failed(broker, link) }
    }

    private func failed(_ broker: Int32, _ link: BrokerLink) {
        questions[broker] = nil
        plan.suspect(broker)
        if let bytes = link.tooLong, fault == nil {
            fault = SwiftwaterError(
                .data, "an answer of the Kafka broker \(link.address) has \(bytes) bytes, more than are allowed",
                hint: "raise the property 'receive.message.max.bytes'")
        }
        // Where librdkafka reaches the brokers and we never did, it is for it to fetch.
        if !link.wasReady && link.failures >= Self.patience {
            refuse("\(link.address) cannot be reached: \(link.lastFailure ?? "")")
        }
    }

    /// Vain tries before a broker counts as out of our reach.
    private static let patience = 8

    private func askForLeaders(_ now: Instant) {
        guard plan.needsLeaders, metadata.link == nil, now >= metadataNotBefore else { return }
        metadataNotBefore = now + settings.shortestPause
        metadata.start()
        attendMetadata()
    }

    private func attendMetadata() {
        switch metadata.proceed(topics: plan.topics) {
        case .waiting: break
        case .failed: metadataNotBefore = .now + min(settings.longestPause, settings.shortestPause * 2)
        case .foreign(let reason): refuse(reason)
        case .found(let found):
            for (broker, address) in found.brokers where brokers[broker] != address {
                links[broker] = nil
                questions[broker] = nil
            }
            brokers = found.brokers
            metadata.learn(Array(brokers.values))
            plan.learn(found, now: .now)
            // Who leads nothing for us needs no connection.
            let leaders = plan.leaders
            links = links.filter { leaders.contains($0.key) }
            questions = questions.filter { leaders.contains($0.key) }
            metadataNotBefore = .now + settings.errorPause
        }
    }

    /// Topics that the cluster says it has no more.
    var missingTopics: Set<String> { plan.missingTopics(for: Self.missingPause, now: .now) }

    // MARK: Waiting

    private func untilNextTurn() -> Duration {
        let now = Instant.now
        var turns = links.values.compactMap(\.nextTurn)
        if let turn = plan.nextTurn(after: now) { turns.append(turn) }
        if let turn = metadata.link?.nextTurn { turns.append(turn) }
        if metadata.link == nil && plan.needsLeaders { turns.append(metadataNotBefore) }
        return links.values.contains { $0.phase == .answered } ? .zero : (turns.min() ?? now + .seconds(1)) - now
    }

    private func wait(_ timeout: Duration) {
        var files = [pollfd(fd: wakeup.reading, events: Int16(POLLIN), revents: 0)]
        var waiting: [(broker: Int32, link: BrokerLink)] = []
        for (broker, link) in links {
            if let interest = link.interest { files.append(interest) } else { continue }
            waiting.append((broker, link))
        }
        let query = metadata.link
        let interest = query?.interest
        if let interest { files.append(interest) }
        // Rounded up, so that what is due in less than a millisecond is not waited for in vain.
        let milliseconds = timeout <= .zero ? 0 : timeout.milliseconds + 1
        guard poll(&files, nfds_t(files.count), milliseconds) >= 0 else { return }
        if files[0].revents != 0 { wakeup.clear() }
        for (place, (broker, link)) in waiting.enumerated() {
            link.proceed(files[place + 1].revents)
            if link.phase == .closed && (link.failures > 0 || questions[broker] != nil) { failed(broker, link) }
        }
        if let query {
            query.proceed(interest == nil ? 0 : files[files.count - 1].revents)
            attendMetadata()
        }
    }

    /// Why partitions cannot be fetched for now.
    var outage: String? {
        if let failure = metadata.lastFailure, metadata.failures > settings.brokers.count { return failure }
        for link in links.values where link.failures > 2 { return "\(link.address): \(link.lastFailure ?? "")" }
        return nil
    }
}
