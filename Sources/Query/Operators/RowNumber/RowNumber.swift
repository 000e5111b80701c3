package import Columnar

/// A column with the rows' numbers in the order of the input.
///
/// It holds no rows: a worker that has read its morsel waits until it is known how many rows the morsels before it
/// have, which other workers are reading at the same time.
package struct RowNumber: Transform {
    package let label: String
    package let outputSchema: Schema
    private let place: Int
    let numbering: RowNumbering

    package init(_ name: String, from start: Int64 = 0, input: Schema) {
        label = "row_number \(name)" + (start == 0 ? "" : " from \(start)")
        outputSchema = input.setting(Field(name, .int64))
        place = input.index(of: name) ?? input.count
        numbering = RowNumbering(from: start)
    }

    /// For rows that come in order, on one thread.
    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        numbered(batch, numbering.claim(batch.count))
    }

    package func apply(_ batch: Batch, at origin: MorselOrigin) throws(SwiftwaterError) -> Batch {
        numbered(batch, numbering.claim(batch.count, for: origin))
    }

    private func numbered(_ batch: Batch, _ first: Int64) -> Batch {
        let words = Buffer(byteCount: batch.count * 8)
        let to = words.mutable(Int64.self)
        for row in 0..<batch.count { to[row] = first &+ Int64(truncatingIfNeeded: row) }
        let column = Column(type: .int64, count: batch.count, nullCount: 0, storage: .fixed(words))
        var columns = batch.columns
        if place < columns.count { columns[place] = column } else { columns.append(column) }
        return Batch(schema: outputSchema, columns: columns, count: batch.count)
    }
}
