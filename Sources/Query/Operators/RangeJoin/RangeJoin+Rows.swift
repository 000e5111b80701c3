import Columnar

/// The rows of a range join's result.
extension RangeJoin {
    /// Pairs of rows; -1 is no row, which the left side has with `how: right` alone, and the right side otherwise.
    func pairs(
        _ left: Batch, _ leftRows: UnsafeBufferPointer<Int32>, _ right: Batch,
        _ rightRows: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Batch {
        var columns: [Column] = []
        for (origin, field) in zip(origins, outputSchema.fields) {
            let fromLeft = origin.left != nil && (join.how != .right || origin.right == nil)
            let column: Column
            if fromLeft, let index = origin.left {
                try left.columns[index].requireTakeable(leftRows, label)
                column = left.columns[index].taking(leftRows)
            } else if let index = origin.right {
                try right.columns[index].requireTakeable(rightRows, label)
                column = right.columns[index].taking(rightRows)
            } else {
                column = .missing(field.type, count: leftRows.count)
            }
            columns.append(try column.widened(to: field.type))
        }
        return Batch(schema: outputSchema, columns: columns, count: leftRows.count)
    }

    /// Rows of one side without a partner.
    func alone(_ rows: Batch, _ which: Which) throws(SwiftwaterError) -> Batch {
        var columns: [Column] = []
        for (origin, field) in zip(origins, outputSchema.fields) {
            if let index = which == .left ? origin.left : origin.right {
                columns.append(try rows.columns[index].widened(to: field.type))
            } else {
                columns.append(.missing(field.type, count: rows.count))
            }
        }
        return Batch(schema: outputSchema, columns: columns, count: rows.count)
    }

    /// The times of a side's rows in the unit that both are compared in, and which rows have one.
    ///
    /// A time that the finer unit does not have is none: no row of the other side can be near it.
    func times(_ rows: Batch, _ which: Which) -> (words: Buffer, present: Bitmap?) {
        let side = side(which)
        let column = rows.columns[side.time].decoded()
        guard case .fixed(let words) = column.storage else { return (Buffer.zeroed(byteCount: rows.count * 8), nil) }
        guard side.factor > 1 else { return (words, column.validity) }
        let result = Buffer(byteCount: rows.count * 8)
        let to = result.mutable(Int64.self)
        let from = words.mutable(Int64.self)
        var present = BitmapBuilder(capacity: rows.count)
        for row in 0..<rows.count {
            let (product, overflow) = from[row].multipliedReportingOverflow(by: side.factor)
            to[row] = product
            present.append(!overflow && !column.isNull(row))
        }
        return (result, present.countOfZeros == 0 ? nil : present.finish())
    }
}
