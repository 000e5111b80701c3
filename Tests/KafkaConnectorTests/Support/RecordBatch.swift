import KafkaConnector

/// Writes record batches, for tests, by the format's description and nothing of the connector's.
struct RecordBatch {
    struct Record {
        var offset: Int64
        var key: [UInt8]?
        var value: [UInt8]?
        var time: Int64 = 0
        var headers: [(String, [UInt8]?)] = []
    }

    var baseOffset: Int64
    var records: [Record]
    var lastOffset: Int64
    var attributes: Int16 = 0
    var producer: Int64 = -1
    var baseTime: Int64 = 1_000
    var maximumTime: Int64 = 2_000
    /// Makes the records' bytes what is sent.
    var compress: ([UInt8]) -> [UInt8] = { $0 }

    init(_ baseOffset: Int64, _ records: [Record], lastOffset: Int64? = nil) {
        self.baseOffset = baseOffset
        self.records = records
        self.lastOffset = lastOffset ?? records.last?.offset ?? baseOffset
    }

    /// The end of a transaction.
    static func marker(_ offset: Int64, producer: Int64, isAbort: Bool) -> RecordBatch {
        let key: [UInt8] = [0, 0, 0, isAbort ? 0 : 1]
        var batch = RecordBatch(offset, [Record(offset: offset, key: key, value: [0, 0, 0, 0, 0, 0])])
        batch.attributes = 16 | 32
        batch.producer = producer
        return batch
    }

    static func varint(_ value: Int64) -> [UInt8] {
        var bits = UInt64(bitPattern: value << 1 ^ value >> 63)
        var bytes: [UInt8] = []
        while bits >= 0x80 {
            bytes.append(UInt8(bits & 0x7F) | 0x80)
            bits >>= 7
        }
        return bytes + [UInt8(bits)]
    }

    static func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private static func sized(_ bytes: [UInt8]?) -> [UInt8] {
        bytes.map { varint(Int64($0.count)) + $0 } ?? varint(-1)
    }

    var recordBytes: [UInt8] {
        records.flatMap { record in
            var body: [UInt8] = [0]
            body += Self.varint(record.time - baseTime) + Self.varint(record.offset - baseOffset)
            body += Self.sized(record.key) + Self.sized(record.value) + Self.varint(Int64(record.headers.count))
            for (name, value) in record.headers { body += Self.sized(Array(name.utf8)) + Self.sized(value) }
            return Self.varint(Int64(body.count)) + body
        }
    }

    var bytes: [UInt8] { Self.batch(self, compress(recordBytes)) }

    static func batch(_ batch: RecordBatch, _ records: [UInt8]) -> [UInt8] {
        let count = Int32(batch.records.count)
        var checked = big(batch.attributes) + big(Int32(truncatingIfNeeded: batch.lastOffset - batch.baseOffset))
        checked += big(batch.baseTime) + big(batch.maximumTime) + big(batch.producer) + big(Int16(0)) + big(Int32(0))
        checked += big(count) + records
        let rest = big(Int32(3)) + [2] + big(checksum(checked)) + checked
        return big(batch.baseOffset) + big(Int32(rest.count)) + rest
    }

    /// CRC-32C, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~crc
    }
}
