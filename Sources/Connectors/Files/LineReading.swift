import Columnar
import Formats
import Streams

/// How a file's next lines are cut out of it.
struct LineReading {
    /// Bytes that are read at once.
    var blockBytes: Int
    var maximumLineBytes: Int
    var memory = BlockMemory()

    /// What one reading takes.
    struct Limits {
        /// No line that begins at or behind this position.
        var end: Int64
        var bytes: Int
        var lines: Int
        /// The bytes before `end` are all that will ever be there: a last line needs no line feed.
        var isFinal: Bool
    }

    enum Outcome {
        case block(EventBlock, lines: Int)
        /// No whole line before the end.
        case unfinished
        /// The file has fewer bytes than `end`.
        case truncated
    }

    /// The next lines of an uncompressed file: read once, straight into the block.
    mutating func next(_ file: FollowedFile, _ limits: Limits) throws(SwiftwaterError) -> Outcome {
        let descriptor = try file.open()
        let available = Int(limits.end - file.position)
        guard available > 0 else { return .unfinished }
        var wanted = min(blockBytes, max(limits.bytes, 1), available)
        while true {
            let buffer = memory.take(wanted + 1)
            let base = buffer.mutable(UInt8.self)
            let count = try descriptor.read(into: buffer.base, byteCount: wanted, at: Int(file.position))
            if count < wanted { return .truncated }
            if let last = LineFeeds.last(in: base, 0..<count) {
                let (end, lines) = LineFeeds.end(in: base, 0..<(last + 1), lines: limits.lines)
                return .block(block(file, buffer, end, consumed: end), lines: lines)
            }
            if count > maximumLineBytes {
                return try overlong(file, descriptor, limits, buffer)
            }
            if count == available {
                guard limits.isFinal else { return .unfinished }
                base[count] = 0x0A
                return .block(block(file, buffer, count + 1, consumed: count), lines: 1)
            }
            wanted = min(wanted * 4, available)
        }
    }

    /// A line over the limit: its begin comes as a line, which no parser takes, so that it ends among the bad ones.
    private mutating func overlong(
        _ file: FollowedFile, _ descriptor: FileDescriptor, _ limits: Limits, _ begin: Buffer
    ) throws(SwiftwaterError) -> Outcome {
        let buffer = memory.take(1 << 20)
        var position = file.position + Int64(maximumLineBytes)
        while true {
            let wanted = Int(min(Int64(1 << 20), limits.end - position))
            let count = try descriptor.read(into: buffer.base, byteCount: wanted, at: Int(position))
            if count < wanted { return .truncated }
            if let feed = LineFeeds.first(in: buffer.mutable(UInt8.self), 0..<count) {
                position += Int64(feed + 1)
                break
            }
            position += Int64(count)
            if position == limits.end {
                if limits.isFinal { break }
                return .unfinished
            }
        }
        begin.mutable(UInt8.self)[maximumLineBytes] = 0x0A
        return .block(
            block(file, begin, maximumLineBytes + 1, consumed: Int(position - file.position)), lines: 1)
    }

    private func block(_ file: FollowedFile, _ buffer: Buffer, _ byteCount: Int, consumed: Int) -> EventBlock {
        EventBlock(
            partition: file.partition, positions: file.position..<(file.position + Int64(consumed)), bytes: buffer,
            byteCount: byteCount, arrival: millisecondsNow())
    }

    /// The next lines of a compressed file, up to `limits.end` in its plain bytes; nil at its end.
    mutating func nextDecompressed(
        _ file: FollowedFile, _ kind: StreamCompression, _ limits: Limits
    ) throws(SwiftwaterError) -> (EventBlock, lines: Int)? {
        let lines: DecompressedLines
        if let current = file.decompressed, current.position == file.position {
            lines = current
        } else {
            // Compressed bytes have no other places to begin at.
            lines = try DecompressedLines(path: file.path, identity: file.identity, kind)
            file.decompressed = lines
            try lines.skip(to: file.position)
        }
        let limit = Int(limits.end - file.position)
        guard limit > 0 else { return nil }
        let wanted = min(blockBytes, max(limits.bytes, 1))
        guard let next = try lines.next(wanted, limit: limit, maximumLineBytes, limits.lines, &memory) else {
            return nil
        }
        return (block(file, next.buffer, next.byteCount, consumed: next.consumed), next.lines)
    }
}
