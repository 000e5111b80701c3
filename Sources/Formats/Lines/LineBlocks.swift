import CSwiftwater
import Columnar
import Synchronization

/// Deals the lines of a list of files to readers in blocks of about one size.
///
/// Plain files are read by all readers at once, each block at its own offset. Compressed files and pipes come in order:
/// the readers take turns at decompressing, and parse beside each other.
final class LineBlocks: Sendable {
    let files: [InputFile]
    private let blockBytes: Int
    private let maximumLineBytes: Int
    /// The number of the first block of each plain file, and of all blocks at the end; empty when read in order.
    private let firstBlocks: [Int]
    private let sizes: [Int]
    private let nextBlock = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let sequential: SequentialLines?

    /// Bytes of all files, as they lie on the disk; nil when one of them is a pipe.
    let totalBytes: Int?

    init(files: [InputFile], blockBytes: Int, maximumLineBytes: Int) throws(SwiftwaterError) {
        self.files = files
        self.blockBytes = max(blockBytes, 1)
        self.maximumLineBytes = maximumLineBytes
        var sizes: [Int] = []
        var isPlain = true
        for file in files {
            let size = try file.size()
            if size == nil || file.compression != nil { isPlain = false }
            if let size { sizes.append(size) }
        }
        totalBytes = sizes.count == files.count ? sizes.reduce(0, +) : nil
        self.sizes = sizes
        if isPlain {
            var firsts = [0]
            for size in sizes {
                firsts.append(firsts[firsts.count - 1] + (size + self.blockBytes - 1) / self.blockBytes)
            }
            firstBlocks = firsts
            sequential = nil
        } else {
            firstBlocks = []
            sequential = SequentialLines(files: files, blockBytes: blockBytes, maximumLineBytes: maximumLineBytes)
        }
    }

    /// Bytes of the files (as they lie on the disk) that have been taken.
    var takenBytes: Int { taken.load(ordering: .relaxed) }

    /// What one reader keeps between blocks: the file that it has open.
    struct Cursor {
        fileprivate var file: (index: Int, descriptor: FileDescriptor)?
        init() {}
    }

    /// Fills `block` with the next lines. Returns false at the end of the input. A block may have no lines.
    func next(_ block: InputBlock, _ cursor: inout Cursor) throws(SwiftwaterError) -> Bool {
        if let sequential {
            let (more, bytes) = try sequential.next(block)
            taken.add(bytes, ordering: .relaxed)
            return more
        }
        let index = nextBlock.add(1, ordering: .relaxed).oldValue
        guard index < firstBlocks[files.count] else { return false }
        var file = cursor.file?.index ?? 0
        if index < firstBlocks[file] { file = 0 }
        while index >= firstBlocks[file + 1] { file += 1 }
        let descriptor: FileDescriptor
        if let open = cursor.file, open.index == file {
            descriptor = open.descriptor
        } else {
            descriptor = try files[file].open()
            cursor.file = (file, descriptor)
        }
        block.index = index
        block.file = file
        block.startsFile = index == firstBlocks[file]
        try fill(block, descriptor, start: (index - firstBlocks[file]) * blockBytes, size: sizes[file])
        taken.add(min(blockBytes, sizes[file] - (index - firstBlocks[file]) * blockBytes), ordering: .relaxed)
        return true
    }

    /// Bytes read beyond a block at first, for the end of its last line.
    private static let slack = 4096

    /// Reads the lines that begin in the `blockBytes` bytes from `start` on.
    private func fill(
        _ block: InputBlock, _ file: FileDescriptor, start: Int, size: Int
    ) throws(SwiftwaterError) {
        // A line that begins at `start` is known by the line feed before it.
        let from = max(start - 1, 0)
        let end = min(start + blockBytes, size)
        var wanted = min(end + Self.slack, size) - from
        block.reserve(wanted + 1)
        var count = try file.read(into: block.base, byteCount: wanted, at: from)
        guard count == wanted else {
            throw SwiftwaterError(
                .io, "'\(file.path)' became shorter while it was read", hint: "read files that nobody truncates")
        }
        var first = 0
        if start > 0 {
            guard let feed = LineFeeds.first(in: block.base, 0..<min(count, end - from)) else {
                block.lines = 0..<0
                return
            }
            first = feed + 1
        }
        if first >= end - from {
            block.lines = 0..<0
            return
        }
        // The last line ends at the first line feed from the block's last byte on.
        var searched = end - from - 1
        while true {
            if let feed = LineFeeds.first(in: block.base, searched..<count) {
                block.lines = first..<(feed + 1)
                return
            }
            if from + count == size {
                block.base[count] = 0x0A
                block.lines = first..<(count + 1)
                return
            }
            guard count - (end - from) <= maximumLineBytes else { throw Self.lineTooLong(file.path, maximumLineBytes) }
            searched = count
            wanted = min(max(count, 1 << 16), size - from - count)
            block.reserve(count + wanted + 1)
            let more = try file.read(into: block.base + count, byteCount: wanted, at: from + count)
            guard more == wanted else { throw SwiftwaterError(.io, "'\(file.path)' became shorter while it was read") }
            count += more
        }
    }

    static func lineTooLong(_ path: String, _ limit: Int) -> SwiftwaterError {
        SwiftwaterError(
            .data, "a line has more than \(limit) bytes", at: SwiftwaterError.Location(file: path),
            hint: "raise the limit (maximumLineBytes), or check that the file has line breaks")
    }
}

/// Line feeds in memory, sixteen bytes at a time.
enum LineFeeds {
    static func first(in base: UnsafeMutablePointer<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index + 16 <= range.upperBound {
            let mask = sw_equal(base + index, 0x0A)
            if mask != 0 { return index + mask.trailingZeroBitCount }
            index += 16
        }
        while index < range.upperBound {
            if base[index] == 0x0A { return index }
            index += 1
        }
        return nil
    }

    static func last(in base: UnsafeMutablePointer<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if base[index] == 0x0A { return index }
        }
        return nil
    }

    static func count(in base: UnsafePointer<UInt8>, _ byteCount: Int) -> Int {
        var index = 0
        var count = 0
        while index + 16 <= byteCount {
            count += sw_equal(base + index, 0x0A).nonzeroBitCount
            index += 16
        }
        while index < byteCount {
            if base[index] == 0x0A { count += 1 }
            index += 1
        }
        return count
    }
}
