import Columnar

/// What a group-by remembers of one column: a value for each group, in arrays.
///
/// Batches come without missing values: the caller leaves those rows out and counts them.
protocol Accumulator: AnyObject {
    /// Makes room for groups up to `count`; the new ones are empty.
    func grow(to count: Int)
    /// Takes one value a row; row `i` belongs to the group `groups[i]` and has the position `position + i`.
    func update(_ column: Column, _ groups: UnsafePointer<Int32>, position: Int64) throws(SwiftwaterError)
    /// Takes in another's groups; its group `i` is this one's `mapping[i]`, or nobody's when that is negative.
    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError)
    /// The values of the groups in `order`. `counts` has the rows with a value of each group.
    func result(
        _ function: AggregateCall, type: DataType, counts: UnsafePointer<Int64>,
        order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column
    /// What is remembered of the groups 0..<count, as columns with a row for each.
    func snapshot(count: Int) throws(SwiftwaterError) -> [Column]
    /// Takes back what `snapshot` gave, from the front of `columns`; there are `count` groups and all are empty.
    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError)
    /// A copy with the groups in `order` alone, numbered anew; with all when nil. Nil where groups are not flat memory:
    /// the caller merges them into an empty accumulator.
    func picked(_ order: UnsafeBufferPointer<Int32>?, _ memory: SpareMemory) -> (any Accumulator)?
    /// Bytes of a group in such a copy; nil where there is none.
    var flatWidth: Int? { get }
    var byteCount: Int { get }
}

extension Accumulator {
    func picked(_: UnsafeBufferPointer<Int32>?, _: SpareMemory) -> (any Accumulator)? { nil }
    var flatWidth: Int? { nil }
}

/// A function with its options, as a result is asked for.
struct AggregateCall: Sendable {
    var function: Aggregation.Function
    var options = Aggregation.Options()

    static func == (call: AggregateCall, function: Aggregation.Function) -> Bool { call.function == function }
}

extension ArraySlice<Column> {
    /// Takes the next column of a snapshot, which must be of `type`.
    mutating func next(_ type: DataType) throws(SwiftwaterError) -> Column {
        guard let column = popFirst(), column.type == type else { throw .foreignSnapshot }
        return column
    }
}
