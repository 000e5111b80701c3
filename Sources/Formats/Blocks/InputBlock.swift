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
        own = .allocate(capacity: capacity + Self.padding)
        own.initialize(repeating: 0, count: capacity + Self.padding)
        base = own
    }

    deinit { own.deallocate() }

    /// Makes room for `wanted` bytes in memory of its own, keeping those that are there.
    func reserve(_ wanted: Int) {
        lease = nil
        if wanted > capacity {
            let larger = max(wanted, capacity * 2)
            let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.padding)
            grown.update(from: own, count: capacity)
            (grown + capacity).initialize(repeating: 0, count: larger - capacity + Self.padding)
            own.deallocate()
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
