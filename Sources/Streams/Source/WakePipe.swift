package import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ends a wait in `poll(2)` from any thread. A wake that comes before the wait counts for it.
package final class WakePipe: Sendable {
    private struct Ends {
        var reading: FileDescriptor
        var writing: FileDescriptor
    }

    /// Nil when closed: a late wake must not write to a descriptor that is somebody else's by then.
    private let ends: Locked<Ends?>

    package init() throws(SwiftwaterError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("cannot create a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        self.ends = Locked(
            Ends(
                reading: FileDescriptor(descriptor: ends[0], path: "pipe", closes: true),
                writing: FileDescriptor(descriptor: ends[1], path: "pipe", closes: true)))
    }

    /// For a `poll(2)` of the caller's: readable once somebody wakes; -1 when closed.
    package var reading: Int32 { ends.withLock { $0?.reading.descriptor ?? -1 } }
    /// For a library that wakes by a byte; -1 when closed.
    package var writing: Int32 { ends.withLock { $0?.writing.descriptor ?? -1 } }

    package func wake() {
        ends.withLock { ends in
            guard let ends else { return }
            var byte: UInt8 = 1
            // A full pipe wakes as well.
            _ = write(ends.writing.descriptor, &byte, 1)
        }
    }

    /// Forgets the wakes that came.
    package func clear() {
        guard let reading = ends.withLock({ $0?.reading }) else { return }
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { space in
            while let base = space.baseAddress, read(reading.descriptor, base, space.count) == space.count {}
        }
    }

    package func close() { ends.withLock { $0 = nil } }

    /// Waits until `descriptor` is readable, somebody wakes, or the time is over.
    package func wait(for descriptor: Int32, timeout: Duration) -> (isReadable: Bool, isWoken: Bool) {
        guard let reading = ends.withLock({ $0?.reading }) else { return (false, false) }
        var entries = [
            pollfd(fd: reading.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = (Double(max(timeout, .zero).microseconds) / 1000).rounded(.up)
        let count = poll(&entries, nfds_t(entries.count), Int32(min(milliseconds, 1e9)))
        guard count > 0 else { return (false, false) }
        let isWoken = entries[0].revents != 0
        if isWoken { clear() }
        return (entries[1].revents != 0, isWoken)
    }
}
