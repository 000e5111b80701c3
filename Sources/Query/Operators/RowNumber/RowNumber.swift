package import Columnar

/// A column with the rows' numbers in the order of the input.
///
/// It holds no rows: a worker that has read its morsel waits until it is known how many rows the morsels before it
/// have, which other workers are reading at the same time.
package struct RowNumber: Transform {
    package let label: String
    package let outputSchema: Schema
    /// The column's place.
    let place: Int
    private let start: Int64
    let numbering: RowNumbering

    package init(_ name: String, from start: Int64 = 0, input: Schema) {
        label = "row_number \(name)" + (start == 0 ? "" : " from \(start)")
        outputSchema = input.setting(Field(name, .int64))
        place = input.index(of: name) ?? input.count
        self.start = start
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
        batch.setting(.ascending(batch.count, from: first), at: place, outputSchema)
    }

    /// The same with the rows' positions in place of their numbers.
    var provisional: ProvisionalRowNumber {
        ProvisionalRowNumber(label, outputSchema: outputSchema, place: place, numbers: ProvisionalNumbers(from: start))
    }

    package func places(ofUnread column: Int) -> [Int]? { column == place ? [] : [column] }
}
