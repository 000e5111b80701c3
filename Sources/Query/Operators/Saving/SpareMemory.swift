import Columnar

/// Memory for a capture that the system has given already.
///
/// The first touch of a page costs several times what copying into it does. A large state is therefore copied into
/// memory that another thread has touched before, while the state went on.
package final class SpareMemory: @unchecked Sendable {
    private let buffers: Locked<[Buffer]>

    /// Takes and touches memory.
    ///
    /// - Parameter sizes: what will be asked for, in bytes. A state grows in the meantime: there is some room.
    package init(_ sizes: [Int] = []) {
        buffers = Locked(sizes.map { .zeroed(byteCount: $0 + $0 / 8) })
    }

    /// The smallest of the buffers that holds so many bytes; a new one where none does.
    func take(_ byteCount: Int) -> Buffer {
        let found: Buffer? = buffers.withLock { buffers in
            let fitting = buffers.indices.filter { buffers[$0].byteCount >= byteCount }
            guard byteCount > 0, let best = fitting.min(by: { buffers[$0].byteCount < buffers[$1].byteCount }) else {
                return nil
            }
            return buffers.remove(at: best)
        }
        return found ?? Buffer(byteCount: max(byteCount, 8))
    }
}
