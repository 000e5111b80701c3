package import Columnar

/// Rows that worker threads take in morsels: a file, several, or a table in memory.
///
/// Each worker has a reader of its own; readers share only the dispenser of morsels.
package protocol MorselSource: Sendable {
    /// The columns that readers make, after projection.
    var schema: Schema { get }
    /// A reader for one worker thread.
    func makeReader() throws(SwiftwaterError) -> any MorselReader
    /// Bytes of input taken so far and in all (nil when unknown), for progress.
    var progress: ScanProgress { get }
    /// Called once when every reader has met the end: puts the dead-letter file under its name.
    /// Throws the first bad line when bad lines fail the run and no reader could say so.
    func finish() throws(SwiftwaterError)
}

extension MorselSource {
    package func finish() throws(SwiftwaterError) {}
}

/// A source whose schema was inferred from samples of the input.
package protocol InferringSource: MorselSource {
    /// After a reader threw `.schemaWidened`: a source with the schema that fits the whole input.
    ///
    /// What was computed from this source's rows must be dropped; readers of this source must not be used again.
    func widened() throws(SwiftwaterError) -> any MorselSource
}

/// Takes morsels for one thread.
package protocol MorselReader: AnyObject {
    /// The next morsel, or nil at the end. Sequences of one reader ascend; all readers' are distinct.
    /// The batch's buffers may be reused by the next call unless somebody still holds them.
    func next() throws(SwiftwaterError) -> Morsel?
    /// The sequence of the morsel that the latest call of `next` worked on, also when it threw: of several workers'
    /// errors the first in the input is reported. Nil when unknown.
    var currentSequence: Int? { get }
}

extension MorselReader {
    package var currentSequence: Int? { nil }
}

/// A batch and its place in the input.
package struct Morsel {
    /// The order of the input: rows of a lower sequence come first.
    package var sequence: Int
    package var batch: Batch

    package init(sequence: Int, batch: Batch) {
        self.sequence = sequence
        self.batch = batch
    }
}

/// How far a scan is.
package struct ScanProgress: Sendable, Hashable {
    package var bytes: Int
    package var totalBytes: Int?
    package var rows: Int
    package var badRows: Int

    package init(bytes: Int = 0, totalBytes: Int? = nil, rows: Int = 0, badRows: Int = 0) {
        self.bytes = bytes
        self.totalBytes = totalBytes
        self.rows = rows
        self.badRows = badRows
    }
}
