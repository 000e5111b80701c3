#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads of the operating system that all do the same work.
enum Threads {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on `count` threads, the calling one among them, and returns when all have ended.
    /// Where the system gives fewer threads, fewer run: the work must not depend on their number.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        let work = Work(body)
        var started: [pthread_t] = []
        for _ in 1..<max(count, 1) {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(work)
            let code = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                }, argument.toOpaque())
            guard code == 0 else {
                argument.release()
                break
            }
            started.append(thread)
        }
        body()
        for thread in started { pthread_join(thread, nil) }
    }
}
