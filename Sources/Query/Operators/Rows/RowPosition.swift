/// A row's place in the input: its batch's sequence, then its place in the batch. Ordered as the input is.
enum RowPosition {
    /// The position of the first row of a batch; those of the other rows follow one by one.
    @inline(__always)
    static func first(ofSequence sequence: Int) -> Int64 { Int64(truncatingIfNeeded: sequence) << Int64(rowBits) }

    /// Rows that a batch may have, so that the next sequence's positions follow: 39 bits are left for sequences, of
    /// which JSON Lines' readers take 16 for the parts of a block.
    static let batchRows = 1 << rowBits
    static let rowBits = 24

    /// No row.
    static let none: Int64 = -1
}
