import Columnar

/// What a text function makes of each string. `apply` gets plain `string` or `binary` columns;
/// missing values stay missing.
protocol TextFunction: Sendable {
    var resultType: DataType { get }
    func apply(_ column: Column) throws(SwiftwaterError) -> Column
}

/// A text function of a column: once for each dictionary entry where the column is dictionary-encoded.
struct TextNode: Node {
    let operand: any Node
    let function: any TextFunction
    private let cache = DictionaryCache()
    var type: DataType { function.resultType }

    init(_ operand: any Node, _ function: any TextFunction) {
        self.operand = operand
        self.function = function
    }

    func evaluate(_ batch: Batch) throws(SwiftwaterError) -> Column {
        let column = try operand.evaluate(batch)
        if column.type == .null { return Column.missing(type, count: column.count) }
        guard let (codes, values) = column.dictionary else { return try function.apply(column) }
        guard let known = try cache.results(of: function, on: values, rows: column.count) else {
            return try function.apply(column.decoded())
        }
        return withExtendedLifetime(column) { known.gather(codes, count: column.count, column) }
    }
}
