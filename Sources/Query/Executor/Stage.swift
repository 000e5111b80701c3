package import Columnar
package import Formats

/// A part of a run that goes through its sources once: scans or results of earlier stages, one after the other, a
/// tree of transforms that fans out, and what takes the rows at the tree's ends.
struct Stage: Sendable {
    let parts: [StagePart]
    let root: StageNode
    /// Operators whose states take rows; their results are the stage's results.
    let operators: [any Operator]
    /// Frames kept in memory.
    let collectorCount: Int
    /// Outputs that take the rows in the order of the input.
    let sinks: [any BatchSink]
    /// What keeps late rows from an operator, by its number.
    var gates: [Int: LateGate] = [:]
    /// Read to the end though no further row can change a result.
    var readsToEnd = false
    /// For each operator, and for each frame in memory, columns that get their numbers at the end.
    var resultNumbers: [ProvisionalColumns] = []
    var collectedNumbers: [ProvisionalColumns] = []
}

/// A source, and what happens to its rows alone.
struct StagePart: Sendable {
    let source: any MorselSource
    let transforms: [any Transform]
    /// Workers that the source is worth.
    let threads: Int
}

/// Transforms in a row, and where their rows go.
struct StageNode: Sendable {
    var transforms: [any Transform] = []
    var terminals: [StageTerminal] = []
    var children: [StageNode] = []
}

/// What takes rows at the end of a branch, by its number in the stage.
enum StageTerminal: Sendable, Hashable {
    case state(Int)
    case collect(Int)
    case sink(Int)
}

/// Takes rows in the order of the input, encoded by the workers in parallel.
package protocol BatchSink: AnyObject, Sendable {
    /// An encoder for one worker.
    func makeEncoder() -> any BatchEncoder
    /// Takes the next part; called by one thread at a time.
    func accept(_ part: EncodedPart) throws(SwiftwaterError)
}

/// Prepares batches for a sink on a worker's thread.
package protocol BatchEncoder: AnyObject {
    func encode(_ batch: Batch) throws(SwiftwaterError) -> EncodedPart
}

/// A batch as its sink takes it.
package struct EncodedPart: Sendable {
    package enum Content: Sendable {
        case text(TextBuffer)
        case batch(Batch)
    }
    package var content: Content
    package var rows: Int

    package init(_ content: Content, rows: Int) {
        self.content = content
        self.rows = rows
    }

    package var byteCount: Int {
        switch content {
        case .text(let text): text.count
        case .batch(let batch): batch.byteCount
        }
    }
}

/// What a stage leaves: a result for each operator and the batches of each collector, both in order.
struct StageResult: Sendable {
    var results: [[Batch]]
    var collected: [[Batch]]
    /// The results were complete before the end of the source.
    var endedEarly: Bool
}

/// What a stage leaves when its states are not finished.
struct UnfinishedStage {
    /// A state for each operator, of all workers' rows.
    var states: [any OperatorState]
    var collected: [[Batch]]
    /// Rows that the gates refused, by the operator's number.
    var late: [Int: LateRows]
    /// The highest sequence of a morsel; -1 without any.
    var lastSequence: Int
}
