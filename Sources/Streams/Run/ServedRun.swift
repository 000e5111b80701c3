package import Columnar

/// A function while it is served, for those who start, stop and watch it: one run over all its events, or one for each
/// partition that this process has.
package protocol ServedRun: AnyObject, Sendable {
    var name: String { get }
    /// The frames that can be asked for, in the outputs' order.
    var frames: [String] { get }
    var phase: ServedPhase { get }
    /// The last epoch's; nil before the first.
    var progress: StreamProgress? { get }
    /// Since the start of the process, the current epoch included.
    var counters: StreamCounters { get }
    /// From arrival to visible, since the start of the process.
    var latency: LatencyHistogram { get }
    /// Events (or bytes) that are known to wait in each partition.
    var lag: [SourcePartition: Int64] { get }
    /// What sources met and went on from, by the source's name and by its own.
    var sourceCounters: [String: [String: Int64]] { get }

    /// Begins on threads of its own and returns at once.
    func start()
    /// Lets the run end: it takes nothing more, finishes and commits what it has. Returns at once.
    func stop()
    /// Waits for the end. Throws what ended the run, if it was an error.
    func wait() throws(SwiftwaterError)
    /// The rows of a frame as they are now. Throws a `usage` error for a frame that no output is made of.
    func currentRows(of frame: String) throws(SwiftwaterError) -> Table
}

package enum ServedPhase: String, Hashable, Sendable {
    /// Not started, or taking back what a checkpoint holds.
    case starting
    case running
    /// Taking nothing more; finishing what has been taken.
    case stopping
    case ended
}

extension ServedRun {
    /// True once events are taken and their results can be asked for.
    package var isReady: Bool { phase == .running }
}
