package import Columnar

/// What a stretch of a stream gives a plan's first stage: states that are not finished, and rows that need none.
package struct StageDelta {
    /// The states of this stretch's rows alone, by slot.
    package var states: [Int: any OperatorState]
    /// The rows of outputs without an operator before them, by the output's number, in the order of the input.
    package var rows: [Int: [Batch]]
    /// Rows that came too late, by the slot of the operator that refused them.
    package var late: [Int: LateRows]
    /// What the next stretch's sequences are counted from.
    package var nextSequence: Int
}

/// Rows that an operator refused because what they belong to is final.
package struct LateRows: Sendable {
    package var count = 0
    /// The rows as they reached the operator, with their morsels' sequences in the stretch; empty when nobody asked.
    package var batches: [(sequence: Int, batch: Batch)] = []
}

/// Keeps late rows from an operator.
struct LateGate: Sendable {
    let `operator`: any StreamingOperator
    let watermark: Int64
    let keepsRows: Bool

    /// The rows that are in time.
    func admit(_ batch: Batch, sequence: Int, _ late: inout LateRows) -> Batch {
        guard let rows = `operator`.lateRows(batch, watermark: watermark), !rows.isEmpty else { return batch }
        late.count += rows.count
        if keepsRows { late.batches.append((sequence, `operator`.plainRows(batch.taking(rows)))) }
        if rows.count == batch.count { return batch.slice(0..<0) }
        var isLate = [Bool](repeating: false, count: batch.count)
        for row in rows { isLate[Int(row)] = true }
        return batch.taking((0..<Int32(batch.count)).filter { !isLate[Int($0)] })
    }
}
