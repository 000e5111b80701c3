import Columnar

/// Taking a partition whose log other processes may still write.
extension Checkpoint {
    /// Ends what the log's earlier owners wrote by an epoch without events, which only one process can commit.
    ///
    /// An epoch's commit is put only where there is none. So an earlier owner that is still there, however late it
    /// wakes up, finds its next epoch committed by somebody else, and knows that the partition is no longer its own.
    /// What it committed before counts; what it did not never happened. A claim's commit stays where it is when the log
    /// is compacted (`fences`): an owner may wake up after that.
    func claim(for owner: String) throws(SwiftwaterError) {
        while true {
            let last = try epochs().commits.max()
            var commit = EpochCommit(epoch: 0, positions: [:])
            if let last {
                // An owner that goes on may have removed it since.
                guard try store.read(Self.commitName(last)) != nil else { continue }
                commit = try readCommit(last)
            }
            commit.epoch += 1
            commit.owner = owner
            commit.isClaim = true
            try write(EpochPlan(epoch: commit.epoch, ranges: [:]))
            _ = try store.write(Self.claimName(commit.epoch), [], ifAbsent: false)
            if try put(commit) { return }
        }
    }

    /// What an epoch was made of. A claim is made of nothing, whatever an earlier owner has planned under its number.
    func readHappened(_ epoch: Int64) throws(SwiftwaterError) -> (plan: EpochPlan, commit: EpochCommit) {
        let commit = try readCommit(epoch)
        return (commit.isClaim ? EpochPlan(epoch: epoch, ranges: [:]) : try readPlan(epoch), commit)
    }

    /// Whether the last epoch is another owner's.
    func isClaimed(byOtherThan owner: String) throws(SwiftwaterError) -> Bool {
        guard let last = try epochs().commits.max(), try store.read(Self.commitName(last)) != nil else { return false }
        return try readCommit(last).owner != owner
    }

    static func claimName(_ epoch: Int64) -> String { "epochs/\(number(epoch)).claim" }

    /// Claims that are kept: an owner would have to sleep through so many to take a later one's place.
    private static let keptClaims = 1000

    /// What compaction leaves of the names of a log, so that no earlier owner finds an epoch free that was claimed.
    static func fences(among names: [String]) -> Set<String> {
        let claims = names.filter { $0.hasSuffix(".claim") }.sorted().suffix(keptClaims)
        return Set(claims.flatMap { [$0, $0.dropLast(".claim".count) + ".commit"] })
    }
}
