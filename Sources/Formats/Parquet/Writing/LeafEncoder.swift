import Columnar

/// The encoder of a leaf's physical type: a choice that the compiler sees through, so that the generic encoder is
/// compiled for each type.
enum LeafEncoder {
    case bool(BoolValueEncoder)
    case int32(FixedValueEncoder<Int32>)
    case int64(FixedValueEncoder<Int64>)
    case float(FixedValueEncoder<Float>)
    case double(FixedValueEncoder<Double>)
    case bytes(BytesValueEncoder)

    init(_ leaf: ParquetLayout.Leaf, _ options: ParquetWriterOptions, _ scratch: PageScratch) {
        func fixed<T>(_ zero: T, mayUseAlternative: Bool) -> FixedValueEncoder<T> {
            FixedValueEncoder(
                zero: zero, isUnsigned: leaf.isUnsigned, mayUseAlternative: mayUseAlternative, policy: policy,
                scratch: scratch)
        }
        let policy = DictionaryPolicy(limit: options.dictionaryBytes)
        let (delta, split) = (options.usesDelta, options.usesByteStreamSplit)
        switch leaf.physicalType {
        case .boolean: self = .bool(BoolValueEncoder(scratch: scratch))
        case .int32: self = .int32(fixed(0, mayUseAlternative: delta))
        case .float: self = .float(fixed(0, mayUseAlternative: split))
        case .double: self = .double(fixed(0, mayUseAlternative: split))
        case .byteArray, .fixedLengthByteArray:
            self = .bytes(BytesValueEncoder(isText: leaf.type == .string, name: leaf.name, policy: policy))
        case .int64, .int96: self = .int64(fixed(0, mayUseAlternative: delta))
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
