/// A row's place in the input: its batch's sequence, then its place in the batch. Ordered as the input is.
enum RowPosition {
    /// The position of the first row of a batch; those of the other rows follow one by one.
    @inline(__always)
    static func first(ofSequence sequence: Int) -> Int64 { Int64(truncatingIfNeeded: sequence) << 32 }

    /// No row.
    static let none: Int64 = -1
}
