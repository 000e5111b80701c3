import Columnar
import Foundation
import KafkaConnector
import Testing

/// How settings become librdkafka's, and where it is looked for.
@Suite struct KafkaOptionsTests {
    private func options(_ client: KafkaClientOptions) -> KafkaSourceOptions {
        KafkaSourceOptions(client: client, topics: ["ops"], consumerGroup: "g")
    }

    @Test("Addresses, login and certificates become librdkafka's properties")
    func security() throws {
        var client = KafkaClientOptions(brokers: ["one:9092", "two:9092"])
        client.sasl = .init(mechanism: "SCRAM-SHA-512", user: "ann", password: "secret")
        var set = try options(client).consumerProperties()
        #expect(set["bootstrap.servers"] == "one:9092,two:9092")
        #expect(set["security.protocol"] == "sasl_plaintext")
        #expect(set["sasl.mechanisms"] == "SCRAM-SHA-512")
        #expect(set["sasl.username"] == "ann" && set["sasl.password"] == "secret")
        client.tls = .init(authorities: "/ca.pem", certificate: "/me.pem", key: "/me.key", skipsVerification: true)
        set = try options(client).consumerProperties()
        #expect(set["security.protocol"] == "sasl_ssl")
        #expect(set["ssl.ca.location"] == "/ca.pem" && set["ssl.key.location"] == "/me.key")
        #expect(set["enable.ssl.certificate.verification"] == "false")
        client.sasl = nil
        #expect(try options(client).consumerProperties()["security.protocol"] == "ssl")
    }

    @Test("A property of the user's own wins, unless the source rests on it")
    func properties() throws {
        var client = KafkaClientOptions(brokers: ["one:9092"], properties: ["fetch.wait.max.ms": "7"])
        #expect(try options(client).consumerProperties()["fetch.wait.max.ms"] == "7")
        client.properties = ["enable.auto.commit": "true"]
        #expect(throws: SwiftwaterError.self) { try options(client).consumerProperties() }
    }

    @Test("Without brokers, topics or a group there is a clear error")
    func missing() {
        var some = options(KafkaClientOptions(brokers: []))
        #expect(throws: SwiftwaterError.self) { try some.consumerProperties() }
        some = options(KafkaClientOptions(brokers: ["one:9092"]))
        some.topics = []
        #expect(throws: SwiftwaterError.self) { try some.consumerProperties() }
        some.topics = ["ops"]
        some.consumerGroup = ""
        #expect(throws: SwiftwaterError.self) { try some.consumerProperties() }
    }

    @Test("The library is looked for by name, then in the Python environments")
    func places() throws {
        let folder = NSTemporaryDirectory() + "swiftwater-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let wheel = folder + "/lib/python3.11/site-packages/confluent_kafka.libs"
        try FileManager.default.createDirectory(atPath: wheel, withIntermediateDirectories: true)
        try Data("no library".utf8).write(to: URL(fileURLWithPath: wheel + "/librdkafka-1234.so.1"))
        let places = LibraryPlaces { $0 == "VIRTUAL_ENV" ? folder : nil }
        #expect(places.named == nil)
        #expect(places.candidates.first == "librdkafka.so.1")
        #expect(places.candidates.contains(wheel + "/librdkafka-1234.so.1"))
        #expect(LibraryPlaces { $0 == "SWIFTWATER_LIBRDKAFKA" ? "/x.so" : nil }.named == "/x.so")
    }

    @Test("Where there is no library, the error names all three ways to one")
    func noLibrary() {
        var places = LibraryPlaces { _ in nil }
        places.candidates = ["/nowhere/librdkafka.so.1"]
        let none = Result { try KafkaLibrary.find(places) }
        guard case .failure(let error) = none else {
            Issue.record("a library was found")
            return
        }
        for way in ["SWIFTWATER_LIBRDKAFKA", "librdkafka1", "confluent-kafka"] { #expect("\(error)".contains(way)) }
        places.named = "/nowhere/else.so"
        guard case .failure(let named) = Result(catching: { try KafkaLibrary.find(places) }) else { return }
        #expect("\(named)".contains("/nowhere/else.so"))
    }
}
