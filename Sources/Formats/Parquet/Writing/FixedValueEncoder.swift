import Columnar

/// Encodes integers, floats, dates and times: by a dictionary as long as it pays off, else plain or by the type's
/// alternative, whichever is smaller on the first page.
final class FixedValueEncoder<T: FixedValue>: ValueEncoder {
    private enum Mode {
        case dictionary
        /// The page in progress still uses the dictionary.
        case leavingDictionary
        case plain
    }

    private let isUnsigned: Bool
    private let mayUseAlternative: Bool
    private let policy: DictionaryPolicy
    private var mode = Mode.dictionary
    private var dictionary = FixedDictionary<T>()
    private var dictionaryPages = 0
    /// Values that the chunk's dictionary has seen.
    private var seen = 0
    private let codes = ByteBuffer()
    /// The page's values, where it has no codes.
    private let values = ByteBuffer()
    private let scratch: PageScratch
    /// The encoding of the chunk's other pages, once it is known.
    private var encoding: Parquet.Encoding?
    private var bounds: FixedBounds<T>
    private let zero: T

    init(zero: T, isUnsigned: Bool, mayUseAlternative: Bool, policy: DictionaryPolicy, scratch: PageScratch) {
        self.zero = zero
        self.isUnsigned = isUnsigned
        self.mayUseAlternative = mayUseAlternative
        self.policy = policy
        self.scratch = scratch
        bounds = FixedBounds(minimum: zero, maximum: zero)
        mode = policy.limit == 0 ? .plain : .dictionary
    }

    deinit { dictionary.deallocate() }

    private static var width: Int { MemoryLayout<T>.size }

    func byteCount(of column: Column, _ range: Range<Int>) -> Int { range.count * Self.width }

    var pageByteCount: Int {
        mode == .plain
            ? values.count : codes.count / 4 * HybridEncoder.bitWidth(max(dictionary.count - 1, 0)) / 8
    }

    var needsNewPage: Bool { mode == .leavingDictionary }

    func append(_ column: Column, _ range: Range<Int>) throws(SwiftwaterError) {
        guard !range.isEmpty else { return }
        if column.dictionary == nil {
            try appendValues(column, range)
        } else {
            try appendValues(column.slice(range).decoded(), 0..<range.count)
        }
    }

    private func appendValues(_ column: Column, _ range: Range<Int>) throws(SwiftwaterError) {
        scratch.converted.removeAll()
        let from = try PhysicalValues.pointer(column, range, as: T.self, scratch.converted)
        switch mode {
        case .plain:
            T.extend(&bounds, from, range.count, isUnsigned: isUnsigned)
            values.append(UnsafeRawBufferPointer(start: from, count: range.count * Self.width))
        case .dictionary, .leavingDictionary:
            dictionary.encode(from, range.count, to: codes)
            seen += range.count
            reconsider(atEnd: false)
        }
    }

    /// Leaves the dictionary when it does not pay off or gets too large.
    private func reconsider(atEnd: Bool) {
        guard mode == .dictionary else { return }
        if dictionaryPages == 0, atEnd || seen >= DictionaryPolicy.trialValues,
            policy.isUseless(distinct: dictionary.count, of: seen)
        {
            return abandon()
        }
        if dictionary.byteCount > policy.limit { mode = .leavingDictionary }
    }

    /// Turns the first page's codes back into values.
    private func abandon() {
        let count = codes.count / 4
        let from = codes.base.assumingMemoryBound(to: UInt32.self)
        let to = values.reserve(count * Self.width).assumingMemoryBound(to: T.self)
        let distinct = dictionary.pointer
        for index in 0..<count { to[index] = distinct[Int(from[index])] }
        values.advance(count * Self.width)
        T.extend(&bounds, distinct, dictionary.count, isUnsigned: isUnsigned)
        codes.removeAll()
        dictionary.removeAll()
        mode = .plain
    }

    func finishPage(
        to target: ByteBuffer, _ compressor: BlockCompressor
    ) throws(SwiftwaterError) -> Parquet.Encoding {
        reconsider(atEnd: true)
        guard mode == .plain else {
            let bitWidth = HybridEncoder.bitWidth(max(dictionary.count - 1, 0))
            target.append(UInt8(bitWidth))
            HybridEncoder.encode(
                UnsafePointer(codes.base.assumingMemoryBound(to: UInt32.self)), codes.count / 4, bitWidth: bitWidth,
                to: target)
            codes.removeAll()
            dictionaryPages += 1
            if mode == .leavingDictionary { mode = .plain }
            return .rleDictionary
        }
        defer { values.removeAll() }
        let pointer = UnsafePointer(values.base.assumingMemoryBound(to: T.self))
        let count = values.count / Self.width
        if encoding == nil, count > 0 {
            encoding = .plain
            if mayUseAlternative {
                let alternative = scratch.alternative
                alternative.removeAll()
                T.encodeAlternative(pointer, count, to: alternative)
                if try scratch.isSmaller(alternative.bytes, than: values.bytes, compressor) {
                    encoding = T.alternative
                    target.append(alternative.bytes)
                    return T.alternative
                }
            }
        }
        if encoding == T.alternative {
            T.encodeAlternative(pointer, count, to: target)
            return T.alternative
        }
        target.append(values.bytes)
        return .plain
    }

    func finishDictionary(to target: ByteBuffer) -> Int? {
        guard dictionaryPages > 0 else { return nil }
        target.append(dictionary.bytes)
        return dictionary.count
    }

    func finishChunk() -> ValueBounds {
        T.extend(&bounds, dictionary.pointer, dictionary.count, isUnsigned: isUnsigned)
        var result = ValueBounds()
        if bounds.isSet {
            T.normalize(&bounds)
            result.minimum = withUnsafeBytes(of: bounds.minimum) { Array($0) }
            result.maximum = withUnsafeBytes(of: bounds.maximum) { Array($0) }
        }
        bounds = FixedBounds(minimum: zero, maximum: zero)
        dictionary.removeAll()
        dictionaryPages = 0
        seen = 0
        encoding = nil
        mode = policy.limit == 0 ? .plain : .dictionary
        return result
    }
}
