import Columnar

/// The strings or binary values that decoders append: offsets and bytes of a column under construction.
struct ByteArraySink {
    /// The most bytes that encodings which repeat values may make of one column in one batch.
    ///
    /// A few bytes of a hostile file could otherwise fill the memory.
    static let expansionLimit = 1 << 29

    /// Starts with 0, then each value's end.
    var offsets: BufferBuilder<Int32>
    var bytes: BufferBuilder<UInt8>

    init(values: Int, byteCount: Int = 0) {
        offsets = BufferBuilder(capacity: values + 1)
        offsets.append(0)
        bytes = BufferBuilder(capacity: max(byteCount, 64))
    }

    var count: Int { offsets.count - 1 }

    /// Makes room for `extra` bytes. The offsets of Arrow's strings have 32 bits.
    mutating func reserve(bytes extra: Int) throws(SwiftwaterError) {
        guard bytes.count + extra <= Int(Int32.max) else {
            throw .corruptParquet("its values exceed 2 GiB in one batch")
        }
        bytes.reserve(extra)
    }

    /// Appends `count` values of `length` bytes each, which lie one after the other.
    mutating func append(fixed cursor: inout ByteCursor, length: Int, count: Int) throws(SwiftwaterError) {
        let source = try cursor.take(count * length)
        try reserve(bytes: source.count)
        bytes.append(contentsOf: UnsafeBufferPointer(start: source.next, count: source.count))
        appendOffsets(length: length, count: count)
    }

    /// Appends the ends of `count` values of `length` bytes each, whose bytes were appended.
    mutating func appendOffsets(length: Int, count: Int) {
        offsets.reserve(count)
        let out = offsets.pointer + offsets.count
        var end = bytes.count - length * count
        for index in 0..<count {
            end += length
            out[index] = Int32(truncatingIfNeeded: end)
        }
        offsets.count += count
    }

    /// Appends `count` values that each follow their length of four bytes (encoding PLAIN).
    mutating func append(plain cursor: inout ByteCursor, count: Int) throws(SwiftwaterError) {
        // No value is longer than what is left of the page; 16 bytes more allow whole words to be copied.
        try reserve(bytes: max(cursor.count - 4 * count, 0) + 16)
        offsets.reserve(count)
        let ends = offsets.pointer + offsets.count
        let target = UnsafeMutableRawPointer(bytes.pointer)
        var total = bytes.count
        var source = UnsafeRawPointer(cursor.next)
        let end = UnsafeRawPointer(cursor.end)
        for index in 0..<count {
            guard end - source >= 4 else { throw .corruptParquet("its values end early") }
            let length = Int(source.loadUnaligned(as: UInt32.self).littleEndian)
            source += 4
            let left = end - source
            guard length <= left else { throw .corruptParquet("a value of \(length) bytes exceeds its page") }
            if length <= 16, left >= 16 {
                (target + total).copyMemory(from: source, byteCount: 16)
            } else {
                (target + total).copyMemory(from: source, byteCount: length)
            }
            source += length
            total += length
            ends[index] = Int32(truncatingIfNeeded: total)
        }
        bytes.count = total
        offsets.count += count
        cursor.advance(uncheckedBy: source - UnsafeRawPointer(cursor.next))
    }

    /// Appends the values of a dictionary that `codes`, which were checked, name.
    mutating func append(
        _ codes: UnsafePointer<Int32>, count: Int, of dictionary: ByteArrayDictionary
    ) throws(SwiftwaterError) {
        let from = dictionary.offsets
        var extra = 0
        for index in 0..<count { extra += Int(from[Int(codes[index]) + 1] - from[Int(codes[index])]) }
        guard bytes.count + extra <= Self.expansionLimit else {
            throw .corruptParquet("its repeated values expand to more than \(Self.expansionLimit >> 20) MiB in a batch")
        }
        try reserve(bytes: extra)
        offsets.reserve(count)
        let ends = offsets.pointer + offsets.count
        let source = UnsafeRawPointer(dictionary.bytes)
        let target = UnsafeMutableRawPointer(bytes.pointer)
        var total = bytes.count
        for index in 0..<count {
            let start = Int(from[Int(codes[index])])
            let length = Int(from[Int(codes[index]) + 1]) - start
            (target + total).copyMemory(from: source + start, byteCount: length)
            total += length
            ends[index] = Int32(truncatingIfNeeded: total)
        }
        bytes.count = total
        offsets.count += count
    }
}

/// A dictionary page's strings or binary values.
struct ByteArrayDictionary {
    let column: Column
    let offsets: UnsafePointer<Int32>
    let bytes: UnsafePointer<UInt8>

    init(_ column: Column) {
        self.column = column
        (offsets, bytes) = column.variable
    }
}
