import Columnar
import Formats
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Takes bodies from the server, puts them into the spool in groups, and says when they are durable.
///
/// A thread of its own takes whatever has come while the last group was being written: the busier, the more requests
/// share a sync of the disk.
package final class HTTPIngest: @unchecked Sendable {
    /// What a trigger says about requests.
    package struct Limits: Hashable, Sendable {
        package var bodyBytes: Int
        /// Bytes that may wait in the spool.
        package var spoolBytes: Int
        /// Bytes of bodies on their way to the disk, of all requests together.
        package var flightBytes: Int

        package init(bodyBytes: Int = 64 << 20, spoolBytes: Int = 1 << 30, flightBytes: Int = 256 << 20) {
            self.bodyBytes = bodyBytes
            self.spoolBytes = spoolBytes
            self.flightBytes = flightBytes
        }
    }

    let limits: Limits
    private let monitor = Monitor()
    private var pending: [HTTPSubmission] = []
    private var spool: Spool?
    private var isStopping = false
    private var hasEnded = true
    /// Bytes of bodies that were admitted and not answered.
    private let flight = Atomic<Int>(0)

    package init(limits: Limits = Limits()) { self.limits = limits }

    // MARK: The server's side

    /// Why a body of `byteCount` bytes cannot be taken now; nil when it can, and its bytes count from now on.
    func admit(_ byteCount: Int) -> HTTPRefusal? {
        monitor.lock()
        let spool = spool
        let isStopping = isStopping
        monitor.unlock()
        guard let spool, !isStopping else { return .unavailable }
        if spool.waitingBytes > limits.spoolBytes { return .tooMany }
        let after = flight.add(byteCount, ordering: .relaxed).newValue
        guard after <= limits.flightBytes || after == byteCount else {
            flight.subtract(byteCount, ordering: .relaxed)
            return .unavailable
        }
        return nil
    }

    /// Gives back what `admit` counted.
    func release(_ byteCount: Int) { flight.subtract(byteCount, ordering: .relaxed) }

    /// Takes a whole body; its `completion` is called when the outcome is known.
    func submit(_ submission: HTTPSubmission) {
        monitor.lock()
        let isOpen = spool != nil && !isStopping
        if isOpen {
            pending.append(submission)
            if pending.count == 1 { monitor.wakeAll() }
        }
        monitor.unlock()
        if !isOpen {
            submission.outcome = .refused(.unavailable)
            submission.group([submission])
        }
    }

    // MARK: The source's side

    func start(_ spool: Spool) {
        monitor.lock()
        self.spool = spool
        isStopping = false
        hasEnded = false
        monitor.unlock()
        EngineThreads.detach { [self] in work(spool) }
    }

    /// Finishes what was submitted, then takes nothing more. Returns at once.
    func refuse() {
        monitor.lock()
        isStopping = true
        monitor.wakeAll()
        monitor.unlock()
    }

    /// The same, and waits for the end.
    func stop() {
        monitor.lock()
        isStopping = true
        monitor.wakeAll()
        while !hasEnded { monitor.wait() }
        monitor.unlock()
    }

    private func work(_ spool: Spool) {
        while true {
            monitor.lock()
            while pending.isEmpty, !isStopping { monitor.wait() }
            let group = pending
            pending = []
            let isLast = group.isEmpty
            if isLast {
                self.spool = nil
                hasEnded = true
                monitor.wakeAll()
            }
            monitor.unlock()
            if isLast { return }
            commit(group, spool)
        }
    }

    private func commit(_ group: [HTTPSubmission], _ spool: Spool) {
        var entries: [Spool.Entry] = []
        entries.reserveCapacity(group.count)
        var stored: [HTTPSubmission] = []
        var keys: Set<[UInt8]> = []
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let arrival = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        for submission in group {
            if let key = submission.key, keys.contains(key) || spool.remembers(key) {
                submission.outcome = .repeated
                if keys.contains(key) { stored.append(submission) }
                continue
            }
            guard submission.prepare(limit: limits.bodyBytes) else { continue }
            entries.append(
                Spool.Entry(
                    arrival: arrival, key: submission.key ?? [], body: submission.body,
                    byteCount: submission.byteCount))
            if let key = submission.key { keys.insert(key) }
            submission.outcome = .stored
            stored.append(submission)
        }
        do throws(SwiftwaterError) {
            try spool.append(entries)
        } catch {
            for submission in stored { submission.outcome = .refused(.failed(error.message)) }
        }
        for submission in group { release(submission.admitted) }
        // One hop to each server's thread for the whole group.
        var first = group[...]
        while let submission = first.first {
            let others = first.prefix { $0.loop == submission.loop }
            submission.group(Array(others))
            first = first.dropFirst(others.count)
        }
    }
}

/// Why a body is not taken.
enum HTTPRefusal: Hashable, Sendable {
    /// The spool is above its limit.
    case tooMany
    /// Not started yet, stopping, or too much on its way.
    case unavailable
    /// The disk refused.
    case failed(String)
}
