package import Columnar

/// The rows with the largest or the smallest values of key columns, in that order.
///
/// As in pandas, of equal rows the first ones come first, and missing values and NaN come after all others.
package struct TopK: Operator {
    package let label: String
    package let outputSchema: Schema
    let limit: Int
    let keys: [Int]
    let largest: Bool

    package init(_ limit: Int, by: [String], largest: Bool, input: Schema) throws(SwiftwaterError) {
        guard !by.isEmpty else {
            throw SwiftwaterError(.usage, "'by' names no column", hint: "name the columns to order by")
        }
        var keys: [Int] = []
        for name in by { keys.append(try input.requireIndex(of: name)) }
        self.keys = keys
        self.limit = max(limit, 0)
        self.largest = largest
        outputSchema = input
        label = "\(largest ? "nlargest" : "nsmallest") \(limit) by \(by.joined(separator: ", "))"
    }

    package func makeState() -> any OperatorState { TopKState(self) }

    package func places(ofOrdered column: Int) -> [Int]? { [column] }

    var directions: [OrderedBytes.Direction] { keys.map { _ in OrderedBytes.Direction(ascending: !largest) } }
}
