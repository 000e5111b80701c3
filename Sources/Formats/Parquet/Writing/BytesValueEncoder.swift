import Columnar

/// Encodes strings and binary values: by a dictionary as long as it pays off, else plain. Columns that are
/// dictionary-encoded in memory hand over their codes.
final class BytesValueEncoder: ValueEncoder {
    private enum Mode {
        case dictionary
        /// The page in progress still uses the dictionary.
        case leavingDictionary
        case plain
    }

    /// Dictionaries in memory whose codes are remembered: one for each of some reader threads.
    private static let rememberedDictionaries = 16

    private let isText: Bool
    private let name: String
    private let policy: DictionaryPolicy
    private var mode: Mode
    private var dictionary = BytesDictionary()
    private var dictionaryPages = 0
    /// Values that the chunk's dictionary has seen.
    private var seen = 0
    private let codes = ByteBuffer()
    /// The page's values in the plain encoding, where it has no codes.
    private let values = ByteBuffer()
    private var bounds = BytesBounds()
    /// For each dictionary in memory, the chunk's code of each of its codes; -1 where it has none yet.
    private var remaps: [UInt64: ByteBuffer] = [:]
    /// A code, for remaps.
    private let one = ByteBuffer()

    init(isText: Bool, name: String, policy: DictionaryPolicy) {
        self.isText = isText
        self.name = name
        self.policy = policy
        mode = policy.limit == 0 ? .plain : .dictionary
    }

    deinit { dictionary.deallocate() }

    func byteCount(of column: Column, _ range: Range<Int>) -> Int {
        guard let (codes, values) = column.dictionary else {
            let offsets = column.variable.offsets
            return Int(offsets[range.upperBound]) - Int(offsets[range.lowerBound]) + range.count * 4
        }
        if mode == .dictionary { return range.count * 4 }
        let offsets = values.column.variable.offsets
        var total = range.count * 4
        for row in range { total += Int(offsets[Int(codes[row]) + 1]) - Int(offsets[Int(codes[row])]) }
        return total
    }

    var pageByteCount: Int {
        mode == .plain
            ? values.count : codes.count / 4 * HybridEncoder.bitWidth(max(dictionary.count - 1, 0)) / 8
    }

    var needsNewPage: Bool { mode == .leavingDictionary }

    func append(_ column: Column, _ range: Range<Int>) throws(SwiftwaterError) {
        guard !range.isEmpty else { return }
        if let (from, distinct) = column.dictionary {
            guard distinct.column.nullCount == 0 else {
                throw SwiftwaterError(.usage, "the dictionary of column '\(name)' has a missing value")
            }
            let (offsets, bytes) = distinct.column.variable
            if mode == .plain {
                for row in range {
                    let code = Int(from[row])
                    appendPlain(bytes, offsets, code..<(code + 1))
                }
            } else {
                appendCodes(from, range, distinct)
            }
        } else {
            let (offsets, bytes) = column.variable
            if mode == .plain {
                appendPlain(bytes, offsets, range)
            } else {
                dictionary.encode(bytes, offsets, range, to: codes)
            }
        }
        if mode != .plain {
            seen += range.count
            reconsider(atEnd: false)
        }
    }

    private func appendPlain(
        _ bytes: UnsafePointer<UInt8>, _ offsets: UnsafePointer<Int32>, _ range: Range<Int>
    ) {
        let total = Int(offsets[range.upperBound]) - Int(offsets[range.lowerBound]) + range.count * 4
        var to = values.reserve(total)
        for row in range {
            let start = Int(offsets[row])
            let length = Int(offsets[row + 1]) - start
            to.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, as: UInt32.self)
            (to + 4).copyMemory(from: bytes + start, byteCount: length)
            to += 4 + length
        }
        values.advance(total)
        bounds.extend(bytes, offsets, range)
    }

    /// Translates codes in memory to the chunk's.
    private func appendCodes(_ from: UnsafePointer<Int32>, _ range: Range<Int>, _ distinct: DictionaryValues) {
        let remap = remap(for: distinct)
        let map = remap.base.assumingMemoryBound(to: Int32.self)
        let to = codes.reserve(range.count * 4).assumingMemoryBound(to: UInt32.self)
        let (offsets, bytes) = distinct.column.variable
        for index in 0..<range.count {
            let code = Int(from[range.lowerBound + index])
            var mapped = map[code]
            if mapped < 0 {
                one.removeAll()
                dictionary.encode(bytes, offsets, code..<(code + 1), to: one)
                mapped = one.base.load(as: Int32.self)
                map[code] = mapped
            }
            to[index] = UInt32(bitPattern: mapped)
        }
        codes.advance(range.count * 4)
    }

    private func remap(for distinct: DictionaryValues) -> ByteBuffer {
        let known: ByteBuffer
        if let found = remaps[distinct.id] {
            known = found
        } else {
            if remaps.count >= Self.rememberedDictionaries { remaps.removeAll() }
            known = ByteBuffer(capacity: distinct.column.count * 4)
            remaps[distinct.id] = known
        }
        let missing = distinct.column.count * 4 - known.count
        if missing > 0 {
            known.reserve(missing).initializeMemory(as: UInt8.self, repeating: 0xFF, count: missing)
            known.advance(missing)
        }
        return known
    }

    /// Leaves the dictionary when it does not pay off or gets too large.
    private func reconsider(atEnd: Bool) {
        guard mode == .dictionary else { return }
        if dictionaryPages == 0, atEnd || seen >= DictionaryPolicy.trialValues,
            policy.isUseless(distinct: dictionary.count, of: seen), abandon()
        {
            return
        }
        if dictionary.bytes.count > policy.limit { mode = .leavingDictionary }
    }

    /// Turns the first page's codes back into values; false when that would take much memory.
    private func abandon() -> Bool {
        let count = codes.count / 4
        let from = codes.base.assumingMemoryBound(to: UInt32.self)
        var total = 0
        for index in 0..<count { total += dictionary[Int(from[index])].count + 4 }
        guard total <= max(dictionary.bytes.count, 1 << 16) * 4 else { return false }
        var to = values.reserve(total)
        for index in 0..<count {
            let value = dictionary[Int(from[index])]
            to.storeBytes(of: UInt32(truncatingIfNeeded: value.count).littleEndian, as: UInt32.self)
            if let base = value.baseAddress { (to + 4).copyMemory(from: base, byteCount: value.count) }
            to += 4 + value.count
        }
        values.advance(total)
        for code in 0..<dictionary.count { bounds.extend(dictionary[code]) }
        forgetDictionary()
        mode = .plain
        return true
    }

    private func forgetDictionary() {
        codes.removeAll()
        dictionary.removeAll()
        remaps.removeAll()
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
        target.append(values.bytes)
        values.removeAll()
        return .plain
    }

    func finishDictionary(to target: ByteBuffer) -> Int? {
        guard dictionaryPages > 0 else { return nil }
        target.append(dictionary.bytes)
        return dictionary.count
    }

    func finishChunk() -> ValueBounds {
        for code in 0..<dictionary.count { bounds.extend(dictionary[code]) }
        let result = bounds.bounds(isText: isText)
        bounds.removeAll()
        forgetDictionary()
        dictionaryPages = 0
        seen = 0
        mode = policy.limit == 0 ? .plain : .dictionary
        return result
    }
}
