package import Columnar
import Formats

/// An event that did not become a part of the result, with where it is and why.
package struct DeadLetter: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// A line that is no row.
        case bad
        /// A row whose window had closed.
        case late
        /// An event that could not be processed.
        case failed
    }

    package var kind: Kind
    package var partition: SourcePartition
    package var position: Int64
    package var reason: String
    package var payload: [UInt8]

    package init(
        _ kind: Kind, _ partition: SourcePartition, position: Int64, reason: String, payload: [UInt8]
    ) {
        self.kind = kind
        self.partition = partition
        self.position = position
        self.reason = reason
        self.payload = payload
    }

    /// The columns of the dead-letter output. `payload_base64` has the bytes of a payload that is not UTF-8, in whose
    /// `payload` U+FFFD stands for what is not.
    package static let schema = Schema([
        Field("kind", .string), Field("source", .string), Field("partition", .string), Field("position", .int64),
        Field("reason", .string), Field("payload", .string), Field("payload_base64", .string),
    ])

    package static func batch(_ letters: [DeadLetter]) throws(SwiftwaterError) -> Batch {
        var builders = schema.fields.map { ColumnBuilder($0.type, capacity: letters.count) }
        for letter in letters {
            let text = String(decoding: letter.payload, as: UTF8.self)
            let isText = text.utf8.elementsEqual(letter.payload)
            let base64 = isText ? nil : String(decoding: Base64.encode(letter.payload), as: UTF8.self)
            let row: [Scalar] = [
                .string(letter.kind.rawValue), .string(letter.partition.source), .string(letter.partition.id),
                .int(letter.position), .string(letter.reason), .string(text), base64.map { .string($0) } ?? .null,
            ]
            for (index, value) in row.enumerated() { try builders[index].append(value) }
        }
        return Batch(schema: schema, columns: builders.map { $0.finish() }, count: letters.count)
    }
}

extension EventBlock {
    /// The position of the event that begins at `offset` in the block, or has this number.
    package func position(offset: Int, message: Int?) -> Int64 {
        if let message, let messages, message < messages.count { return messages.positions[message] }
        return positions.lowerBound + Int64(offset)
    }

    /// The block in two, cut between events; nil when it has only one.
    package func halves() -> (EventBlock, EventBlock)? {
        let place: Int
        let position: Int64
        var first = self
        var second = self
        if let messages {
            guard messages.count > 1 else { return nil }
            let middle = messages.count / 2
            place = Int(messages.starts[middle])
            position = messages.positions[middle]
            first.messages = messages.part(0..<middle)
            second.messages = messages.part(middle..<messages.count)
        } else {
            let text = UnsafeRawBufferPointer(rebasing: bytes.bytes[0..<byteCount])
            let feed =
                text[(byteCount / 2)...].dropLast().firstIndex(of: 0x0A)
                ?? text[..<(byteCount / 2)].lastIndex(of: 0x0A)
            guard let feed, feed + 1 < byteCount else { return nil }
            place = feed + 1
            position = positions.lowerBound + Int64(place)
            first.lineCount = nil
            second.lineCount = nil
        }
        first.positions = positions.lowerBound..<position
        first.byteCount = place
        second.positions = position..<positions.upperBound
        second.bytes = bytes.slice(place..<bytes.byteCount)
        second.byteCount = byteCount - place
        return (first, second)
    }

    /// Events, where they are known without looking.
    package var messageCount: Int? { messages?.count ?? lineCount }
}

extension EventBlock.Messages {
    /// Some of the messages, their places counted from the first one's.
    func part(_ range: Range<Int>) -> Self {
        let first = starts[range.lowerBound]
        return Self(
            starts: starts[range.lowerBound...range.upperBound].map { $0 - first }, positions: Array(positions[range]),
            metadata: metadata?.slice(range))
    }
}
