import Columnar
import Foundation
import KafkaConnector
import Streams
import Testing

/// The sink: each epoch is in the topic once, whatever happens between its steps.
@Suite(.ownThreads, .enabled(if: KafkaServer.isThere, "the tests' Python has no Kafka packages"))
struct KafkaSinkTests {
    private static let started = Result { try KafkaServer("tansu") }
    private let server: KafkaServer
    private let topic = "t\(UInt32.random(in: 0 ... .max))"
    private let folder = NSTemporaryDirectory() + "swiftwater-\(UUID().uuidString)"

    init() throws {
        server = try Self.started.get()
        try server.create(topic, 2)
    }

    private func sink(key: String? = nil) -> KafkaSink {
        var options = KafkaSinkOptions(
            client: KafkaClientOptions(brokers: server.brokers), topic: topic, transactionalID: "f-\(topic)",
            folder: folder)
        options.key = key
        options.client.connectTimeout = .seconds(15)
        options.timeout = .seconds(8)
        return KafkaSink(options: options)
    }

    private func rows(_ numbers: Range<Int>, company: String? = "R") throws -> Batch {
        var n = ColumnBuilder(.int64)
        var c = ColumnBuilder(.string)
        for number in numbers {
            try n.append(.int(Int64(number)))
            if let company { try c.append(.string("\(company)\(number % 3)")) } else { c.appendNull() }
        }
        return Batch(
            schema: Schema([Field("n", .int64), Field("company", .string)]), columns: [n.finish(), c.finish()])
    }

    private func values() throws -> [String] { try server.read(topic, 2).joined().map(\.1).sorted() }

    private func expected(_ numbers: Range<Int>) -> [String] {
        numbers.map { "{\"n\":\($0),\"company\":\"R\($0 % 3)\"}" }.sorted()
    }

    private var staged: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    @Test("An epoch's rows come when it is published, once, however often that is asked for")
    func publishes() throws {
        let sink = sink()
        defer { sink.close() }
        try sink.recover(nil)
        let record = try sink.prepare(epoch: 0, mode: .append, rows: [try rows(0..<50), try rows(50..<100)])
        #expect(record.rows == 100)
        #expect(try values().isEmpty)
        try sink.publish(record)
        try sink.publish(record)
        #expect(try values() == expected(0..<100))
        let empty = try sink.prepare(epoch: 1, mode: .append, rows: [])
        try sink.publish(empty)
        try sink.publish(try sink.prepare(epoch: 2, mode: .append, rows: [try rows(100..<110)]))
        #expect(try values() == expected(0..<110))
        #expect(staged.isEmpty)
    }

    @Test("After a crash at any step, the committed epoch is there once and no other")
    func recovers() throws {
        var sink = sink()
        try sink.recover(nil)
        let first = try sink.prepare(epoch: 0, mode: .append, rows: [try rows(0..<10)])
        sink.close()

        // Prepared, not committed: forgotten.
        sink = self.sink()
        try sink.recover(nil)
        #expect(staged.isEmpty)
        let again = try sink.prepare(epoch: 0, mode: .append, rows: [try rows(0..<10)])
        #expect(again == first)
        sink.close()

        // Committed, not published: published by the next process.
        sink = self.sink()
        try sink.recover(again)
        #expect(try values() == expected(0..<10))
        let second = try sink.prepare(epoch: 1, mode: .append, rows: [try rows(10..<20)])
        try sink.publish(second)
        sink.close()

        // Published, and the next process is told of the same record: nothing twice.
        sink = self.sink()
        try sink.recover(second)
        #expect(try values() == expected(0..<20))
        try sink.publish(try sink.prepare(epoch: 2, mode: .append, rows: [try rows(20..<30)]))
        #expect(try values() == expected(0..<30))
        sink.close()

        // A new checkpoint counts from 0 again: its epochs are no old ones.
        sink = self.sink()
        try sink.recover(nil)
        try sink.publish(try sink.prepare(epoch: 0, mode: .append, rows: [try rows(30..<40)]))
        #expect(try values() == expected(0..<40))
        sink.close()
    }

    @Test("A writer whose place was taken cannot publish any more")
    func fences() throws {
        let old = sink()
        defer { old.close() }
        try old.recover(nil)
        try old.publish(try old.prepare(epoch: 0, mode: .append, rows: [try rows(0..<10)]))
        let record = try old.prepare(epoch: 1, mode: .append, rows: [try rows(10..<20)])
        let new = sink()
        defer { new.close() }
        try new.recover(SinkRecord(epoch: 0))
        // The new one removed the staged file; the old one's rows are staged again, as if it had just been late.
        let late = try old.prepare(epoch: 1, mode: .append, rows: [try rows(10..<20)])
        #expect(late == record)
        #expect(throws: SwiftwaterError.self) { try old.publish(late) }
        #expect(try values() == expected(0..<10))
    }

    @Test("A column's values become the keys, as text")
    func keys() throws {
        let sink = sink(key: "company")
        defer { sink.close() }
        try sink.recover(nil)
        try sink.publish(
            try sink.prepare(epoch: 0, mode: .update, rows: [try rows(0..<30), try rows(30..<31, company: nil)]))
        let found = try server.read(topic, 2)
        let keys = Set(found.joined().map(\.0))
        #expect(keys == ["R0", "R1", "R2", ""])
        for key in ["R0", "R1", "R2"] {
            #expect(found.count(where: { $0.contains { $0.0 == key } }) == 1, "a key has one partition")
        }
    }

    @Test("Keys that are no strings are written as JSON writes them")
    func otherKeys() throws {
        let sink = sink(key: "n")
        defer { sink.close() }
        try sink.recover(nil)
        try sink.publish(try sink.prepare(epoch: 0, mode: .update, rows: [try rows(7..<9)]))
        #expect(Set(try server.read(topic, 2).joined().map(\.0)) == ["7", "8"])
    }

    @Test("A missing key column, a lost file and a checkpoint that is too old are told")
    func failures() throws {
        let sink = sink(key: "nothing")
        try sink.recover(nil)
        #expect(throws: SwiftwaterError.self) {
            try sink.prepare(epoch: 0, mode: .append, rows: [try rows(0..<1)])
        }
        sink.close()
        let other = self.sink()
        try other.recover(nil)
        let record = try other.prepare(epoch: 5, mode: .append, rows: [try rows(0..<1)])
        try FileManager.default.removeItem(atPath: "\(folder)/5.records")
        #expect(throws: SwiftwaterError.self) { try other.publish(record) }
        try other.publish(try other.prepare(epoch: 6, mode: .append, rows: [try rows(0..<1)]))
        other.close()
        let old = self.sink()
        defer { old.close() }
        #expect(throws: SwiftwaterError.self) { try old.recover(SinkRecord(epoch: 3)) }
    }
}
