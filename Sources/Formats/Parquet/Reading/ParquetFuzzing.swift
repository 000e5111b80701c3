package import Columnar

/// Opens `bytes` as a Parquet file, inspects it and looks at every value of up to `maximumMorsels` morsels: for
/// fuzzers and tests.
///
/// Returns the rows that were read. Throws whatever error the bytes deserve; anything else is a defect, and so is
/// another result when two readers take turns.
@discardableResult
package func fuzzParquet(
    _ bytes: UnsafeRawBufferPointer, maximumMorsels: Int = 16
) throws(SwiftwaterError) -> Int {
    let file = try ParquetFile(Buffer(copying: bytes), name: "fuzz")
    _ = ParquetInspection(file)
    let readable = file.columns.filter { $0.leaves.allSatisfy { $0.problem == nil } }.map(\.name)
    // Two readers pass over each other's rows; one reader takes more rows at a time.
    let turns = try FuzzedRows(file, readable, readers: 2, maximumRows: 512, maximumMorsels: maximumMorsels)
    let whole = try FuzzedRows(file, readable, readers: 1, maximumRows: 512 * 8, maximumMorsels: maximumMorsels)
    precondition(
        !turns.isComplete || !whole.isComplete || turns.digest == whole.digest,
        "two readers in turns read other values than one")
    return whole.rows
}

/// What was read of a file under test.
private struct FuzzedRows {
    var rows = 0
    var digest = 0
    /// Nothing was left when the reading stopped.
    var isComplete = false

    init(
        _ file: ParquetFile, _ columns: [String], readers count: Int, maximumRows: Int, maximumMorsels: Int
    ) throws(SwiftwaterError) {
        let source = try ParquetSource([file], projection: columns, maximumRows: maximumRows)
        var readers: [any MorselReader] = []
        for _ in 0..<count { readers.append(try source.makeReader()) }
        var hasher = Hasher()
        for turn in 0..<(maximumMorsels * count) {
            guard let morsel = try readers[turn % count].next() else {
                isComplete = true
                break
            }
            for row in 0..<morsel.batch.count {
                for column in morsel.batch.columns { hasher.combine(column.scalar(at: row)) }
            }
            rows += morsel.batch.count
        }
        digest = hasher.finalize()
    }
}
