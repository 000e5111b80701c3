package import Columnar
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Work on threads of the engine's own: blocking or long work never sits on Swift's cooperative pool.
package enum Parallel {
    /// Processors that this process may use.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Runs `body` on `count` threads and returns their results. Throws the error of the first thread that failed.
    package static func map<T>(
        count: Int, _ body: @escaping @Sendable () throws(SwiftwaterError) -> T
    ) throws(SwiftwaterError) -> [T] {
        if count <= 1 { return [try body()] }
        var threads: [pthread_t] = []
        let boxes = (0..<count).map { _ in Box<T>(body) }
        for box in boxes.dropFirst() {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(box as AnyBox)
            let status = pthread_create(
                &thread, nil,
                { pointer in
                    guard let pointer else { return nil }
                    Unmanaged<AnyBox>.fromOpaque(pointer).takeRetainedValue().run()
                    return nil
                }, argument.toOpaque())
            if status == 0 {
                threads.append(thread)
            } else {
                // The system gives no further thread: this one does the work.
                argument.takeRetainedValue().run()
            }
        }
        boxes[0].run()
        for thread in threads { pthread_join(thread, nil) }
        var results: [T] = []
        for box in boxes { if let result = box.result { results.append(try result.get()) } }
        return results
    }

    private class AnyBox: @unchecked Sendable {
        func run() {}
    }

    private final class Box<T>: AnyBox, @unchecked Sendable {
        private let body: @Sendable () throws(SwiftwaterError) -> T
        var result: Result<T, SwiftwaterError>?

        init(_ body: @escaping @Sendable () throws(SwiftwaterError) -> T) { self.body = body }

        override func run() {
            result = Result { () throws(SwiftwaterError) in try body() }
        }
    }
}
