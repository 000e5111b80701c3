import KafkaConnector
import Testing

/// The life of partitions, without a broker.
@Suite struct ConsumerStateTests {
    private let a = TopicPartition("ops", 0)
    private let b = TopicPartition("ops", 1)

    @Test("A partition that was given begins where the checkpoint says, once")
    func begins() {
        var state = ConsumerState(given: [a: 40])
        state.assign([a, b])
        #expect(state.starting.map(\.partition) == [a, b])
        #expect(state.starting.map(\.given) == [40, nil])
        #expect(!state.isReading(a))
        state.start(a, at: 40)
        state.start(b, at: 7)
        #expect(state.isReading(a) && state.isReading(b))
        _ = state.revoke([a], isLost: false)
        state.release([a])
        state.assign([a])
        #expect(state.starting.map(\.given) == [nil], "whoever had it since knows better than the checkpoint")
    }

    @Test("A revoked partition stays until the runner lets it go, and only then is the group answered")
    func revokes() {
        var state = ConsumerState()
        state.assign([a, b])
        state.start(a, at: 0)
        state.start(b, at: 0)
        #expect(state.revoke([a, b], isLost: false) == [a, b])
        #expect(state.takeFinishedRevocations().isEmpty)
        #expect(state.acknowledge([a: 5]).map(\.1) == [5], "what was taken is still committed")
        state.release([a])
        #expect(state.takeFinishedRevocations().isEmpty)
        state.release([b])
        #expect(state.takeFinishedRevocations().map(\.partitions) == [[a, b]])
        #expect(state.partitions.isEmpty)
    }

    @Test("A partition that never began goes back at once, and an empty list is answered, too")
    func givesBackAtOnce() {
        var state = ConsumerState()
        state.assign([a])
        #expect(state.revoke([a], isLost: false).isEmpty)
        #expect(state.takeFinishedRevocations().map(\.partitions) == [[a]])
        #expect(state.revoke([], isLost: false).isEmpty)
        #expect(state.takeFinishedRevocations().map(\.partitions) == [[]])
    }

    @Test("Nothing is committed for a partition that was lost")
    func lost() {
        var state = ConsumerState()
        state.assign([a])
        state.start(a, at: 0)
        #expect(state.revoke([a], isLost: true) == [a])
        #expect(state.acknowledge([a: 9]).isEmpty)
        state.release([a])
        #expect(state.takeFinishedRevocations().count == 1)
    }

    @Test("What comes back after a loss goes on where this process is, or where another one has come to since")
    func comesBack() {
        var state = ConsumerState()
        state.assign([a, b])
        state.start(a, at: 0)
        state.start(b, at: 0)
        _ = state.acknowledge([a: 5])
        _ = state.revoke([a, b], isLost: true)
        #expect(state.acknowledge([a: 9]).isEmpty)
        state.release([a, b])
        #expect(state.resumption(a, committed: 5) == 9)
        #expect(state.resumption(a, committed: 12) == 12)
        #expect(state.resumption(b, committed: 3) == 3)
    }

    @Test("A loss that follows a revocation is answered after it")
    func lostWhileRevoking() {
        var state = ConsumerState()
        state.assign([a])
        state.start(a, at: 0)
        #expect(state.revoke([a], isLost: false) == [a])
        #expect(state.revoke([a], isLost: true).isEmpty, "the runner knows already")
        #expect(state.acknowledge([a: 9]).isEmpty)
        state.release([a])
        #expect(state.takeFinishedRevocations().count == 2)
    }

    @Test("Offsets are committed only when they rise, and never for a partition of somebody else")
    func acknowledges() {
        var state = ConsumerState()
        state.assign([a])
        #expect(state.acknowledge([a: 3]).isEmpty, "it has not begun")
        state.start(a, at: 0)
        #expect(state.acknowledge([a: 3, b: 4]).map(\.1) == [3])
        #expect(state.acknowledge([a: 3]).isEmpty)
        #expect(state.acknowledge([a: 2]).isEmpty)
        #expect(state.acknowledge([a: 4]).map(\.1) == [4])
    }

    @Test("A block begins where the last one ended, over offsets that hold no event")
    func coversGaps() {
        var state = ConsumerState()
        state.assign([a])
        state.start(a, at: 10)
        #expect(state.received(a, upTo: 20) == 10)
        state.passed(a, upTo: 25)
        #expect(state.received(a, upTo: 30) == 20)
        #expect(state.partitions[a]?.position == 30)
    }

    @Test("A consumer is drained when each partition reached the end that it had at the start")
    func drains() {
        var state = ConsumerState()
        #expect(!state.isDrained, "the group has not said yet what is ours")
        state.assign([a, b])
        #expect(!state.isDrained)
        state.start(a, at: 0)
        state.start(b, at: 0)
        state.foundEnd(a, at: 5)
        state.foundEnd(a, at: 50)
        _ = state.received(a, upTo: 5)
        #expect(!state.isDrained)
        state.reachedEnd(b, at: 0)
        #expect(state.isDrained)
        _ = state.received(a, upTo: 6)
        #expect(state.isDrained)
        state.assign([])
        #expect(state.isDrained)
    }

