package import Columnar

/// A group-by without windows on a stream: its groups can change for ever.
extension GroupBy: StreamingOperator {
    package func refusal(of mode: StreamMode) -> StreamRefusal? {
        guard mode == .append else { return nil }
        return StreamRefusal(
            "the rows of 'groupby' can change as long as the stream goes on, and mode 'append' gives final rows",
            hint: "group by a window of the event time too, or use mode 'update' or 'complete'")
    }

    package var updateKeys: [String] { Array(outputSchema.names.prefix(keys.count)) }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        guard let state = state as? GroupByState else { throw .foreignState }
        return try state.rows(of: state.resultOrder())
    }

    package func changedResult(
        _ state: any OperatorState, delta: any OperatorState
    ) throws(SwiftwaterError) -> [Batch] {
        guard let state = state as? GroupByState, let delta = delta as? GroupByState else { throw .foreignState }
        return try state.rows(of: try state.groups(in: delta))
    }
}

/// Counts on a stream, which a group-by holds.
extension ValueCounts: StreamingOperator {
    package func refusal(of mode: StreamMode) -> StreamRefusal? {
        switch mode {
        case .batch, .complete: nil
        case .update where !normalize: nil
        case .update:
            StreamRefusal(
                "each row changes all shares of 'value_counts'",
                hint: "use mode 'complete', or counts without normalize")
        case .append:
            StreamRefusal(
                "the counts of 'value_counts' can change as long as the stream goes on, and mode 'append' gives final "
                    + "rows",
                hint: "use mode 'update' or 'complete', or a groupby with a window of the event time")
        }
    }

    package var updateKeys: [String] { outputSchema.names.dropLast() }

    package func currentResult(_ state: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        guard let state = state as? ValueCountsState else { throw .foreignState }
        return try state.result(of: try groupBy.currentResult(state.groups))
    }

    package func changedResult(
        _ state: any OperatorState, delta: any OperatorState
    ) throws(SwiftwaterError) -> [Batch] {
        guard let state = state as? ValueCountsState, let delta = delta as? ValueCountsState else {
            throw .foreignState
        }
        return try groupBy.changedResult(state.groups, delta: delta.groups)
    }
}
