package import Columnar

/// An operator whose states can live as long as a stream does.
///
/// A stream's rows come in deltas: states of their own that are merged into the main state. From the main state come
/// the current rows, the rows that a delta changed, and the rows that are final. Watermarks are microseconds since
/// 1970; no row with an earlier event time is waited for.
package protocol StreamingOperator: Operator {
    /// Why the operator's rows cannot be given in a mode; nil where they can.
    func refusal(of mode: StreamMode) -> StreamRefusal?
    /// The column of the input whose time says when something is final; nil when nothing ever is, or everything is.
    var timeColumn: String? { get }
    /// The columns of the result that tell its rows apart in mode `update`; a row replaces the earlier one.
    var updateKeys: [String] { get }
    /// The rows of `batch` that come too late for this watermark; nil when none does.
    func lateRows(_ batch: Batch, watermark: Int64) -> [Int32]?
    /// Rows as they came, without what is the operator's own: for those to whom late rows are shown.
    func plainRows(_ batch: Batch) -> Batch
    /// All rows; the state stays as it is.
    func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch]
    /// The rows that `delta` changed, as they are now. `state` has taken `delta` in already.
    func changedResult(
        _ state: any OperatorState, delta: any OperatorState
    ) throws(SwiftwaterError) -> [Batch]
    /// The rows that are final at this watermark and were not given before; they leave the state.
    func takeFinal(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError) -> [Batch]
    /// What can change no more at this watermark leaves the state.
    func forget(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError)
}

extension StreamingOperator {
    package var timeColumn: String? { nil }
    package var updateKeys: [String] { [] }
    package func lateRows(_: Batch, watermark _: Int64) -> [Int32]? { nil }
    package func plainRows(_ batch: Batch) -> Batch { batch }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        let copy = makeState()
        try copy.restore(try state.snapshot())
        return try copy.finish()
    }

    package func changedResult(
        _: any OperatorState, delta _: any OperatorState
    ) throws(SwiftwaterError) -> [Batch] {
        throw unsupported(.update)
    }

    package func takeFinal(_: any OperatorState, watermark _: Int64) throws(SwiftwaterError) -> [Batch] {
        throw unsupported(.append)
    }

    package func forget(_: any OperatorState, watermark _: Int64) throws(SwiftwaterError) {}

    private func unsupported(_ mode: StreamMode) -> SwiftwaterError {
        refusal(of: mode)?.error ?? SwiftwaterError(.unsupported, "'\(label)' has no mode '\(mode.rawValue)'")
    }
}
