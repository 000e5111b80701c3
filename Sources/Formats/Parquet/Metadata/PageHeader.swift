package import Columnar

extension Parquet {
    /// What stands before each page.
    package struct PageHeader: ThriftStruct, Hashable {
        package var type = PageType.data
        /// Bytes after the header when decompressed.
        package var uncompressedSize: Int32 = 0
        /// Bytes after the header.
        package var compressedSize: Int32 = 0
        /// CRC-32 (as in gzip) of the bytes after the header.
        package var crc: Int32?
        package var data: DataPageHeader?
        package var dictionary: DictionaryPageHeader?
        package var dataV2: DataPageHeaderV2?

        package static var thriftName: String { "PageHeader" }
        package static var requiredFields: UInt64 { bits(1, 2, 3) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: type = try reader.enumeration(field, PageType.self, "the page type")
            case 2: uncompressedSize = try reader.int32(field)
            case 3: compressedSize = try reader.int32(field)
            case 4: crc = try reader.int32(field)
            case 5: data = try reader.structure(field, DataPageHeader.self)
            case 7: dictionary = try reader.structure(field, DictionaryPageHeader.self)
            case 8: dataV2 = try reader.structure(field, DataPageHeaderV2.self)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, type.rawValue)
            writer.int32(2, uncompressedSize)
            writer.int32(3, compressedSize)
            writer.int32(4, crc)
            writer.structure(5, data)
            writer.structure(7, dictionary)
            writer.structure(8, dataV2)
        }
    }

    /// A data page whose levels are compressed with its values.
    package struct DataPageHeader: ThriftStruct, Hashable {
        /// Including missing values.
        package var valueCount: Int32 = 0
        package var encoding = Encoding.plain
        package var definitionLevelEncoding = Encoding.rle
        package var repetitionLevelEncoding = Encoding.rle
        package var statistics: Statistics?

        package static var thriftName: String { "DataPageHeader" }
        package static var requiredFields: UInt64 { bits(1, 2, 3, 4) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: valueCount = try reader.int32(field)
            case 2: encoding = try reader.enumeration(field, Encoding.self, "the encoding")
            case 3: definitionLevelEncoding = try reader.enumeration(field, Encoding.self, "the encoding")
            case 4: repetitionLevelEncoding = try reader.enumeration(field, Encoding.self, "the encoding")
            case 5: statistics = try reader.structure(field, Statistics.self)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, valueCount)
            writer.int32(2, encoding.rawValue)
            writer.int32(3, definitionLevelEncoding.rawValue)
            writer.int32(4, repetitionLevelEncoding.rawValue)
            writer.structure(5, statistics)
        }
    }

    /// The page with the values that codes name.
    package struct DictionaryPageHeader: ThriftStruct, Hashable {
        package var valueCount: Int32 = 0
        package var encoding = Encoding.plain
        package var isSorted: Bool?

        package static var thriftName: String { "DictionaryPageHeader" }
        package static var requiredFields: UInt64 { bits(1, 2) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: valueCount = try reader.int32(field)
            case 2: encoding = try reader.enumeration(field, Encoding.self, "the encoding")
            case 3: isSorted = try reader.bool(field)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, valueCount)
            writer.int32(2, encoding.rawValue)
            writer.bool(3, isSorted)
        }
    }

    /// A data page whose levels are not compressed.
    package struct DataPageHeaderV2: ThriftStruct, Hashable {
        /// Including missing values.
        package var valueCount: Int32 = 0
        package var nullCount: Int32 = 0
        package var rowCount: Int32 = 0
        package var encoding = Encoding.plain
        package var definitionLevelsByteLength: Int32 = 0
        package var repetitionLevelsByteLength: Int32 = 0
        /// Nil means true.
        package var isCompressed: Bool?
        package var statistics: Statistics?

        package static var thriftName: String { "DataPageHeaderV2" }
        package static var requiredFields: UInt64 { bits(1, 2, 3, 4, 5, 6) }

        package init() {}

        package mutating func readField(
            _ field: ThriftField, from reader: inout ThriftReader
        ) throws(SwiftwaterError) {
            switch field.id {
            case 1: valueCount = try reader.int32(field)
            case 2: nullCount = try reader.int32(field)
            case 3: rowCount = try reader.int32(field)
            case 4: encoding = try reader.enumeration(field, Encoding.self, "the encoding")
            case 5: definitionLevelsByteLength = try reader.int32(field)
            case 6: repetitionLevelsByteLength = try reader.int32(field)
            case 7: isCompressed = try reader.bool(field)
            case 8: statistics = try reader.structure(field, Statistics.self)
            default: try reader.skip(field)
            }
        }

        package func writeFields(to writer: inout ThriftWriter) {
            writer.int32(1, valueCount)
            writer.int32(2, nullCount)
            writer.int32(3, rowCount)
            writer.int32(4, encoding.rawValue)
            writer.int32(5, definitionLevelsByteLength)
            writer.int32(6, repetitionLevelsByteLength)
            writer.bool(7, isCompressed)
            writer.structure(8, statistics)
        }
    }
}
