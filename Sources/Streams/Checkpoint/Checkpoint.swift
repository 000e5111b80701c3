package import Columnar

/// What a checkpoint holds, by name: the function's identity, the epochs' log and the states' snapshots.
///
///     function.json                              what made the checkpoint
///     epochs/00000000000000000012.plan           an epoch's events, written ahead
///     epochs/00000000000000000012.commit         the epoch has happened
///     snapshots/00000000000000000012/0.columns   what an operator remembered at its end
///     snapshots/00000000000000000012/manifest.json    written last: the snapshot is whole
package final class Checkpoint: Sendable {
    package let store: any CheckpointStore

    package init(_ store: any CheckpointStore) { self.store = store }

    package static func number(_ epoch: Int64) -> String {
        let digits = String(epoch)
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }

    package static func planName(_ epoch: Int64) -> String { "epochs/\(number(epoch)).plan" }
    package static func commitName(_ epoch: Int64) -> String { "epochs/\(number(epoch)).commit" }
    package static func snapshotFolder(_ epoch: Int64) -> String { "snapshots/\(number(epoch))/" }
    private static let functionName = "function.json"
    static let manifestEnd = "/manifest.json"

    // MARK: The function

    package func readFunction() throws(SwiftwaterError) -> StreamIdentity? {
        guard let bytes = try store.read(Self.functionName) else { return nil }
        return try StreamIdentity(try JSONValue(parsing: bytes, name: Self.functionName), name: Self.functionName)
    }

    package func write(_ function: StreamIdentity) throws(SwiftwaterError) {
        _ = try store.write(Self.functionName, function.json.bytes + [0x0A], ifAbsent: false)
    }

    /// The function that was there first, of several processes that begin together.
    package func settle(_ function: StreamIdentity) throws(SwiftwaterError) -> StreamIdentity {
        if try store.write(Self.functionName, function.json.bytes + [0x0A], ifAbsent: true) { return function }
        return try readFunction() ?? function
    }

    // MARK: The log

    /// The epochs that have a plan, a commit and a whole snapshot.
    package func epochs() throws(SwiftwaterError) -> (plans: [Int64], commits: [Int64], snapshots: [Int64]) {
        var plans: [Int64] = []
        var commits: [Int64] = []
        for name in try store.list("epochs/") {
            let parts = name.dropFirst("epochs/".count).split(separator: ".")
            guard parts.count == 2, let epoch = Int64(parts[0]) else { continue }
            if parts[1] == "plan" { plans.append(epoch) }
            if parts[1] == "commit" { commits.append(epoch) }
        }
        var snapshots: [Int64] = []
        for name in try store.list("snapshots/") where name.hasSuffix(Self.manifestEnd) {
            let number = name.dropFirst("snapshots/".count).dropLast(Self.manifestEnd.count)
            if let epoch = Int64(number) { snapshots.append(epoch) }
        }
        return (plans, commits, snapshots)
    }

    package func readPlan(_ epoch: Int64) throws(SwiftwaterError) -> EpochPlan {
        let name = Self.planName(epoch)
        return try EpochPlan(try json(name), name: name)
    }

    package func readCommit(_ epoch: Int64) throws(SwiftwaterError) -> EpochCommit {
        let name = Self.commitName(epoch)
        return try EpochCommit(try json(name), name: name)
    }

    func json(_ name: String) throws(SwiftwaterError) -> JSONValue {
        guard let bytes = try store.read(name) else {
            throw LogFields(json: .null, name: name).failure("it is not there")
        }
        return try JSONValue(parsing: bytes, name: name)
    }

    package func write(_ plan: EpochPlan) throws(SwiftwaterError) {
        _ = try store.write(Self.planName(plan.epoch), plan.json.bytes + [0x0A], ifAbsent: false)
    }

    /// False where another process has committed the epoch.
    package func put(_ commit: EpochCommit) throws(SwiftwaterError) -> Bool {
        let bytes = commit.json.bytes + [0x0A]
        let name = Self.commitName(commit.epoch)
        if try store.write(name, bytes, ifAbsent: true) { return true }
        // A write that was interrupted after it took effect is tried again.
        return try store.read(name) == bytes
    }

    /// Throws where another process has committed the epoch.
    package func write(_ commit: EpochCommit) throws(SwiftwaterError) {
        if try put(commit) { return }
        throw SwiftwaterError(
            .io, "epoch \(commit.epoch) has been committed by another process",
            hint: "let one process at a time use a checkpoint")
    }

    // MARK: The log's length

    /// Removes everything that a restart cannot need: what came before `epoch`, whose own commit stays.
    ///
    /// - Parameter snapshots: the older snapshots that the one of `epoch` builds on.
    package func compact(before epoch: Int64, keeping snapshots: Set<Int64> = []) throws(SwiftwaterError) {
        let log = try store.list("epochs/")
        let fences = Self.fences(among: log)
        for name in log where !fences.contains(name) {
            guard let number = Int64(name.dropFirst("epochs/".count).prefix { $0 != "." }) else { continue }
            // In the order of the names: what is left after a crash is the newest part.
            if number < epoch { try store.remove(name) }
            CrashPoint.duringCompaction.reach(epoch)
        }
        // The manifest goes first: without it the rest is no snapshot.
        let old = try store.list("snapshots/").filter { name in
            guard let number = Int64(name.dropFirst("snapshots/".count).prefix { $0 != "/" }) else { return false }
            return number < epoch && !snapshots.contains(number)
        }
        for name in old where name.hasSuffix(Self.manifestEnd) { try store.remove(name) }
        for name in old where !name.hasSuffix(Self.manifestEnd) { try store.remove(name) }
    }

    /// Removes everything.
    package func reset() throws(SwiftwaterError) {
        for name in try store.list("") where name != Self.functionName { try store.remove(name) }
        try store.remove(Self.functionName)
    }
}