    @Test("A member without partitions is drained")
    func nothingToDo() {
        var state = ConsumerState()
        state.assign([])
        #expect(state.isDrained)
    }

    @Test("A replay reads only the partitions it names, and up to its ends")
    func limits() {
        let state = ConsumerState()
        #expect(state.limit(a, until: nil) == .max)
        #expect(state.limit(a, until: [a: 5]) == 5)
        #expect(state.limit(b, until: [a: 5]) == .min)
    }

    @Test("A replay reads partitions without the group, which gives them behind what was read")
    func replays() {
        var state = ConsumerState(given: [a: 10, b: 5])
        #expect(state.replay([a: 10]) == true)
        #expect(state.replay([a: 10]) == false, "it is read already")
        #expect(state.isReading(a) && !state.isReading(b) && !state.isDrained)
        #expect(state.received(a, upTo: 20) == 10)
        #expect(state.replay([a: 15]) == false, "it has come further")
        #expect(state.replay([a: 30, b: 5]) == true, "somebody else had it in between")
        #expect(state.received(a, upTo: 40) == 30)
        #expect(state.acknowledge([a: 40]).map(\.1) == [40])
        state.endReplay()
        #expect(state.partitions.isEmpty)
        state.assign([a, b])
        #expect(state.starting.map(\.given) == [40, 5])
    }

    @Test("What a checkpoint says in the end counts, and what it gave up does not begin before that")
    func resumes() {
        var state = ConsumerState(given: [a: 10, b: 5])
        _ = state.replay([a: 10, b: 5])
        state.endReplay()
        state.resume(at: [a: 50], left: [b: 30])
        state.assign([a, b])
        #expect(state.starting.map(\.given) == [50, nil])
        #expect(state.resumption(b, committed: 7) == 30, "the group was told too late")
        #expect(state.resumption(b, committed: 70) == 70, "somebody else had it since")
        #expect(state.knowsTopic("ops"))
    }

    @Test("What is committed before the group gives a partition is told to the group then")
    func owes() {
        var state = ConsumerState()
        state.resume(at: [a: 50], left: [:])
        #expect(state.acknowledge([a: 50, b: 3]).isEmpty)
        state.assign([a, b])
        #expect(state.owed.map(\.0) == [a] && state.owed.map(\.1) == [50], "b was somebody else's")
        state.start(a, at: 50)
        #expect(state.owed.isEmpty)
    }

    @Test("A partition's end does not pass over events that wait")
    func endBehindHeldEvents() {
        var state = ConsumerState()
        _ = state.replay([a: 0])
        _ = state.received(a, upTo: 60)
        // Events 60 to 99 have come and are not wanted yet.
        state.reachedEnd(a, at: 100, isHeld: true)
        #expect(state.partitions[a]?.position == 60)
        #expect(state.received(a, upTo: 100) == 60)
    }

    @Test("Whatever happens in whatever order, each revocation is answered once and what is reported never goes back")
    func randomLives() {
        for seed in UInt64(1)...300 {
            var random = SplitMix(state: seed)
            var state = ConsumerState(given: [a: 3])
            let all = (0..<4).map { TopicPartition("ops", Int32($0)) }
            var asked = 0
            var answered = 0
            var ends: [TopicPartition: Int64] = [:]
            for _ in 0..<200 {
                let some = all.filter { _ in random.next() % 2 == 0 }
                let one = all[Int(random.next() % 4)]
                switch random.next() % 8 {
                case 0: state.assign(some)
                case 1:
                    let told = state.revoke(some, isLost: random.next() % 4 == 0)
                    asked += 1
                    #expect(told.allSatisfy { some.contains($0) && !state.isReading($0) })
                case 2: state.release(some)
                case 3:
                    if state.partitions[one]?.phase == .starting {
                        let start = Int64(random.next() % 50)
                        state.start(one, at: start)
                        ends[one] = start
                    }
                case 4, 5:
                    guard state.isReading(one), let position = state.partitions[one]?.position else { break }
                    let next = position + Int64(random.next() % 5)
                    #expect(state.received(one, upTo: next) == ends[one], "seed \(seed)")
                    ends[one] = max(next, ends[one] ?? 0)
                case 6:
                    if state.isReading(one), let position = state.partitions[one]?.position {
                        state.passed(one, upTo: position + 1)
                    }
                default:
                    for (partition, _) in state.acknowledge([one: Int64(random.next() % 60)]) {
                        #expect(state.partitions[partition]?.phase != .revoking(isLost: true))
                    }
                }
                answered += state.takeFinishedRevocations().count
            }
            state.release(all)
            answered += state.takeFinishedRevocations().count
            #expect(asked == answered, "seed \(seed)")
        }
    }
}

/// A small generator of random numbers, the same for the same seed.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
