package import Columnar

/// One row for each distinct key with aggregations of its rows, in pandas' meaning.
///
/// Missing values and NaN are skipped. The sum of nothing is 0, of `bool` and signed integers `int64`, of unsigned
/// integers `uint64` (an overflow is an error, the same for any order of the rows), of floats `float64`.
/// A key with NaN is a missing key.
package struct GroupBy: Operator {
    package let label: String
    package let outputSchema: Schema
    let keys: [Int]
    let keyTypes: [DataType]
    let layout: AggregateLayout
    let options: Step.GroupOptions

    package init(
        by: [String], aggregations: [Aggregation], options: Step.GroupOptions = .init(), input: Schema
    ) throws(SwiftwaterError) {
        var keys: [Int] = []
        for name in by { keys.append(try input.requireIndex(of: name)) }
        layout = try AggregateLayout(aggregations, schema: input)
        keyTypes = keys.map { input[$0].type.logical }
        outputSchema = Schema(
            zip(by, keyTypes).map { Field($0, $1) } + zip(aggregations, layout.outputs).map { Field($0.name, $1.type) })
        self.keys = keys
        self.options = options
        let functions = aggregations.map(\.description)
        label =
            "groupby" + (by.isEmpty ? "" : " " + by.joined(separator: ", ")) + ": "
            + functions.joined(separator: ", ")
    }

    package func makeState() -> any OperatorState { GroupByState(self) }
}
