import Columnar
import Formats
import Testing

@Suite struct ThriftTests {
    static func decode<T: ThriftStruct>(_ bytes: [UInt8], as _: T.Type) throws -> T {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(SwiftwaterError) in
                var reader = ThriftReader(raw)
                return try reader.structure(T.self)
            }
        }
        return try result.get()
    }

    /// Metadata with every field of every struct set.
    static var full: Parquet.FileMetadata {
        var file = Parquet.FileMetadata()
        file.version = 2
        file.rowCount = -1
        file.createdBy = "größe 🌊"
        var root = Parquet.SchemaElement()
        root.name = "schema"
        root.childCount = 3
        file.schema = [root]
        let logical: [Parquet.LogicalType] = [
            .string, .map, .list, .enumeration, .decimal(scale: 3, precision: 38), .date,
            .time(isAdjustedToUTC: true, .micros), .timestamp(isAdjustedToUTC: false, .nanos),
            .timestamp(isAdjustedToUTC: true, .millis), .integer(bitWidth: 16, isSigned: false), .unknown, .json,
            .bson, .uuid, .float16, .variant, .geometry, .geography, .unrecognized(99),
        ]
        for type in logical {
            var leaf = Parquet.SchemaElement()
            leaf.name = "leaf"
            leaf.type = .fixedLengthByteArray
            leaf.typeLength = 16
            leaf.repetition = .repeated
            leaf.convertedType = .interval
            leaf.scale = 1
            leaf.precision = 2
            leaf.fieldID = Int32.max
            leaf.logicalType = type
            file.schema.append(leaf)
        }
        var pair = Parquet.KeyValue()
        pair.key = "k"
        pair.value = String(repeating: "v", count: 300)
        file.keyValueMetadata = [pair, pair]
        file.columnOrders = Array(repeating: Parquet.ColumnOrder(isTypeDefined: true), count: 20)
        var statistics = Parquet.Statistics()
        statistics.legacyMax = [1]
        statistics.legacyMin = []
        statistics.nullCount = Int64.min
        statistics.distinctCount = Int64.max
        statistics.maxValue = [1, 2, 3]
        statistics.minValue = [0, 255]
        statistics.isMaxValueExact = false
        statistics.isMinValueExact = true
        var sizes = Parquet.SizeStatistics()
        sizes.unencodedByteArrayBytes = 5
        sizes.repetitionLevelHistogram = [1, 2]
        sizes.definitionLevelHistogram = Array(0..<40)
        var pages = Parquet.PageEncodingStatistics()
        pages.pageType = .dataV2
        pages.encoding = .byteStreamSplit
        pages.count = 7
        var column = Parquet.ColumnMetadata()
        column.type = .byteArray
        column.encodings = [.plain, .rle, .rleDictionary, .deltaByteArray]
        column.path = ["a", "list", "element"]
        column.codec = .lz4Raw
        column.valueCount = 1
        column.totalUncompressedSize = 2
        column.totalCompressedSize = 3
        column.keyValueMetadata = []
        column.dataPageOffset = 4
        column.indexPageOffset = 5
        column.dictionaryPageOffset = 6
        column.statistics = statistics
        column.encodingStatistics = [pages]
        column.bloomFilterOffset = 8
        column.bloomFilterLength = 9
        column.sizeStatistics = sizes
        var chunk = Parquet.ColumnChunk()
        chunk.filePath = "p"
        chunk.fileOffset = 10
        chunk.metadata = column
        chunk.offsetIndexOffset = 11
        chunk.offsetIndexLength = 12
        chunk.columnIndexOffset = 13
        chunk.columnIndexLength = 14
        var sorting = Parquet.SortingColumn()
        sorting.columnIndex = 1
        sorting.isDescending = true
        var group = Parquet.RowGroup()
        group.columns = [chunk]
        group.totalByteSize = 15
        group.rowCount = 16
        group.sortingColumns = [sorting]
        group.fileOffset = 17
        group.totalCompressedSize = 18
        group.ordinal = -3
        file.rowGroups = Array(repeating: group, count: 17)
        return file
    }

    @Test func `all metadata comes back as it was written`() throws {
        let file = Self.full
        #expect(try Self.decode(ThriftWriter.encode(file), as: Parquet.FileMetadata.self) == file)
    }

    @Test func `page headers and indexes come back as they were written`() throws {
        var page = Parquet.PageHeader()
        page.type = .dataV2
        page.uncompressedSize = 1
        page.compressedSize = 2
        page.crc = -5
        var data = Parquet.DataPageHeader()
        data.valueCount = 3
        data.statistics = Parquet.Statistics()
        page.data = data
        var dictionary = Parquet.DictionaryPageHeader()
        dictionary.isSorted = false
        page.dictionary = dictionary
        var v2 = Parquet.DataPageHeaderV2()
        v2.isCompressed = true
        v2.rowCount = 9
        page.dataV2 = v2
        #expect(try Self.decode(ThriftWriter.encode(page), as: Parquet.PageHeader.self) == page)

        var index = Parquet.ColumnIndex()
        index.nullPages = [true, false, true]
        index.minValues = [[], [1], []]
        index.maxValues = [[], [2], []]
        index.boundaryOrder = .descending
        index.nullCounts = [1, 2, 3]
        #expect(try Self.decode(ThriftWriter.encode(index), as: Parquet.ColumnIndex.self) == index)
        var location = Parquet.PageLocation()
        location.offset = 1 << 40
        location.firstRow = 12
        var offsets = Parquet.OffsetIndex()
        offsets.pages = [location]
        #expect(try Self.decode(ThriftWriter.encode(offsets), as: Parquet.OffsetIndex.self) == offsets)
    }

    @Test func `a cut footer is an error wherever it is cut`() throws {
        let bytes = ThriftWriter.encode(Self.full)
        for end in 0..<bytes.count {
            #expect(throws: SwiftwaterError.self) {
                try Self.decode(Array(bytes[..<end]), as: Parquet.FileMetadata.self)
            }
        }
    }

    @Test func `a damaged footer never crashes`() throws {
        let bytes = ThriftWriter.encode(Self.full)
        for position in bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF, 0x5A] {
                var damaged = bytes
                damaged[position] ^= change
                _ = try? Self.decode(damaged, as: Parquet.FileMetadata.self)
            }
        }
    }

    @Test func `unknown fields of every type are skipped`() throws {
        // i32 1 = 3 of the known struct, then fields 20… of each wire type, then i64 40.
        let bytes: [UInt8] = [
            0x16, 0x02,  // field 1, i64 1
            0x05, 0x28, 0x02,  // field 20, i32
            0x11, 0x12,  // 21 true, 22 false
            0x13, 0x7F,  // 23, i8
            0x14, 0x02,  // 24, i16
            0x17, 1, 2, 3, 4, 5, 6, 7, 8,  // 25, double
            0x18, 0x03, 0x61, 0x62, 0x63,  // 26, binary
            0x19, 0x21, 0x01, 0x02,  // 27, list of two bools
            0x1A, 0x35, 0x02, 0x04, 0x06,  // 28, set of three i32
            0x1B, 0x01, 0x58, 0x02, 0x01, 0x61,  // 29, map of i32 to binary
            0x1B, 0x00,  // 30, empty map
            0x1C, 0x15, 0x02, 0x1C, 0x00, 0x00,  // 31, struct in struct
            0x15, 0x00,  // 32, i32
            0x05, 0x04, 0x0A,  // field 2, i32 5: back to a lower number
            0x16, 0x0C,  // field 3, i64 6
            0x00,
        ]
        let location = try Self.decode(bytes, as: Parquet.PageLocation.self)
        #expect(location.offset == 1)
        #expect(location.compressedSize == 5)
        #expect(location.firstRow == 6)
    }

    @Test func `hostile metadata is an error`() throws {
        let deep = [UInt8](repeating: 0x1C, count: 100_000)
        let lists: [UInt8] = [UInt8](repeating: 0x19, count: 200_000)
        let hugeBinary: [UInt8] = [0x68, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
        let hugeList: [UInt8] = [0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        let longNumber: [UInt8] = [0x15] + [UInt8](repeating: 0x80, count: 20)
        let wrongType: [UInt8] = [0x18, 0x01, 0x61, 0x00]
        let emptyElements: [UInt8] = [0x15, 0x02, 0x19, 0xFC, 0x40] + [UInt8](repeating: 0, count: 100)
        let inputs: [[UInt8]] = [deep, lists, hugeBinary, hugeList, longNumber, wrongType, emptyElements, [0x00], []]
        for bytes in inputs {
            #expect(throws: SwiftwaterError.self) { try Self.decode(bytes, as: Parquet.FileMetadata.self) }
        }
    }
}
