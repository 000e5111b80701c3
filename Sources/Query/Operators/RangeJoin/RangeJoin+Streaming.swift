package import Columnar

/// A join of two frames of a stream. A pair is final when it is there, a row without a partner when the watermark has
/// passed all rows that it could meet; then it leaves the state.
extension RangeJoin: StreamingOperator {
    package func refusal(of mode: StreamMode) -> StreamRefusal? {
        switch mode {
        case .batch, .append: nil
        case .update:
            StreamRefusal(
                "a row of 'join' within a range of time replaces no earlier one, which mode 'update' would need",
                hint: "use mode 'append', which gives each row once")
        case .complete:
            StreamRefusal(
                "mode 'complete' would keep every pair of 'join' within a range of time",
                hint: "use mode 'append', which gives each row once")
        }
    }

    package var timeColumn: String? { range.left }

    /// A row from before the watermark comes too late: what it could have met may be forgotten.
    package func lateRows(_ batch: Batch, watermark: Int64) -> [Int32]? {
        guard let which = which(batch) else { return nil }
        let side = side(which)
        let first = side.leastInTime(watermark)
        return batch.columns[side.time].rows { $0 < first }
    }

    package func plainRows(_ batch: Batch) -> Batch {
        guard let which = which(batch) else { return batch }
        return Batch(schema: side(which).schema, columns: Array(batch.columns.dropLast()), count: batch.count)
    }

    package func takeFinal(_ state: any OperatorState, watermark: Int64) throws(SwiftwaterError) -> [Batch] {
        guard let state = state as? RangeJoinState else { throw .foreignState }
        return try state.takeFinal(watermark: watermark)
    }
}

extension RangeJoin.Side {
    /// The least time of a row in time, in the side's own unit.
    ///
    /// The event time may have been cut off to a coarser unit: what was in time still is.
    func leastInTime(_ watermark: Int64) -> Int64 { unit.lastNotAfter(watermark) }
}
