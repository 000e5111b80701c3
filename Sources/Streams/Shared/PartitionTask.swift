package import Columnar

/// The life of a partition in this process, as a pure state machine.
///
///     given → run → group wants it back → run stops → released
///                 → fenced or failed → pause → run again
///                 → all events taken → done
package struct PartitionTask: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// A run of it is to begin at this time.
        case waiting(until: Int64)
        case running
        /// The group wants it back; its run finishes what it has.
        case leaving
        /// All its events have been taken, and no others will be.
        case done
    }

    /// How a run ended.
    package enum End: Hashable, Sendable {
        case done
        /// Another process claimed the partition.
        case fenced
        case failed(SwiftwaterError)
    }

    /// What is to be done after a run's end.
    package enum Decision: Hashable, Sendable {
        case nothing
        /// The group can have the partition.
        case release
        /// Nothing can go on.
        case giveUp(SwiftwaterError)
    }

    package private(set) var state: State
    /// Runs that failed one after the other without a committed epoch.
    private var failures = 0

    /// Who is fenced, and is told so by the checkpoint before the group says it, lets the other one begin.
    package static let fencedPause: Int64 = 2_000_000
    private static let failedPause: Int64 = 500_000
    private static let attempts = 3

    package init(now: Int64) { state = .waiting(until: now) }

    package func isDue(_ now: Int64) -> Bool {
        if case .waiting(let time) = state { return now >= time }
        return false
    }

    package mutating func started() { state = .running }

    /// The group wants the partition back. True when there is a run to stop; otherwise it can be released at once.
    package mutating func revoked() -> Bool {
        defer { state = .leaving }
        return state == .running
    }

    /// - Parameter hasCommitted: the run has committed an epoch.
    package mutating func ended(_ end: End, hasCommitted: Bool, now: Int64) -> Decision {
        if hasCommitted { failures = 0 }
        guard state != .leaving else { return .release }
        switch end {
        case .done: state = .done
        case .fenced: state = .waiting(until: now + Self.fencedPause)
        case .failed(let error):
            // An earlier owner that wakes up may remove what this one reads, or register with an output's server.
            failures += 1
            guard error.kind == .io || error.kind == .data && !hasCommitted, failures < Self.attempts else {
                return .giveUp(error)
            }
            state = .waiting(until: now + Self.failedPause)
        }
        return .nothing
    }
}
