package import Columnar

extension Parquet {
    /// Rows whose columns are stored one after the other.
    package struct RowGroup: ThriftStruct, Hashable {
        package var columns: [ColumnChunk] = []
        /// Bytes before compression.
        package var totalByteSize: Int64 = 0
        package var rowCount: Int64 = 0
        package var sortingColumns: [SortingColumn]?
        package var fileOffset: Int64?
        package var totalCompressedSize: Int64?
        package var ordinal: Int16?

        package static var thriftName: String { "RowGroup" }
        package static var requiredFields: UInt64 { bits(1, 2, 3) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: columns = try reader.list(field, of: ColumnChunk.self)
            case 2: totalByteSize = try reader.int64(field)
            case 3: rowCount = try reader.int64(field)
            case 4: sortingColumns = try reader.list(field, of: SortingColumn.self)
            case 5: fileOffset = try reader.int64(field)
            case 6: totalCompressedSize = try reader.int64(field)
            case 7: ordinal = try reader.int16(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.list(1, columns)
            writer.int64(2, totalByteSize)
            writer.int64(3, rowCount)
            writer.list(4, sortingColumns)
            writer.int64(5, fileOffset)
            writer.int64(6, totalCompressedSize)
            writer.int16(7, ordinal)
        }
    }

    /// A column by which a row group is sorted.
    package struct SortingColumn: ThriftStruct, Hashable {
        package var columnIndex: Int32 = 0
        package var isDescending = false
        package var nullsFirst = false

        package static var thriftName: String { "SortingColumn" }
        package static var requiredFields: UInt64 { bits(1, 2, 3) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: columnIndex = try reader.int32(field)
            case 2: isDescending = try reader.bool(field)
            case 3: nullsFirst = try reader.bool(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, columnIndex)
            writer.bool(2, isDescending)
            writer.bool(3, nullsFirst)
        }
    }

    /// A leaf column's pages in one row group.
    package struct ColumnChunk: ThriftStruct, Hashable {
        /// Another file that holds the chunk.
        package var filePath: String?
        package var fileOffset: Int64 = 0
        package var metadata: ColumnMetadata?
        package var offsetIndexOffset: Int64?
        package var offsetIndexLength: Int32?
        package var columnIndexOffset: Int64?
        package var columnIndexLength: Int32?

        package static var thriftName: String { "ColumnChunk" }
        package static var requiredFields: UInt64 { bits(2) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: filePath = try reader.string(field)
            case 2: fileOffset = try reader.int64(field)
            case 3: metadata = try reader.structure(field, ColumnMetadata.self)
            case 4: offsetIndexOffset = try reader.int64(field)
            case 5: offsetIndexLength = try reader.int32(field)
            case 6: columnIndexOffset = try reader.int64(field)
            case 7: columnIndexLength = try reader.int32(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.string(1, filePath)
            writer.int64(2, fileOffset)
            writer.structure(3, metadata)
            writer.int64(4, offsetIndexOffset)
            writer.int32(5, offsetIndexLength)
            writer.int64(6, columnIndexOffset)
            writer.int32(7, columnIndexLength)
        }
    }
}
