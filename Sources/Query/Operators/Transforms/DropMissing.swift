package import Columnar

/// Drops rows with missing values; NaN is missing.
package struct DropMissing: Transform {
    package let label: String
    package let outputSchema: Schema
    private let columns: [Int]
    private let how: Step.DropHow

    /// - Parameter subset: the columns that are looked at; all when nil.
    package init(subset: [String]?, how: Step.DropHow, input: Schema) throws(SwiftwaterError) {
        var columns: [Int] = []
        for name in subset ?? input.names { columns.append(try input.requireIndex(of: name)) }
        self.columns = columns
        self.how = how
        outputSchema = input
        label = "dropna" + (subset.map { " " + $0.joined(separator: ", ") } ?? "") + (how == .all ? ", how all" : "")
    }

    package func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        var selection: Bitmap?
        for column in columns {
            let presence = batch.columns[column].presence
            switch how {
            case .any:
                guard let presence else { continue }
                selection = selection.map { $0 & presence } ?? presence
            case .all:
                guard let presence else { return batch }
                selection = selection.map { $0 | presence } ?? presence
            }
        }
        return selection.map { batch.filtered(by: $0) } ?? batch
    }

    package func places(ofUnread column: Int) -> [Int]? { columns.contains(column) ? nil : [column] }
}
