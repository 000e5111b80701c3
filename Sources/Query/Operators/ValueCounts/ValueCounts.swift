package import Columnar

/// The distinct combinations of columns with their number of rows, or its share.
package struct ValueCounts: Operator {
    package let label: String
    package let outputSchema: Schema
    let groupBy: GroupBy
    let normalize: Bool
    let sort: Bool

    package init(
        columns: [String], normalize: Bool = false, sort: Bool = true, dropMissing: Bool = true, input: Schema
    ) throws(SwiftwaterError) {
        let name = normalize ? "proportion" : "count"
        guard !columns.contains(name) else {
            throw SwiftwaterError(
                .usage, "the column '\(name)' would be there twice", hint: "rename it before value_counts")
        }
        groupBy = try GroupBy(
            by: columns, aggregations: [Aggregation(.size, nil, name: name)],
            options: Step.GroupOptions(sort: false, dropMissing: dropMissing), input: input)
        self.normalize = normalize
        self.sort = sort
        var schema = groupBy.outputSchema
        if normalize { schema.fields[columns.count].type = .float64 }
        outputSchema = schema
        label = "value_counts \(columns.joined(separator: ", "))" + (normalize ? ", normalized" : "")
    }

    package func makeState() -> any OperatorState { ValueCountsState(self) }
}

/// The counts so far: a group-by in the order of first appearance, put in the order of frequency at the end.
final class ValueCountsState: OperatorState {
    private let valueCounts: ValueCounts
    let groups: GroupByState

    init(_ valueCounts: ValueCounts) {
        self.valueCounts = valueCounts
        groups = GroupByState(valueCounts.groupBy)
    }

    var byteCount: Int { groups.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        try groups.update(batch, sequence: sequence)
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? ValueCountsState else { throw .foreignState }
        try groups.merge(other.groups)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { try groups.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try groups.restore(snapshot) }
    func capture(_ extent: SnapshotExtent, memory: SpareMemory) throws(SwiftwaterError) -> StateCapture {
        try groups.capture(extent, memory: memory)
    }
    func copySizes(_ extent: SnapshotExtent) -> [Int] { groups.copySizes(extent) }
    func restore(older snapshot: [Batch]) throws(SwiftwaterError) { try groups.restore(older: snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] { try result(of: try groups.finish()) }

    /// The counts of the groups as they are shown.
    func result(of counted: [Batch]) throws(SwiftwaterError) -> [Batch] {
        var rows = try Batch.concatenate(counted, schema: valueCounts.groupBy.outputSchema)
        let counts = rows.columns[rows.columns.count - 1]
        if valueCounts.sort {
            let order = SortOrder.rows(
                of: [counts], count: rows.count, directions: [OrderedBytes.Direction(ascending: false)])
            rows = rows.taking(order)
        }
        return valueCounts.normalize ? normalized(rows).pieces() : rows.pieces()
    }

    private func normalized(_ rows: Batch) -> Batch {
        let counts = rows.columns[rows.columns.count - 1].values(as: Int64.self)
        let total = Double(counts.reduce(0, +))
        let shares = Buffer(counts.map { Double($0) / total })
        let column = Column(type: .float64, count: rows.count, storage: .fixed(shares))
        return Batch(schema: valueCounts.outputSchema, columns: rows.columns.dropLast() + [column], count: rows.count)
    }
}
