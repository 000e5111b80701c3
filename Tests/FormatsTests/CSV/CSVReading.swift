import Columnar
import Formats

/// Reads CSV for tests: all rows in order, by any number of readers in turn.
struct CSVReading {
    var schema: Schema
    var rows: [[Scalar]]
    var badRows: Int

    init(_ source: any MorselSource, readers: Int = 1) throws {
        schema = source.schema
        let morsels = try Self.morsels(source, readers: readers)
        rows = morsels.sorted { $0.0 < $1.0 }.flatMap(\.1)
        try source.finish()
        badRows = source.progress.badRows
    }

    /// Reads files as a run does: once more with a wider schema where that is needed.
    init(
        _ files: [InputFile], schema: Schema? = nil, dialect: CSVDialect = CSVDialect(), policy: BadLinePolicy = .fail,
        projection: [String]? = nil, block: Int = 1 << 20, readers: Int = 1, maximumLineBytes: Int = 1 << 20
    ) throws {
        let source = try CSVSource(
            files: files, schema: schema,
            options: CSVSource.Options(
                dialect: dialect, projection: projection, policy: policy, maximumLineBytes: maximumLineBytes,
                blockBytes: block))
        do {
            try self.init(source, readers: readers)
        } catch let error as SwiftwaterError where error.kind == .schemaWidened {
            try self.init(try source.widened(), readers: readers)
        }
    }

    private static func morsels(_ source: any MorselSource, readers: Int) throws -> [(Int, [[Scalar]])] {
        try EngineThreads.map(count: readers) { () throws(SwiftwaterError) -> [(Int, [[Scalar]])] in
            let reader = try source.makeReader()
            var morsels: [(Int, [[Scalar]])] = []
            while let morsel = try reader.next() {
                let rows = (0..<morsel.batch.count).map { row in morsel.batch.columns.map { $0.scalar(at: row) } }
                morsels.append((morsel.sequence, rows))
            }
            return morsels
        }.flatMap { $0 }
    }
}
