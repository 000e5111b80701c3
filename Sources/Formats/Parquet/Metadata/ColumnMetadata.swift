package import Columnar

extension Parquet {
    /// How a column chunk is stored and where.
    package struct ColumnMetadata: ThriftStruct, Hashable {
        package var type = PhysicalType.boolean
        /// Without encodings of later versions of the format.
        package var encodings: [Encoding] = []
        /// The names from the root to the leaf.
        package var path: [String] = []
        package var codec = Codec.uncompressed
        /// Including missing values.
        package var valueCount: Int64 = 0
        /// Bytes with page headers, before compression.
        package var totalUncompressedSize: Int64 = 0
        /// Bytes with page headers.
        package var totalCompressedSize: Int64 = 0
        package var keyValueMetadata: [KeyValue]?
        package var dataPageOffset: Int64 = 0
        package var indexPageOffset: Int64?
        package var dictionaryPageOffset: Int64?
        package var statistics: Statistics?
        package var encodingStatistics: [PageEncodingStatistics]?
        package var bloomFilterOffset: Int64?
        package var bloomFilterLength: Int32?
        package var sizeStatistics: SizeStatistics?

        package static var thriftName: String { "ColumnMetaData" }
        package static var requiredFields: UInt64 { bits(1, 2, 3, 4, 5, 6, 7, 9) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: type = try reader.enumeration(field, PhysicalType.self, "the physical type")
            case 2:
                let raw = try reader.list(field, of: .int32) { (reader) throws(SwiftwaterError) in try reader.int32() }
                encodings = raw.compactMap { Encoding(rawValue: $0) }
            case 3:
                path = try reader.list(field, of: .binary) { (reader) throws(SwiftwaterError) in try reader.string() }
            case 4: codec = try reader.enumeration(field, Codec.self, "the codec")
            case 5: valueCount = try reader.int64(field)
            case 6: totalUncompressedSize = try reader.int64(field)
            case 7: totalCompressedSize = try reader.int64(field)
            case 8: keyValueMetadata = try reader.list(field, of: KeyValue.self)
            case 9: dataPageOffset = try reader.int64(field)
            case 10: indexPageOffset = try reader.int64(field)
            case 11: dictionaryPageOffset = try reader.int64(field)
            case 12: statistics = try reader.structure(field, Statistics.self)
            case 13: encodingStatistics = try reader.list(field, of: PageEncodingStatistics.self)
            case 14: bloomFilterOffset = try reader.int64(field)
            case 15: bloomFilterLength = try reader.int32(field)
            case 16: sizeStatistics = try reader.structure(field, SizeStatistics.self)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, type.rawValue)
            writer.enumerations(2, encodings)
            writer.strings(3, path)
            writer.int32(4, codec.rawValue)
            writer.int64(5, valueCount)
            writer.int64(6, totalUncompressedSize)
            writer.int64(7, totalCompressedSize)
            writer.list(8, keyValueMetadata)
            writer.int64(9, dataPageOffset)
            writer.int64(10, indexPageOffset)
            writer.int64(11, dictionaryPageOffset)
            writer.structure(12, statistics)
            writer.list(13, encodingStatistics)
            writer.int64(14, bloomFilterOffset)
            writer.int32(15, bloomFilterLength)
            writer.structure(16, sizeStatistics)
        }
    }

    /// The number of pages of one kind and encoding.
    package struct PageEncodingStatistics: ThriftStruct, Hashable {
        package var pageType = PageType.data
        package var encoding = Encoding.plain
        package var count: Int32 = 0

        package static var thriftName: String { "PageEncodingStats" }
        package static var requiredFields: UInt64 { bits(1, 2, 3) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: pageType = try reader.enumeration(field, PageType.self, "the page type")
            case 2: encoding = try reader.enumeration(field, Encoding.self, "the encoding")
            case 3: count = try reader.int32(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, pageType.rawValue)
            writer.int32(2, encoding.rawValue)
            writer.int32(3, count)
        }
    }

    /// The smallest and the largest value of a chunk or a page, in the plain encoding without lengths.
    package struct Statistics: ThriftStruct, Hashable {
        /// In an order that was never defined; only for old readers and signed types.
        package var legacyMax: [UInt8]?
        package var legacyMin: [UInt8]?
        package var nullCount: Int64?
        package var distinctCount: Int64?
        package var maxValue: [UInt8]?
        package var minValue: [UInt8]?
        /// False when it is a bound above, as for a long string cut short.
        package var isMaxValueExact: Bool?
        package var isMinValueExact: Bool?

        package static var thriftName: String { "Statistics" }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: legacyMax = try reader.binary(field)
            case 2: legacyMin = try reader.binary(field)
            case 3: nullCount = try reader.int64(field)
            case 4: distinctCount = try reader.int64(field)
            case 5: maxValue = try reader.binary(field)
            case 6: minValue = try reader.binary(field)
            case 7: isMaxValueExact = try reader.bool(field)
            case 8: isMinValueExact = try reader.bool(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.binary(1, legacyMax)
            writer.binary(2, legacyMin)
            writer.int64(3, nullCount)
            writer.int64(4, distinctCount)
            writer.binary(5, maxValue)
            writer.binary(6, minValue)
            writer.bool(7, isMaxValueExact)
            writer.bool(8, isMinValueExact)
        }
    }

    /// How much memory a chunk's values and levels take.
    package struct SizeStatistics: ThriftStruct, Hashable {
        package var unencodedByteArrayBytes: Int64?
        package var repetitionLevelHistogram: [Int64]?
        package var definitionLevelHistogram: [Int64]?

        package static var thriftName: String { "SizeStatistics" }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: unencodedByteArrayBytes = try reader.int64(field)
            case 2: repetitionLevelHistogram = try reader.int64s(field)
            case 3: definitionLevelHistogram = try reader.int64s(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int64(1, unencodedByteArrayBytes)
            writer.int64s(2, repetitionLevelHistogram)
            writer.int64s(3, definitionLevelHistogram)
        }
    }
}
