package import Columnar

/// One row, or none, of those that agree in some columns. Missing values and NaN are equal to each other.
package struct DropDuplicates: Operator {
    package let label: String
    package let outputSchema: Schema
    let keys: [Int]
    let keep: Step.Keep

    /// - Parameter subset: the columns that are compared; all when nil.
    package init(subset: [String]?, keep: Step.Keep = .first, input: Schema) throws(SwiftwaterError) {
        var keys: [Int] = []
        for name in subset ?? input.names { keys.append(try input.requireIndex(of: name)) }
        self.keys = keys
        self.keep = keep
        outputSchema = input
        label =
            "drop_duplicates" + (subset.map { " " + $0.joined(separator: ", ") } ?? "")
            + (keep == .first ? "" : ", keep \(keep.rawValue)")
    }

    package func makeState() -> any OperatorState { DropDuplicatesState(self) }
}
