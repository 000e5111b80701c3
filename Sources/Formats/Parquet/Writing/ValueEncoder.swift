import Columnar

/// Encodes the values of one leaf: those of the page in progress, and the dictionary of the chunk.
///
/// It is called for slices of some thousand values, never for one.
protocol ValueEncoder: AnyObject {
    /// Bytes that `range` of `column` adds to a page at most.
    func byteCount(of column: Column, _ range: Range<Int>) -> Int
    /// Takes values that are not missing into the page in progress.
    func append(_ column: Column, _ range: Range<Int>) throws(SwiftwaterError)
    /// Bytes of the page in progress, about.
    var pageByteCount: Int { get }
    /// Whether the page must end now because the next one is encoded otherwise.
    var needsNewPage: Bool { get }
    /// Appends the page's values and begins the next page.
    func finishPage(to target: ByteBuffer, _ compressor: BlockCompressor) throws(SwiftwaterError) -> Parquet.Encoding
    /// Appends the values of the chunk's dictionary and returns their number; nil when no page uses one.
    func finishDictionary(to target: ByteBuffer) -> Int?
    /// The chunk's smallest and largest value. Ends the chunk: the next values belong to another.
    func finishChunk() -> ValueBounds
}

/// The encoder of a leaf's physical type: a choice that the compiler sees through, so that the generic encoder is
/// compiled for each type.
enum LeafEncoder {
    case bool(BoolValueEncoder)
    case int32(FixedValueEncoder<Int32>)
    case int64(FixedValueEncoder<Int64>)
    case float(FixedValueEncoder<Float>)
    case double(FixedValueEncoder<Double>)
    case bytes(BytesValueEncoder)

    init(_ leaf: ParquetLayout.Leaf, _ options: ParquetWriterOptions) {
        let policy = DictionaryPolicy(limit: options.dictionaryBytes)
        let (delta, split) = (options.usesDelta, options.usesByteStreamSplit)
        switch leaf.physicalType {
        case .boolean: self = .bool(BoolValueEncoder())
        case .int32:
            self = .int32(.init(zero: 0, isUnsigned: leaf.isUnsigned, mayUseAlternative: delta, policy: policy))
        case .float: self = .float(.init(zero: 0, isUnsigned: false, mayUseAlternative: split, policy: policy))
        case .double: self = .double(.init(zero: 0, isUnsigned: false, mayUseAlternative: split, policy: policy))
        case .byteArray, .fixedLengthByteArray:
            self = .bytes(BytesValueEncoder(isText: leaf.type == .string, name: leaf.name, policy: policy))
        case .int64, .int96:
            self = .int64(.init(zero: 0, isUnsigned: leaf.isUnsigned, mayUseAlternative: delta, policy: policy))
        }
    }

    /// For calls that are made once a page.
    var encoder: any ValueEncoder {
        switch self {
        case .bool(let encoder): encoder
        case .int32(let encoder): encoder
        case .int64(let encoder): encoder
        case .float(let encoder): encoder
        case .double(let encoder): encoder
        case .bytes(let encoder): encoder
        }
    }

    func append(_ column: Column, _ range: Range<Int>) throws(SwiftwaterError) {
        switch self {
        case .bool(let encoder): encoder.append(column, range)
        case .int32(let encoder): try encoder.append(column, range)
        case .int64(let encoder): try encoder.append(column, range)
        case .float(let encoder): try encoder.append(column, range)
        case .double(let encoder): try encoder.append(column, range)
        case .bytes(let encoder): try encoder.append(column, range)
        }
    }

    func finishPage(
        to target: ByteBuffer, _ compressor: BlockCompressor
    ) throws(SwiftwaterError) -> Parquet.Encoding {
        switch self {
        case .bool(let encoder): try encoder.finishPage(to: target, compressor)
        case .int32(let encoder): try encoder.finishPage(to: target, compressor)
        case .int64(let encoder): try encoder.finishPage(to: target, compressor)
        case .float(let encoder): try encoder.finishPage(to: target, compressor)
        case .double(let encoder): try encoder.finishPage(to: target, compressor)
        case .bytes(let encoder): try encoder.finishPage(to: target, compressor)
        }
    }

    func finishChunk() -> ValueBounds {
        switch self {
        case .bool(let encoder): encoder.finishChunk()
        case .int32(let encoder): encoder.finishChunk()
        case .int64(let encoder): encoder.finishChunk()
        case .float(let encoder): encoder.finishChunk()
        case .double(let encoder): encoder.finishChunk()
        case .bytes(let encoder): encoder.finishChunk()
        }
    }
}

/// The smallest and the largest value in the plain encoding; nil when there is none or it cannot be said.
struct ValueBounds {
    var minimum: [UInt8]?
    var maximum: [UInt8]?
    var isMinimumExact = true
    var isMaximumExact = true
}

/// When a chunk stops using a dictionary.
struct DictionaryPolicy {
    let limit: Int
    /// Values after which the dictionary must have paid off.
    static let trialValues = 1024

    /// Whether a dictionary that no page uses yet is not worth it: most values are new.
    func isUseless(distinct: Int, of values: Int) -> Bool { limit == 0 || distinct * 2 > values }
}

/// Compares two encodings of a page by their size after compression.
struct EncodingTrial {
    private let compressed = ByteBuffer()

    /// Whether `other` makes fewer bytes than `plain` when both are compressed.
    func isSmaller(
        plain: UnsafeRawBufferPointer, other: UnsafeRawBufferPointer, _ compressor: BlockCompressor
    ) throws(SwiftwaterError) -> Bool {
        compressed.removeAll()
        try compressor.compress(plain, to: compressed)
        let plainCount = compressed.count
        compressed.removeAll()
        try compressor.compress(other, to: compressed)
        return compressed.count < plainCount
    }
}
