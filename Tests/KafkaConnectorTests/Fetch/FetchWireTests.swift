import KafkaConnector
import Testing

/// Requests and answers on the wire.
@Suite struct FetchWireTests {
    private func read<T>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> T) -> T {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        return body(UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]))
    }

    private static func text(_ value: String) -> [UInt8] { RecordBatch.big(Int16(value.utf8.count)) + value.utf8 }

    /// An answer of one partition.
    private func answer(_ version: Int16, records: [UInt8]) -> [UInt8] {
        let isFlexible = version >= 12
        let tags: [UInt8] = isFlexible ? [0] : []
        func count(_ value: Int) -> [UInt8] { isFlexible ? [UInt8(value + 1)] : RecordBatch.big(Int32(value)) }
        var bytes = RecordBatch.big(Int32(99)) + tags + RecordBatch.big(Int32(12))
        if version >= 7 { bytes += RecordBatch.big(Int16(0)) + RecordBatch.big(Int32(0)) }
        bytes += count(1) + (isFlexible ? [4] + Array("ops".utf8) : Self.text("ops")) + count(1)
        bytes += RecordBatch.big(Int32(2)) + RecordBatch.big(Int16(6)) + RecordBatch.big(Int64(50))
        bytes += RecordBatch.big(Int64(40))
        if version >= 5 { bytes += RecordBatch.big(Int64(1)) }
        bytes += count(1) + RecordBatch.big(Int64(7)) + RecordBatch.big(Int64(30)) + tags
        if version >= 11 { bytes += RecordBatch.big(Int32(-1)) }
        bytes += count(records.count) + records
        // A tagged field that says who leads now.
        bytes += isFlexible ? [1, 1, 9] + [UInt8](repeating: 0, count: 9) : []
        return bytes + tags + tags
    }

    @Test("An answer is read in every version that we know; cut short it is an error", arguments: Int16(4)...12)
    func answers(_ version: Int16) throws {
        let bytes = answer(version, records: [1, 2, 3])
        let found = try read(bytes) { FetchAnswer.read($0, version: version) }.get()
        #expect(found.throttle == 12 && found.error == 0)
        let part = try #require(found.parts.first)
        #expect(part.partition == TopicPartition("ops", 2) && part.error == 6)
        #expect(part.highWatermark == 50 && part.lastStable == 40)
        #expect(part.aborted == [AbortedTransaction(producer: 7, first: 30)])
        #expect(Array(bytes[part.records]) == [1, 2, 3])
        for end in 0..<bytes.count {
            let cut = read(Array(bytes[..<end])) { FetchAnswer.read($0, version: version) }
            #expect(throws: WireFault.self) { try cut.get() }
        }
        for _ in 0..<2_000 {
            var changed = bytes
            changed[.random(in: 0..<changed.count)] = .random(in: 0...255)
            if case .success(let found) = read(changed, { FetchAnswer.read($0, version: version) }) {
                #expect(found.parts.allSatisfy { $0.records.upperBound <= changed.count })
            }
        }
    }

    @Test("Requests have their size before them, and their topics together")
    func requests() {
        let parts = [("a", 0), ("a", 1), ("b", 0)].map {
            FetchRequest.Part(TopicPartition($0.0, Int32($0.1)), offset: 1)
        }
        for version in KafkaAPI.fetch.known {
            let bytes = FetchRequest(parts).bytes(version: version, correlation: 5)
            #expect(Array(bytes[..<4]) == RecordBatch.big(Int32(bytes.count - 4)))
            #expect(
                Array(bytes[4..<12]) == RecordBatch.big(Int16(1)) + RecordBatch.big(version) + RecordBatch.big(Int32(5))
            )
        }
        let old = FetchRequest(parts).bytes(version: 4, correlation: 5)
        // Header, five fields, two topics with their names, three partitions.
        #expect(old.count == 4 + 20 + 17 + 4 + 2 * (3 + 4) + 3 * 16)
    }

    @Test("Metadata is read in every version that we know; cut short it is an error", arguments: Int16(1)...8)
    func metadata(_ version: Int16) throws {
        var bytes = RecordBatch.big(Int32(1))
        if version >= 3 { bytes += RecordBatch.big(Int32(0)) }
        bytes +=
            RecordBatch.big(Int32(1)) + RecordBatch.big(Int32(4)) + Self.text("host") + RecordBatch.big(Int32(9092))
        bytes += RecordBatch.big(Int16(-1))
        if version >= 2 { bytes += Self.text("cluster") }
        bytes += RecordBatch.big(Int32(4)) + RecordBatch.big(Int32(2))
        for (error, name) in [(Int16(0), "ops"), (3, "gone")] {
            bytes += RecordBatch.big(error) + Self.text(name) + [0] + RecordBatch.big(Int32(error == 0 ? 1 : 0))
            if error == 0 {
                bytes += RecordBatch.big(Int16(0)) + RecordBatch.big(Int32(2)) + RecordBatch.big(Int32(4))
                if version >= 7 { bytes += RecordBatch.big(Int32(3)) }
                bytes += RecordBatch.big(Int32(1)) + RecordBatch.big(Int32(4)) + RecordBatch.big(Int32(0))
                if version >= 5 { bytes += RecordBatch.big(Int32(0)) }
            }
            if version >= 8 { bytes += RecordBatch.big(Int32(0)) }
        }
        if version >= 8 { bytes += RecordBatch.big(Int32(0)) }
        let found = try read(bytes) { ClusterMetadata.read($0, version: version) }.get()
        #expect(found.brokers == [4: BrokerAddress(host: "host", port: 9092)])
        #expect(found.leaders == [TopicPartition("ops", 2): .init(broker: 4, epoch: version >= 7 ? 3 : -1)])
        #expect(found.failed == ["gone": 3])
        for end in 0..<(bytes.count - (version >= 8 ? 4 : 0)) {
            let cut = read(Array(bytes[..<end])) { ClusterMetadata.read($0, version: version) }
            #expect(throws: WireFault.self) { try cut.get() }
        }
    }

    @Test("The highest version that both know is taken, and none where there is none")
    func versions() throws {
        let ranges: [(Int16, Int16, Int16)] = [(1, 0, 17), (3, 9, 12)]
        var bytes = RecordBatch.big(Int32(1)) + RecordBatch.big(Int16(0)) + RecordBatch.big(Int32(2))
        for (api, low, high) in ranges { bytes += RecordBatch.big(api) + RecordBatch.big(low) + RecordBatch.big(high) }
        let found = try read(bytes) { BrokerVersions.read($0) }.get()
        #expect(found.version(of: .fetch) == 12)
        #expect(found.version(of: .metadata) == nil)
        #expect(found.version(of: .versions) == nil)
        #expect(throws: WireFault.self) { try read(Array(bytes.dropLast())) { BrokerVersions.read($0) }.get() }
    }
}
