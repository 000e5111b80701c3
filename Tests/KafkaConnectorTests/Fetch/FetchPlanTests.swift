import KafkaConnector
import Testing

/// The state of what is asked of whom.
@Suite struct FetchPlanTests {
    private let now = ContinuousClock.now
    private let a = TopicPartition("a", 0)
    private let b = TopicPartition("a", 1)
    private let c = TopicPartition("b", 0)

    private var settings: FetchSettings {
        get throws {
            let client = KafkaClientOptions(brokers: ["h:1"])
            return try FetchSettings.make(KafkaSourceOptions(client: client, topics: ["a"], consumerGroup: "g")).get()
        }
    }

    private func metadata(_ leaders: [TopicPartition: (Int32, Int32)], failed: [String: Int16] = [:]) -> ClusterMetadata
    {
        var metadata = ClusterMetadata()
        metadata.leaders = leaders.mapValues { ClusterMetadata.Leader(broker: $0.0, epoch: $0.1) }
        metadata.failed = failed
        return metadata
    }

    private func asked(
        _ plan: FetchPlan, _ broker: Int32, at instant: ContinuousClock.Instant? = nil,
        limit: (TopicPartition) -> Int64 = { _ in .max }
    ) throws -> [TopicPartition: Int64] {
        let parts = try plan.questions(for: broker, settings: settings, now: instant ?? now, limit: limit)
        return Dictionary(uniqueKeysWithValues: parts.map { ($0.partition, $0.offset) })
    }

    @Test("Each leader is asked for its partitions, from where they go on")
    func leaders() throws {
        var plan = FetchPlan()
        #expect(!plan.needsLeaders)
        plan.seek(a, to: 5)
        plan.seek(b, to: 7)
        plan.seek(c, to: 9)
        #expect(plan.needsLeaders && plan.leaders.isEmpty && plan.topics == ["a", "b"])
        plan.learn(metadata([a: (1, 0), b: (2, 0), c: (1, 4)]), now: now)
        #expect(!plan.needsLeaders && plan.leaders == [1, 2])
        #expect(try asked(plan, 1) == [a: 5, c: 9])
        #expect(try asked(plan, 2) == [b: 7])
        #expect(try plan.questions(for: 1, settings: settings, now: now, limit: { _ in .max }).last?.leaderEpoch == 4)
        #expect(try asked(plan, 1, limit: { $0 == a ? 5 : .max }) == [c: 9], "nothing is asked for behind a limit")
        plan.end(a)
        #expect(try asked(plan, 1) == [c: 9])
    }

    @Test("An answer counts only to the question that is open; who was served is last next time")
    func answers() throws {
        var plan = FetchPlan()
        for partition in [a, b] { plan.seek(partition, to: 0) }
        plan.learn(metadata([a: (1, 0), b: (1, 0)]), now: now)
        #expect(plan.awaits(a, at: 0))
        plan.received(a, upTo: 10)
        #expect(!plan.awaits(a, at: 0) && plan.awaits(a, at: 10))
        #expect(
            try plan.questions(for: 1, settings: settings, now: now, limit: { _ in .max }).map(\.partition) == [b, a])
        plan.seek(a, to: 3)
        #expect(plan.awaits(a, at: 3), "a seek goes back")
        plan.received(a, upTo: 1)
        #expect(plan.awaits(a, at: 3), "an answer never does")
        plan.end(a)
        plan.received(a, upTo: 9)
        #expect(!plan.awaits(a, at: 9) && plan.parts[a] == nil)
    }

    @Test("A partition rests after an error; a new leader is asked for, an older epoch is not believed")
    func errors() throws {
        var plan = FetchPlan()
        plan.seek(a, to: 0)
        plan.learn(metadata([a: (1, 5)]), now: now)
        plan.rest(a, until: now + .seconds(1))
        #expect(try asked(plan, 1).isEmpty)
        #expect(plan.nextTurn(after: now) == now + .seconds(1))
        #expect(try asked(plan, 1, at: now + .seconds(1)) == [a: 0])
        plan.suspect(2)
        #expect(!plan.needsLeaders, "a broker that leads nothing")
        plan.suspect(1)
        #expect(plan.needsLeaders)
        plan.learn(metadata([a: (2, 4)]), now: now)
        #expect(plan.leaders == [1])
        plan.learn(metadata([a: (2, 6)]), now: now)
        #expect(plan.leaders == [2])
        plan.forgetLeader(of: a)
        #expect(plan.needsLeaders && plan.leaders.isEmpty)
        plan.learn(metadata([:]), now: now)
        #expect(plan.needsLeaders, "nobody leads it now")
    }

    @Test("A topic is missing once the cluster has said so for a while")
    func missing() {
        var plan = FetchPlan()
        plan.seek(a, to: 0)
        plan.learn(metadata([:], failed: ["a": 3]), now: now)
        #expect(plan.missingTopics(for: .seconds(3), now: now + .seconds(3)).isEmpty)
        plan.learn(metadata([:], failed: ["a": 3]), now: now + .seconds(2))
        #expect(plan.missingTopics(for: .seconds(3), now: now + .seconds(4)) == ["a"])
        plan.learn(metadata([a: (1, 0)]), now: now + .seconds(5))
        #expect(plan.missingTopics(for: .seconds(3), now: now + .seconds(9)).isEmpty)
    }

    @Test("What librdkafka alone can do is left to it")
    func settingsOf() throws {
        var options = KafkaSourceOptions(
            client: KafkaClientOptions(brokers: ["one:1,two", "PLAINTEXT://[::1]:3"]), topics: ["a"], consumerGroup: "g"
        )
        options.client.properties = ["fetch.wait.max.ms": "7", "isolation.level": "read_uncommitted", "debug": "all"]
        let settings = try FetchSettings.make(options).get()
        #expect(settings.brokers.map(\.description) == ["one:1", "two:9092", "::1:3"])
        #expect(settings.maximumWait == 7 && !settings.isCommittedOnly)
        func isRefused(_ change: (inout KafkaSourceOptions) -> Void) -> Bool {
            var changed = options
            change(&changed)
            if case .failure = FetchSettings.make(changed) { return true }
            return false
        }
        #expect(isRefused { $0.fetch = .librdkafka })
        #expect(isRefused { $0.client.tls = .init() })
        #expect(isRefused { $0.client.sasl = .init(user: "u", password: "p") })
        #expect(isRefused { $0.client.properties["security.protocol"] = "ssl" })
        #expect(isRefused { $0.client.properties["client.rack"] = "r" })
        #expect(isRefused { $0.client.brokers = ["host:port"] })
    }
}
