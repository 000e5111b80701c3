package import Columnar
package import Streams

/// Record batches as blocks, without a broker: the way of a partition's part of an answer alone.
package enum RecordSets {
    /// What a record set holds for a reader.
    package struct Content: Sendable {
        package var blocks: [EventBlock] = []
        /// Where reading goes on.
        package var next: Int64
        package var tombstones: Int64 = 0
        /// Why nothing follows.
        package var fault: SwiftwaterError?
    }

    /// - Parameters:
    ///   - bytes: batches one after the other; the last one may be cut.
    ///   - from: events below it are left out.
    ///   - until: the first offset that is not wanted.
    ///   - pieceBytes: a block's bytes, beyond which another one begins.
    package static func content(
        of bytes: UnsafeRawBufferPointer, partition: TopicPartition, from: Int64 = 0, until: Int64 = .max,
        columns: [KafkaSourceOptions.MetadataColumn] = [], aborted: [AbortedTransaction] = [],
        isCommittedOnly: Bool = true, pieceBytes: Int = 1 << 20, messageRoom: Int = 1 << 20
    ) -> Content {
        let builder = BlockBuilder(partition, source: "records", columns: columns, functions: nil)
        var memory = BlockMemory(byteCount: pieceBytes)
        let decompressor = BatchDecompressor()
        let outline = RecordSetOutline(bytes)
        var cursor = RecordSetCursor(
            UnsafeRawBufferPointer(rebasing: bytes[..<outline.byteCount]), aborted: aborted,
            isCommittedOnly: isCommittedOnly)
        var content = Content(next: from)
        var first = from
        func finish() {
            if let block = builder.finish(from: first, upTo: content.next, arrival: 0) { content.blocks.append(block) }
            first = content.next
        }
        reading: while content.next < until {
            switch cursor.step(from: content.next, decompressor) {
            case .success(.end): break reading
            case .success(.passed): content.next = max(content.next, min(until, cursor.next))
            case .failure(let fault):
                content.fault = KafkaFailure.unreadable(partition, fault.offset, fault.reason)
                break reading
            case .success(.records):
                var copied: BlockBuilder.CopiedRecords
                repeat {
                    copied = builder.copy(
                        &cursor.records, time: RecordTime(cursor.header), from: content.next, until: until,
                        room: pieceBytes, messageRoom: messageRoom, mustTake: true, memory: &memory)
                    content.next = copied.next
                    content.tombstones += copied.tombstones
                    content.fault = copied.fault
                    if copied.fault != nil { break reading }
                    if copied.stop == .blockIsFull || copied.stop == .pollIsFull { finish() }
                } while copied.stop == .blockIsFull || copied.stop == .pollIsFull
                content.next = copied.stop == .untilIsReached ? until : max(content.next, min(until, cursor.next))
            }
        }
        finish()
        return content
    }
}

extension RecordTime {
    init(_ header: BatchHeader?) {
        let isCommon = header?.hasLogTime == true
        self.init(base: (isCommon ? header?.maximumTime : header?.baseTime) ?? -1, isCommon: isCommon)
    }
}
