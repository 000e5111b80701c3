import Columnar
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps a forked process from using an engine whose threads and locks stayed in the parent.
///
/// A fork copies the calling thread only. If another thread was inside the engine then, its locks are held in the
/// child for ever: the child's calls are refused. At any other time there are no engine threads, and the child may go on.
enum ForkGate {
    private static let inside = Atomic<Int>(0)
    private static let isBroken = Atomic<Bool>(false)
    /// Held while a process forks, so that nobody enters between the look at `inside` and the fork.
    nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        return mutex
    }()
    private static let watches: Bool =
        pthread_atfork(
            { pthread_mutex_lock(ForkGate.mutex) },
            { pthread_mutex_unlock(ForkGate.mutex) },
            {
                if ForkGate.inside.load(ordering: .relaxed) > 0 { ForkGate.isBroken.store(true, ordering: .relaxed) }
                pthread_mutex_unlock(ForkGate.mutex)
            }) == 0

    /// To be called before the engine is used; each success is followed by one `leave`.
    static func enter() throws(SwiftwaterError) {
        _ = watches
        pthread_mutex_lock(mutex)
        let refused = isBroken.load(ordering: .relaxed)
        if !refused { inside.wrappingAdd(1, ordering: .relaxed) }
        pthread_mutex_unlock(mutex)
        if refused { throw ForkedWhileRunning.error }
    }

    static func leave() { inside.wrappingSubtract(1, ordering: .releasing) }

    static var refuses: Bool { isBroken.load(ordering: .relaxed) }
}

enum ForkedWhileRunning {
    static let hint = "start processes with the 'spawn' method, or fork while no query is running"

    static var error: SwiftwaterError {
        SwiftwaterError(.usage, "this process was forked while a query was running in another thread", hint: hint)
    }
}
