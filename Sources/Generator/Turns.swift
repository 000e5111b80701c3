import Columnar
import Formats

/// Gives threads their turn in the order of their chunks, and each chunk its place in the file.
final class Turns: @unchecked Sendable {
    private let monitor = Monitor()
    private var chunk = 0
    private var offset = 0
    private var failure: SwiftwaterError?

    /// Waits until every chunk before `wanted` has passed. Returns the chunk's offset, or nil when a thread has failed.
    func wait(for wanted: Int) -> Int? {
        monitor.lock()
        defer { monitor.unlock() }
        while chunk != wanted, failure == nil { monitor.wait() }
        return failure == nil ? offset : nil
    }

    /// Ends the turn of a chunk of `byteCount` bytes.
    func pass(byteCount: Int) {
        monitor.lock()
        chunk += 1
        offset += byteCount
        monitor.wakeAll()
        monitor.unlock()
    }

    /// Ends all waiting; the first failure is kept.
    func fail(_ error: SwiftwaterError) {
        monitor.lock()
        if failure == nil { failure = error }
        monitor.wakeAll()
        monitor.unlock()
    }

    func throwFailure() throws(SwiftwaterError) {
        monitor.lock()
        let failure = failure
        monitor.unlock()
        if let failure { throw failure }
    }
}
