package import Columnar
package import Formats
import Synchronization

/// The batches of a table in memory as morsels: slices of at most `morselRows` rows.
package final class TableSource: MorselSource {
    package let schema: Schema
    private let batches: [Batch]
    /// The first row of each morsel in its batch.
    private let slices: [(batch: Int, rows: Range<Int>)]
    private let columns: [Int]?
    private let taken = Atomic<Int>(0)
    private let takenRows = Atomic<Int>(0)
    private let totalBytes: Int

    /// - Parameter columns: the columns to pass on, in this order; all when nil.
    package init(
        schema: Schema, batches: [Batch], columns names: [String]? = nil, morselRows: Int = 16_384
    ) throws(SwiftwaterError) {
        var indices: [Int] = []
        for name in names ?? [] { indices.append(try schema.requireIndex(of: name)) }
        columns = names == nil ? nil : indices
        self.schema = names == nil ? schema : Schema(indices.map { schema[$0] })
        self.batches = batches
        var slices: [(batch: Int, rows: Range<Int>)] = []
        for (index, batch) in batches.enumerated() {
            var row = 0
            while row < batch.count {
                let end = min(batch.count, row + max(1, morselRows))
                slices.append((index, row..<end))
                row = end
            }
        }
        self.slices = slices
        totalBytes = batches.reduce(0) { $0 + $1.byteCount }
    }

    /// Morsels in all.
    package var morselCount: Int { slices.count }

    package func makeReader() throws(SwiftwaterError) -> any MorselReader { Reader(self) }

    package var progress: ScanProgress {
        let share = Double(min(taken.load(ordering: .relaxed), slices.count)) / Double(max(1, slices.count))
        return ScanProgress(
            bytes: Int(Double(totalBytes) * share), totalBytes: totalBytes, rows: takenRows.load(ordering: .relaxed))
    }

    private final class Reader: MorselReader {
        private let source: TableSource
        private(set) var currentSequence: Int?

        init(_ source: TableSource) { self.source = source }

        func next() -> Morsel? {
            let index = source.taken.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < source.slices.count else { return nil }
            currentSequence = index
            let (batchIndex, rows) = source.slices[index]
            let batch = source.batches[batchIndex]
            source.takenRows.wrappingAdd(rows.count, ordering: .relaxed)
            let picked = source.columns?.map { batch.columns[$0] } ?? batch.columns
            let columns = rows.count == batch.count ? picked : picked.map { $0.slice(rows) }
            return Morsel(sequence: index, batch: Batch(schema: source.schema, columns: columns, count: rows.count))
        }
    }
}
