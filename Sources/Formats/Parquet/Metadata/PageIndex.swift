package import Columnar

extension Parquet {
    /// Where a chunk's pages are.
    package struct OffsetIndex: ThriftStruct, Hashable {
        package var pages: [PageLocation] = []
        package var unencodedByteArrayBytes: [Int64]?

        package static var thriftName: String { "OffsetIndex" }
        package static var requiredFields: UInt64 { bits(1) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: pages = try reader.list(field, of: PageLocation.self)
            case 2: unencodedByteArrayBytes = try reader.int64s(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.list(1, pages)
            writer.int64s(2, unencodedByteArrayBytes)
        }
    }

    /// Where a page is.
    package struct PageLocation: ThriftStruct, Hashable {
        package var offset: Int64 = 0
        /// Bytes with the header.
        package var compressedSize: Int32 = 0
        /// Counted from the start of the row group.
        package var firstRow: Int64 = 0

        package static var thriftName: String { "PageLocation" }
        package static var requiredFields: UInt64 { bits(1, 2, 3) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: offset = try reader.int64(field)
            case 2: compressedSize = try reader.int32(field)
            case 3: firstRow = try reader.int64(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int64(1, offset)
            writer.int32(2, compressedSize)
            writer.int64(3, firstRow)
        }
    }

    /// The statistics of a chunk's pages.
    package struct ColumnIndex: ThriftStruct, Hashable {
        package var nullPages: [Bool] = []
        package var minValues: [[UInt8]] = []
        package var maxValues: [[UInt8]] = []
        package var boundaryOrder = BoundaryOrder.unordered
        package var nullCounts: [Int64]?
        package var repetitionLevelHistograms: [Int64]?
        package var definitionLevelHistograms: [Int64]?

        package static var thriftName: String { "ColumnIndex" }
        package static var requiredFields: UInt64 { bits(1, 2, 3, 4) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: nullPages = try reader.bools(field)
            case 2: minValues = try reader.binaries(field)
            case 3: maxValues = try reader.binaries(field)
            case 4: boundaryOrder = try reader.enumeration(field, BoundaryOrder.self, "the boundary order")
            case 5: nullCounts = try reader.int64s(field)
            case 6: repetitionLevelHistograms = try reader.int64s(field)
            case 7: definitionLevelHistograms = try reader.int64s(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.bools(1, nullPages)
            writer.binaries(2, minValues)
            writer.binaries(3, maxValues)
            writer.int32(4, boundaryOrder.rawValue)
            writer.int64s(5, nullCounts)
            writer.int64s(6, repetitionLevelHistograms)
            writer.int64s(7, definitionLevelHistograms)
        }
    }
}
