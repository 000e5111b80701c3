import CKafka
package import Columnar
package import Streams

/// Events that a checkpoint wants to have read again, before this process joins the group.
///
/// What a process once took into its state it must read again, whoever owns the partition now: a member would wait for
/// partitions that the group may never give it, and would have to give others back in the middle.
extension KafkaSource {
    package func resume(at positions: Positions, left: Positions) throws(SwiftwaterError) {
        guard let session else { return }
        try leaveReplay(session)
        state.resume(at: own(positions), left: own(left))
    }

    /// Takes the partitions of a replay, from where its events begin.
    ///
    /// Where a broker must be asked and none answers, nothing changes until the next poll.
    func beginReplay(
        _ until: [TopicPartition: Int64], _ from: [TopicPartition: Int64], _ session: ConsumerSession
    ) throws(SwiftwaterError) {
        var starts: [TopicPartition: Int64] = [:]
        var unknown: [TopicPartition] = []
        for partition in until.keys {
            let known = state.partitions[partition]?.position ?? state.given[partition]
            if let start = from[partition] ?? known { starts[partition] = start } else { unknown.append(partition) }
        }
        guard let earliest = try session.offsets(unknown.map { ($0, Int64(KAFKA_OFFSET_EARLIEST)) }) else { return }
        starts.merge(earliest) { own, _ in own }
        guard state.replay(starts) else { return }
        // All are assigned anew: what had come and waited comes again.
        dropAll(session)
        let list = state.partitions.sorted { $0.key < $1.key }
        if let direct {
            for (partition, known) in list { direct.seek(partition, to: known.position) }
            return
        }
        try session.assign(list.map { ($0.key, $0.value.position) })
        try session.setPaused(list.map(\.key), false)
        for (partition, _) in list { state.setPaused(partition, false) }
        pausedCount = 0
    }

    /// Joins the group, once nothing is to be read again; or takes the partition that a member has.
    func join(_ session: ConsumerSession) throws(SwiftwaterError) {
        try leaveReplay(session)
        if let only {
            session.client.events.state.withLock { $0.rebalances.append(.assign([only.partition])) }
        } else {
            try session.subscribe(options.topics)
        }
        isMember = true
    }

    private func leaveReplay(_ session: ConsumerSession) throws(SwiftwaterError) {
        guard !isMember, !state.partitions.isEmpty else { return }
        dropAll(session)
        try session.unassign([])
        for partition in state.partitions.keys { direct?.end(partition) }
        state.endReplay()
        pausedCount = 0
    }

    private func dropAll(_ session: ConsumerSession) {
        inbox.removeAll(session)
        for partition in Array(held.keys) { dropHeld(partition, session) }
    }
}
