import Columnar
import Formats

/// Hands the parts that workers encoded to the sinks in the order of the input.
///
/// Each worker has a bound: everything that it still may bring has a sequence at or above it. Parts below all bounds
/// are released, by whichever worker notices. A worker that is far ahead waits while too much is pending; the one
/// with the lowest bound never waits, so somebody always goes on.
final class OrderedRelease: @unchecked Sendable {
    private struct Lane {
        let sink: any BatchSink
        /// Ascending sequences.
        var pending: [(sequence: Int, part: EncodedPart)] = []
        var isWriting = false
    }

    private let monitor = Monitor()
    private var lanes: [Lane]
    private var bounds: [Int]
    private var pendingBytes = 0
    private var isStopped = false
    private let pendingLimit: Int

    init(sinks: [any BatchSink], workers: Int, pendingLimit: Int) {
        lanes = sinks.map { Lane(sink: $0) }
        bounds = Array(repeating: 0, count: workers)
        self.pendingLimit = pendingLimit
    }

    /// Starts a source, whose sequences all follow those so far: only the first `count` workers work on it.
    func begin(workers count: Int) {
        monitor.lock()
        for index in bounds.indices { bounds[index] = index < count ? 0 : .max }
        monitor.unlock()
    }

    /// Takes what a worker encoded from the morsel `sequence`; each part is for the sink of that number.
    func submit(
        worker: Int, sequence: Int, _ parts: [(sink: Int, part: EncodedPart)]
    ) throws(SwiftwaterError) {
        monitor.lock()
        defer { monitor.unlock() }
        for (sink, part) in parts {
            var place = lanes[sink].pending.count
            while place > 0, lanes[sink].pending[place - 1].sequence > sequence { place -= 1 }
            lanes[sink].pending.insert((sequence, part), at: place)
            pendingBytes += part.byteCount
        }
        bounds[worker] = sequence + 1
        try release()
        while pendingBytes > pendingLimit, !isStopped, bounds.contains(where: { $0 < bounds[worker] }) {
            monitor.wait()
        }
    }

    /// A worker that brings nothing below `sequence` any more.
    func raise(worker: Int, to sequence: Int) {
        monitor.lock()
        defer { monitor.unlock() }
        guard bounds[worker] < sequence else { return }
        bounds[worker] = sequence
        monitor.wakeAll()
    }

    /// A worker that brings nothing more.
    func retire(worker: Int) throws(SwiftwaterError) {
        monitor.lock()
        defer { monitor.unlock() }
        bounds[worker] = .max
        try release()
    }

    /// Ends all waiting and writes nothing more; for failed and cancelled runs.
    func stop() {
        monitor.lock()
        isStopped = true
        monitor.wakeAll()
        monitor.unlock()
    }

    /// Writes all that is below every bound; the lock is given up while writing.
    private func release() throws(SwiftwaterError) {
        var again = true
        while again, !isStopped {
            again = false
            let bound = bounds.min() ?? .max
            for index in lanes.indices where !lanes[index].isWriting {
                let ready = lanes[index].pending.prefix { $0.sequence < bound }.count
                guard ready > 0 else { continue }
                again = true
                let parts = Array(lanes[index].pending.prefix(ready))
                lanes[index].pending.removeFirst(ready)
                lanes[index].isWriting = true
                let sink = lanes[index].sink
                monitor.unlock()
                var failure: SwiftwaterError?
                do {
                    for part in parts { try sink.accept(part.part) }
                } catch {
                    failure = error
                }
                monitor.lock()
                lanes[index].isWriting = false
                for part in parts { pendingBytes -= part.part.byteCount }
                if let failure {
                    isStopped = true
                    monitor.wakeAll()
                    throw failure
                }
            }
        }
        monitor.wakeAll()
    }
}
