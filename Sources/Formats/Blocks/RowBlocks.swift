import CSwiftwater
import Columnar
import Synchronization

/// Deals the rows of a list of files to readers in blocks of about one size.
///
/// Plain files are read by all readers at once, each block at its own offset. Where rows may have line breaks in quotes,
/// whether a block begins inside a quoted field is known from the block before it: a reader finds out for its own block,
/// which takes a small part of the time that parsing does, and tells the next one before it parses. Compressed files and
/// pipes come in order.
final class RowBlocks: Sendable {
    let scan: RowScan
    private let files: [RowFile]
    private let blockBytes: Int
    private let maximumRowBytes: Int
    /// The number of the first block of each plain file, and of all blocks at the end; empty when read in order.
    private let firstBlocks: [Int]
    private let sizes: [Int]
    private let nextBlock = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let chain = BlockChain()
    private let sequential: SequentialBlocks?

    /// Whether most rows need no memory of the readers' own.
    var isInMemory: Bool { files.allSatisfy { MemoryFiles.isPath($0.input.path) } }

    /// Bytes of all files, as they lie on the disk; nil when one of them is a pipe.
    let totalBytes: Int?

    init(_ files: [RowFile], scan: RowScan, blockBytes: Int, maximumRowBytes: Int) throws(SwiftwaterError) {
        self.files = files
        self.scan = scan
        self.blockBytes = max(blockBytes, 1)
        self.maximumRowBytes = maximumRowBytes
        var sizes: [Int] = []
        var isPlain = true
        for file in files {
            let size = file.opened == nil ? try file.input.size() : nil
            if size == nil || !file.isDivisible { isPlain = false }
            if let size { sizes.append(size) }
        }
        totalBytes = sizes.count == files.count ? sizes.reduce(0, +) : nil
        self.sizes = sizes
        if isPlain {
            var firsts = [0]
            for (size, file) in zip(sizes, files) {
                let bytes = max(0, size - file.origin)
                firsts.append(firsts[firsts.count - 1] + (bytes + self.blockBytes - 1) / self.blockBytes)
            }
            firstBlocks = firsts
            sequential = nil
        } else {
            firstBlocks = []
            sequential = SequentialBlocks(
                files, scan: scan, blockBytes: self.blockBytes, maximumRowBytes: maximumRowBytes)
        }
    }

    /// Bytes of the files (as they lie on the disk) that have been taken.
    var takenBytes: Int { taken.load(ordering: .relaxed) }

    /// What one reader keeps between blocks: the file that it has open.
    struct Cursor {
        fileprivate var file: (index: Int, descriptor: FileDescriptor)?
        init() {}
    }

    /// Fills `block` with the next rows. Returns false at the end of the input. A block may have no rows.
    func next(_ block: InputBlock, _ cursor: inout Cursor) throws(SwiftwaterError) -> Bool {
        if let sequential {
            let (more, bytes) = try sequential.next(block)
            taken.add(bytes, ordering: .relaxed)
            if more { limitRows(block) }
            return more
        }
        let index = nextBlock.add(1, ordering: .relaxed).oldValue
        guard index < firstBlocks[files.count] else { return false }
        var file = cursor.file?.index ?? 0
        if index < firstBlocks[file] { file = 0 }
        while index >= firstBlocks[file + 1] { file += 1 }
        block.index = index
        block.file = file
        block.startsFile = index == firstBlocks[file]
        var published = scan.quote == nil
        // Whatever happens here, the reader of the next block must not wait for ever.
        defer { if !published { chain.publish(index + 1, nil) } }
        let descriptor: FileDescriptor
        if let open = cursor.file, open.index == file {
            descriptor = open.descriptor
        } else {
            descriptor = try files[file].input.open()
            cursor.file = (file, descriptor)
        }
        let origin = files[file].origin
        let start = origin + (index - firstBlocks[file]) * blockBytes
        let isLast = index + 1 == firstBlocks[file + 1]
        let end = isLast ? sizes[file] : start + blockBytes
        let piece = Piece(start: start, end: end, origin: origin, size: sizes[file])
        if viewLines(block, descriptor, piece) {
            taken.add(end - start, ordering: .relaxed)
            limitRows(block)
            return true
        }
        guard let ending = try readBorders(block, descriptor, piece, &published) else { return false }
        try findRows(block, descriptor, piece, ending)
        taken.add(end - start, ordering: .relaxed)
        limitRows(block)
        return true
    }

    /// A block's bytes in its file.
    private struct Piece {
        var start: Int
        var end: Int
        /// Where the file's rows begin.
        var origin: Int
        var size: Int
        /// Where the block's memory begins: one byte earlier, to see what stands before it.
        var from: Int { max(start - 1, origin) }
    }

