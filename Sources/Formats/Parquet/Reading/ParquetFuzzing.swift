package import Columnar

/// Opens `bytes` as a Parquet file, inspects it and reads up to `maximumMorsels` morsels: for fuzzers and tests.
///
/// Returns the rows that were read. Throws whatever error the bytes deserve; anything else is a defect.
@discardableResult
package func fuzzParquet(
    _ bytes: UnsafeRawBufferPointer, maximumMorsels: Int = 16
) throws(SwiftwaterError) -> Int {
    let file = try ParquetFile(Buffer(copying: bytes), name: "fuzz")
    _ = ParquetInspection(file)
    let readable = file.columns.filter { $0.leaves.allSatisfy { $0.problem == nil } }.map(\.name)
    let source = try ParquetSource([file], projection: readable, maximumRows: 1 << 12)
    // Two readers, so that rows are passed over too.
    let readers = [try source.makeReader(), try source.makeReader()]
    var rows = 0
    for turn in 0..<maximumMorsels {
        guard let morsel = try readers[turn & 1].next() else { break }
        rows += morsel.batch.count
    }
    return rows
}
