package import Columnar
package import Formats
import Glibc
package import Streams

/// Standard input, or another pipe, as a stream of lines.
///
/// What was read cannot be read again: lines that were in flight are lost in a crash, and positions count the bytes of
/// this process's reading only. A last line without a line feed is one when the input ends.
package final class StandardInputSource: StreamSource, @unchecked Sendable {
    package let name: String
    package var isReplayable: Bool { false }

    private let file: FileDescriptor
    private let wakePipe: WakePipe
    private let partition: SourcePartition
    private let blockBytes: Int
    private let maximumLineBytes: Int
    private var memory = BlockMemory()
    /// Bytes of a line that has not ended, and those of rows that a poll had no room for.
    private var carry: [UInt8] = []
    /// Whether `carry` has whole lines.
    private var carriesLines = false
    /// Where the next line begins, and where the last block ended: between them are bytes that were left out.
    private var position: Int64 = 0
    private var reported: Int64 = 0
    private var isEnded = false
    private var isAssigned = false
    /// A line over the limit is being left out up to its end.
    private var skips = false
    private let waiting = Locked<Int64>(0)

    package init(
        name: String, file: FileDescriptor = .standardInput, blockBytes: Int = 1 << 20, maximumLineBytes: Int = 64 << 20
    ) throws(SwiftwaterError) {
        self.name = name
        self.file = file
        self.blockBytes = blockBytes
        self.maximumLineBytes = maximumLineBytes
        wakePipe = try WakePipe()
        partition = SourcePartition(source: name, id: "stdin")
    }

    package func open(at positions: Positions) throws(SwiftwaterError) {
        // Bytes are counted on from there, so that positions rise over restarts.
        position = positions[partition] ?? 0
        reported = position
    }

    package func poll(_ request: PollRequest) throws(SwiftwaterError) -> PollResult {
        var result = PollResult()
        if !isAssigned {
            isAssigned = true
            result.assigned[partition] = position
        }
        if let until = request.until {
            if let end = until[partition], end > position {
                throw SwiftwaterError(
                    .data, "\(file.path) cannot be read again: bytes \(position) to \(end) are lost",
                    hint: "start without the checkpoint, or read from files")
            }
            return result
        }
        let deadline = ContinuousClock.now + request.timeout
        var bytes = request.maximumBytes
        var lines = request.maximumMessages
        while bytes > 0, lines > 0 {
            if !carriesLines, !isEnded {
                let wait = result.blocks.isEmpty ? deadline - .now : .zero
                let (isReadable, isWoken) = wakePipe.wait(for: file.descriptor, timeout: wait)
                if !isReadable {
                    if isWoken || !result.blocks.isEmpty || ContinuousClock.now >= deadline { break }
                    continue
                }
            }
            guard let (read, count) = try nextBlock(bytes: bytes, lines: lines) else {
                if isEnded { break }
                continue
            }
            var block = read
            block.lineCount = count
            bytes -= block.byteCount
            lines -= count
            result.blocks.append(block)
        }
        result.isEnded = isEnded && carry.isEmpty
        result.isDrained = result.isEnded
        waiting.withLock { $0 = Int64(carry.count) }
        return result
    }

    /// Reads once, and takes the whole lines of what is there; nil when there is none.
    private func nextBlock(bytes: Int, lines: Int) throws(SwiftwaterError) -> (block: EventBlock, lines: Int)? {
        let room = min(blockBytes, max(bytes, 1))
        let buffer = memory.take(carry.count + room + 1)
        let base = buffer.mutable(UInt8.self)
        carry.withUnsafeBytes {
            if let start = $0.baseAddress { buffer.base.copyMemory(from: start, byteCount: $0.count) }
        }
        var count = carry.count
        if !carriesLines, !isEnded {
            let read = try file.read(into: buffer.base + count, byteCount: room)
            if read == 0 { isEnded = true }
            count += read
        }
        let start = skipRest(base, count)
        if isEnded, count > start, base[count - 1] != 0x0A, !skips {
            base[count] = 0x0A
            return take(buffer, start..<(count + 1), lines, filled: count)
        }
        guard let last = LineFeeds.last(in: base, start..<count) else {
            carriesLines = false
            guard count - start > maximumLineBytes else {
                keep(base, start..<count)
                return nil
            }
            // Its begin is no line that a parser takes: it ends as a bad one, not unseen.
            skips = true
            carry = []
            base[start + maximumLineBytes] = 0x0A
            position += Int64(count - start)
            return (block(buffer, start..<(start + maximumLineBytes + 1)), 1)
        }
        return take(buffer, start..<(last + 1), lines, filled: count)
    }

    /// Where the bytes begin that are not of a line over the limit.
    private func skipRest(_ base: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        guard skips else { return 0 }
        let end: Int
        if let feed = LineFeeds.first(in: base, 0..<count) {
            skips = false
            end = feed + 1
        } else {
            end = count
        }
        position += Int64(end)
        return end
    }

    private func keep(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) {
        carry = Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// A block of at most `lines` of the lines in `range`; what follows is kept.
    private func take(
        _ buffer: Buffer, _ range: Range<Int>, _ lines: Int, filled: Int
    ) -> (block: EventBlock, lines: Int)? {
        let base = buffer.mutable(UInt8.self)
        let (end, count) = LineFeeds.end(in: base, range, lines: lines)
        keep(base, min(end, filled)..<filled)
        carriesLines = end < range.upperBound
        position += Int64(min(end, filled) - range.lowerBound)
        return (block(buffer, range.lowerBound..<end), count)
    }

    /// The block of the bytes up to `position`.
    private func block(_ buffer: Buffer, _ range: Range<Int>) -> EventBlock {
        defer { reported = position }
        return EventBlock(
            partition: partition, positions: reported..<position,
            bytes: range.lowerBound == 0 ? buffer : buffer.slice(range.lowerBound..<buffer.byteCount),
            byteCount: range.count, arrival: millisecondsNow())
    }

    package func acknowledge(_ positions: Positions) throws(SwiftwaterError) {}

    package func wake() { wakePipe.wake() }

    package var lag: [SourcePartition: Int64] { [partition: waiting.withLock { $0 }] }

    package func close() { wakePipe.close() }
}
