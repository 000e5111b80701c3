package import Columnar

/// What states of windows have in common beside updates; ends are in the unit of the windows' column.
protocol TimeWindowState: OperatorState {
    /// The rows of all windows that are not final; the state stays as it is.
    func current() throws(SwiftwaterError) -> [Batch]
    func changed(by delta: any OperatorState) throws(SwiftwaterError) -> [Batch]
    /// The rows of windows that end at or before `end`, which leave the state.
    func takeFinal(through end: Int64) throws(SwiftwaterError) -> [Batch]
    func forget(through end: Int64) throws(SwiftwaterError)
}

/// Windows on a stream: each is final when the watermark has come to its end.
extension WindowGroupBy: StreamingOperator {
    package func refusal(of mode: StreamMode) -> StreamRefusal? {
        guard mode == .update, grid.isSession else { return nil }
        return StreamRefusal(
            "sessions grow and join, so that an earlier row is not replaced, which mode 'update' would need",
            hint: "use mode 'append' or 'complete', or windows with a size")
    }

    package var timeColumn: String? { window.key }

    package var updateKeys: [String] { Array(outputSchema.names.prefix(keys.count + 2)) }

    /// A row is late when its last window has ended; for a session, whose end is not known, when it is before the
    /// watermark.
    package func lateRows(_ batch: Batch, watermark: Int64) -> [Int32]? {
        let first =
            grid.isSession
            ? grid.unit.firstNotBefore(watermark) : grid.firstPane(openAfter: grid.unit.lastNotAfter(watermark))
        return batch.columns[time].rows { $0 < first }
    }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        try own(state).current()
    }

    package func changedResult(
        _ state: any OperatorState, delta: any OperatorState
    ) throws(SwiftwaterError) -> [Batch] {
        try own(state).changed(by: delta)
    }

    package func takeFinal(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError) -> [Batch] {
        try own(state).takeFinal(through: grid.unit.lastNotAfter(watermark))
    }

    package func forget(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError) {
        try own(state).forget(through: grid.unit.lastNotAfter(watermark))
    }

    private func own(_ state: any OperatorState) throws(SwiftwaterError) -> any TimeWindowState {
        guard let state = state as? any TimeWindowState else { throw .foreignState }
        return state
    }
}
