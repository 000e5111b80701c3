/// A request for what comes next in several partitions that one broker leads.
package struct FetchRequest: Equatable, Sendable {
    package struct Part: Equatable, Sendable {
        package var partition: TopicPartition
        package var offset: Int64
        package var leaderEpoch: Int32
        package var maximumBytes: Int32

        package init(_ partition: TopicPartition, offset: Int64, leaderEpoch: Int32 = -1, maximumBytes: Int32 = 1 << 20)
        {
            self.partition = partition
            self.offset = offset
            self.leaderEpoch = leaderEpoch
            self.maximumBytes = maximumBytes
        }
    }

    package var parts: [Part]
    package var maximumWait: Int32 = 100
    package var minimumBytes: Int32 = 1
    package var maximumBytes: Int32 = 4 << 20
    package var isCommittedOnly = true

    package init(_ parts: [Part]) { self.parts = parts }

    package func bytes(version: Int16, correlation: Int32) -> [UInt8] {
        var writer = WireWriter(.fetch, version: version, correlation: correlation, isFlexible: version >= 12)
        writer.integer(Int32(-1))
        writer.integer(maximumWait)
        writer.integer(minimumBytes)
        writer.integer(maximumBytes)
        writer.integer(Int8(isCommittedOnly ? 1 : 0))
        // No session: each request names all that it wants.
        if version >= 7 {
            writer.integer(Int32(0))
            writer.integer(Int32(-1))
        }
        var first = 0
        let topics = parts.indices.filter { $0 == 0 || parts[$0].partition.topic != parts[$0 - 1].partition.topic }
        writer.count(topics.count)
        while first < parts.count {
            let topic = parts[first].partition.topic
            let end = parts[first...].firstIndex { $0.partition.topic != topic } ?? parts.count
            writer.text(topic)
            writer.count(end - first)
            for part in parts[first..<end] {
                writer.integer(part.partition.partition)
                if version >= 9 { writer.integer(part.leaderEpoch) }
                writer.integer(part.offset)
                if version >= 12 { writer.integer(Int32(-1)) }
                if version >= 5 { writer.integer(Int64(-1)) }
                writer.integer(part.maximumBytes)
                writer.tags()
            }
            writer.tags()
            first = end
        }
        if version >= 7 { writer.count(0) }
        if version >= 11 { writer.text("") }
        writer.tags()
        return writer.finish()
    }
}

/// A transaction whose events are not to be seen.
package struct AbortedTransaction: Hashable, Sendable {
    package var producer: Int64
    package var first: Int64

    package init(producer: Int64, first: Int64) {
        self.producer = producer
        self.first = first
    }
}

/// A broker's answer to a `FetchRequest`; the records themselves stay where they were received.
package struct FetchAnswer: Equatable, Sendable {
    package struct Part: Equatable, Sendable {
        package var partition: TopicPartition
        package var error: Int16
        package var highWatermark: Int64
        /// Behind the last event whose transaction is decided; -1 where the broker does not tell.
        package var lastStable: Int64
        package var aborted: [AbortedTransaction]
        /// Where the record batches lie in the answer.
        package var records: Range<Int>
    }

    package var throttle: Int32
    package var error: Int16
    package var parts: [Part]

    /// - Parameter bytes: an answer behind its size.
    package static func read(_ bytes: UnsafeRawBufferPointer, version: Int16) -> Result<FetchAnswer, WireFault> {
        let isFlexible = version >= 12
        var reader = WireReader(bytes)
        _ = reader.integer(Int32.self)
        reader.tags(isFlexible: isFlexible)
        var answer = FetchAnswer(throttle: reader.integer(), error: 0, parts: [])
        if version >= 7 {
            answer.error = reader.integer()
            _ = reader.integer(Int32.self)
        }
        for _ in 0..<reader.count(isFlexible: isFlexible, of: 3) {
            let topic = reader.text(isFlexible: isFlexible) ?? ""
            for _ in 0..<reader.count(isFlexible: isFlexible, of: 24) {
                answer.parts.append(part(&reader, topic, version))
            }
            reader.tags(isFlexible: isFlexible)
        }
        reader.tags(isFlexible: isFlexible)
        if reader.isBroken { return .failure(WireFault("its answer ends early")) }
        return .success(answer)
    }

    private static func part(_ reader: inout WireReader, _ topic: String, _ version: Int16) -> Part {
        let isFlexible = version >= 12
        var part = Part(
            partition: TopicPartition(topic, reader.integer()), error: reader.integer(),
            highWatermark: reader.integer(), lastStable: reader.integer(), aborted: [], records: 0..<0)
        if version >= 5 { _ = reader.integer(Int64.self) }
        for _ in 0..<reader.count(isFlexible: isFlexible, of: 16) {
            part.aborted.append(AbortedTransaction(producer: reader.integer(), first: reader.integer()))
            reader.tags(isFlexible: isFlexible)
        }
        // Another replica is named only to those who tell where they are.
        if version >= 11 { _ = reader.integer(Int32.self) }
        part.records = reader.blob(isFlexible: isFlexible) ?? 0..<0
        reader.tags(isFlexible: isFlexible)
        return part
    }
}

/// Codes of the protocol's errors that a fetch may bring.
package enum FetchError {
    static let offsetOutOfRange: Int16 = 1
    static let corruptMessage: Int16 = 2
    static let unknownPartition: Int16 = 3
    static let authorization: Int16 = 29
    static let unknownTopicID: Int16 = 100
    /// Somebody else leads the partition, or nobody for now: to be asked again with newer metadata.
    static let ofLeaders: Set<Int16> = [5, 6, 9, 56, 74, 75, 76, 103]
    /// To be asked again after a while.
    static let passing: Set<Int16> = [7, 8, 13, 14, 15, 16, 19, 20, 22, 70, 71, 78, 89]
}
