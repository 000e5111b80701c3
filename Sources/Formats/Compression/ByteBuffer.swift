import Columnar

/// Bytes that grow at the end: pages, compressed blocks. Its memory is kept for the next use by `removeAll`.
package final class ByteBuffer {
    package private(set) var base: UnsafeMutableRawPointer
    package private(set) var capacity: Int
    /// Bytes in use.
    package private(set) var count = 0

    package init(capacity: Int = 1024) {
        self.capacity = max(capacity, 64)
        base = .allocate(byteCount: self.capacity, alignment: 64)
        MemoryAccount.add(self.capacity)
    }

    deinit {
        base.deallocate()
        MemoryAccount.add(-capacity)
    }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for `extra` bytes and returns where they go; `advance` says how many were written.
    package func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        if count + extra > capacity { grow(to: count + extra) }
        return base + count
    }

    private func grow(to wanted: Int) {
        let larger = max(wanted, capacity * 2)
        let grown = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 64)
        grown.copyMemory(from: base, byteCount: count)
        base.deallocate()
        MemoryAccount.add(larger - capacity)
        base = grown
        capacity = larger
    }

    /// Takes in `written` bytes at the place that `reserve` returned.
    package func advance(_ written: Int) {
        precondition(count + written <= capacity, "more bytes written than reserved")
        count += written
    }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    package func append(_ byte: UInt8) {
        reserve(1).storeBytes(of: byte, as: UInt8.self)
        count += 1
    }

    package func removeAll() { count = 0 }
}
