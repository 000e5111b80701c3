import Columnar
import KafkaConnector
import Streams
import Testing

/// Record batches to blocks, without brokers.
@Suite struct RecordSetTests {
    private typealias Record = RecordBatch.Record
    private let partition = TopicPartition("ops", 3)

    private func content(
        _ bytes: [UInt8], from: Int64 = 0, until: Int64 = .max, columns: [KafkaSourceOptions.MetadataColumn] = [],
        aborted: [AbortedTransaction] = [], isCommittedOnly: Bool = true, pieceBytes: Int = 1 << 20,
        messageRoom: Int = 1 << 20
    ) -> RecordSets.Content {
        // Memory that ends with the bytes, so that a sanitizer sees what is read behind them.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        return RecordSets.content(
            of: UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]), partition: partition, from: from,
            until: until, columns: columns, aborted: aborted, isCommittedOnly: isCommittedOnly,
            pieceBytes: pieceBytes, messageRoom: messageRoom)
    }

    private func values(_ content: RecordSets.Content) -> [Int64: [UInt8]] {
        var found: [Int64: [UInt8]] = [:]
        for block in content.blocks {
            guard let messages = block.messages else { continue }
            for index in 0..<messages.count {
                let range = Int(messages.starts[index])..<Int(messages.starts[index + 1])
                #expect(block.bytes.bytes[range.upperBound - 1] == 0x0A)
                #expect(block.positions.contains(messages.positions[index]))
                found[messages.positions[index]] = Array(block.bytes.bytes[range].dropLast())
            }
        }
        return found
    }

    private func number(_ offset: Int64, _ text: String) -> Record { Record(offset: offset, value: Array(text.utf8)) }

    @Test("Random batches are read whole, in blocks without gaps, whatever the sizes of blocks")
    func random() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            var expected: [Int64: [UInt8]] = [:]
            var offset: Int64 = .random(in: 0...1000, using: &random)
            let start = offset
            var tombstones: Int64 = 0
            for _ in 0..<Int.random(in: 0...6) {
                let base = offset
                var records: [Record] = []
                for _ in 0..<Int.random(in: 0...40) {
                    offset += .random(in: 0...3)
                    let value = (0..<Int.random(in: 0...300)).map { _ in UInt8.random(in: 0...255) }
                    let isTombstone = Int.random(in: 0...9) == 0
                    records.append(
                        Record(offset: offset, key: Bool.random() ? [1, 2] : nil, value: isTombstone ? nil : value))
                    if isTombstone { tombstones += 1 } else { expected[offset] = value }
                    offset += 1
                }
                offset += .random(in: 0...2)
                let batch = RecordBatch(base, records, lastOffset: offset)
                bytes += batch.bytes
                offset += 1
            }
            let found = content(
                bytes, from: start, pieceBytes: .random(in: 1...2000), messageRoom: .random(in: 1...50))
            #expect(values(found) == expected)
            #expect(found.fault == nil)
            #expect(found.tombstones == tombstones)
            #expect(found.next == (bytes.isEmpty ? start : offset))
            for (one, next) in zip(found.blocks, found.blocks.dropFirst()) {
                #expect(one.positions.upperBound == next.positions.lowerBound)
            }
            // A part of it: what lies before and behind is left out.
            let (low, high) = (start + (offset - start) / 4, start + (offset - start) / 2)
            let part = content(bytes, from: low, until: high)
            #expect(values(part) == expected.filter { $0.key >= low && $0.key < high })
            #expect(part.next == (bytes.isEmpty ? low : max(low, high)))
        }
    }

    @Test("Cut and damaged bytes end with an error or early, and are never read beyond their end")
    func damaged() {
        var batch = RecordBatch(10, (10..<30).map { number($0, "{\"n\": \($0)}") })
        batch.records[3].headers = [("a", [1]), ("b", nil)]
        let good = batch.bytes
        let twice = good + RecordBatch(30, [number(30, "x")]).bytes
        for end in 0..<twice.count {
            let found = content(Array(twice[..<end]), columns: KafkaSourceOptions.MetadataColumn.allCases)
            #expect(values(found).count == (end < good.count ? 0 : 20))
            #expect(found.fault == nil)
        }
        var random = SystemRandomNumberGenerator()
        let records = batch.recordBytes
        for _ in 0..<5_000 {
            var changed = good
            changed[.random(in: 0..<good.count, using: &random)] = .random(in: 0...255, using: &random)
            let found = content(changed, from: 0)
            if found.fault == nil { #expect([0, 20].contains(values(found).count)) }
            // With a checksum that fits, the records themselves are damaged.
            var inner = records
            for _ in 0..<Int.random(in: 1...3) { inner[.random(in: 0..<inner.count)] = .random(in: 0...255) }
            if Bool.random() { inner.removeLast(.random(in: 1...inner.count)) }
            _ = content(RecordBatch.batch(batch, inner), columns: KafkaSourceOptions.MetadataColumn.allCases)
            for codec: Int16 in 1...5 {
                var compressed = batch
                compressed.attributes = codec
                _ = content(RecordBatch.batch(compressed, inner))
            }
        }
    }

    @Test("A wrong checksum is an error that names the offset; events before it are read")
    func checksum() {
        var bytes = RecordBatch(0, [number(0, "a"), number(1, "b")]).bytes
        bytes += RecordBatch(2, [number(2, "c")]).bytes
        bytes[bytes.count - 2] ^= 1
        let found = content(bytes)
        #expect(values(found) == [0: [0x61], 1: [0x62]])
        #expect(found.next == 2)
        #expect(found.fault?.message.contains("ops/3 from offset 2 on") == true)
        #expect(found.fault?.message.contains("checksum") == true)
    }

    @Test("Aborted transactions and the ends of transactions are not seen, unless all is wanted")
    func transactions() {
        func batch(_ offset: Int64, _ producer: Int64) -> RecordBatch {
            var batch = RecordBatch(offset, [number(offset, "\(producer)"), number(offset + 1, "\(producer)")])
            batch.attributes = 16
            batch.producer = producer
            return batch
        }
        var plain = RecordBatch(4, [number(4, "plain")])
        plain.producer = 7
        // Producer 7 aborts, 8 commits between; 7's next transaction is committed.
        let bytes =
            batch(0, 7).bytes + batch(2, 8).bytes + plain.bytes
            + RecordBatch.marker(5, producer: 8, isAbort: false).bytes + batch(6, 7).bytes
            + RecordBatch.marker(8, producer: 7, isAbort: true).bytes + batch(9, 7).bytes
            + RecordBatch.marker(11, producer: 7, isAbort: false).bytes
        let aborted = [AbortedTransaction(producer: 7, first: 0)]
        let found = content(bytes, aborted: aborted)
        #expect(values(found).keys.sorted() == [2, 3, 4, 9, 10])
        #expect(found.next == 12)
        let all = content(bytes, aborted: aborted, isCommittedOnly: false)
        #expect(values(all).keys.sorted() == [0, 1, 2, 3, 4, 6, 7, 9, 10])
        // Asked for from within the transaction.
        #expect(values(content(bytes, from: 7, aborted: aborted)).keys.sorted() == [9, 10])
    }

    @Test("Keys, times and headers come as columns; a batch may give all its records one time")
    func columns() throws {
        var batch = RecordBatch(
            5,
            [
                Record(
                    offset: 5, key: Array("k".utf8), value: [0x31], time: 1_500,
                    headers: [("h", Array("é".utf8)), ("none", nil)]),
                Record(offset: 7, value: nil, time: 1_600), Record(offset: 8, value: [0x32], time: 1_700),
            ])
        let wanted = KafkaSourceOptions.MetadataColumn.allCases
        let found = content(batch.bytes, columns: wanted)
        let metadata = try #require(found.blocks.first?.messages?.metadata)
        func cells(_ name: String, _ batch: Batch) -> [Scalar] {
            (0..<batch.count).map { batch[name]?.scalar(at: $0) ?? .null }
        }
        #expect(found.tombstones == 1)
        #expect(cells("_key", metadata) == [.string("k"), .null])
        #expect(cells("_offset", metadata) == [.int(5), .int(8)])
        #expect(
            cells("_timestamp", metadata) == [1_500, 1_700].map { .timestamp($0, .millisecond, zone: "UTC") })
        #expect(
            cells("_headers", metadata)[0]
                == .list([
                    .structure([.init("key", .string("h")), .init("value", .string("é"))]),
                    .structure([.init("key", .string("none")), .init("value", .null)]),
                ]))
        #expect(cells("_headers", metadata)[1] == .list([]))
        batch.attributes = 8
        let same = try #require(content(batch.bytes, columns: wanted).blocks.first?.messages?.metadata)
        #expect(cells("_timestamp", same) == [2_000, 2_000].map { .timestamp($0, .millisecond, zone: "UTC") })
    }

    @Test("Snappy is read with Java's frames around its blocks and without")
    func snappy() {
        // A block of one literal: its length, a tag with the literal's length, the bytes.
        func block(_ bytes: [UInt8]) -> [UInt8] {
            [UInt8(bytes.count & 0x7F | 0x80), UInt8(bytes.count >> 7), 61 << 2]
                + [UInt8((bytes.count - 1) & 0xFF), UInt8((bytes.count - 1) >> 8)] + bytes
        }
        func framed(_ bytes: [UInt8]) -> [UInt8] {
            let mark: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0]
            let halves = [block(Array(bytes.prefix(200))), block(Array(bytes.dropFirst(200)))]
            return mark + RecordBatch.big(Int32(1)) + RecordBatch.big(Int32(1))
                + halves.flatMap { RecordBatch.big(Int32($0.count)) + $0 }
        }
        var batch = RecordBatch(0, (0..<50).map { number($0, "event \($0)") })
        batch.attributes = 2
        for compress in [block, framed] {
            batch.compress = compress
            let found = content(batch.bytes)
            #expect(found.fault == nil)
            #expect(values(found).count == 50)
            #expect(values(found)[49] == Array("event 49".utf8))
        }
    }

    @Test("The headers alone tell where to go on, what is missing, and that a format is old")
    func outline() {
        func outline(_ bytes: [UInt8]) -> RecordSetOutline { bytes.withUnsafeBytes { RecordSetOutline($0) } }
        let one = RecordBatch(0, [number(0, "a")], lastOffset: 4).bytes
        let two = RecordBatch(5, [number(5, "b")]).bytes
        #expect(outline(one + two).next == 6)
        #expect(outline(one + two.dropLast()).next == 5)
        #expect(outline(one + two.dropLast()).byteCount == one.count)
        #expect(outline(Array(one.dropLast())).missing == one.count)
        #expect(outline(Array(one.prefix(3))).missing == BatchHeader.byteCount)
        #expect(outline([]).next == nil && outline([]).missing == nil)
        var old = one
        old[16] = 1
        #expect(outline(old).hasOldFormat)
        #expect(outline(one + old).hasOldFormat && outline(one + old).next == 5)
    }
}
