import Columnar

/// Reads some columns of one row group, a range of rows at a time, from the first row on. For one thread.
final class RowGroupReader {
    let rowCount: Int
    /// The next row.
    private(set) var position = 0
    private let file: ParquetFile
    private let columns: [(node: ParquetNode, leaves: [LeafReader])]

    /// - Parameter columns: positions of top-level columns.
    init(
        _ file: ParquetFile, rowGroup index: Int, columns: [Int], input: ParquetInput,
        decompressor: PageDecompressor, scratch: ReadingScratch
    ) throws(SwiftwaterError) {
        self.file = file
        let group = file.metadata.rowGroups[index]
        rowCount = Int(group.rowCount)
        var readers: [(ParquetNode, [LeafReader])] = []
        for column in columns {
            let node = file.columns[column]
            var leaves: [LeafReader] = []
            for leaf in node.leaves {
                if let problem = leaf.problem { throw problem.inFile(file.name) }
                let chunk = try file.chunk(leaf, in: group)
                leaves.append(
                    try LeafReader(
                        leaf, chunk, in: input, dataEnd: file.dataEnd, decompressor: decompressor, scratch: scratch))
            }
            readers.append((node, leaves))
        }
        self.columns = readers
    }

    func skip(rows: Int) throws(SwiftwaterError) {
        for (_, leaves) in columns {
            for leaf in leaves { try leaf.skip(rows: rows) }
        }
        position += rows
    }

    /// The columns of the next `rows` rows.
    func read(rows: Int) throws(SwiftwaterError) -> [Column] {
        var result: [Column] = []
        result.reserveCapacity(columns.count)
        let isLast = position + rows == rowCount
        for (node, leaves) in columns {
            var values: [LeafValues] = []
            for leaf in leaves {
                values.append(try leaf.read(rows: rows))
                if isLast { try leaf.expectEnd() }
            }
            do throws(SwiftwaterError) {
                let column = try RecordAssembly.column(node, values)
                guard column.count == rows else {
                    throw .corruptParquet("it has \(column.count) rows where \(rows) should be")
                }
                result.append(column)
            } catch {
                throw error.inColumn(node.name, of: file.name)
            }
        }
        position += rows
        return result
    }
}
