package import Columnar

/// One row, or none, of those that agree in some columns. Missing values and NaN are equal to each other.
package struct DropDuplicates: Operator {
    package let label: String
    package let outputSchema: Schema
    let keys: [Int]
    let keep: Step.Keep
    /// The column by which a stream forgets rows, and its unit.
    let time: (column: Int, unit: TimeUnit)?

    /// - Parameters:
    ///   - subset: the columns that are compared; all when nil.
    ///   - time: the column of event time by which a stream forgets rows.
    package init(
        subset: [String]?, keep: Step.Keep = .first, time: String? = nil, input: Schema
    ) throws(SwiftwaterError) {
        var keys: [Int] = []
        for name in subset ?? input.names { keys.append(try input.requireIndex(of: name)) }
        self.keys = keys
        self.keep = keep
        if let time {
            self.time = (try input.requireIndex(of: time), try TimeWindow.unit(of: time, in: input))
        } else {
            self.time = nil
        }
        outputSchema = input
        label =
            "drop_duplicates" + (subset.map { " " + $0.joined(separator: ", ") } ?? "")
            + (keep == .first ? "" : ", keep \(keep.rawValue)") + (time.map { ", time \($0)" } ?? "")
    }

    package func makeState() -> any OperatorState { DropDuplicatesState(self) }

    package func places(ofOrdered column: Int) -> [Int]? { [column] }
}
