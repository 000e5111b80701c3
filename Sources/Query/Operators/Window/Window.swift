package import Columnar
import Formats

/// Columns whose values depend on the rows before and after, in groups or over all rows: `shift`, `cumsum`, `rank`,
/// `rolling`, …
///
/// Rows of a missing key are in no group; their values are missing.
package struct Window: Operator {
    package let label: String
    package let outputSchema: Schema
    let input: Schema
    let keys: [Int]
    let columns: [WindowColumn]
    /// For each of `columns`, the column of the input that it is of, and its place in the result.
    let places: [(source: Int?, target: Int)]
    let options: Step.GroupOptions
    /// The aggregations of whole groups.
    let groupBy: GroupBy?

    package init(
        by: [String], columns: [WindowColumn], options: Step.GroupOptions = .init(), input: Schema
    ) throws(SwiftwaterError) {
        let step = Step.window(by: by, columns: columns, options: options)
        outputSchema = try step.outputSchema(for: input)
        self.input = input
        self.columns = columns
        self.options = options
        var keys: [Int] = []
        for name in by { keys.append(try input.requireIndex(of: name)) }
        self.keys = keys
        var places: [(source: Int?, target: Int)] = []
        var aggregations: [Aggregation] = []
        for column in columns {
            var source: Int?
            if let name = column.column { source = try input.requireIndex(of: name) }
            places.append((source, try outputSchema.requireIndex(of: column.name)))
            if case .aggregate(let function, let options) = column.function {
                let name = "\(aggregations.count)"
                aggregations.append(Aggregation(function, column.column, name: name, options: options))
            }
        }
        self.places = places
        groupBy =
            aggregations.isEmpty
            ? nil
            : try GroupBy(
                by: by, aggregations: aggregations,
                options: Step.GroupOptions(sort: false, dropMissing: options.dropMissing), input: input)
        label = step.description
    }

    package func makeState() -> any OperatorState { WindowState(self) }
}

/// All rows, whose windows are computed at the end.
final class WindowState: OperatorState {
    private let window: Window
    private var kept: OrderedBatches

    init(_ window: Window) {
        self.window = window
        kept = OrderedBatches(window.input)
    }

    var byteCount: Int { kept.byteCount }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) { kept.append(batch, sequence: sequence) }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? WindowState else { throw .foreignState }
        kept.append(other.kept)
    }

    func snapshot() throws(SwiftwaterError) -> [Batch] { kept.snapshot() }
    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try kept.restore(snapshot) }

    func finish() throws(SwiftwaterError) -> [Batch] { try finish(threads: 1) }

    /// The kept batches with the computed columns; the other columns are not copied.
    func finish(threads: Int) throws(SwiftwaterError) -> [Batch] {
        let batches = kept.ordered()
        let count = kept.count
        kept = OrderedBatches(window.input)
        guard count < Int(Int32.max) else { throw .tooManyRows("window") }
        if count == 0 { return [] }
        let computed = try compute(batches, count, threads)
        var result: [Batch] = []
        var start = 0
        for batch in batches {
            var columns = batch.columns
            let rows = start..<start + batch.count
            for (place, column) in zip(window.places, computed) {
                let piece = column.slice(rows)
                if place.target < columns.count { columns[place.target] = piece } else { columns.append(piece) }
            }
            result.append(Batch(schema: window.outputSchema, columns: columns, count: batch.count))
            start += batch.count
        }
        return result
    }

    private func compute(
        _ batches: [Batch], _ count: Int, _ threads: Int
    ) throws(SwiftwaterError) -> [Column] {
        let window = self.window
        @Sendable func whole(_ index: Int) throws(SwiftwaterError) -> Column {
            try Column.concatenate(batches.map { $0.columns[index] }, type: window.input[index].type)
        }
        var keys: [Column] = []
        for index in window.keys { keys.append(try whole(index)) }
        let groups = try WindowGroups(
            keys: keys, count: count, dropMissing: window.options.dropMissing, sorted: window.options.sort)
        let aggregated = try aggregates(batches)
        let used = zip(window.columns, window.places).compactMap { column, place -> Int? in
            if case .aggregate = column.function { return nil }
            return place.source
        }
        let indices = Set(used).sorted()
        let gathered = try EngineThreads.map(indices.count, threads: threads) { number throws(SwiftwaterError) in
            groups.gathered(try whole(indices[number]))
        }
        let sources = Dictionary(zip(indices, gathered)) { first, _ in first }
        let columns = window.columns
        return try EngineThreads.map(columns.count, threads: threads) { number throws(SwiftwaterError) in
            let place = window.places[number]
            if case .aggregate = columns[number].function {
                let before = columns[..<number].count { if case .aggregate = $0.function { true } else { false } }
                return groups.broadcast(aggregated[before])
            }
            return try groups.apply(
                columns[number].function, place.source.flatMap { sources[$0] },
                window.outputSchema[place.target].type)
        }
    }

    /// For each aggregation a value for each group, in the order of the groups' first rows.
    private func aggregates(_ batches: [Batch]) throws(SwiftwaterError) -> [Column] {
        guard let groupBy = window.groupBy else { return [] }
        let state = groupBy.makeState()
        for (sequence, batch) in batches.enumerated() { try state.update(batch, sequence: sequence) }
        let rows = try Batch.concatenate(try state.finish(), schema: groupBy.outputSchema)
        return Array(rows.columns.dropFirst(window.keys.count))
    }
}
