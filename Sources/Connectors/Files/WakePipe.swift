import Columnar
import Formats
import Glibc

/// Ends a wait in `poll(2)` from any thread. A wake that comes before the wait counts for it.
final class WakePipe: Sendable {
    private struct Ends {
        var reading: FileDescriptor
        var writing: FileDescriptor
    }

    /// Nil when closed: a late wake must not write to a descriptor that is somebody else's by then.
    private let ends: Locked<Ends?>

    init() throws(SwiftwaterError) {
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

    func wake() {
        ends.withLock { ends in
            guard let ends else { return }
            var byte: UInt8 = 1
            // A full pipe wakes as well.
            _ = Glibc.write(ends.writing.descriptor, &byte, 1)
        }
    }

    func close() { ends.withLock { $0 = nil } }

    /// Waits until `descriptor` is readable, somebody wakes, or the time is over.
    func wait(for descriptor: Int32, timeout: Duration) -> (isReadable: Bool, isWoken: Bool) {
        guard let reading = ends.withLock({ $0?.reading }) else { return (false, false) }
        var entries = [
            pollfd(fd: reading.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = (max(timeout, .zero).milliseconds).rounded(.up)
        let count = Glibc.poll(&entries, nfds_t(entries.count), Int32(min(milliseconds, 1e9)))
        guard count > 0 else { return (false, false) }
        let isWoken = entries[0].revents != 0
        if isWoken {
            var bytes = [UInt8](repeating: 0, count: 64)
            while Glibc.read(reading.descriptor, &bytes, bytes.count) == bytes.count {}
        }
        return (entries[1].revents != 0, isWoken)
    }
}

extension Duration {
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }

    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
