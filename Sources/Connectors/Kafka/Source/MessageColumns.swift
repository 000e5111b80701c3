import CKafka
import Columnar

/// Collects what comes with messages (keys, times, headers) as columns, in the order of the messages of a block.
struct MessageColumns {
    private let columns: [KafkaSourceOptions.MetadataColumn]
    /// The library, where messages are the library's.
    private let functions: UnsafePointer<kafka_functions>?
    private var keyEnds = BufferBuilder<Int32>(capacity: 64)
    private var keyBytes = BufferBuilder<UInt8>(capacity: 1024)
    private var keyValidity = BitmapBuilder()
    private var times = BufferBuilder<Int64>(capacity: 64)
    private var timeValidity = BitmapBuilder()
    private var headers: ColumnBuilder
    private let hasKey: Bool
    private let hasTime: Bool
    private let hasHeaders: Bool

    init(_ columns: [KafkaSourceOptions.MetadataColumn], _ functions: UnsafePointer<kafka_functions>?) {
        self.columns = columns
        self.functions = functions
        hasKey = columns.contains(.key)
        hasTime = columns.contains(.timestamp)
        hasHeaders = columns.contains(.headers)
        headers = ColumnBuilder(KafkaSourceOptions.MetadataColumn.headers.type)
        keyEnds.append(0)
    }

    /// Whether the messages themselves have to be looked at.
    var needsMessages: Bool { hasKey || hasTime || hasHeaders }

    static func schema(_ columns: [KafkaSourceOptions.MetadataColumn]) -> Schema {
        Schema(columns.map { Field($0.rawValue, $0.type) })
    }

    mutating func append(_ message: UnsafePointer<kafka_message>) throws(SwiftwaterError) {
        guard let functions = functions?.pointee else { return }
        try append(key: message.pointee.key.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.key_count) })
        if hasTime {
            var kind: Int32 = 0
            let time = functions.message_timestamp(message, &kind)
            append(time: kind != Int32(KAFKA_TIMESTAMP_NOT_AVAILABLE) ? time : -1)
        }
        if hasHeaders { try headers.append(.list(headerScalars(message, functions))) }
    }

    /// What a record of a batch has beside its payload.
    ///
    /// - Parameter time: in milliseconds since 1970; below 0: none.
    mutating func append(_ record: kafka_record, time: Int64) throws(SwiftwaterError) {
        try append(key: record.key.map { UnsafeRawBufferPointer(start: $0, count: record.key_count) })
        if hasTime { append(time: time) }
        if hasHeaders { try headers.append(.list(Self.headerScalars(record))) }
    }

    private mutating func append(key: UnsafeRawBufferPointer?) throws(SwiftwaterError) {
        guard hasKey else { return }
        if let key { append(text: key) }
        keyValidity.append(key != nil)
        guard keyBytes.count <= Int(Int32.max) else {
            throw SwiftwaterError(.data, "the keys of a block exceed 2 GiB", hint: "do not ask for '_key'")
        }
        keyEnds.append(Int32(keyBytes.count))
    }

    private mutating func append(time: Int64) {
        times.append(max(time, 0))
        timeValidity.append(time >= 0)
    }

    /// Appends a key's bytes; what is no UTF-8 in it becomes U+FFFD, since columns of text hold only text.
    private mutating func append(text: UnsafeRawBufferPointer) {
        if text.allSatisfy({ $0 < 0x80 }) {
            keyBytes.append(contentsOf: text.assumingMemoryBound(to: UInt8.self))
        } else {
            var repaired = String(decoding: text, as: UTF8.self)
            repaired.withUTF8 { keyBytes.append(contentsOf: $0) }
        }
    }

    private static func header(_ name: String, _ value: UnsafeRawBufferPointer?) -> Scalar {
        let text = value.map { Scalar.string(String(decoding: $0, as: UTF8.self)) }
        return .structure([Scalar.Member("key", .string(name)), Scalar.Member("value", text ?? .null)])
    }

    /// A record's headers; what follows one that is damaged is left out.
    private static func headerScalars(_ record: kafka_record) -> [Scalar] {
        var scalars: [Scalar] = []
        var at = record.headers
        /// The next piece with its size before it; nil for none.
        func piece() -> UnsafeRawBufferPointer?? {
            var size: Int64 = 0
            let taken = kafka_read_varint(at, record.end - at, &size)
            guard taken > 0, size <= record.end - at - taken else { return nil }
            defer { at += taken + Int(max(size, 0)) }
            return .some(size < 0 ? nil : UnsafeRawBufferPointer(start: at + taken, count: Int(size)))
        }
        for _ in 0..<record.header_count {
            guard let name = piece(), let value = piece() else { break }
            scalars.append(header(name.map { String(decoding: $0, as: UTF8.self) } ?? "", value))
        }
        return scalars
    }

    private func headerScalars(_ message: UnsafePointer<kafka_message>, _ functions: kafka_functions) -> [Scalar] {
        var list: OpaquePointer?
        guard functions.message_headers(message, &list) == KAFKA_NO_ERROR, let list else { return [] }
        var scalars: [Scalar] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while functions.header_get(list, scalars.count, &name, &value, &count) == KAFKA_NO_ERROR, let name {
            let bytes = value.map { UnsafeRawBufferPointer(start: $0, count: count) }
            scalars.append(Self.header(String(cString: name), bytes))
        }
        return scalars
    }

    /// The columns of the block's messages.
    consuming func finish(partition: TopicPartition, topic: DictionaryValues, offsets: [Int64]) -> Batch {
        let count = offsets.count
        let wanted = columns
        let keyNulls = keyValidity.countOfZeros
        let timeNulls = timeValidity.countOfZeros
        let keys = Column(
            type: .string, count: hasKey ? count : 0, validity: keyNulls == 0 ? nil : keyValidity.finish(),
            nullCount: keyNulls, storage: .variable(offsets: keyEnds.finish(), bytes: keyBytes.finish()))
        let timeColumn = Column(
            type: KafkaSourceOptions.MetadataColumn.timestamp.type, count: hasTime ? count : 0,
            validity: timeNulls == 0 ? nil : timeValidity.finish(), nullCount: timeNulls,
            storage: .fixed(times.finish()))
        let headerColumn = headers.finish()
        let columns = wanted.map { column -> Column in
            switch column {
            case .key: keys
            case .timestamp: timeColumn
            case .headers: headerColumn
            case .offset: Column(type: .int64, count: count, storage: .fixed(Buffer(offsets)))
            case .partition:
                Column(
                    type: .int32, count: count,
                    storage: .fixed(Buffer([Int32](repeating: partition.partition, count: count))))
            case .topic:
                Column(
                    type: .dictionary(.string), count: count,
                    storage: .dictionary(codes: .zeroed(byteCount: count * 4), values: topic))
            }
        }
        return Batch(schema: Self.schema(wanted), columns: columns, count: count)
    }
}
