import Columnar

/// The lines of files that can only be read in order: compressed files and pipes. Readers take turns.
final class SequentialLines: @unchecked Sendable {
    /// Guards everything below.
    private let turn = Locked(())
    private let files: [InputFile]
    private let blockBytes: Int
    private let maximumLineBytes: Int
    private var fileIndex = 0
    private var stream: (any ByteStream)?
    private var startsFile = true
    private var blockIndex = 0
    /// The beginning of a line whose end has not been read.
    private var carried: [UInt8] = []
    private var takenBytes = 0

    init(files: [InputFile], blockBytes: Int, maximumLineBytes: Int) {
        self.files = files
        self.blockBytes = blockBytes
        self.maximumLineBytes = maximumLineBytes
    }

    /// Fills `block` with the next lines. Returns false at the end of the last file, and the bytes taken from the disk.
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
        if let open = self.stream { stream = open } else { stream = try files[fileIndex].stream() }
        self.stream = stream
        block.reserve(carried.count + blockBytes + 1)
        for index in carried.indices { block.base[index] = carried[index] }
        var count = carried.count
        var searched = 0
        carried.removeAll(keepingCapacity: true)
        while true {
            let consumed = stream.consumedBytes
            let n = try stream.read(into: block.base + count, byteCount: block.capacity - 1 - count)
            takenBytes += stream.consumedBytes - consumed
            if n == 0 {
                if count == 0 { return false }
                block.base[count] = 0x0A
                publish(block, lines: 0..<(count + 1))
                return true
            }
            count += n
            // A pipe gives little at a time: the block is handed out when it is full enough.
            if count < blockBytes { continue }
            if let feed = LineFeeds.last(in: block.base, searched..<count) {
                carried.append(
                    contentsOf: UnsafeBufferPointer(start: block.base + (feed + 1), count: count - feed - 1))
                publish(block, lines: 0..<(feed + 1))
                return true
            }
            guard count <= maximumLineBytes else {
                throw LineBlocks.lineTooLong(files[fileIndex].path, maximumLineBytes)
            }
            searched = count
            block.reserve(block.capacity * 2)
        }
    }

    private func publish(_ block: InputBlock, lines: Range<Int>) {
        block.lines = lines
        block.index = blockIndex
        block.file = fileIndex
        block.startsFile = startsFile
        blockIndex += 1
        startsFile = false
    }
}
