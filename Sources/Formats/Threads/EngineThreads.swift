package import Columnar

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The engine's own threads: long and blocking work never sits on Swift's cooperative pool.
///
/// They block SIGPIPE and SIGXFSZ, so that a closed pipe and a file at the limit of its size are errors of the write and
/// not the end of the process.
package enum EngineThreads {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t? {
        let body = Unmanaged.passRetained(Body(run))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, nil, { EngineThreads.enter($0) }, body.toOpaque())
        guard code == 0 else {
            body.release()
            return nil
        }
        return thread
    }

    private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        blockWriteSignals()
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        body.run()
        return nil
    }

    private static func blockWriteSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        sigaddset(&signals, SIGXFSZ)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Runs `body` on a thread of its own and returns at once; on the caller's when the system has no thread left.
    package static func detach(_ body: @escaping @Sendable () -> Void) {
        if let thread = start(body) { pthread_detach(thread) } else { body() }
    }

    /// Runs `body` on a thread of its own and waits for it.
    package static func wait(for body: @escaping @Sendable () -> Void) {
        if let thread = start(body) { pthread_join(thread, nil) } else { body() }
    }

    /// Runs `body(0)` here and `body(1)` to `body(count - 1)` on other threads, and waits for all.
    ///
    /// Where the system refuses a thread, `refused` is called with its number instead.
    package static func run(
        _ count: Int, body: @escaping @Sendable (Int) -> Void, refused: (Int) -> Void = { _ in }
    ) {
        var others: [pthread_t] = []
        for number in 1..<max(count, 1) {
            if let thread = start({ body(number) }) { others.append(thread) } else { refused(number) }
        }
        body(0)
        for thread in others { pthread_join(thread, nil) }
    }

    /// Runs `body` on `count` threads and returns their results. Throws the error of the first thread that failed.
    package static func map<T>(
        count: Int, _ body: @escaping @Sendable () throws(SwiftwaterError) -> T
    ) throws(SwiftwaterError) -> [T] {
        let results = Locked([Result<T, SwiftwaterError>?](repeating: nil, count: max(count, 1)))
        let store: @Sendable (Int) -> Void = { number in
            let result = Result { () throws(SwiftwaterError) in try body() }
            results.withLock { $0[number] = result }
        }
        // Where the system gives no further thread, this one does the work.
        run(count, body: store, refused: store)
        var values: [T] = []
        for result in results.withLock({ $0 }) { if let result { values.append(try result.get()) } }
        return values
    }

    /// Threads that the machine can run at once.
    package static var hardwareCount: Int {
        max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }
}
