package import Columnar

/// The rows of events in memory: blocks of messages, each one line, several lines or one array of objects.
///
/// Blocks are cut into morsels of about `morselBytes`, none of which mixes groups (a stream's partitions). Bad lines
/// are handed to `observe` with their places; they never fail the scan.
package final class JSONLinesBlocks: MorselSource {
    package let schema: Schema
    let parsers: JSONLinesParsers
    let blocks: [Block]
    /// The segments of each morsel; its number is its sequence.
    package let morsels: [[Segment]]
    let observe: @Sendable (ParsedMorsel) -> Void
    private let state = Locked(State())

    /// Consecutive messages.
    package struct Block: Sendable {
        /// Blocks of one group may share a morsel.
        package var group: Int
        /// The payloads, each ended by a line feed, with readable padding behind.
        package var bytes: Buffer
        package var byteCount: Int
        /// Where each message begins and where the last one ends; nil when every line is a message.
        package var starts: [Int32]?
        /// Columns beside the payload's own, a row for each message.
        package var metadata: Batch?

        package init(group: Int, bytes: Buffer, byteCount: Int, starts: [Int32]? = nil, metadata: Batch? = nil) {
            self.group = group
            self.bytes = bytes
            self.byteCount = byteCount
            self.starts = starts
            self.metadata = metadata
        }
    }

    /// A piece of a block, cut between messages.
    package struct Segment: Sendable {
        package var block: Int
        package var range: Range<Int>
    }

    private struct State {
        var next = 0
        var rows = 0
        var badRows = 0
        var bytes = 0
    }

    package init(
        _ blocks: [Block], parsers: JSONLinesParsers, morselBytes: Int = 512 << 10,
        observe: @escaping @Sendable (ParsedMorsel) -> Void
    ) {
        self.blocks = blocks
        self.parsers = parsers
        self.observe = observe
        schema = parsers.outputSchema
        morsels = Self.cut(blocks, max(morselBytes, 1))
    }

    package var totalBytes: Int { blocks.reduce(0) { $0 + $1.byteCount } }

    private static func cut(_ blocks: [Block], _ morselBytes: Int) -> [[Segment]] {
        var morsels: [[Segment]] = []
        var current: [Segment] = []
        var size = 0
        func end() {
            if !current.isEmpty { morsels.append(current) }
            current = []
            size = 0
        }
        for (index, block) in blocks.enumerated() where block.byteCount > 0 {
            if let last = current.last, blocks[last.block].group != block.group { end() }
            var start = 0
            while start < block.byteCount {
                let wanted = start + morselBytes - size
                let stop = wanted >= block.byteCount ? block.byteCount : block.border(from: wanted)
                current.append(Segment(block: index, range: start..<stop))
                size += stop - start
                start = stop
                if size >= morselBytes { end() }
            }
        }
        end()
        return morsels
    }

    package func makeReader() throws(SwiftwaterError) -> any MorselReader { Reader(self) }

    package var progress: ScanProgress {
        let (rows, badRows, bytes) = state.withLock { ($0.rows, $0.badRows, $0.bytes) }
        return ScanProgress(bytes: bytes, totalBytes: totalBytes, rows: rows, badRows: badRows)
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < morsels.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func note(_ parsed: ParsedMorsel) {
        let bytes = morsels[parsed.morsel].reduce(0) { $0 + $1.range.count }
        state.withLock { state in
            state.rows += parsed.batch.count
            state.badRows += parsed.badLines.count
            state.bytes += bytes
        }
        observe(parsed)
    }

    /// Takes morsels with a parser of the pool, which gets it back at the end.
    private final class Reader: MorselReader {
        private let source: JSONLinesBlocks
        private var parser: JSONLinesBlockParser?
        private(set) var currentSequence: Int?

        init(_ source: JSONLinesBlocks) { self.source = source }

        deinit { if let parser { source.parsers.giveBack(parser) } }

        func next() throws(SwiftwaterError) -> Morsel? {
            guard let morsel = source.take() else {
                if let parser { source.parsers.giveBack(parser) }
                parser = nil
                return nil
            }
            currentSequence = morsel
            let parser = self.parser ?? source.parsers.take()
            self.parser = parser
            let parsed = try parser.parse(source.morsels[morsel], of: source.blocks, morsel: morsel)
            source.note(parsed)
            return Morsel(sequence: morsel, batch: parsed.batch)
        }
    }
}

/// What a morsel of events turned into.
package struct ParsedMorsel: Sendable {
    /// Its number in the scan.
    package var morsel: Int
    package var batch: Batch
    package var badLines: [BadEventLine]
}

/// A line of an event, or an element of its array, that is not a row.
package struct BadEventLine: Hashable, Sendable {
    /// The block, and where in it the message (or the line, where every line is a message) begins.
    package var block: Int
    package var offset: Int
    /// The message's number in the block; nil where every line is one.
    package var message: Int?
    /// The byte within the line, counted from 1; nil when the whole is at fault.
    package var column: Int?
    package var reason: String
    package var text: [UInt8]
}

extension JSONLinesBlocks.Block {
    /// The first place between messages at or after `place`.
    fileprivate func border(from place: Int) -> Int {
        if let starts {
            var low = 0
            var high = starts.count - 1
            while low < high {
                let middle = (low + high) / 2
                if Int(starts[middle]) < place { low = middle + 1 } else { high = middle }
            }
            return starts.isEmpty ? byteCount : min(Int(starts[low]), byteCount)
        }
        let base = UnsafePointer(bytes.mutable(UInt8.self))
        return LineFeeds.first(in: base, (place - 1)..<byteCount).map { $0 + 1 } ?? byteCount
    }

    /// The number of the message that holds the byte at `place`.
    func message(at place: Int) -> Int? {
        guard let starts, starts.count > 1 else { return nil }
        var low = 0
        var high = starts.count - 2
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(starts[middle]) <= place { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
