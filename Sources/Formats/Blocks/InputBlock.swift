/// One reader's memory for a piece of the input: whole rows, each ended by a line feed. Rows of a file in memory stay where
/// they are.
final class InputBlock {
    /// Readable bytes after the last row, so that parsers may load whole words.
    static let padding = 64

    /// Where positions are counted from: memory of its own, or that of a file in memory, which is not written to.
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private var own: UnsafeMutablePointer<UInt8>
    private var lease: MemoryLease?
    /// The block's rows, as positions in `base`; the last byte is a line feed unless there are none.
    var rows = 0..<0
    /// A row after them that exceeds the limit, as far as it has been read; nothing behind it is handed out.
    var overlong: Range<Int>?
    /// The block's place in the input, from 0 without gaps.
    var index = 0
    /// The file, by its place in the list, and whether the block is its first.
    var file = 0
    var startsFile = false

    init(capacity: Int) {
        self.capacity = capacity
        own = Self.allocate(capacity)
        own.initialize(repeating: 0, count: capacity + Self.padding)
        base = own
    }

    deinit { Self.deallocate(own) }

    /// Where the memory begins in a page. Pieces of files begin near the ends and the starts of pages, and copies between
    /// places that lie alike in their pages are up to three times slower.
    private static let placeInPage = 2048
    private static let pageBytes = 4096

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: placeInPage + capacity + padding, alignment: pageBytes)
        return (raw + placeInPage).assumingMemoryBound(to: UInt8.self)
    }

    private static func deallocate(_ memory: UnsafeMutablePointer<UInt8>) {
        (UnsafeMutableRawPointer(memory) - placeInPage).deallocate()
    }

    /// Makes room for `wanted` bytes in memory of its own, keeping those that are there.
    func reserve(_ wanted: Int) {
        lease = nil
        if wanted > capacity {
            let larger = max(wanted, capacity * 2)
            let grown = Self.allocate(larger)
            grown.update(from: own, count: capacity)
            (grown + capacity).initialize(repeating: 0, count: larger - capacity + Self.padding)
            Self.deallocate(own)
            own = grown
            capacity = larger
        }
        base = own
    }

    /// Takes the bytes from `offset` on where they are; behind its rows there must be `padding` more.
    func view(_ lease: MemoryLease, from offset: Int) {
        guard let bytes = lease.bytes.baseAddress else { return }
        self.lease = lease
        base = UnsafeMutablePointer(mutating: (bytes + offset).assumingMemoryBound(to: UInt8.self))
    }
}
