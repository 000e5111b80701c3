import Columnar
import Formats

/// Numbers rows by their positions in the input, which each worker knows at once; how many rows there are before a
/// morsel is known when all have been read, and turns the positions that are left into the rows' numbers.
///
/// Positions have the order of the numbers, so rows can be compared, sorted and chosen by them in the meantime.
final class ProvisionalNumbers: Sendable {
    private let start: Int64
    /// The rows that each morsel brought here.
    private let counts = Locked<[(sequence: Int, count: Int)]>([])

    init(from start: Int64) { self.start = start }

    fileprivate func note(_ count: Int, ofSequence sequence: Int) {
        counts.withLock { $0.append((sequence, count)) }
    }

    /// The numbers for positions, when all morsels have been read.
    var numbers: RowNumbersByPosition { RowNumbersByPosition(counts.withLock { $0 }, from: start) }
}

/// A column with the rows' positions, in place of `RowNumber`'s.
struct ProvisionalRowNumber: Transform {
    let label: String
    let outputSchema: Schema
    private let place: Int
    let numbers: ProvisionalNumbers

    init(_ label: String, outputSchema: Schema, place: Int, numbers: ProvisionalNumbers) {
        self.label = label
        self.outputSchema = outputSchema
        self.place = place
        self.numbers = numbers
    }

    /// For rows that come all at once.
    func apply(_ batch: Batch) throws(SwiftwaterError) -> Batch {
        try apply(batch, at: MorselOrigin(worker: 0, sequence: 0))
    }

    func apply(_ batch: Batch, at origin: MorselOrigin) throws(SwiftwaterError) -> Batch {
        numbers.note(batch.count, ofSequence: origin.sequence)
        return batch.setting(
            .ascending(batch.count, from: RowPosition.first(ofSequence: origin.sequence)), at: place, outputSchema)
    }
}

/// The number of the first row of each morsel, to be found by its sequence.
struct RowNumbersByPosition: Sendable {
    private var sequences: [Int] = []
    private var firsts: [Int64] = []
    /// For the sequences' high bits where to begin to look: about one entry for each morsel.
    private var hints: [Int32] = []
    private var shift = 0

    init(_ counts: [(sequence: Int, count: Int)], from start: Int64) {
        var next = start
        for (sequence, count) in counts.sorted(by: { $0.sequence < $1.sequence }) {
            sequences.append(sequence)
            firsts.append(next)
            next &+= Int64(count)
        }
        guard let low = sequences.first, let high = sequences.last else { return }
        while (high - low) >> shift > 2 * sequences.count { shift += 1 }
        hints.reserveCapacity((high - low) >> shift + 1)
        for (entry, sequence) in sequences.enumerated() {
            while hints.count <= (sequence - low) >> shift { hints.append(Int32(entry)) }
        }
    }

    /// The column with the numbers of rows at its positions.
    func resolve(_ column: Column) -> Column {
        guard let low = sequences.first else { return column }
        let words = Buffer(byteCount: column.count * 8)
        let to = words.mutable(Int64.self)
        let positions = column.values(as: Int64.self)
        var entry = 0
        for row in 0..<column.count {
            let sequence = Int(positions[row] >> Int64(RowPosition.rowBits))
            if sequences[entry] != sequence {
                entry = Int(hints[(sequence - low) >> shift])
                while sequences[entry] < sequence { entry += 1 }
            }
            to[row] = firsts[entry] &+ (positions[row] - RowPosition.first(ofSequence: sequence))
        }
        return Column(type: .int64, count: column.count, nullCount: 0, storage: .fixed(words))
    }
}

/// Columns of a result that hold positions, each with what knows their numbers.
struct ProvisionalColumns: Sendable {
    private(set) var columns: [(column: Int, numbers: ProvisionalNumbers)] = []

    mutating func add(_ column: Int, _ numbers: ProvisionalNumbers) { columns.append((column, numbers)) }

    /// The batches with numbers for positions.
    func resolve(_ batches: [Batch], threads: Int) throws(SwiftwaterError) -> [Batch] {
        if columns.isEmpty || batches.isEmpty { return batches }
        let known = columns.map { (column: $0.column, numbers: $0.numbers.numbers) }
        return try EngineThreads.map(batches.count, threads: threads) { index throws(SwiftwaterError) in
            var batch = batches[index]
            for (column, numbers) in known {
                batch = batch.setting(numbers.resolve(batch.columns[column]), at: column, batch.schema)
            }
            return batch
        }
    }
}

extension Column {
    /// Integers one after the other.
    static func ascending(_ count: Int, from first: Int64) -> Column {
        let words = Buffer(byteCount: count * 8)
        let to = words.mutable(Int64.self)
        for row in 0..<count { to[row] = first &+ Int64(truncatingIfNeeded: row) }
        return Column(type: .int64, count: count, nullCount: 0, storage: .fixed(words))
    }
}

extension Batch {
    /// With a column at `place`, which may be behind the last.
    func setting(_ column: Column, at place: Int, _ schema: Schema) -> Batch {
        var columns = columns
        if place < columns.count { columns[place] = column } else { columns.append(column) }
        return Batch(schema: schema, columns: columns, count: count)
    }
}