    /// Gives the lines of a file in memory where they are; false where they end so near the file's end that they must be
    /// copied, and for other files.
    private func viewLines(_ block: InputBlock, _ file: FileDescriptor, _ piece: Piece) -> Bool {
        guard scan.quote == nil, let memory = file.memory, let lease = MemoryLease(memory) else { return false }
        let limit = lease.bytes.count - InputBlock.padding
        guard piece.end <= limit, let base = lease.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return false
        }
        var first = piece.start
        if first > piece.origin, base[first - 1] != 0x0A {
            first = (LineFeeds.first(in: base, first..<piece.end) ?? piece.end - 1) + 1
        }
        var end = first
        if first < piece.end {
            guard let last = LineFeeds.first(in: base, (piece.end - 1)..<limit) else { return false }
            end = last + 1
        }
        block.view(lease, from: piece.from)
        block.rows = (first - piece.from)..<(end - piece.from)
        return true
    }

    /// The states at a block's borders, and the bytes that have been read.
    private struct Borders {
        var first: RowScan.State
        var last: RowScan.State
        var count: Int
    }

    /// Bytes read beyond a block at first, for the end of its last row.
    private static let slack = 4096

    /// Reads the block and settles its borders with its neighbours; nil when the one before it failed.
    private func readBorders(
        _ block: InputBlock, _ file: FileDescriptor, _ piece: Piece, _ published: inout Bool
    ) throws(SwiftwaterError) -> Borders? {
        let wanted = min(piece.end + Self.slack, piece.size) - piece.from
        block.reserve(wanted + 1)
        let count = try file.read(into: block.base, byteCount: wanted, at: piece.from)
        guard count == wanted else { throw Self.shorter(file.path) }
        let (start, end) = (piece.start - piece.from, piece.end - piece.from)
        guard let quote = scan.quote else { return Borders(first: .outside, last: .outside, count: count) }
        let hasQuotes = sw_survey(block.base + start, Int64(end - start), quote) & UInt32(sw_has_value) != 0
        var first = RowScan.State.outside
        if !block.startsFile {
            guard let known = chain.state(of: block.index) else { return nil }
            first = known
        }
        var last = first
        if hasQuotes {
            last = scan.state(
                block.base, from: start, to: end, limit: count, first, isRowStart: piece.start == piece.origin)
        }
        if piece.end < piece.size {
            chain.publish(block.index + 1, last)
        }
        published = true
        return Borders(first: first, last: last, count: count)
    }

    /// Finds the rows that begin in the block, reading on to the end of the last one.
    private func findRows(
        _ block: InputBlock, _ file: FileDescriptor, _ piece: Piece, _ borders: Borders
    ) throws(SwiftwaterError) {
        let (start, end) = (piece.start - piece.from, piece.end - piece.from)
        var count = borders.count
        block.rows = 0..<0
        var first = start
        let startsRow =
            piece.start == piece.origin || (borders.first == .outside && block.base[start - 1] == 0x0A)
        if !startsRow {
            var state = borders.first
            guard
                let feed = scan.rowEnd(block.base, from: start, to: end, limit: count, &state, isRowStart: false)
            else { return }
            first = feed + 1
        }
        if first >= end { return }
        if borders.last == .outside, block.base[end - 1] == 0x0A {
            block.rows = first..<end
            return
        }
        var state = borders.last
        var searched = end
        while true {
            // The last byte's meaning may depend on the next one, so it waits for more.
            let isAll = piece.from + count == piece.size
            let until = isAll ? count : max(searched, count - 1)
            if let feed = scan.rowEnd(block.base, from: searched, to: until, limit: count, &state, isRowStart: false) {
                block.rows = first..<(feed + 1)
                return
            }
            // What comes after a row that is too long does not matter.
            if isAll || count - end > maximumRowBytes {
                block.base[count] = 0x0A
                block.rows = first..<(count + 1)
                return
            }
            // A doubled quote before `until` may have taken the byte behind it.
            searched = until
            let wanted = min(max(count, 1 << 16), piece.size - piece.from - count)
            block.reserve(count + wanted + 1)
            let more = try file.read(into: block.base + count, byteCount: wanted, at: piece.from + count)
            guard more == wanted else { throw Self.shorter(file.path) }
            count += more
        }
    }

    /// Takes a row over the limit and what follows it out of the block's rows, wherever the blocks were cut.
    private func limitRows(_ block: InputBlock) {
        block.overlong = nil
        guard block.rows.count > maximumRowBytes else { return }
        let end = block.rows.upperBound
        var start = block.rows.lowerBound
        while start < end {
            var state = RowScan.State.outside
            let feed =
                scan.rowEnd(block.base, from: start, to: end, limit: end, &state, isRowStart: true) ?? end - 1
            if feed - start > maximumRowBytes {
                block.rows = block.rows.lowerBound..<start
                block.overlong = start..<feed
                return
            }
            start = feed + 1
        }
    }

    private static func shorter(_ path: String) -> SwiftwaterError {
        SwiftwaterError(
            .io, "'\(path)' became shorter while it was read", hint: "read files that nobody truncates")
    }
}
