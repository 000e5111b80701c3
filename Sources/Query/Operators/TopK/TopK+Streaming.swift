package import Columnar

/// The best rows of a stream so far.
extension TopK: StreamingOperator {
    package func refusal(of mode: StreamMode) -> StreamRefusal? {
        guard mode == .append || mode == .update else { return nil }
        let name = largest ? "nlargest" : "nsmallest"
        return StreamRefusal(
            "rows leave the result of '\(name)' when better ones come, which mode '\(mode.rawValue)' cannot say",
            hint: "use mode 'complete'")
    }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        guard let state = state as? TopKState else { throw .foreignState }
        return try state.best().pieces()
    }
}
