#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A lock with a place to wait for a change.
package final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if os(Linux)
            // A clock that is set must not make a wait longer or shorter.
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func lock() { pthread_mutex_lock(mutex) }
    package func unlock() { pthread_mutex_unlock(mutex) }
    /// Gives up the lock until somebody signals; the caller checks its condition again.
    package func wait() { pthread_cond_wait(condition, mutex) }
    /// As `wait()`, but for `duration` at most.
    package func wait(for duration: Duration) {
        guard duration > .zero else { return }
        var until = timespec()
        #if os(Linux)
            clock_gettime(CLOCK_MONOTONIC, &until)
        #else
            clock_gettime(CLOCK_REALTIME, &until)
        #endif
        let parts = duration.components
        let nanoseconds = until.tv_nsec + Int(parts.attoseconds / 1_000_000_000)
        until.tv_sec += Int(min(parts.seconds, 1 << 30)) + nanoseconds / 1_000_000_000
        until.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &until)
    }
    package func wakeAll() { pthread_cond_broadcast(condition) }
}
