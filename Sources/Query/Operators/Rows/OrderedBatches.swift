import Columnar

/// Batches that a state keeps whole, each with its sequence.
struct OrderedBatches {
    let schema: Schema
    private var batches: [(sequence: Int, batch: Batch)] = []
    private(set) var count = 0
    private(set) var byteCount = 0

    init(_ schema: Schema) { self.schema = schema }

    mutating func append(_ batch: Batch, sequence: Int) {
        guard batch.count > 0 else { return }
        let batch = batch.withoutLargeDictionaries()
        batches.append((sequence, batch))
        count += batch.count
        byteCount += batch.byteCount
    }

    mutating func append(_ other: OrderedBatches) {
        batches += other.batches
        count += other.count
        byteCount += other.byteCount
    }

    /// The batches in the order of the input.
    func ordered() -> [Batch] { sorted().map(\.batch) }

    /// Stable: batches of one sequence stay in the order in which they came.
    private func sorted() -> [(sequence: Int, batch: Batch)] {
        batches.enumerated().sorted { ($0.element.sequence, $0.offset) < ($1.element.sequence, $1.offset) }
            .map(\.element)
    }

    /// Leaves out all rows but the first `limit` ones.
    mutating func keepFirst(_ limit: Int) {
        guard count > limit else { return }
        let all = sorted()
        self = OrderedBatches(schema)
        for (sequence, batch) in all where count < limit {
            append(batch.slice(0..<min(batch.count, limit - count)), sequence: sequence)
        }
    }

    /// Leaves out all rows but the last `limit` ones.
    mutating func keepLast(_ limit: Int) {
        guard count > limit else { return }
        let all = sorted()
        var excess = count - limit
        self = OrderedBatches(schema)
        for (sequence, batch) in all {
            let left = min(excess, batch.count)
            excess -= left
            if left < batch.count { append(batch.slice(left..<batch.count), sequence: sequence) }
        }
    }

    /// Each batch with its sequence in every row of one more column.
    func snapshot() -> [Batch] {
        sorted().map {
            $0.batch.adding("sequence", words: [Int64](repeating: Int64($0.sequence), count: $0.batch.count))
        }
    }

    /// The rows behind the first `skipped` ones, in order.
    func ordered(from skipped: Int) -> [Batch] {
        var left = skipped
        var rest: [Batch] = []
        for (_, batch) in sorted() {
            if left < batch.count { rest.append(left == 0 ? batch : batch.slice(left..<batch.count)) }
            left = max(0, left - batch.count)
        }
        return rest
    }

    /// The lowest sequence; nil without rows.
    var firstSequence: Int? { batches.map(\.sequence).min() }

    /// Rows of lower sequences.
    func rows(before sequence: Int) -> Int {
        batches.reduce(0) { $0 + ($1.sequence < sequence ? $1.batch.count : 0) }
    }

    mutating func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot {
            let (rows, words) = try batch.removing(1, schema: schema)
            var start = 0
            while start < rows.count {
                let sequence = words[0][start]
                var end = start + 1
                while end < rows.count, words[0][end] == sequence { end += 1 }
                append(rows.slice(start..<end), sequence: Int(sequence))
                start = end
            }
        }
    }
}
