package import Columnar
import Formats
import Query

/// A function on live streams: from `start()` on it takes events, keeps states and writes outputs, on threads of its own,
/// until it is stopped, its sources end or something fails for good.
///
/// One engine thread takes what sources have brought, as soon as there is something, and pushes it through the plan; each
/// source and the commit of epochs have a thread beside it. Nothing is polled for: threads wait on one monitor.
package final class StreamRun: ServedRun, @unchecked Sendable {
    package let setup: StreamSetup
    let hub = Monitor()
    let live = LiveStates()
    private let shared = Locked(Shared())
    // Guarded by the hub.
    private var hasStarted = false
    private(set) var isStopping = false
    private var result: Result<Void, SwiftwaterError>?

    package typealias Phase = ServedPhase

    struct Shared {
        var phase = Phase.starting
        var progress: StreamProgress?
        var counters = StreamCounters()
        var latency = LatencyHistogram()
        var lag: [SourcePartition: Int64] = [:]
        var snapshot: StreamProgress.Snapshot?
        var isFenced = false
    }

    package init(_ setup: StreamSetup) { self.setup = setup }

    /// Begins on threads of its own and returns at once.
    package func start() {
        hub.lock()
        let isFirst = !hasStarted
        hasStarted = true
        hub.unlock()
        guard isFirst else { return }
        EngineThreads.detach { self.run() }
    }

    private func run() {
        let driver = StreamDriver(self)
        let result = Result { () throws(SwiftwaterError) in try driver.run() }
        shared.withLock { $0.phase = .ended }
        hub.lock()
        self.result = result
        hub.wakeAll()
        hub.unlock()
    }

    /// Lets the run end: it takes nothing more, finishes and commits what it has, and closes its sources. Returns at once.
    package func stop() {
        hub.lock()
        isStopping = true
        hub.wakeAll()
        hub.unlock()
        for source in setup.sources { source.wake() }
        shared.withLock { if $0.phase == .running { $0.phase = .stopping } }
    }

    /// Waits for the end; not for Swift's cooperative pool. Throws what ended the run, if it was an error.
    package func wait() throws(SwiftwaterError) {
        hub.lock()
        while result == nil { hub.wait() }
        let result = self.result
        hub.unlock()
        try result?.get()
    }

    /// Whether the run has ended.
    package var hasEnded: Bool {
        hub.lock()
        defer { hub.unlock() }
        return result != nil
    }

    package var name: String { setup.name }
    package var frames: [String] { setup.plan.outputs.map(\.from) }
    package var phase: Phase { shared.withLock { $0.phase } }
    /// The last epoch's; nil before the first.
    package var progress: StreamProgress? { shared.withLock { $0.progress } }
    /// Since the start of the process, the current epoch included.
    package var counters: StreamCounters { shared.withLock { $0.counters } }
    /// From arrival to visible, since the start of the process.
    package var latency: LatencyHistogram { shared.withLock { $0.latency } }
    /// Events (or bytes) that are known to wait in each partition.
    package var lag: [SourcePartition: Int64] {
        setup.sources.reduce(into: [:]) { $0.merge($1.lag) { $1 } }
    }

    package var sourceCounters: [String: [String: Int64]] {
        setup.sources.reduce(into: [:]) { $0[$1.name] = $1.counters }
    }

    /// Another process has claimed the partition: what this one did not commit is that one's to do.
    var isFenced: Bool { shared.withLock { $0.isFenced } }
    func noteFence() { shared.withLock { $0.isFenced = true } }

    /// The rows of a frame as they are now, between two micro-batches. For any thread; the same answer is given
    /// without work until rows come in.
    ///
    /// - Throws: a `usage` error for a frame that no output is made of.
    package func currentRows(of frame: String) throws(SwiftwaterError) -> Table { try live.rows(of: frame) }

    func update(_ body: (inout Shared) -> Void) { shared.withLock { body(&$0) } }
    func read<T>(_ body: (Shared) -> T) -> T { shared.withLock { body($0) } }
}
