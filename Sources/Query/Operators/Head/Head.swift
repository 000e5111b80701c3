package import Columnar

/// The first rows of the input.
package struct Head: Operator {
    package let label: String
    package let outputSchema: Schema
    let limit: Int

    package init(_ limit: Int, input: Schema) throws(SwiftwaterError) {
        guard limit >= 0 else {
            throw SwiftwaterError(.usage, "\(limit) is not a number of rows", hint: "use 0 or more")
        }
        self.limit = limit
        outputSchema = input
        label = "head \(limit)"
    }

    package func makeState() -> any OperatorState { HeadState(self) }

    package func places(ofOrdered column: Int) -> [Int]? { [column] }
}
