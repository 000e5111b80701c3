import Columnar

/// Rows that a state keeps, in the batches in which they came, numbered from 0.
struct RowStore {
    let schema: Schema
    private var batches: [Batch] = []
    private(set) var count = 0
    private(set) var byteCount = 0

    init(_ schema: Schema) { self.schema = schema }

    mutating func append(_ batch: Batch) {
        guard batch.count > 0 else { return }
        let batch = batch.withoutLargeDictionaries()
        batches.append(batch)
        count += batch.count
        byteCount += batch.byteCount
    }

    mutating func append(_ other: RowStore) { for batch in other.batches { append(batch) } }

    /// All rows in one batch.
    mutating func combined() throws(SwiftwaterError) -> Batch {
        let whole = try Batch.concatenate(batches, schema: schema)
        batches = count == 0 ? [] : [whole]
        byteCount = whole.byteCount
        return whole
    }

    /// Keeps the rows with these numbers only, in this order.
    mutating func keep(_ rows: [Int32]) throws(SwiftwaterError) {
        let kept = try combined().taking(rows)
        removeAll()
        append(kept)
    }

    mutating func removeAll() {
        batches = []
        count = 0
        byteCount = 0
    }
}

extension Batch {
    /// Rows that a result's batches have at most.
    static let resultRows = 1 << 17

    /// With columns decoded whose dictionary has more values than the batch has rows: a few kept rows must not keep
    /// a whole dictionary alive.
    func withoutLargeDictionaries() -> Batch {
        guard columns.contains(where: { ($0.dictionary?.values.column.count ?? 0) > count }) else { return self }
        let decoded = columns.map { ($0.dictionary?.values.column.count ?? 0) > count ? $0.decoded() : $0 }
        return Batch(schema: schema, columns: decoded, count: count)
    }

    /// The batch in pieces of at most `resultRows` rows; none when it is empty.
    func pieces() -> [Batch] {
        if count == 0 { return [] }
        if count <= Self.resultRows { return [self] }
        return stride(from: 0, to: count, by: Self.resultRows).map { start in
            slice(start..<min(start + Self.resultRows, count))
        }
    }

    /// The rows at `order` in pieces of at most `resultRows` rows; none when it is empty.
    func pieces(taking order: [Int32]) -> [Batch] {
        stride(from: 0, to: order.count, by: Self.resultRows).map { start in
            taking(Array(order[start..<min(start + Self.resultRows, order.count)]))
        }
    }

    /// The columns at `indices`.
    func selecting(_ indices: [Int]) -> Batch {
        Batch(
            schema: Schema(indices.map { schema[$0] }), columns: indices.map { columns[$0] }, count: count)
    }

    /// With one more column: for a snapshot's bookkeeping beside the rows.
    func adding(_ name: String, words: [Int64]) -> Batch {
        let column = Column(type: .int64, count: count, storage: .fixed(Buffer(words)))
        return Batch(
            schema: Schema(schema.fields + [Field(name, .int64)]), columns: columns + [column], count: count)
    }

    /// Without the columns that `adding` put at the end, under `schema`, and those columns' words.
    func removing(_ extra: Int, schema: Schema) throws(SwiftwaterError) -> (rows: Batch, words: [[Int64]]) {
        guard columns.count == schema.count + extra, columns.suffix(extra).allSatisfy({ $0.type == .int64 }) else {
            throw .foreignSnapshot
        }
        let rows = Batch(schema: schema, columns: Array(columns.prefix(schema.count)), count: count)
        return (rows, columns.suffix(extra).map { Array($0.values(as: Int64.self)) })
    }
}

extension SwiftwaterError {
    /// A snapshot that another operator made.
    static var foreignSnapshot: SwiftwaterError {
        SwiftwaterError(
            .data, "the saved state is not of this operator", hint: "start again without the saved state")
    }

    /// A state was asked to take in a state of another operator.
    static var foreignState: SwiftwaterError {
        SwiftwaterError(.usage, "states of different operators cannot be merged")
    }
}
