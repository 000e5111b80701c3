import Columnar

/// The values of a data page that were not read yet, by their encoding.
enum PageValues {
    /// No bytes: every entry of the page is missing.
    case nothing
    case plain(ByteCursor)
    /// Booleans, bit by bit.
    case bits(ByteCursor, position: Int)
    /// Booleans in runs.
    case runs(HybridDecoder)
    /// Codes of the chunk's dictionary.
    case codes(HybridDecoder)
    case delta(DeltaDecoder)
    case deltaLength(DeltaLengthDecoder)
    case deltaByteArray(DeltaByteArrayDecoder)
    case split(SplitDecoder)

    /// - Parameter cursor: the page's bytes after its levels.
    init(_ cursor: ByteCursor, _ encoding: Parquet.Encoding, of leaf: ParquetLeaf) throws(SwiftwaterError) {
        let physical = leaf.physicalType
        if cursor.count == 0 {
            self = .nothing
            return
        }
        var cursor = cursor
        switch (encoding, physical) {
        case (.plain, .boolean): self = .bits(cursor, position: 0)
        case (.plain, _): self = .plain(cursor)
        case (.plainDictionary, _), (.rleDictionary, _):
            let width = Int(try cursor.byte())
            self = .codes(try HybridDecoder(cursor, width: width))
        case (.rle, .boolean):
            let length = try cursor.length()
            self = .runs(try HybridDecoder(try cursor.take(length), width: 1))
        case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64): self = .delta(try DeltaDecoder(cursor))
        case (.deltaLengthByteArray, .byteArray): self = .deltaLength(try DeltaLengthDecoder(cursor))
        case (.deltaByteArray, .byteArray), (.deltaByteArray, .fixedLengthByteArray):
            self = .deltaByteArray(try DeltaByteArrayDecoder(cursor))
        case (.byteStreamSplit, .int32), (.byteStreamSplit, .float):
            self = .split(try SplitDecoder(cursor, width: 4))
        case (.byteStreamSplit, .int64), (.byteStreamSplit, .double):
            self = .split(try SplitDecoder(cursor, width: 8))
        case (.byteStreamSplit, .fixedLengthByteArray):
            self = .split(try SplitDecoder(cursor, width: leaf.length ?? 0))
        default:
            throw SwiftwaterError(
                .unsupported, "the encoding \(encoding.name) is not known for the physical type \(physical)")
        }
    }

    /// What the next values are that nobody has: an error.
    static var tooFew: SwiftwaterError { .corruptParquet("a page has fewer values than it says") }

    /// The next `count` values of fixed width as they are stored; `codes` is scratch memory for a dictionary's.
    @inline(__always)
    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ count: Int, into out: UnsafeMutablePointer<T>, dictionary: PageDictionary?, codes: UnsafeMutablePointer<Int32>
    ) throws(SwiftwaterError) {
        switch self {
        case .plain(var cursor):
            let source = try cursor.take(count * MemoryLayout<T>.size)
            UnsafeMutableRawPointer(out).copyMemory(from: source.next, byteCount: source.count)
            self = .plain(cursor)
        case .codes(var decoder):
            guard let dictionary else { throw PageDictionary.missing }
            try dictionary.readCodes(count, from: &decoder, into: codes)
            self = .codes(decoder)
            let values = UnsafePointer(dictionary.fixed.mutable(T.self))
            for index in 0..<count { out[index] = values[Int(codes[index])] }
        case .delta(var decoder):
            try decoder.read(into: out, count: count)
            self = .delta(decoder)
        case .split(var decoder):
            try decoder.read(into: out, count: count)
            self = .split(decoder)
        case .nothing, .bits, .runs, .deltaLength, .deltaByteArray:
            if count > 0 { throw Self.tooFew }
        }
    }

    /// The next `count` values of 12 bytes.
    mutating func readInt96(
        _ count: Int, into out: UnsafeMutableRawPointer, dictionary: PageDictionary?,
        codes: UnsafeMutablePointer<Int32>
    ) throws(SwiftwaterError) {
        switch self {
        case .plain(var cursor):
            let source = try cursor.take(count * 12)
            out.copyMemory(from: source.next, byteCount: source.count)
            self = .plain(cursor)
        case .codes(var decoder):
            guard let dictionary else { throw PageDictionary.missing }
            try dictionary.readCodes(count, from: &decoder, into: codes)
            self = .codes(decoder)
            for index in 0..<count {
                (out + index * 12).copyMemory(from: dictionary.fixed.base + Int(codes[index]) * 12, byteCount: 12)
            }
        default:
            if count > 0 { throw Self.tooFew }
        }
    }

    /// The next `count` booleans as 0 or 1.
    mutating func readBooleans(_ count: Int, into out: UnsafeMutablePointer<UInt8>) throws(SwiftwaterError) {
        switch self {
        case .bits(let cursor, let position):
            guard (position + count + 7) / 8 <= cursor.count else { throw Self.tooFew }
            unpackBits(cursor.next, readable: cursor.count, width: 1, first: position, count: count, into: out)
            self = .bits(cursor, position: position + count)
        case .runs(var decoder):
            try decoder.read(into: out, count: count)
            self = .runs(decoder)
        default:
            if count > 0 { throw Self.tooFew }
        }
    }

    /// Appends the next `count` strings or binary values.
    mutating func readBytes(
        _ count: Int, into sink: inout ByteArraySink, length: Int?, dictionary: PageDictionary?,
        scratch: ReadingScratch
    ) throws(SwiftwaterError) {
        switch self {
        case .plain(var cursor):
            if let length {
                try sink.append(fixed: &cursor, length: length, count: count)
            } else {
                try sink.append(plain: &cursor, count: count)
            }
            self = .plain(cursor)
        case .codes(var decoder):
            guard let dictionary, let values = dictionary.byteArrays else { throw PageDictionary.missing }
            try dictionary.readCodes(count, from: &decoder, into: scratch.codes)
            self = .codes(decoder)
            try sink.append(scratch.codes, count: count, of: values)
        case .deltaLength(var decoder):
            try decoder.read(count, into: &sink, scratch: scratch.lengths)
            self = .deltaLength(decoder)
        case .deltaByteArray(var decoder):
            let before = sink.count
            try decoder.read(
                count, into: &sink, prefixScratch: scratch.codes, suffixScratch: scratch.lengths)
            self = .deltaByteArray(decoder)
            if let length {
                let ends = sink.offsets.pointer
                for index in before..<(before + count) where Int(ends[index + 1] - ends[index]) != length {
                    throw .corruptParquet("a value does not have its column's \(length) bytes")
                }
            }
        case .split(var decoder):
            let length = length ?? 1
            try sink.reserve(bytes: count * length)
            try decoder.read(bytes: sink.bytes.pointer + sink.bytes.count, count: count)
            sink.bytes.count += count * length
            sink.appendOffsets(length: length, count: count)
            self = .split(decoder)
        case .nothing, .bits, .runs, .delta:
            if count > 0 { throw Self.tooFew }
        }
    }

    /// Passes over `count` values, which take `width` bytes each when it is not nil.
    mutating func skip(_ count: Int, width: Int?, scratch: ReadingScratch) throws(SwiftwaterError) {
        guard count > 0 else { return }
        switch self {
        case .nothing: throw Self.tooFew
        case .plain(var cursor):
            if let width {
                _ = try cursor.take(count * width)
            } else {
                for _ in 0..<count {
                    let length = try cursor.length()
                    _ = try cursor.take(length)
                }
            }
            self = .plain(cursor)
        case .bits(let cursor, let position):
            guard (position + count + 7) / 8 <= cursor.count else { throw Self.tooFew }
            self = .bits(cursor, position: position + count)
        case .runs(var decoder):
            try decoder.skip(count)
            self = .runs(decoder)
        case .codes(var decoder):
            try decoder.skip(count)
            self = .codes(decoder)
        case .delta(var decoder):
            try decoder.skip(count)
            self = .delta(decoder)
        case .split(var decoder):
            try decoder.skip(count)
            self = .split(decoder)
        case .deltaLength, .deltaByteArray:
            var left = count
            while left > 0 {
                let n = min(left, ReadingScratch.blockSize)
                var sink = ByteArraySink(values: n)
                try readBytes(n, into: &sink, length: width, dictionary: nil, scratch: scratch)
                left -= n
            }
        }
    }
}
