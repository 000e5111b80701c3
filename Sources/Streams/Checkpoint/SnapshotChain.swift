package import Columnar
package import Query

/// The snapshots that a restart needs together: a whole one, then the changes since, each since the one before it.
package struct SnapshotChain: Hashable, Sendable {
    /// Their epochs, the whole one first. Empty when the next snapshot must be whole: at the start of a run, and after
    /// one that was not saved.
    package private(set) var links: [Int64] = []
    private var wholeBytes = 0
    private var changedBytes = 0

    package init() {}

    /// What the next snapshot should hold.
    package func extent(_ policy: SnapshotPolicy) -> SnapshotExtent {
        guard !links.isEmpty, links.count < policy.links,
            Double(changedBytes) <= policy.changedShare * Double(wholeBytes)
        else { return .whole }
        return .changes(atLeast: policy.groups, share: policy.share)
    }

    /// A snapshot of `bytes` has been saved.
    package mutating func saved(_ epoch: Int64, bytes: Int, isWhole: Bool) {
        if isWhole {
            (links, wholeBytes, changedBytes) = ([epoch], bytes, 0)
        } else {
            links.append(epoch)
            changedBytes += bytes
        }
    }

    /// What changed since the last snapshot is not in one, and the states have forgotten what it was.
    package mutating func failed() { self = SnapshotChain() }

    /// The snapshots that a restart from `epoch` reads, the newest first.
    ///
    /// - Parameters:
    ///   - known: the snapshots that are there.
    ///   - base: the one that another has the changes since; nil for a whole one.
    package static func links(
        from epoch: Int64, among known: Set<Int64>, base: (Int64) throws(SwiftwaterError) -> Int64?
    ) throws(SwiftwaterError) -> [Int64] {
        var links = [epoch]
        var last = epoch
        while let next = try base(last) {
            guard next < last else {
                throw EpochRecovery.damaged("the snapshot of epoch \(last) builds on that of epoch \(next)")
            }
            guard known.contains(next) else {
                throw EpochRecovery.damaged(
                    "the snapshot of epoch \(last) has what changed since epoch \(next), whose snapshot is missing")
            }
            links.append(next)
            last = next
        }
        return links
    }
}
