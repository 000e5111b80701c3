import Columnar
import Foundation
import KafkaConnector
import Streams
import Testing

/// The source against faults: brokers that go and come back, events that are gone, topics that grow.
@Suite(.ownThreads, .enabled(if: KafkaServer.isThere, "the tests' Python has no Kafka packages"))
struct KafkaFaultTests {
    private let topic = "t\(UInt32.random(in: 0 ... .max))"

    /// Options for a broker that knows only the older way of rebalancing.
    private func options(_ server: KafkaServer, _ fetch: KafkaSourceOptions.Fetch = .direct) -> KafkaSourceOptions {
        var options = KafkaSourceOptions(
            client: KafkaClientOptions(brokers: server.brokers), topics: [topic], consumerGroup: topic)
        options.client.properties = [
            "partition.assignment.strategy": "range", "topic.metadata.refresh.interval.ms": "500",
            "reconnect.backoff.max.ms": "500",
        ]
        options.fetch = fetch
        options.sessionTimeout = .seconds(10)
        options.heartbeatInterval = .milliseconds(300)
        return options
    }

    private func open(_ options: KafkaSourceOptions, at positions: Positions = [:]) throws -> KafkaSource {
        let source = KafkaSource(name: "ops", options: options)
        try source.open(at: positions)
        return source
    }

    private func partition(_ number: Int) -> SourcePartition {
        SourcePartition(source: "ops", id: "\(topic)/\(number)")
    }

    @Test(
        "What waits is known, the latest offsets are where 'latest' begins, and times where theirs does",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func latest(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("noida")
        try server.create(topic, 2)
        try server.fill(topic, 2, 100, ["timestamp": 1_700_000_000_000])
        try server.fill(topic, 2, 20, ["first": 100, "timestamp": 1_700_000_100_000])
        var options = options(server, fetch)
        options.initialOffset = .latest
        var source = try open(options)
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.assigned == [partition(0): 60, partition(1): 60])
        try server.fill(topic, 2, 10, ["first": 120])
        #expect(try found.poll(source) { $0.count == 10 })
        source.close()

        options.consumerGroup += "-time"
        options.initialOffset = .timestamp(1_700_000_050_000)
        source = try open(options)
        defer { source.close() }
        found = Collected()
        #expect(try found.poll(source) { $0.assigned.count == 2 })
        #expect(found.assigned == [partition(0): 50, partition(1): 50])
        let first = PollRequest(maximumMessages: 3)
        #expect(try found.poll(source, first) { $0.count >= 3 })
        #expect(source.lag.values.reduce(0, +) == 30 - Int64(found.count))
    }

