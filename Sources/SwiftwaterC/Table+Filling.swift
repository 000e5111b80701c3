import CSwiftwaterABI
import Columnar
import Formats
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Copies of whole columns into memory of others, such as NumPy's arrays.
extension Table {
    /// Rows of a column without a value.
    func missingCount(_ column: Int) -> Int { batches.reduce(0) { $0 + $1.columns[column].nullCount } }

    /// Bytes that a column's texts have one after the other at most; nil for what is no text.
    func textBytes(_ column: Int) -> Int? {
        guard schema[column].type.logical == .string else { return nil }
        return batches.reduce(0) { $0 + $1.columns[column].textBytes }
    }

    /// Throws where a column cannot be copied so.
    func check(_ filling: sw_filling) throws(SwiftwaterError) {
        let column = Int(filling.column)
        guard schema.fields.indices.contains(column), filling.values != nil || count == 0 else {
            throw SwiftwaterError(.usage, "\(column) is no column of the table, or there is no memory for it")
        }
        let type = schema[column].type.logical
        let isText = filling.offsets != nil
        guard isText ? type == .string : type == .bool || type.byteWidth != nil else {
            throw SwiftwaterError(.usage, "column '\(schema[column].name)' of \(type) cannot be copied so")
        }
    }

    /// Copies columns, several at once.
    func fill(_ fillings: UnsafeBufferPointer<sw_filling>) {
        nonisolated(unsafe) let fillings = fillings
        let next = Atomic<Int>(0)
        // Few rows are copied sooner than a thread starts.
        let threads = count < 1 << 16 ? 1 : min(EngineThreads.hardwareCount, fillings.count)
        EngineThreads.run(threads) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < fillings.count else { return }
                if fillings[index].offsets != nil { fillText(fillings[index]) } else { fillFixed(fillings[index]) }
            }
        }
    }

    private func fillFixed(_ filling: sw_filling) {
        guard let target = filling.values else { return }
        let type = schema[Int(filling.column)].type.logical
        let width = type == .bool ? 1 : type.byteWidth ?? 8
        var start = 0
        for batch in batches {
            let column = batch.columns[Int(filling.column)].decoded()
            switch column.storage {
            case .bits(let bits):
                Self.spread(bits, column.count, to: (target + start).assumingMemoryBound(to: UInt8.self))
            case .fixed(let buffer):
                (target + start * width).copyMemory(from: buffer.base, byteCount: column.count * width)
            default: memset(target + start * width, 0, column.count * width)
            }
            if let valid = filling.valid {
                if let bits = column.validity {
                    Self.spread(bits, column.count, to: valid + start)
                } else {
                    memset(valid + start, column.nullCount == 0 ? 1 : 0, column.count)
                }
            }
            start += column.count
        }
    }

    /// A byte for each bit.
    private static func spread(_ bits: Bitmap, _ count: Int, to target: UnsafeMutablePointer<UInt8>) {
        var row = 0
        while row + 64 <= count {
            let word = bits.word(row >> 6)
            for byte in 0..<8 {
                // Eight copies of a byte, of each the bit of its place, then that bit as a one.
                let copies = (word >> UInt64(byte * 8) & 0xFF) &* 0x0101_0101_0101_0101
                let ones = ((copies & 0x8040_2010_0804_0201) &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101
                UnsafeMutableRawPointer(target + row + byte * 8).storeBytes(of: ones.littleEndian, as: UInt64.self)
            }
            row += 64
        }
        while row < count {
            target[row] = bits[row] ? 1 : 0
            row += 1
        }
    }

    private func fillText(_ filling: sw_filling) {
        guard let target = filling.values, let offsets = filling.offsets else { return }
        if let valid = filling.valid { memset(valid, 0, (count + 7) / 8) }
        var row = 0
        var end = 0
        offsets[0] = 0
        var words: ShortWords?
        for batch in batches {
            let column = batch.columns[Int(filling.column)]
            if let dictionary = column.dictionary, column.validity == nil {
                if !(words?.holds(dictionary.values) ?? false) { words = ShortWords(dictionary.values) }
                if let words {
                    withExtendedLifetime((words.owner, column)) {
                        for index in 0..<column.count {
                            let code = Int(dictionary.codes[index])
                            words.bytes[code].store(to: target + end)
                            end += Int(words.lengths[code])
                            offsets[row + index + 1] = Int64(end)
                        }
                    }
                    if let valid = filling.valid { Self.setBits(valid, row..<(row + column.count)) }
                    row += column.count
                    continue
                }
            }
            end = withExtendedLifetime(column) {
                column.copyText(to: target, offsets + row, end, valid: filling.valid, row)
            }
            row += column.count
        }
    }

    private static func setBits(_ bits: UnsafeMutablePointer<UInt8>, _ rows: Range<Int>) {
        for row in rows { bits[row >> 3] |= 1 << UInt8(row & 7) }
    }
}

