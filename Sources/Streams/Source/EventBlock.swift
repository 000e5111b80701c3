package import Columnar

/// A part of a source that has an order and positions of its own: a partition of a topic, a file, a spool.
package struct SourcePartition: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The trigger's name in the function file.
    package var source: String
    /// What the source calls it: `ops/3`, a file's identity and path, `spool`. Stable over restarts.
    package var id: String

    package init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    package var description: String { "\(source):\(id)" }

    package static func < (a: Self, b: Self) -> Bool { (a.source, a.id) < (b.source, b.id) }
}

/// Where reading goes on in each partition: the position of the next event.
///
/// What a position counts is the source's affair (offsets of Kafka, bytes of a file or of a spool); it only rises.
package typealias Positions = [SourcePartition: Int64]

/// Consecutive events of one partition as they came: whole messages, their bytes ready for a parser.
package struct EventBlock: Sendable {
    package var partition: SourcePartition
    /// From the first event's position to behind the last one's.
    package var positions: Range<Int64>
    /// The payloads, one after the other, each ended by a line feed, with `Buffer.padding` readable bytes behind.
    package var bytes: Buffer
    /// Bytes of `bytes` that are filled.
    package var byteCount: Int
    /// The messages in `bytes`; nil for a stretch of a file, where every line is a message by itself.
    package var messages: Messages?
    /// Lines in a stretch of a file, where the source has counted them.
    package var lineCount: Int?
    /// When the source got it, in milliseconds since 1970, for latencies; 0 when unknown.
    package var arrival: Int64

    package init(
        partition: SourcePartition, positions: Range<Int64>, bytes: Buffer, byteCount: Int, messages: Messages? = nil,
        arrival: Int64 = 0
    ) {
        self.partition = partition
        self.positions = positions
        self.bytes = bytes
        self.byteCount = byteCount
        self.messages = messages
        self.arrival = arrival
    }

    /// A block's messages, column by column.
    package struct Messages: Sendable {
        /// Where each message's payload begins in the block's bytes, and where the last one's ends.
        package var starts: [Int32]
        /// Each message's position.
        package var positions: [Int64]
        /// What comes with each payload, as columns beside the payload's own: `_key`, `_timestamp`, `_headers`, as
        /// many rows as there are messages. Nil when nobody asked for them.
        package var metadata: Batch?

        package init(starts: [Int32], positions: [Int64], metadata: Batch? = nil) {
            self.starts = starts
            self.positions = positions
            self.metadata = metadata
        }

        package var count: Int { positions.count }
    }
}
