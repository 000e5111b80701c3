package import Columnar

/// The first rows of a stream: once they are there, nothing changes.
extension Head: StreamingOperator {
    package func refusal(of _: StreamMode) -> StreamRefusal? { nil }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        try head(state).current()
    }

    package func changedResult(
        _ state: any OperatorState, delta: any OperatorState
    ) throws(SwiftwaterError) -> [Batch] {
        try head(state).rows(cameWith: try head(delta))
    }

    package func takeFinal(_ state: any OperatorState, watermark _: Int64) throws(SwiftwaterError) -> [Batch] {
        try head(state).takeNew()
    }

    private func head(_ state: any OperatorState) throws(SwiftwaterError) -> HeadState {
        guard let state = state as? HeadState else { throw .foreignState }
        return state
    }
}
