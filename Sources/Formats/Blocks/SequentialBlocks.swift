import Columnar

/// The rows of files that can only be read in order: compressed files and pipes. Readers take turns.
final class SequentialBlocks: @unchecked Sendable {
    /// Guards everything below.
    private let turn = Locked(())
    private let files: [RowFile]
    private let scan: RowScan
    private let blockBytes: Int
    private let maximumRowBytes: Int
    private var fileIndex = 0
    private var stream: (any ByteStream)?
    private var startsFile = true
    private var blockIndex = 0
    /// The beginning of a row whose end has not been read.
    private var carried: [UInt8] = []
    private var takenBytes = 0

    init(_ files: [RowFile], scan: RowScan, blockBytes: Int, maximumRowBytes: Int) {
        self.files = files
        self.scan = scan
        self.blockBytes = blockBytes
        self.maximumRowBytes = maximumRowBytes
    }

    /// Fills `block` with the next rows. Returns false at the end of the last file, and the bytes taken from the disk.
    func next(_ block: InputBlock) throws(SwiftwaterError) -> (more: Bool, bytes: Int) {
        try turn.withLock { _ throws(SwiftwaterError) in
            let before = takenBytes
            let more = try nextInOrder(block)
            return (more, takenBytes - before)
        }
    }

    private func nextInOrder(_ block: InputBlock) throws(SwiftwaterError) -> Bool {
        while fileIndex < files.count {
            if try nextInFile(block) { return true }
            fileIndex += 1
            stream = nil
            startsFile = true
        }
        return false
    }

    private func nextInFile(_ block: InputBlock) throws(SwiftwaterError) -> Bool {
        let stream: any ByteStream
        if let open = self.stream { stream = open } else { stream = try files[fileIndex].rows() }
        self.stream = stream
        block.reserve(carried.count + blockBytes + 1)
        carried.withUnsafeBufferPointer { bytes in
            if let from = bytes.baseAddress { block.base.update(from: from, count: bytes.count) }
        }
        var count = carried.count
        carried.removeAll(keepingCapacity: true)
        // A row begins at the block's first byte.
        var searched = 0
        var state = RowScan.State.outside
        var lastFeed: Int?
        while true {
            let consumed = stream.consumedBytes
            let n = try stream.read(into: block.base + count, byteCount: block.capacity - 1 - count)
            takenBytes += stream.consumedBytes - consumed
            count += n
            if n > 0, count < blockBytes { continue }
            if n == 0, count == 0 { return false }
            // The last byte's meaning may depend on the next one, so it waits for more.
            let until = n == 0 ? count : max(searched, count - 1)
            if scan.quote == nil {
                // Without quotes the last line break ends a row, whatever comes before it.
                lastFeed = LineFeeds.last(in: block.base, searched..<count) ?? lastFeed
                searched = count
            } else {
                while let feed = scan.rowEnd(
                    block.base, from: searched, to: until, limit: count, &state, isRowStart: searched == 0)
                {
                    lastFeed = feed
                    searched = feed + 1
                }
                searched = until
            }
            if n == 0 {
                block.base[count] = 0x0A
                publish(block, rows: 0..<(lastFeed == count - 1 ? count : count + 1))
                return true
            }
            if let feed = lastFeed {
                carried.append(
                    contentsOf: UnsafeBufferPointer(start: block.base + (feed + 1), count: count - feed - 1))
                publish(block, rows: 0..<(feed + 1))
                return true
            }
            if count > maximumRowBytes {
                // What comes after a row that is too long does not matter.
                block.base[count] = 0x0A
                publish(block, rows: 0..<(count + 1))
                return true
            }
            block.reserve(block.capacity * 2)
        }
    }

    private func publish(_ block: InputBlock, rows: Range<Int>) {
        block.rows = rows
        block.index = blockIndex
        block.file = fileIndex
        block.startsFile = startsFile
        blockIndex += 1
        startsFile = false
    }
}
