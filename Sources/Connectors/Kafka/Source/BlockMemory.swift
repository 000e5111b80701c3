import Columnar

/// Memory for blocks, used again when nobody holds it: fresh pages cost more than the copy that fills them.
struct BlockMemory {
    /// Bytes of a block's buffer; a longer message gets one of its own.
    let byteCount: Int
    /// Buffers that are kept, at most.
    private let limit: Int
    private var buffers: [Buffer] = []
    private var next = 0

    init(byteCount: Int = 1 << 20, limit: Int = 48) {
        self.byteCount = byteCount
        self.limit = limit
    }

    /// A buffer of at least `wanted` bytes that nobody else reads.
    mutating func take(atLeast wanted: Int) -> Buffer {
        guard wanted <= byteCount else { return Buffer(byteCount: wanted) }
        // The one that was taken longest ago is the likeliest to be free.
        for step in 0..<buffers.count {
            let index = (next + step) % buffers.count
            if isKnownUniquelyReferenced(&buffers[index]) {
                next = index + 1
                return buffers[index]
            }
        }
        let buffer = Buffer(byteCount: byteCount)
        if buffers.count < limit { buffers.append(buffer) }
        return buffer
    }
}
