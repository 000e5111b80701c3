package import Columnar

/// What a Parquet file says of itself, as plain values for tables and JSON.
package struct ParquetInspection: Encodable, Sendable {
    package var path: String
    package var bytes: Int
    package var rows: Int
    /// The format's version and the program that wrote the file.
    package var version: Int
    package var createdBy: String?
    /// Keys of the application's metadata.
    package var metadataKeys: [String]
    package var columns: [Column]
    package var rowGroups: [RowGroup]

    /// A top-level column.
    package struct Column: Encodable, Sendable {
        package var name: String
        /// Swiftwater's type; nil where it is not there yet.
        package var type: String?
        /// Why the column cannot be read.
        package var problem: String?
        /// Leaves below it, by their path in the file, and how they are stored.
        package var leaves: [Leaf]
        /// Over all row groups, bytes with page headers.
        package var compressedBytes: Int
        package var uncompressedBytes: Int
        /// Encodings and codecs of all row groups, in the order in which they appear.
        package var encodings: [String]
        package var codecs: [String]
    }

    package struct Leaf: Encodable, Sendable {
        package var path: String
        package var physicalType: String
        package var isOptional: Bool
        package var isRepeated: Bool
    }

    package struct RowGroup: Encodable, Sendable {
        package var rows: Int
        package var compressedBytes: Int
        package var uncompressedBytes: Int
        package var chunks: [Chunk]
    }

    /// A leaf's pages in one row group.
    package struct Chunk: Encodable, Sendable {
        package var path: String
        package var codec: String
        package var encodings: [String]
        /// With missing ones.
        package var values: Int
        package var compressedBytes: Int
        package var uncompressedBytes: Int
        package var hasDictionary: Bool
        package var hasPageIndex: Bool
        package var hasBloomFilter: Bool
        package var nulls: Int?
        package var distinct: Int?
        package var minimum: Value?
        package var maximum: Value?
    }

    /// A value of statistics: numbers and booleans as such, all others as text.
    package enum Value: Encodable, Sendable, Hashable, CustomStringConvertible {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case float(Double)
        case text(String)

        package var description: String {
            switch self {
            case .bool(let value): "\(value)"
            case .int(let value): "\(value)"
            case .uint(let value): "\(value)"
            case .float(let value): "\(value)"
            case .text(let value): value
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .bool(let value): try container.encode(value)
            case .int(let value): try container.encode(value)
            case .uint(let value): try container.encode(value)
            // JSON has no infinities.
            case .float(let value) where !value.isFinite: try container.encode("\(value)")
            case .float(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }

        init?(_ scalar: Scalar) {
            switch scalar {
            case .bool(let value): self = .bool(value)
            case .int(let value): self = .int(value)
            case .uint(let value): self = .uint(value)
            case .float(let value): self = .float(value)
            case .string(let value): self = .text(value)
            case .binary(let bytes):
                let digits = Array("0123456789abcdef".utf8)
                self = .text(
                    "0x"
                        + String(
                            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
            case .date(let days): self = .text(Self.text { ISO8601.write(date: days, to: $0) })
            case .timestamp(let value, let unit, let zone):
                self = .text(
                    Self.text { ISO8601.write(timestamp: value, unit: unit, zoned: zone != nil, to: $0) })
            case .duration(let value, let unit):
                self = .text(Self.text { ISO8601.write(duration: value, unit: unit, to: $0) })
            case .null, .list, .structure: return nil
            }
        }

        private static func text(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: ISO8601.maximumCount) { buffer in
                guard let base = buffer.baseAddress else { return "" }
                return String(decoding: UnsafeBufferPointer(start: base, count: write(base)), as: UTF8.self)
            }
        }
    }
}

extension ParquetInspection {
    /// Reads the footer of the file at `path`.
    package static func inspect(_ path: String) throws(SwiftwaterError) -> ParquetInspection {
        ParquetInspection(try ParquetFile(path: path))
    }

    package init(_ file: ParquetFile) {
        let metadata = file.metadata
        path = file.name
        bytes = file.byteCount
        rows = file.rowCount
        version = Int(metadata.version)
        createdBy = metadata.createdBy
        metadataKeys = metadata.keyValueMetadata?.map(\.key) ?? []
        let leaves = file.columns.flatMap(\.leaves)
        columns = file.columns.map { Column($0, in: metadata) }
        rowGroups = metadata.rowGroups.map { group in
            var chunks: [Chunk] = []
            for (leaf, chunk) in zip(leaves, group.columns) {
                let order = metadata.columnOrders.flatMap { leaf.index < $0.count ? $0[leaf.index] : nil }
                if let stored = chunk.metadata { chunks.append(Chunk(leaf, chunk, stored, order)) }
            }
            return RowGroup(
                rows: Int(group.rowCount), compressedBytes: chunks.reduce(0) { $0 &+ $1.compressedBytes },
                uncompressedBytes: chunks.reduce(0) { $0 &+ $1.uncompressedBytes }, chunks: chunks)
        }
    }
}

extension ParquetInspection.Column {
    fileprivate init(_ node: ParquetNode, in metadata: Parquet.FileMetadata) {
        let nodeLeaves = node.leaves
        name = node.name
        problem = nodeLeaves.lazy.compactMap(\.problem).first?.description
        type = problem == nil ? node.type.description : nil
        leaves = nodeLeaves.map {
            ParquetInspection.Leaf(
                path: $0.name, physicalType: $0.physicalType.name, isOptional: $0.maximumDefinition > 0,
                isRepeated: !$0.isFlat)
        }
        compressedBytes = 0
        uncompressedBytes = 0
        encodings = []
        codecs = []
        for group in metadata.rowGroups {
            for leaf in nodeLeaves where leaf.index < group.columns.count {
                guard let chunk = group.columns[leaf.index].metadata else { continue }
                compressedBytes &+= Int(chunk.totalCompressedSize)
                uncompressedBytes &+= Int(chunk.totalUncompressedSize)
                for encoding in chunk.encodings where !encodings.contains(encoding.name) {
                    encodings.append(encoding.name)
                }
                if !codecs.contains(chunk.codec.name) { codecs.append(chunk.codec.name) }
            }
        }
    }
}

extension ParquetInspection.Chunk {
    fileprivate init(
        _ leaf: ParquetLeaf, _ chunk: Parquet.ColumnChunk, _ metadata: Parquet.ColumnMetadata,
        _ order: Parquet.ColumnOrder?
    ) {
        path = leaf.name
        codec = metadata.codec.name
        encodings = metadata.encodings.map(\.name)
        values = Int(metadata.valueCount)
        compressedBytes = Int(metadata.totalCompressedSize)
        uncompressedBytes = Int(metadata.totalUncompressedSize)
        hasDictionary =
            metadata.dictionaryPageOffset ?? 0 > 0 || metadata.encodings.contains(.rleDictionary)
            || metadata.encodings.contains(.plainDictionary)
        hasPageIndex = chunk.offsetIndexOffset != nil
        hasBloomFilter = metadata.bloomFilterOffset != nil
        let statistics = ParquetStatistics(leaf, metadata, order: order)
        nulls = statistics?.nullCount.map { Int($0) }
        distinct = metadata.statistics?.distinctCount.map { Int($0) }
        minimum = statistics?.minimum.flatMap { ParquetInspection.Value($0) }
        maximum = statistics?.maximum.flatMap { ParquetInspection.Value($0) }
    }
}

extension Parquet.PhysicalType {
    /// The name in the format's documents.
    package var name: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLengthByteArray: "FIXED_LEN_BYTE_ARRAY"
        }
    }
}
