import Columnar
import Formats

/// Memory for one answer.
final class ReceiveBuffer {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 64)
        MemoryAccount.add(capacity)
    }

    deinit {
        base.deallocate()
        MemoryAccount.add(-capacity)
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for `wanted` bytes, keeping what is there.
    func grow(to wanted: Int) {
        guard wanted > capacity else { return }
        let grown = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 64)
        grown.copyMemory(from: base, byteCount: count)
        base.deallocate()
        MemoryAccount.add(wanted - capacity)
        base = grown
        capacity = wanted
    }
}
