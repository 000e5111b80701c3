import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Gives threads their turn in the order of their chunks, and each chunk its place in the file.
final class Turns: @unchecked Sendable {
    private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var chunk = 0
    private var offset = 0
    private var failure: SwiftwaterError?

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Waits until every chunk before `wanted` has passed. Returns the chunk's offset, or nil when a thread has failed.
    func wait(for wanted: Int) -> Int? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while chunk != wanted, failure == nil { pthread_cond_wait(condition, mutex) }
        return failure == nil ? offset : nil
    }

    /// Ends the turn of a chunk of `byteCount` bytes.
    func pass(byteCount: Int) {
        pthread_mutex_lock(mutex)
        chunk += 1
        offset += byteCount
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Ends all waiting; the first failure is kept.
    func fail(_ error: SwiftwaterError) {
        pthread_mutex_lock(mutex)
        if failure == nil { failure = error }
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    func throwFailure() throws(SwiftwaterError) {
        pthread_mutex_lock(mutex)
        let failure = failure
        pthread_mutex_unlock(mutex)
        if let failure { throw failure }
    }
}
