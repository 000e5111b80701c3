import Columnar
import Foundation
import KafkaConnector
import Streams
import Testing

/// The source against two brokers: Tansu, whose groups rebalance in the newer, cooperative way but take five seconds to form,
/// and noida-db, which knows only the older way and is quick.
@Suite(.ownThreads, .enabled(if: KafkaServer.isThere, "the tests' Python has no Kafka packages"))
struct KafkaSourceTests {
    private static let cooperative = Result { try KafkaServer("tansu") }
    private static let quick = Result { try KafkaServer("noida") }
    private let topic = "t\(UInt32.random(in: 0 ... .max))"

    private func options(
        _ server: KafkaServer, _ fetch: KafkaSourceOptions.Fetch = .direct, _ group: String = "g"
    ) -> KafkaSourceOptions {
        var options = KafkaSourceOptions(
            client: KafkaClientOptions(brokers: server.brokers), topics: [topic], consumerGroup: topic + group)
        if server.kind == "noida" { options.client.properties["partition.assignment.strategy"] = "range" }
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
        "Each message comes once, in its partition's order, in blocks without gaps",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func everything(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.cooperative.get()
        try server.create(topic, 3)
        try server.fill(topic, 3, 30_000, ["padding": 100])
        let source = try open(options(server, fetch))
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.numbers == Array(0..<30_000))
        #expect(found.assigned == [partition(0): 0, partition(1): 0, partition(2): 0])
        #expect(found.offsets["\(topic)/1"] == Array(0..<10_000))
        #expect(source.lag.values.allSatisfy { $0 == 0 } && source.lag.count == 3)
        #expect(source.condition == nil)
        #expect(source.counters["ownConnections"] == (fetch == .direct ? 1 : 0))
    }

