package import Columnar

/// What a restart does, decided from the names that a checkpoint holds.
package struct EpochRecovery: Hashable, Sendable {
    /// The last epoch that happened; nil when none has.
    package var committed: Int64?
    /// The epoch whose saved states are taken back; nil to begin with empty ones.
    package var snapshot: Int64?
    /// The snapshots that are put together for that, the newest first, the last one whole.
    package var chain: [Int64] = []
    /// Committed epochs whose events go into the states again, without output.
    package var replayed: ClosedRange<Int64>?
    /// An epoch that was planned and did not happen: it is done again with the same events.
    package var redone: Int64?
    /// The next epoch's number after all that.
    package var next: Int64

    /// - Parameters:
    ///   - hasStates: the function remembers something; without that nothing is replayed.
    ///   - base: the snapshot that another has the changes since; nil for a whole one.
    package init(
        plans: [Int64], commits: [Int64], snapshots: [Int64], hasStates: Bool,
        base: (Int64) throws(SwiftwaterError) -> Int64? = { _ in nil }
    ) throws(SwiftwaterError) {
        committed = commits.max()
        let last = committed ?? 0
        redone = plans.filter { $0 > last }.min()
        if let redone, redone != last + 1 {
            throw Self.damaged("epoch \(redone) is planned and epoch \(last + 1) is missing")
        }
        next = last + 1
        guard hasStates, committed != nil else { return }
        snapshot = snapshots.filter { $0 <= last }.max()
        if let snapshot { chain = try SnapshotChain.links(from: snapshot, among: Set(snapshots), base: base) }
        let first = (snapshot ?? 0) + 1
        guard first <= last else { return }
        let known = Set(plans).intersection(commits)
        // A function that remembered nothing kept no events either; what it remembers now begins with nothing.
        if snapshot == nil, !known.contains(1) { return }
        for epoch in first...last where !known.contains(epoch) {
            throw Self.damaged("epoch \(epoch) is missing between the saved states and the last commit \(last)")
        }
        replayed = first...last
    }

    static func damaged(_ reason: String) -> SwiftwaterError {
        SwiftwaterError(
            .data, "the checkpoint is damaged: \(reason)", hint: "restore it from a copy, or start anew with --reset")
    }
}
