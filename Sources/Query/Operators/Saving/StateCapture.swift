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
    private let counting: () -> Int
    private let make: (Int) throws(SwiftwaterError) -> Batch

    init(
        holdsChanges: Bool, count: @autoclosure @escaping () -> Int,
        _ make: @escaping (Int) throws(SwiftwaterError) -> Batch
    ) {
        self.holdsChanges = holdsChanges
        counting = count
        self.make = make
    }

    /// The batches.
    package var count: Int { counting() }

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
    package func capture(_: SnapshotExtent, memory _: SpareMemory) throws(SwiftwaterError) -> StateCapture {
        StateCapture(try snapshot())
    }

    package func copySizes(_: SnapshotExtent) -> [Int] { [] }

    package func restore(older _: [Batch]) throws(SwiftwaterError) { throw .foreignSnapshot }

    /// A capture without memory that was prepared.
    package func capture(_ extent: SnapshotExtent) throws(SwiftwaterError) -> StateCapture {
        try capture(extent, memory: SpareMemory())
    }
}
