import Columnar
import Formats
package import Streams

/// One event as it came out of a block.
package struct ReceivedEvent: Hashable, Sendable {
    package var partition: SourcePartition
    /// Its own position, and where the next one begins.
    package var position: Int64
    package var next: Int64
    /// Without the line feed that ends it in the block.
    package var bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ReceivedEvent {
    /// The events of a block. Throws where the block breaks the contract.
    package static func events(of block: EventBlock) throws -> [ReceivedEvent] {
        guard block.byteCount >= 0, block.byteCount <= block.bytes.byteCount else {
            throw ConformanceFailure("\(block.byteCount) bytes are filled of a buffer of \(block.bytes.byteCount)")
        }
        let bytes = Array(block.bytes.bytes[0..<block.byteCount])
        guard bytes.isEmpty || bytes.last == 0x0A else {
            throw ConformanceFailure("the block of \(block.partition) at \(block.positions) ends without a line feed")
        }
        if let messages = block.messages { return try events(of: block, messages, bytes) }
        var events: [ReceivedEvent] = []
        var start = 0
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            while let index = LineFeeds.first(in: base, start..<bytes.count) {
                // A source of lines counts bytes; what it adds or leaves out is at the end of a block.
                let isLast = index + 1 == bytes.count
                let next = isLast ? block.positions.upperBound : block.positions.lowerBound + Int64(index + 1)
                events.append(
                    ReceivedEvent(
                        partition: block.partition, position: block.positions.lowerBound + Int64(start), next: next,
                        bytes: Array(bytes[start..<index])))
                start = index + 1
            }
        }
        return events
    }

    private static func events(
        of block: EventBlock, _ messages: EventBlock.Messages, _ bytes: [UInt8]
    ) throws -> [ReceivedEvent] {
        let place = "the block of \(block.partition) at \(block.positions)"
        guard messages.starts.count == messages.count + 1 else {
            throw ConformanceFailure("\(place) has \(messages.starts.count) starts for \(messages.count) messages")
        }
        guard messages.starts.first == 0, messages.starts.last.map({ Int($0) }) == bytes.count else {
            throw ConformanceFailure("\(place): its messages do not fill its \(bytes.count) bytes")
        }
        if let metadata = messages.metadata, metadata.count != messages.count {
            throw ConformanceFailure("\(place) has \(metadata.count) rows of metadata for \(messages.count) messages")
        }
        var events: [ReceivedEvent] = []
        for index in 0..<messages.count {
            let (start, end) = (Int(messages.starts[index]), Int(messages.starts[index + 1]))
            guard end > start, bytes[end - 1] == 0x0A else {
                throw ConformanceFailure("\(place): message \(index) does not end with a line feed")
            }
            let position = messages.positions[index]
            let next = index + 1 < messages.count ? messages.positions[index + 1] : block.positions.upperBound
            guard block.positions.contains(position), next > position else {
                throw ConformanceFailure("\(place): message \(index) is at \(position), the next at \(next)")
            }
            events.append(
                ReceivedEvent(
                    partition: block.partition, position: position, next: next, bytes: Array(bytes[start..<(end - 1)])))
        }
        return events
    }
}

/// A promise that a source did not keep.
package struct ConformanceFailure: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}