/// A dictionary's entries of up to sixteen bytes, each in sixteen, so that one is copied at a stroke.
private struct ShortWords {
    struct Block: BitwiseCopyable {
        var low: UInt64 = 0
        var high: UInt64 = 0

        @inline(__always)
        func store(to target: UnsafeMutableRawPointer) {
            target.storeBytes(of: low, as: UInt64.self)
            target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
        }
    }

    static let length = 16
    let bytes: UnsafeMutablePointer<Block>
    let lengths: UnsafeMutablePointer<Int32>
    private let id: UInt64
    private let count: Int
    let owner: [Buffer]

    /// Nil where an entry is longer.
    init?(_ values: DictionaryValues) {
        guard case .variable(let offsets, let text) = values.column.storage else { return nil }
        let places = offsets.mutable(Int32.self)
        id = values.id
        count = values.column.count
        let blocks = Buffer.zeroed(byteCount: max(1, count) * MemoryLayout<Block>.stride)
        let sizes = Buffer.zeroed(byteCount: max(1, count) * 4)
        owner = [blocks, sizes]
        bytes = blocks.mutable(Block.self)
        lengths = sizes.mutable(Int32.self)
        for entry in 0..<count {
            let size = places[entry + 1] &- places[entry]
            guard size <= Self.length else { return nil }
            memcpy(bytes + entry, text.base + Int(places[entry]), Int(size))
            lengths[entry] = size
        }
    }

    func holds(_ values: DictionaryValues) -> Bool { id == values.id && values.column.count <= count }
}

extension Column {
    /// Bytes of a column of text at most, and a few to spare.
    fileprivate var textBytes: Int {
        guard let (codes, values) = dictionary else {
            guard case .variable(let offsets, _) = storage, count > 0 else { return 0 }
            return Int(offsets.mutable(Int32.self)[count]) - Int(offsets.mutable(Int32.self)[0])
        }
        guard case .variable(let offsets, _) = values.column.storage else { return 0 }
        let places = offsets.mutable(Int32.self)
        var longest: Int32 = 0
        for entry in 0..<values.column.count { longest = max(longest, places[entry + 1] &- places[entry]) }
        // Memory that is not written to costs nothing.
        if longest <= 4 * ShortWords.length { return count * Int(longest) + ShortWords.length }
        var total = ShortWords.length
        for row in 0..<count where validity?[row] ?? true {
            let code = Int(codes[row])
            total += Int(places[code + 1] &- places[code])
        }
        return total
    }

    /// Copies texts behind the first `end` bytes of `target`; returns where they end.
    ///
    /// - Parameters:
    ///   - offsets: gets the ends from its second element on.
    ///   - valid: gets a bit for each row that has a value, from the bit `first` on.
    fileprivate func copyText(
        to target: UnsafeMutableRawPointer, _ offsets: UnsafeMutablePointer<Int64>, _ end: Int,
        valid: UnsafeMutablePointer<UInt8>?, _ first: Int
    ) -> Int {
        var end = end
        let codes = dictionary?.codes
        let words = dictionary?.values.column ?? self
        guard case .variable(let bounds, let bytes) = words.storage else {
            for row in 0..<count { offsets[row + 1] = Int64(end) }
            return end
        }
        let places = bounds.mutable(Int32.self)
        let validity = validity
        for row in 0..<count {
            if validity?[row] ?? true {
                let word = codes.map { Int($0[row]) } ?? row
                let (from, length) = (Int(places[word]), Int(places[word + 1] &- places[word]))
                memcpy(target + end, bytes.base + from, length)
                end += length
                if let valid { valid[(first + row) >> 3] |= 1 << UInt8((first + row) & 7) }
            }
            offsets[row + 1] = Int64(end)
        }
        return end
    }
}
