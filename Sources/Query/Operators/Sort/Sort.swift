package import Columnar

/// All rows in the order of key columns; equal rows stay in the order of the input.
package struct Sort: Operator {
    package let label: String
    package let outputSchema: Schema
    let keys: [Int]
    let directions: [OrderedBytes.Direction]

    package init(by: [Step.SortKey], missingFirst: Bool = false, input: Schema) throws(SwiftwaterError) {
        try self.init(by: by, missingFirst: by.map { _ in missingFirst }, input: input)
    }

    /// - Parameter missingFirst: for each key, whether missing values come first.
    init(by: [Step.SortKey], missingFirst: [Bool], input: Schema) throws(SwiftwaterError) {
        var keys: [Int] = []
        for key in by { keys.append(try input.requireIndex(of: key.column)) }
        self.keys = keys
        directions = zip(by, missingFirst).map { OrderedBytes.Direction(ascending: $0.ascending, missingFirst: $1) }
        outputSchema = input
        label = "sort_values " + by.map { $0.ascending ? $0.column : "\($0.column) descending" }.joined(separator: ", ")
    }

    package func makeState() -> any OperatorState { SortState(self) }

    package func places(ofOrdered column: Int) -> [Int]? { [column] }
}
