import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ctrl-C and `kill`: the first asks the work under way to stop and clean up, which it does within a moment unless it
/// waits for its input; then, and at the second, the process ends at once. No partial file stays.
///
/// The signals are blocked in all threads and taken by one that waits for them, so that what they start is
/// ordinary code and not a signal handler's.
enum Interruption {
    private static let cancel = Locked<(@Sendable () -> Void)?>(nil)
    /// Whether the work under way ends by itself, however long that takes.
    private static let isPatient = Locked(false)

    /// To be called before any other thread starts. A closed pipe and a file at the limit of its size (`ulimit -f`)
    /// become errors of the write instead of signals.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Runs `body`; the first Ctrl-C meanwhile calls `cancel`, which makes it end soon.
    static func cancelling<Result, Failure: Error>(
        _ cancel: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        self.cancel.withLock { $0 = cancel }
        startWaiting()
        return try body()
    }

    /// Runs `body`; the first Ctrl-C or SIGTERM calls `stop`, after which it finishes what it has taken and ends in its
    /// own time. The second ends the process at once.
    static func stopping<Result, Failure: Error>(
        _ stop: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        isPatient.withLock { $0 = true }
        return try cancelling(stop, body)
    }

    private static func startWaiting() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { _ in
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGINT)
                sigaddset(&signals, SIGTERM)
                var received: Int32 = 0
                while sigwait(&signals, &received) != 0 {}
                Interruption.cancel.withLock { $0 }?()
                let isPatient = Interruption.isPatient.withLock { $0 }
                var patience = timespec(tv_sec: isPatient ? 1 << 30 : 2, tv_nsec: 0)
                while sigtimedwait(&signals, nil, &patience) < 0, errno == EINTR {}
                PartialFiles.unlinkAll()
                ErrorOutput.write("swiftwater: error: stopped\n")
                _exit(130)
            }, nil)
        if code == 0 { pthread_detach(thread) } else { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
    }
}
