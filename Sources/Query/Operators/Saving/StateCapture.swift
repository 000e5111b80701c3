package import Columnar

/// How much of a state is to be saved.
package enum SnapshotExtent: Hashable, Sendable {
    /// All of it.
    case whole
    /// What changed since the last capture, where that is little enough; else all of it.
    ///
    /// - Parameters:
    ///   - atLeast: groups that a state must have for that; a small one is saved whole.
    ///   - share: the part of the groups that may have changed, from 0 to 1.
    case changes(atLeast: Int, share: Double)
}

/// What a state remembered at one moment, to be made into rows later and on another thread, while the state goes on.
///
/// The batches are those of `snapshot`: made one by one, so that no more than one of them needs memory at a time.
/// Whoever makes a capture gives away everything in it that can change: that is why it may go to another thread.
package struct StateCapture: @unchecked Sendable {
    /// Only what changed since the last capture; older snapshots have the rest.
    package let holdsChanges: Bool
    /// The batches.
    package let count: Int
    private let make: (Int) throws(SwiftwaterError) -> Batch

    init(holdsChanges: Bool, count: Int, _ make: @escaping (Int) throws(SwiftwaterError) -> Batch) {
        self.holdsChanges = holdsChanges
        self.count = count
        self.make = make
    }

    /// A snapshot that has been made, or read, already.
    package init(_ batches: [Batch], holdsChanges: Bool = false) {
        self.init(holdsChanges: holdsChanges, count: batches.count) { batches[$0] }
    }

    /// The batch with this number, from 0.
    package func batch(_ number: Int) throws(SwiftwaterError) -> Batch { try make(number) }

    package func batches() throws(SwiftwaterError) -> [Batch] {
        var batches: [Batch] = []
        for number in 0..<count { batches.append(try batch(number)) }
        return batches
    }
}

/// States whose changes cannot be told are saved whole, and at once.
extension OperatorState {
    package func capture(_: SnapshotExtent) throws(SwiftwaterError) -> StateCapture {
        StateCapture(try snapshot())
    }

    package func restore(older _: [Batch]) throws(SwiftwaterError) { throw .foreignSnapshot }
}
