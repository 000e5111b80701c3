/// A growing piece of text that a writer fills: its memory stays for the next batch.
package final class TextBuffer: @unchecked Sendable {
    package private(set) var base: UnsafeMutablePointer<UInt8>
    package private(set) var capacity: Int
    /// Bytes written.
    package var count = 0

    package init(capacity: Int = 1 << 16) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    package func removeAll() { count = 0 }

    /// Makes room for `extra` more bytes.
    @inline(never)
    package func reserve(_ extra: Int) {
        if capacity - count >= extra { return }
        let larger = max(count + extra, capacity * 2)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        grown.update(from: base, count: count)
        base.deallocate()
        base = grown
        capacity = larger
    }
}

/// A place in a `TextBuffer`, held in registers while a batch is written. `end()` gives the count back.
struct TextCursor {
    private let buffer: TextBuffer
    private(set) var p: UnsafeMutablePointer<UInt8>
    private var limit: UnsafeMutablePointer<UInt8>

    init(_ buffer: TextBuffer) {
        self.buffer = buffer
        p = buffer.base + buffer.count
        limit = buffer.base + buffer.capacity
    }

    func end() { buffer.count = p - buffer.base }

    /// Makes room for `extra` more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if limit - p < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        buffer.count = p - buffer.base
        buffer.reserve(extra)
        p = buffer.base + buffer.count
        limit = buffer.base + buffer.capacity
    }

    @inline(__always)
    mutating func advance(_ count: Int) { p += count }

    /// Writes a byte; there must be room.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        p.pointee = byte
        p += 1
    }

    /// Writes bytes, with room for them made here.
    @inline(__always)
    mutating func put(_ source: UnsafePointer<UInt8>, _ count: Int) {
        reserve(count)
        p.update(from: source, count: count)
        p += count
    }

    /// Writes a short word; room is made here.
    @inline(__always)
    mutating func put(_ word: StaticString) { put(word.utf8Start, word.utf8CodeUnitCount) }
}
