package import Columnar

/// An operator without memory: each batch by itself.
package protocol Transform: Sendable {
    /// What `explain` prints: `filter cpu_utilization >= 0`.
    var label: String { get }
    var outputSchema: Schema { get }
    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch
    /// The same for a transform to which it matters where a batch comes from.
    func apply(_ batch: Batch, at origin: MorselOrigin) throws(SwiftwaterError) -> Batch
    /// Where the values of a column of the input are in the output, whatever they are; nil when the transform looks at
    /// them.
    func places(ofUnread column: Int) -> [Int]?
}

extension Transform {
    package func apply(_ batch: Batch, at _: MorselOrigin) throws(SwiftwaterError) -> Batch { try apply(batch) }
    package func places(ofUnread _: Int) -> [Int]? { nil }
}

/// Where a batch comes from.
package struct MorselOrigin: Sendable {
    /// The number of the worker that brings it.
    package var worker: Int
    /// Its morsel's place in the input.
    package var sequence: Int

    package init(worker: Int, sequence: Int) {
        self.worker = worker
        self.sequence = sequence
    }
}

/// An operator that remembers: it makes states that workers update, merge and finish.
package protocol Operator: Sendable {
    /// What `explain` prints: `groupby company: cpu_utilization_min = min(cpu_utilization), …`.
    var label: String { get }
    var outputSchema: Schema { get }
    /// An empty state for one worker.
    func makeState() -> any OperatorState
    /// Where the values of a column of distinct integers are in the result, when other integers in the same order would
    /// come out at the same places; nil when the operator needs to know more of them.
    func places(ofOrdered column: Int) -> [Int]?
}

extension Operator {
    package func places(ofOrdered _: Int) -> [Int]? { nil }
}

/// What an operator remembers.
///
/// Any split of the rows over states that are then merged gives the same result; where order matters
/// (first, last, ties), it is that of the batches' sequences and the rows in them.
package protocol OperatorState: AnyObject {
    /// Takes a batch; `sequence` is its morsel's place in the input, ascending within one state.
    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError)
    /// Takes in what a state of the same operator remembers; `other` is not used afterwards.
    func merge(_ other: any OperatorState) throws(SwiftwaterError)
    /// What is remembered, as rows: for a checkpoint, a spill file or another process.
    func snapshot() throws(SwiftwaterError) -> [Batch]
    /// Takes back a snapshot of the same operator; the state must be empty.
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError)
    /// The same snapshot as it is at this moment, or what changed since the last capture; the state goes on at once.
    func capture(_ extent: SnapshotExtent, memory: SpareMemory) throws(SwiftwaterError) -> StateCapture
    /// Bytes of the memory that a capture would copy into; empty where that is not known.
    func copySizes(_ extent: SnapshotExtent) -> [Int]
    /// Takes back, after the changes since it was made, an older snapshot: what the newer ones have stays.
    func restore(older snapshot: [Batch]) throws(SwiftwaterError)
    /// The result; the state is empty afterwards.
    func finish() throws(SwiftwaterError) -> [Batch]
    /// The same, with up to `threads` threads at work.
    func finish(threads: Int) throws(SwiftwaterError) -> [Batch]
    /// Bytes remembered, for the memory limit.
    var byteCount: Int { get }
    /// True when no further batch can change the result (`head` has its rows).
    var isComplete: Bool { get }
}

extension OperatorState {
    package var isComplete: Bool { false }
    package func finish(threads _: Int) throws(SwiftwaterError) -> [Batch] { try finish() }
}