    @Test(
        "A partition that is added is read from its first event, wherever the others began",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func grows(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("noida")
        try server.create(topic, 1)
        try server.fill(topic, 1, 10)
        var options = options(server, fetch)
        options.initialOffset = .latest
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        try server.call("grow", ["topic": topic, "partitions": 2])
        try server.fill(topic, 2, 10, ["first": 10])
        // The older protocol takes all back before it gives the new ones.
        #expect(try found.serve(source) { $0.count == 10 })
        #expect(found.numbers == Array(10..<20))
        #expect(found.assigned[partition(1)] == 0)
    }

    @Test(
        "Events that are gone end the function with a clear error, or are counted and passed over",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func dataLoss(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("noida")
        try server.create(topic, 1)
        try server.fill(topic, 1, 10)
        var options = options(server, fetch)
        var source = try open(options, at: [partition(0): 5_000])
        var found = Collected()
        let outcome = Result { try found.poll(source, seconds: 60) { $0.isDrained } }
        source.close()
        guard case .failure(let error) = outcome else {
            Issue.record("no error for an offset behind the end: \(outcome)")
            return
        }
        #expect("\(error)".contains("5000") && "\(error)".contains("failOnDataLoss"))
        #expect(throws: SwiftwaterError.self) { try open(options, at: [partition(7): 0]) }

        options.failOnDataLoss = false
        source = try open(options, at: [partition(0): 5_000])
        defer { source.close() }
        found = Collected()
        #expect(try found.poll(source) { $0.count == 10 })
        #expect(found.assigned[partition(0)] == 0, "the positions begin anew")
        #expect(found.numbers == Array(0..<10))
    }

    @Test(
        "A topic that is deleted ends the function with a clear error, or is waited for",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func deleted(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("noida")
        try server.create(topic, 1)
        try server.fill(topic, 1, 10)
        let source = try open(options(server, fetch))
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        try server.call("delete", ["topic": topic])
        let outcome = Result { try found.poll(source, seconds: 60) { _ in false } }
        guard case .failure(let error) = outcome else {
            Issue.record("no error for a deleted topic")
            return
        }
        #expect("\(error)".contains(topic) && "\(error)".contains("no longer there"))
    }

    @Test(
        "A broker that goes and comes back loses nothing, and its absence is told",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func restarts(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("noida")
        try server.create(topic, 2)
        try server.fill(topic, 2, 100)
        let source = try open(options(server, fetch))
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained && $0.count == 100 })
        try source.acknowledge(found.positions)
        Thread.sleep(forTimeInterval: 1.5)
        try server.call("stop_broker")
        #expect(try found.poll(source) { _ in source.condition != nil })
        #expect(source.condition?.contains("no Kafka broker answers") == true)
        try server.call("restart_broker")
        #expect(try found.poll(source) { _ in source.condition == nil })
        try server.fill(topic, 2, 100, ["first": 100])
        #expect(try found.serve(source) { $0.count >= 200 })
        #expect(found.numbers == Array(0..<200))
    }

    @Test("Where a broker's versions are none of ours, librdkafka fetches", arguments: ["noida", "tansu"])
    func fallsBack(_ kind: String) throws {
        let server = try KafkaServer(kind)
        try server.create(topic, 2)
        try server.fill(topic, 2, 1_000)
        var options = options(server)
        if kind == "tansu" { options.client.properties["partition.assignment.strategy"] = nil }
        options.client.brokers = [try #require(server.call("proxy")["address"] as? String)]
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.numbers == Array(0..<1_000))
        #expect(source.counters["ownConnections"] == 0)
        try server.fill(topic, 2, 100, ["first": 1_000])
        #expect(try found.poll(source) { $0.count == 1_100 })
        #expect(source.condition == nil)
    }

    @Test("A login reaches the broker")
    func login() throws {
        let server = try KafkaServer("noida")
        try server.create(topic, 1)
        try server.fill(topic, 1, 10)
        var options = options(server)
        options.client.sasl = .init(mechanism: "PLAIN", user: "ann", password: "secret")
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.count == 10)
    }

    @Test(
        "With three brokers, one may go and errors may come: each message still comes once",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func threeBrokers(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("mock")
        try server.create(topic, 6)
        try server.fill(topic, 6, 6_000, ["padding": 100])
        var options = options(server, fetch)
        options.client.properties["partition.assignment.strategy"] = nil
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source, PollRequest(maximumMessages: 100)) { $0.count > 500 })
        // Fetch: not leader for partition, unknown leader epoch, request timed out, not enough memory there.
        try server.call("mock_errors", ["api": 1, "codes": [6, 7, 76, 6, 7]])
        try server.call("mock_broker", ["broker": 2, "up": false])
        found.add(try source.poll(PollRequest(maximumMessages: 200)))
        Thread.sleep(forTimeInterval: 0.5)
        try server.call("mock_broker", ["broker": 2, "up": true])
        #expect(try found.poll(source) { $0.count >= 6_000 })
        try server.fill(topic, 6, 600, ["first": 6_000])
        #expect(try found.poll(source) { $0.count >= 6_600 })
        #expect(found.numbers == Array(0..<6_600))
    }

    @Test(
        "A broker that does not answer questions about offsets is asked again",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func asksAgain(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try KafkaServer("mock")
        try server.create(topic, 2)
        try server.fill(topic, 2, 100)
        var options = options(server, fetch)
        options.client.properties["partition.assignment.strategy"] = nil
        // OffsetFetch: the coordinator is loading; ListOffsets: unknown, then out of time.
        try server.call("mock_errors", ["api": 9, "codes": [14, 14, 16]])
        try server.call("mock_errors", ["api": 2, "codes": [7, 6]])
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.numbers == Array(0..<100))
    }
}
