/// The names of the Parquet format, as its `parquet.thrift` spells them.
package enum Parquet {
    /// The four bytes at both ends of a file.
    package static let magic: [UInt8] = [0x50, 0x41, 0x52, 0x31]

    /// How values are stored.
    package enum PhysicalType: Int32, Sendable, Hashable {
        case boolean = 0
        case int32, int64, int96, float, double, byteArray, fixedLengthByteArray
    }

    package enum Repetition: Int32, Sendable, Hashable {
        case required = 0
        case optional, repeated
    }

    /// What values mean, in files of before `LogicalType`.
    package enum ConvertedType: Int32, Sendable, Hashable {
        case utf8 = 0
        case map, mapKeyValue, list, enumeration, decimal, date, timeMillis, timeMicros, timestampMillis
        case timestampMicros, uint8, uint16, uint32, uint64, int8, int16, int32, int64, json, bson, interval
    }

    package enum Encoding: Int32, Sendable, Hashable {
        case plain = 0
        case plainDictionary = 2
        case rle, bitPacked, deltaBinaryPacked, deltaLengthByteArray, deltaByteArray, rleDictionary
        case byteStreamSplit

        /// The name in the format's documents.
        package var name: String {
            switch self {
            case .plain: "PLAIN"
            case .plainDictionary: "PLAIN_DICTIONARY"
            case .rle: "RLE"
            case .bitPacked: "BIT_PACKED"
            case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
            case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
            case .deltaByteArray: "DELTA_BYTE_ARRAY"
            case .rleDictionary: "RLE_DICTIONARY"
            case .byteStreamSplit: "BYTE_STREAM_SPLIT"
            }
        }
    }

    /// Codecs that the format numbers; `CompressionCodec` has those that are implemented.
    package enum Codec: Int32, Sendable, Hashable {
        case uncompressed = 0
        case snappy, gzip, lzo, brotli, lz4, zstd, lz4Raw

        /// The name in the format's documents.
        package var name: String {
            switch self {
            case .uncompressed: "UNCOMPRESSED"
            case .snappy: "SNAPPY"
            case .gzip: "GZIP"
            case .lzo: "LZO"
            case .brotli: "BROTLI"
            case .lz4: "LZ4"
            case .zstd: "ZSTD"
            case .lz4Raw: "LZ4_RAW"
            }
        }

        /// What implements the codec, or nil.
        package var compression: CompressionCodec? {
            switch self {
            case .uncompressed: CompressionCodec.none
            case .snappy: .snappy
            case .gzip: .gzip
            case .zstd: .zstd
            case .lz4Raw: .lz4Raw
            case .lzo, .brotli, .lz4: nil
            }
        }

        package init(_ compression: CompressionCodec) {
            switch compression {
            case .none: self = .uncompressed
            case .snappy: self = .snappy
            case .gzip: self = .gzip
            case .zstd: self = .zstd
            case .lz4Raw: self = .lz4Raw
            }
        }
    }

    package enum PageType: Int32, Sendable, Hashable {
        case data = 0
        case index, dictionary, dataV2
    }

    package enum BoundaryOrder: Int32, Sendable, Hashable {
        case unordered = 0
        case ascending, descending
    }
}
