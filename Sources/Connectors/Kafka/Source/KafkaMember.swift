import CKafka
package import Columnar
package import Streams

/// This process in a consumer group whose partitions are read one by one, each by a source of its own.
///
/// The membership fetches nothing: its partitions rest. It answers the group, and commits what the sources have done.
package final class KafkaMember: GroupMember, @unchecked Sendable {
    package let name: String
    private let options: KafkaSourceOptions

    // What follows belongs to the thread that polls.
    private var session: ConsumerSession?
    private var state = ConsumerState()
    private let inbox = MessageInbox()
    /// The topics' numbers of partitions when the group was joined.
    private var topicsAtJoin: [String: Int] = [:]

    /// What the sources have done, until the group is told.
    private let done = Locked<[TopicPartition: Int64]>([:])

    package init(name: String, options: KafkaSourceOptions) {
        self.name = name
        self.options = options
    }

    deinit { close() }

    package func join() throws(SwiftwaterError) {
        let session = try ConsumerSession(options)
        topicsAtJoin = try session.waitForTopics(options, label: name)
        self.session = session
        try session.subscribe(options.topics)
    }

    package func poll(timeout: Duration) throws(SwiftwaterError) -> GroupNews {
        guard let session else { throw SwiftwaterError(.usage, "the Kafka group of '\(name)' was not joined") }
        let functions = session.client.library.functions
        let count = session.take(inbox.messages, MessageInbox.capacity, timeout: timeout.milliseconds)
        defer { kafka_destroy_messages(functions, inbox.messages, 0, count) }
        for index in 0..<count {
            guard let message = inbox.messages[index] else { continue }
            try meet(message.pointee.error, session)
        }
        var news = GroupNews()
        for rebalance in session.client.events.takeRebalances() { try answer(rebalance, &news, session) }
        try giveBack(session)
        try tellGroup(session)
        news.isSettled = state.wasAssigned
        return news
    }

    private func answer(
        _ rebalance: KafkaEvents.Rebalance, _ news: inout GroupNews, _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        switch rebalance {
        case .assign(let partitions):
            try session.setPaused(partitions, true)
            try session.assign(partitions.map { ($0, 0) })
            try session.setPaused(partitions, true)
            state.assign(partitions)
            for partition in partitions { state.start(partition, at: 0) }
            news.assigned += partitions.map { SourcePartition(source: name, id: $0.description) }
        case .revoke(let partitions, let isLost):
            let told = state.revoke(partitions, isLost: isLost)
            news.revoked += told.map { SourcePartition(source: name, id: $0.description) }
        case .failed(let code):
            try session.unassign([])
            options.client.log(
                KafkaLogLine(level: 4, topic: "REBALANCE", text: "no rebalance: \(session.client.text(code))"))
        }
    }

    private func meet(_ code: Int32, _ session: ConsumerSession) throws(SwiftwaterError) {
        switch code {
        case Int32(KAFKA_FATAL):
            throw SwiftwaterError(
                .io, "the Kafka consumer cannot go on: \(session.client.text(code))", hint: "start it again")
        case Int32(KAFKA_TOPIC_AUTHORIZATION_FAILED), Int32(KAFKA_GROUP_AUTHORIZATION_FAILED),
            Int32(KAFKA_AUTHENTICATION):
            throw SwiftwaterError(
                .io, "the Kafka brokers refuse: \(session.client.text(code))",
                hint: "check 'sasl', and the rights of its user")
        default: break
        }
    }

    package func source(of partition: SourcePartition) -> any StreamSource {
        let own = TopicPartition(partition.id) ?? TopicPartition(partition.id, 0)
        var options = options
        // All in a partition that came after its topic's others is new, whatever the trigger says.
        if Int(own.partition) >= topicsAtJoin[own.topic] ?? 0 { options.initialOffset = .earliest }
        options.topics = [own.topic]
        return KafkaSource(
            name: name, options: options,
            only: KafkaSource.OnlyPartition(partition: own) { [done] offset in
                done.withLock { $0[own] = max($0[own] ?? 0, offset) }
            })
    }

    package func released(_ partitions: [SourcePartition]) throws(SwiftwaterError) {
        guard let session else { return }
        try tellGroup(session, waits: true)
        state.release(partitions.compactMap { TopicPartition($0.id) })
        try giveBack(session)
    }

    private func giveBack(_ session: ConsumerSession) throws(SwiftwaterError) {
        for revocation in state.takeFinishedRevocations() { try session.unassign(revocation.partitions) }
    }

    /// Offsets are for others to see: the checkpoint says where a partition goes on.
    private func tellGroup(_ session: ConsumerSession, waits: Bool = false) throws(SwiftwaterError) {
        let offsets = done.withLock { done in
            defer { done = [:] }
            return done
        }
        try session.commit(state.acknowledge(offsets), waits: waits)
    }

    package func close() {
        guard let session else { return }
        try? tellGroup(session, waits: true)
        self.session = nil
        session.close(unanswered: state.revocations.map(\.partitions))
    }
}
