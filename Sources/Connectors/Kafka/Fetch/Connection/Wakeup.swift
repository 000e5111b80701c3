import CKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ends a wait for connections from another thread.
final class Wakeup: @unchecked Sendable {
    let reading: Int32
    let writing: Int32

    init?() {
        var ends: (Int32, Int32) = (-1, -1)
        guard kafka_pipe(&ends.0, &ends.1) == 0 else { return nil }
        (reading, writing) = ends
    }

    deinit {
        close(reading)
        close(writing)
    }

    func signal() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    /// Forgets the signals that came.
    func clear() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { space in
            while let base = space.baseAddress, read(reading, base, space.count) == space.count {}
        }
    }
}
