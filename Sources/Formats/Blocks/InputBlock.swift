/// One reader's memory for a piece of the input: whole rows, each ended by a line feed.
final class InputBlock {
    /// Readable bytes after the last row, so that parsers may load whole words.
    static let padding = 64

    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
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
        base = .allocate(capacity: capacity + Self.padding)
        base.initialize(repeating: 0, count: capacity + Self.padding)
    }

    deinit { base.deallocate() }

    /// Makes room for `wanted` bytes, keeping those that are there.
    func reserve(_ wanted: Int) {
        if wanted <= capacity { return }
        let larger = max(wanted, capacity * 2)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.padding)
        grown.update(from: base, count: capacity)
        (grown + capacity).initialize(repeating: 0, count: larger - capacity + Self.padding)
        base.deallocate()
        base = grown
        capacity = larger
    }
}
