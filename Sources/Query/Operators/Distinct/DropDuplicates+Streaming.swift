package import Columnar

/// The distinct rows of a stream. With a time, rows before the watermark are forgotten: no row is compared with them
/// any more, and a row from before it comes too late.
extension DropDuplicates: StreamingOperator {
    package func refusal(of mode: StreamMode) -> StreamRefusal? {
        switch (mode, keep) {
        case (.append, .first), (.update, .first), (.update, .last), (.batch, _), (.complete, _): nil
        case (.append, .last):
            StreamRefusal(
                "the last of equal rows is not known as long as the stream goes on, and mode 'append' gives final rows",
                hint: "keep the first one, or use mode 'update' or 'complete'")
        case (.append, .none), (.update, .none):
            StreamRefusal(
                "a row leaves the result of 'drop_duplicates' when one like it comes, which mode '\(mode.rawValue)' "
                    + "cannot say",
                hint: "keep the first or the last of equal rows, or use mode 'complete'")
        }
    }

    package var updateKeys: [String] { keys.map { outputSchema[$0].name } }

    package func lateRows(_ batch: Batch, watermark: Int64) -> [Int32]? {
        guard let time else { return nil }
        let first = time.unit.firstNotBefore(watermark)
        return batch.columns[time.column].rows { $0 < first }
    }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        try own(state).current()
    }

    package func changedResult(
        _ state: any OperatorState, delta: any OperatorState
    ) throws(SwiftwaterError) -> [Batch] {
        try own(state).changed(by: try own(delta))
    }

    package func takeFinal(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError) -> [Batch] {
        let state = try own(state)
        let rows = try state.takeNew()
        try forget(state, watermark: watermark)
        return rows
    }

    package func forget(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError) {
        guard let time else { return }
        try own(state).forget(before: time.unit.firstNotBefore(watermark))
    }

    private func own(_ state: any OperatorState) throws(SwiftwaterError) -> DropDuplicatesState {
        guard let state = state as? DropDuplicatesState else { throw .foreignState }
        return state
    }
}
