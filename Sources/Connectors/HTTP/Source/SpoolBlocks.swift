import Columnar
import Formats
import Streams

/// Bodies of the spool as event blocks: small ones together, a large one as it is.
enum SpoolBlocks {
    /// Bodies from this size on are blocks by themselves, whose bytes are not copied.
    private static let largeByteCount = 64 << 10

    static func blocks(_ bodies: [Spool.Recent], _ partition: SourcePartition) -> [EventBlock] {
        var blocks: [EventBlock] = []
        var first = 0
        while first < bodies.count {
            var last = first
            var bytes = bodies[first].byteCount
            if bytes < largeByteCount {
                while last + 1 < bodies.count, bodies[last + 1].byteCount < largeByteCount,
                    bytes + bodies[last + 1].byteCount <= 1 << 20
                {
                    last += 1
                    bytes += bodies[last].byteCount
                }
            }
            blocks.append(block(bodies[first...last], bytes, partition))
            first = last + 1
        }
        return blocks
    }

    private static func block(
        _ bodies: ArraySlice<Spool.Recent>, _ byteCount: Int, _ partition: SourcePartition
    ) -> EventBlock {
        let first = bodies[bodies.startIndex]
        var messages = EventBlock.Messages(starts: [], positions: [])
        messages.starts.reserveCapacity(bodies.count + 1)
        messages.positions.reserveCapacity(bodies.count)
        var offset = 0
        for body in bodies {
            messages.starts.append(Int32(offset))
            messages.positions.append(body.position)
            offset += body.byteCount
        }
        messages.starts.append(Int32(offset))
        let bytes: Buffer
        if bodies.count == 1 {
            bytes = first.body
        } else {
            bytes = Buffer(byteCount: byteCount)
            for (start, body) in zip(messages.starts, bodies) {
                (bytes.base + Int(start)).copyMemory(from: body.body.base, byteCount: body.byteCount)
            }
        }
        return EventBlock(
            partition: partition, positions: first.position..<bodies[bodies.endIndex - 1].end, bytes: bytes,
            byteCount: byteCount, messages: messages, arrival: first.arrival)
    }

    /// Reads records of a segment's file and moves their bodies together.
    ///
    /// - Parameter byteCount: bytes that the file has from `offset` on; the last record ends there.
    static func read(
        _ file: FileDescriptor, _ offset: Int, _ byteCount: Int, at position: Int64, _ partition: SourcePartition,
        maximumBytes: Int, maximumRecords: Int
    ) throws(SwiftwaterError) -> [EventBlock] {
        var size = min(byteCount, max(64 << 10, min(maximumBytes, 4 << 20)))
        while true {
            let bytes = Buffer(byteCount: size)
            guard try file.read(into: bytes.base, byteCount: size, at: offset) == size else {
                throw SpoolSegment.damaged(file.path, offset)
            }
            var messages = EventBlock.Messages(starts: [], positions: [])
            var arrival: Int64 = 0
            var read = 0
            var kept = 0
            while read < size, messages.count < maximumRecords {
                let header = UnsafeRawPointer(bytes.base + read)
                guard
                    let record = SpoolRecord(
                        header: header, available: size - read, position: position + Int64(read))
                else {
                    // The header itself may be cut by the end of what was read.
                    if size - read < SpoolRecord.headerByteCount, size < byteCount { break }
                    throw SpoolSegment.damaged(file.path, offset + read)
                }
                if record.byteCount > size - read {
                    guard size < byteCount else { throw SpoolSegment.damaged(file.path, offset + read) }
                    if messages.count == 0 { read = -record.byteCount }
                    break
                }
                guard record.isWhole(header) else { throw SpoolSegment.damaged(file.path, offset + read) }
                if messages.count == 0 { arrival = record.arrival }
                messages.starts.append(Int32(kept))
                messages.positions.append(record.position)
                let body = bytes.base + read + SpoolRecord.headerByteCount + record.keyByteCount
                (bytes.base + kept).copyMemory(from: body, byteCount: record.bodyByteCount)
                kept += record.bodyByteCount
                read += record.byteCount
            }
            if read < 0 {
                // The first record is longer than what was read.
                size = -read
                continue
            }
            messages.starts.append(Int32(kept))
            return [
                EventBlock(
                    partition: partition, positions: position..<(position + Int64(read)), bytes: bytes,
                    byteCount: kept, messages: messages, arrival: arrival)
            ]
        }
    }
}