    @Test("A poll takes no more than it is asked for", arguments: KafkaSourceOptions.Fetch.allCases)
    func limits(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 2)
        try server.fill(topic, 2, 5_000)
        let source = try open(options(server, fetch))
        defer { source.close() }
        var found = Collected()
        let small = PollRequest(maximumBytes: 1_000, maximumMessages: 1 << 20, timeout: .milliseconds(50))
        let few = PollRequest(maximumBytes: 1 << 20, maximumMessages: 7, timeout: .milliseconds(50))
        for round in 0..<400 where found.count < 2_000 {
            let before = found.count
            let result = try source.poll(round % 2 == 0 ? small : few)
            found.add(result)
            #expect(result.blocks.reduce(0) { $0 + $1.byteCount } <= 1_100)
            if round % 2 == 1 { #expect(found.count - before <= 7) }
        }
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.numbers == Array(0..<5_000))
    }

    @Test(
        "The checkpoint's positions win over the group's, which others see once they are acknowledged",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func positions(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 2)
        try server.fill(topic, 2, 200)
        var source = try open(options(server, fetch))
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        try source.acknowledge([partition(0): 60, partition(1): 70])
        source.close()
        #expect(try server.committed(topic + "g", topic, 2) == [60, 70])

        source = try open(options(server, fetch), at: [partition(0): 90])
        found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        source.close()
        #expect(found.assigned == [partition(0): 90, partition(1): 70])
        #expect(found.offsets["\(topic)/0"] == Array(90..<100))
        #expect(found.offsets["\(topic)/1"] == Array(70..<100))
    }

    @Test(
        "A replay hands out exactly what lies before its ends, and what follows comes afterwards",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func replays(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 3)
        try server.fill(topic, 3, 30_000)
        let source = try open(options(server, fetch), at: [partition(0): 100, partition(1): 200])
        defer { source.close() }
        var found = Collected()
        found.positions = [partition(0): 100, partition(1): 200, partition(2): 0]
        let ends: Positions = [partition(0): 4_321, partition(1): 201]
        let request = PollRequest(until: ends)
        #expect(try found.poll(source, request) { found in ends.allSatisfy { found.positions[$0.key] == $0.value } })
        #expect(try source.poll(request).blocks.isEmpty)
        #expect(found.count == 4_221 + 1)
        let further: Positions = [partition(0): 4_400, partition(2): 10]
        #expect(
            try found.poll(source, PollRequest(until: further)) { found in
                further.allSatisfy { found.positions[$0.key] == $0.value }
            })
        #expect(found.count == 4_222 + 79 + 10)
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.offsets["\(topic)/0"] == Array(100..<10_000))
        #expect(found.offsets["\(topic)/1"] == Array(200..<10_000))
        #expect(found.offsets["\(topic)/2"] == Array(0..<10_000))
    }

    @Test(
        "What is to be read again is read though the group has given it to somebody else",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func replaysWithoutOwning(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.cooperative.get()
        try server.create(topic, 1)
        try server.fill(topic, 1, 1_000)
        let member = "\(topic)-owner"
        try server.call("member", ["name": member, "group": topic + "g", "topic": topic, "session": 6_000])
        let deadline = ContinuousClock.now + .seconds(60)
        while try server.seen(member).filter({ $0.what == "message" }).count < 1_000, ContinuousClock.now < deadline {}
        let source = try open(options(server, fetch), at: [partition(0): 100])
        defer { source.close() }
        var found = Collected()
        found.positions = [partition(0): 100]
        for end in [Int64(200), 300] {
            let request = PollRequest(until: [partition(0): end], from: [partition(0): end - 100])
            #expect(try found.poll(source, request, seconds: 20) { $0.positions[partition(0)] == end })
        }
        // Somebody else had what lies between.
        let last = PollRequest(until: [partition(0): 600], from: [partition(0): 550])
        let result = try source.poll(last)
        #expect(result.blocks.allSatisfy { $0.positions.lowerBound >= 550 })
        #expect(found.offsets["\(topic)/0"] == Array(100..<300))
        // The checkpoint gave it up at 700; the group is further.
        try source.resume(at: [:], left: [partition(0): 700])
        try server.call("member_stop", ["name": member, "kill": true])
        try server.fill(topic, 1, 10, ["first": 1_000])
        var rest = Collected()
        #expect(try rest.serve(source) { $0.count >= 10 })
        #expect(rest.assigned[partition(0)] == 1_000)
        #expect(rest.numbers == Array(1_000..<1_010))
    }

    @Test(
        "A replay's ends within what was fetched, with the partition's end behind, lose and repeat nothing",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func replaysPieceByPiece(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 1)
        try server.fill(topic, 1, 100)
        let source = try open(options(server, fetch), at: [partition(0): 0])
        defer { source.close() }
        var found = Collected()
        found.positions = [partition(0): 0]
        for end in stride(from: Int64(10), to: 100, by: 10) {
            let request = PollRequest(until: [partition(0): end])
            #expect(try found.poll(source, request, seconds: 20) { $0.positions[partition(0)] == end })
            // The end of the partition comes meanwhile.
            if end == 10 { _ = try source.poll(PollRequest(timeout: .milliseconds(500), until: [partition(0): end])) }
        }
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.offsets["\(topic)/0"] == Array(0..<100))
    }

    @Test(
        "Keys, times, headers, topics, partitions and offsets come as columns where they are asked for",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func columns(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 1)
        try server.produce(
            topic,
            [
                [
                    "value": "a", "key": "k1", "timestamp": 1_700_000_000_123,
                    "headers": [["one", "1"], ["two", "2"]],
                ],
                ["value": NSNull(), "key": "gone"],
                ["value": "b", "timestamp": 1_700_000_000_124],
            ])
        var options = options(server, fetch)
        options.columns = KafkaSourceOptions.MetadataColumn.allCases
        let source = try open(options)
        defer { source.close() }
        #expect(source.metadataSchema.names == ["_key", "_partition", "_offset", "_timestamp", "_topic", "_headers"])
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        let batch = try Batch.concatenate(found.metadata, schema: source.metadataSchema)
        func values(_ name: String) -> [Scalar] { (0..<batch.count).map { batch[name]?.scalar(at: $0) ?? .null } }
        #expect(values("_key") == [.string("k1"), .null])
        #expect(values("_partition") == [.int(0), .int(0)])
        #expect(values("_offset") == [.int(0), .int(2)])
        #expect(
            values("_timestamp")
                == [1_700_000_000_123, 1_700_000_000_124].map { .timestamp($0, .millisecond, zone: "UTC") })
        #expect(values("_topic") == [.string(topic), .string(topic)])
        #expect("\(values("_headers")[0])".contains("two"))
        #expect(values("_headers")[1] == .list([]))
        #expect(source.counters["tombstones"] == 1)
    }

    @Test(
        "Poison, empty, very long and already ended messages come as they are; tombstones are counted",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func oddMessages(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.cooperative.get()
        try server.create(topic, 1)
        let poison = Data([0xFF, 0x00, 0x7B, 0x0A, 0x22])
        try server.produce(
            topic,
            [
                ["value": "{\"n\": 1}\n{\"n\": 2}\n"], ["value": ""], ["bytes": poison.base64EncodedString()],
                ["value": NSNull()], ["size": 10_000_000], ["value": "end"],
            ])
        let source = try open(options(server, fetch))
        defer { source.close() }
        var payloads: [[UInt8]] = []
        let deadline = ContinuousClock.now + .seconds(60)
        while payloads.count < 5 && ContinuousClock.now < deadline {
            for block in try source.poll(PollRequest()).blocks {
                let starts = block.messages?.starts ?? []
                for (start, end) in zip(starts, starts.dropFirst()) {
                    payloads.append(Array(block.bytes.bytes[Int(start)..<Int(end)]))
                }
            }
        }
        #expect(payloads.count == 5)
        #expect(payloads.first == Array("{\"n\": 1}\n{\"n\": 2}\n\n".utf8))
        #expect(payloads.dropFirst().first == [0x0A])
        #expect(payloads.dropFirst(2).first == Array(poison) + [0x0A])
        #expect(payloads.dropFirst(3).first?.count == 10_000_001)
        #expect(payloads.last == Array("end\n".utf8))
        #expect(source.counters["tombstones"] == 1)
    }

    @Test(
        "All of Kafka's codecs are read", arguments: ["gzip", "snappy", "lz4", "zstd"],
        KafkaSourceOptions.Fetch.allCases)
    func codecs(_ codec: String, _ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 1)
        try server.fill(topic, 1, 500, ["codec": codec, "padding": 50])
        let source = try open(options(server, fetch))
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        #expect(found.numbers == Array(0..<500))
    }

    @Test(
        "A pattern takes topics that come later, from their first message on",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func patterns(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create("\(topic)-one", 1)
        try server.fill("\(topic)-one", 1, 10)
        var options = options(server, fetch)
        options.topics = ["^\(topic)-.*"]
        options.initialOffset = .earliest
        options.client.properties["topic.metadata.refresh.interval.ms"] = "300"
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.count == 10 })
        try server.create("\(topic)-two", 2)
        try server.fill("\(topic)-two", 2, 10, ["first": 10])
        #expect(try found.serve(source) { $0.count == 20 })
        #expect(found.numbers == Array(0..<20))
    }

    @Test(
        "Another member takes over what was released, exactly from there; what it dies with comes back",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func rebalances(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.cooperative.get()
        try server.create(topic, 4)
        try server.fill(topic, 4, 4_000)
        var options = options(server, fetch)
        options.sessionTimeout = .seconds(6)
        let source = try open(options)
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.count == 4_000 })
        try server.call("member", ["name": topic, "group": topic + "g", "topic": topic, "session": 6_000])
        // The member joins, the group wants some back; nothing more comes of them once that was said.
        #expect(try found.poll(source) { !$0.revoked.isEmpty })
        let revoked = Set(found.revoked)
        #expect(revoked.count == 2)
        try server.fill(topic, 4, 400, ["first": 4_000])
        for _ in 0..<5 { found.add(try source.poll(PollRequest())) }
        for partition in revoked { #expect(found.positions[partition] == 1_000) }
        try source.acknowledge(found.positions)
        try source.released(found.revoked)
        found.revoked = []
        #expect(try found.poll(source) { $0.count == 4_200 })
        var seen: [(what: String, partition: Int, offset: Int)] = []
        let deadline = ContinuousClock.now + .seconds(60)
        while seen.count(where: { $0.what == "message" }) < 200 && ContinuousClock.now < deadline {
            found.add(try source.poll(PollRequest()))
            seen = try server.seen(topic)
        }
        for partition in revoked {
            let number = Int(partition.id.split(separator: "/").last ?? "")
            let offsets = seen.filter { $0.what == "message" && $0.partition == number }.map(\.offset)
            #expect(offsets == Array(1_000..<1_100), "the member begins where this one ended")
        }
        // It dies; its partitions come back at what it committed. (When one leaves, Tansu tells the others twenty seconds
        // later, which is longer than a session.)
        found.assigned = [:]
        try server.call("member_stop", ["name": topic, "kill": true])
        #expect(try found.poll(source) { $0.assigned.count == 2 })
        #expect(found.assigned == Dictionary(uniqueKeysWithValues: revoked.map { ($0, 1_100) }))
        try server.fill(topic, 4, 4, ["first": 4_400])
        #expect(try found.poll(source) { $0.count == 4_204 })
        #expect(source.counters["lostPartitions"] == 0)
    }

    @Test(
        "Closing leaves the group at once: the others need not wait for the session's end",
        arguments: KafkaSourceOptions.Fetch.allCases)
    func leaves(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 2)
        try server.fill(topic, 2, 10)
        var options = options(server, fetch)
        options.sessionTimeout = .seconds(60)
        let one = try open(options)
        var found = Collected()
        #expect(try found.poll(one) { $0.isDrained })
        try one.acknowledge(found.positions)
        let two = try open(options)
        defer { two.close() }
        let started = ContinuousClock.now
        one.close()
        #expect(ContinuousClock.now - started < .seconds(4))
        var rest = Collected()
        #expect(try rest.serve(two, seconds: 60) { $0.assigned.count == 2 })
        #expect(rest.assigned == [partition(0): 5, partition(1): 5])
    }

    @Test("A wait for events ends when somebody wakes it", arguments: KafkaSourceOptions.Fetch.allCases)
    func wakes(_ fetch: KafkaSourceOptions.Fetch) throws {
        let server = try Self.quick.get()
        try server.create(topic, 1)
        let source = try open(options(server, fetch))
        defer { source.close() }
        var found = Collected()
        #expect(try found.poll(source) { $0.isDrained })
        let started = ContinuousClock.now
        let waker = Thread {
            Thread.sleep(forTimeInterval: 0.2)
            source.wake()
        }
        waker.start()
        _ = try source.poll(PollRequest(timeout: .seconds(30)))
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test("A topic that is not there is an error at once, with the nearest name")
    func noTopic() throws {
        let server = try Self.quick.get()
        try server.create(topic, 1)
        var options = options(server)
        options.topics = [topic + "x"]
        let source = KafkaSource(name: "ops", options: options)
        guard case .failure(let error) = Result(catching: { try source.open(at: [:]) }) else {
            Issue.record("it opened")
            return
        }
        #expect("\(error)".contains("did you mean '\(topic)'"))
    }

    @Test("Where no broker answers, starting fails with the reason")
    func noBroker() throws {
        var options = options(try Self.quick.get())
        options.client.brokers = ["127.0.0.1:1"]
        options.client.connectTimeout = .milliseconds(600)
        let source = KafkaSource(name: "ops", options: options)
        guard case .failure(let error) = Result(catching: { try source.open(at: [:]) }) else {
            Issue.record("it opened")
            return
        }
        #expect("\(error)".contains("127.0.0.1:1") && "\(error)".contains("refused"))
    }
}
