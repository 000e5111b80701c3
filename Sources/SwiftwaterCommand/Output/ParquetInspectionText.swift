import Columnar
import Formats
import Query
import Swiftwater

/// What a Parquet file holds, for people.
extension ParquetInspection {
    /// Row groups whose columns are shown one by one.
    private static let shownGroups = 2

    func text() throws(SwiftwaterError) -> String {
        let groups = rowGroups.count == 1 ? "1 row group" : "\(rowGroups.count) row groups"
        var text =
            "\(path): parquet, \(Quantity.count(rows)) rows, \(columns.count) columns, \(groups), "
            + "\(Quantity.bytes(bytes))\n"
        if let createdBy { text += "written by \(createdBy)\n" }
        if !metadataKeys.isEmpty { text += "metadata: \(metadataKeys.joined(separator: ", "))\n" }
        text += "\n" + Self.print(try columnTable)
        for column in columns {
            if let problem = column.problem { text += "\(column.name): \(problem)\n" }
        }
        for (index, group) in rowGroups.prefix(Self.shownGroups).enumerated() {
            text += "\nrow group \(index + 1): \(Quantity.count(group.rows)) rows, "
            text += "\(Quantity.bytes(group.compressedBytes)) (\(Quantity.bytes(group.uncompressedBytes)) plain)\n\n"
            text += Self.print(try Self.table(of: group))
        }
        if rowGroups.count > Self.shownGroups {
            text += "\nand \(rowGroups.count - Self.shownGroups) more row groups; --json prints them all\n"
        }
        return text
    }

    private var columnTable: Table {
        get throws(SwiftwaterError) {
            try Table(columns: [
                "column": Columnar.Column(columns.map(\.name)),
                "type": Columnar.Column(columns.map { $0.type ?? "not readable" }),
                "encodings": Columnar.Column(columns.map { $0.encodings.joined(separator: " ") }),
                "codec": Columnar.Column(columns.map { $0.codecs.joined(separator: " ") }),
                "bytes": Columnar.Column(columns.map(\.compressedBytes)),
                "plain": Columnar.Column(columns.map(\.uncompressedBytes)),
            ])
        }
    }

    private static func table(of group: RowGroup) throws(SwiftwaterError) -> Table {
        let chunks = group.chunks
        return try Table(columns: [
            "column": Columnar.Column(chunks.map(\.path)), "values": Columnar.Column(chunks.map(\.values)),
            "missing": Columnar.Column(chunks.map(\.nulls)),
            "smallest": Columnar.Column(chunks.map { $0.minimum?.description }),
            "largest": Columnar.Column(chunks.map { $0.maximum?.description }),
            "encodings": Columnar.Column(chunks.map { $0.encodings.joined(separator: " ") }),
            "bytes": Columnar.Column(chunks.map(\.compressedBytes)),
        ])
    }

    private static func print(_ table: Table) -> String {
        let style = TableStyle(maximumRows: 10_000, maximumWidth: 10_000, maximumCellWidth: 40, showsShape: false)
        return table.formatted(style) + "\n"
    }
}

/// What a Parquet file holds, for programs.
extension ParquetInspection {
    var json: JSONText {
        .object([
            "path": .string(path), "format": .string(FileFormat.parquet.rawValue), "rows": .int(rows),
            "bytes": .int(bytes), "version": .int(version), "createdBy": .optional(createdBy),
            "metadataKeys": .list(metadataKeys.map { .string($0) }), "columns": .list(columns.map(\.json)),
            "rowGroups": .list(rowGroups.map(\.json)),
        ])
    }
}

extension ParquetInspection.Column {
    fileprivate var json: JSONText {
        .object([
            "name": .string(name), "type": .optional(type), "problem": .optional(problem),
            "leaves": .list(
                leaves.map {
                    .object([
                        "path": .string($0.path), "physicalType": .string($0.physicalType),
                        "isOptional": .bool($0.isOptional), "isRepeated": .bool($0.isRepeated),
                    ])
                }),
            "compressedBytes": .int(compressedBytes), "uncompressedBytes": .int(uncompressedBytes),
            "encodings": .list(encodings.map { .string($0) }), "codecs": .list(codecs.map { .string($0) }),
        ])
    }
}

extension ParquetInspection.RowGroup {
    fileprivate var json: JSONText {
        .object([
            "rows": .int(rows), "compressedBytes": .int(compressedBytes),
            "uncompressedBytes": .int(uncompressedBytes), "chunks": .list(chunks.map(\.json)),
        ])
    }
}

extension ParquetInspection.Chunk {
    fileprivate var json: JSONText {
        .object([
            "path": .string(path), "codec": .string(codec), "encodings": .list(encodings.map { .string($0) }),
            "values": .int(values), "compressedBytes": .int(compressedBytes),
            "uncompressedBytes": .int(uncompressedBytes), "hasDictionary": .bool(hasDictionary),
            "hasPageIndex": .bool(hasPageIndex), "hasBloomFilter": .bool(hasBloomFilter), "nulls": .optional(nulls),
            "distinct": .optional(distinct), "minimum": minimum?.json ?? .null, "maximum": maximum?.json ?? .null,
        ])
    }
}

extension ParquetInspection.Value {
    fileprivate var json: JSONText {
        switch self {
        case .bool(let value): .bool(value)
        case .int(let value): .int(Int(value))
        case .uint(let value): .unsigned(value)
        // JSON has no infinities.
        case .float(let value): value.isFinite ? .float(value) : .string("\(value)")
        case .text(let value): .string(value)
        }
    }
}
