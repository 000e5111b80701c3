import Foundation
import KafkaConnector
import SourceConformance
import Streams
import Testing

/// The source against what every source must keep.
@Suite(.ownThreads, .enabled(if: KafkaServer.isThere, "the tests' Python has no Kafka packages"))
struct KafkaConformanceTests {
    private static let quick = Result { try KafkaServer("noida") }
    private static let large = Result { try KafkaServer("tansu") }

    @Test("A topic is a source", arguments: SourceConformance.Check.allCases, KafkaSourceOptions.Fetch.allCases)
    func conforms(_ check: SourceConformance.Check, _ fetch: KafkaSourceOptions.Fetch) throws {
        try SourceConformance.run(check) {
            switch check {
            // A broker of its own is stopped and started.
            case .reconnect: try TopicHarness(KafkaServer("noida"), fetch, canBeCut: true)
            // noida-db writes all of its state anew with each message.
            case .backPressure: try TopicHarness(Self.large.get(), fetch)
            default: try TopicHarness(Self.quick.get(), fetch)
            }
        }
    }
}

/// A topic of its own, written to its partitions in turn.
private final class TopicHarness: SourceHarness {
    private let server: KafkaServer
    private let topic = "c\(UInt32.random(in: 0 ... .max))"
    private let fetch: KafkaSourceOptions.Fetch
    private let canBeCut: Bool
    private var written = 0
    private static let partitions = 3

    init(_ server: KafkaServer, _ fetch: KafkaSourceOptions.Fetch, canBeCut: Bool = false) throws {
        self.server = server
        self.fetch = fetch
        self.canBeCut = canBeCut
        try server.create(topic, Self.partitions)
    }

    var traits: SourceTraits {
        var traits = SourceTraits()
        traits.canBeCut = canBeCut
        // The library holds up to its queue's bytes in advance, and as much again in requests under way.
        traits.backlogBytes = 48 << 20
        traits.memoryLimit = 64 << 20
        // Other tests of the process start brokers and consumers meanwhile.
        traits.keptDescriptors = 16
        traits.closeLimit = .seconds(6)
        traits.wakeLimit = .seconds(3)
        traits.patience = .seconds(90)
        return traits
    }

    func makeSource() throws -> any StreamSource {
        var options = KafkaSourceOptions(
            client: KafkaClientOptions(brokers: server.brokers), topics: [topic], consumerGroup: topic)
        options.fetch = fetch
        options.queueBytes = 4 << 20
        options.sessionTimeout = .seconds(10)
        options.heartbeatInterval = .milliseconds(300)
        options.client.properties = ["reconnect.backoff.max.ms": "500"]
        if server.kind == "noida" { options.client.properties["partition.assignment.strategy"] = "range" }
        return KafkaSource(name: "topic", options: options)
    }

    func write(_ events: [[UInt8]]) throws {
        let messages = events.enumerated().map { index, bytes -> [String: Any] in
            ["bytes": Data(bytes).base64EncodedString(), "partition": (written + index) % Self.partitions]
        }
        written += events.count
        try server.produce(topic, messages)
    }

    func cut() throws {
        // What the broker has in memory only is on its disk after a second.
        Thread.sleep(forTimeInterval: 1.2)
        try server.call("stop_broker")
    }

    func restore() throws { try server.call("restart_broker") }
}
