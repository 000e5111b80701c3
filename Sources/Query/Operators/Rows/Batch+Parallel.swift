import Columnar
import Formats
import Synchronization

/// Copies of many rows, made on several threads: each takes one column of one piece after the other.
extension Batch {
    /// The rows of `batches` one after the other.
    static func concatenate(
        _ batches: [Batch], schema: Schema, threads: Int
    ) throws(SwiftwaterError) -> Batch {
        guard threads > 1, batches.count > 1, schema.count > 1 else {
            return try concatenate(batches, schema: schema)
        }
        let columns = try EngineThreads.map(schema.count, threads: threads) { index throws(SwiftwaterError) in
            try Column.concatenate(batches.map { $0.columns[index] }, type: schema[index].type)
        }
        return Batch(schema: schema, columns: columns, count: batches.reduce(0) { $0 + $1.count })
    }

    /// The rows at `order` in pieces of at most `resultRows` rows; none when it is empty.
    func pieces(taking order: [Int32], threads: Int) throws(SwiftwaterError) -> [Batch] {
        guard threads > 1, order.count > Self.resultRows / 2, !columns.isEmpty else { return pieces(taking: order) }
        let starts = Array(stride(from: 0, to: order.count, by: Self.resultRows))
        let width = columns.count
        let taken = try EngineThreads.map(starts.count * width, threads: threads) { task throws(SwiftwaterError) in
            // Column after column: its values stay in the caches.
            let (column, piece) = task.quotientAndRemainder(dividingBy: starts.count)
            let end = min(starts[piece] + Self.resultRows, order.count)
            return order.withUnsafeBufferPointer {
                columns[column].taking(UnsafeBufferPointer(rebasing: $0[starts[piece]..<end]))
            }
        }
        return starts.indices.map { piece in
            let columns = (0..<width).map { taken[$0 * starts.count + piece] }
            return Batch(
                schema: schema, columns: columns, count: min(Self.resultRows, order.count - starts[piece]))
        }
    }
}

extension EngineThreads {
    /// What `make` makes of the numbers 0..<count, on up to `threads` threads; the first error in their order.
    static func map<T: Sendable>(
        _ count: Int, threads: Int, _ make: @escaping @Sendable (Int) throws(SwiftwaterError) -> T
    ) throws(SwiftwaterError) -> [T] {
        let results = Locked<[Int: Result<T, SwiftwaterError>]>([:])
        let next = Atomic<Int>(0)
        run(min(threads, max(1, count))) { _ in
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                let result = Result { () throws(SwiftwaterError) in try make(number) }
                results.withLock { $0[number] = result }
            }
        }
        let all = results.withLock { $0 }
        var values: [T] = []
        values.reserveCapacity(count)
        for number in 0..<count { if let value = try all[number]?.get() { values.append(value) } }
        return values
    }
}
