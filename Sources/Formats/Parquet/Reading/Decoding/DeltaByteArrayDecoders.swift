import Columnar

/// Decodes byte arrays whose lengths stand before all of their bytes
/// (encoding DELTA_LENGTH_BYTE_ARRAY in `Encodings.md`).
struct DeltaLengthDecoder {
    private var lengths: DeltaDecoder
    private var data: ByteCursor

    init(_ cursor: ByteCursor) throws(SwiftwaterError) {
        lengths = try DeltaDecoder(cursor)
        data = try lengths.following()
    }

    /// Appends the next `count` values; `scratch` has room for as many numbers.
    mutating func read(
        _ count: Int, into sink: inout ByteArraySink, scratch: UnsafeMutablePointer<Int32>
    ) throws(SwiftwaterError) {
        try lengths.read(into: scratch, count: count)
        var total = 0
        for index in 0..<count {
            guard scratch[index] >= 0 else { throw .corruptParquet("a value has the length \(scratch[index])") }
            total += Int(scratch[index])
        }
        let source = try data.take(total)
        try sink.reserve(bytes: total)
        sink.offsets.reserve(count)
        let ends = sink.offsets.pointer + sink.offsets.count
        var end = sink.bytes.count
        for index in 0..<count {
            end += Int(scratch[index])
            ends[index] = Int32(truncatingIfNeeded: end)
        }
        sink.offsets.count += count
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: source.next, count: total))
    }

    /// The bytes of the next value.
    fileprivate mutating func next(length: Int) throws(SwiftwaterError) -> ByteCursor { try data.take(length) }

    fileprivate mutating func readLengths(
        into scratch: UnsafeMutablePointer<Int32>, count: Int
    ) throws(SwiftwaterError) {
        try lengths.read(into: scratch, count: count)
    }
}

/// Decodes byte arrays that share a prefix with the value before
/// (encoding DELTA_BYTE_ARRAY in `Encodings.md`).
struct DeltaByteArrayDecoder {
    private var prefixes: DeltaDecoder
    private var suffixes: DeltaLengthDecoder
    /// The last value of the last read.
    private var previous = BufferBuilder<UInt8>(capacity: 64)

    init(_ cursor: ByteCursor) throws(SwiftwaterError) {
        prefixes = try DeltaDecoder(cursor)
        suffixes = try DeltaLengthDecoder(try prefixes.following())
    }

    /// Appends the next `count` values; each `scratch` has room for as many numbers.
    mutating func read(
        _ count: Int, into sink: inout ByteArraySink, prefixScratch: UnsafeMutablePointer<Int32>,
        suffixScratch: UnsafeMutablePointer<Int32>
    ) throws(SwiftwaterError) {
        guard count > 0 else { return }
        try prefixes.read(into: prefixScratch, count: count)
        try suffixes.readLengths(into: suffixScratch, count: count)
        var previousLength = previous.count
        var total = 0
        for index in 0..<count {
            let prefix = Int(prefixScratch[index])
            let suffix = Int(suffixScratch[index])
            guard prefix >= 0, prefix <= previousLength, suffix >= 0 else {
                throw .corruptParquet(
                    "a value with a prefix of \(prefix) bytes follows one of \(previousLength) bytes")
            }
            previousLength = prefix + suffix
            total += previousLength
            guard sink.bytes.count + total <= ByteArraySink.expansionLimit else {
                throw .corruptParquet(
                    "its shared prefixes expand to more than \(ByteArraySink.expansionLimit >> 20) MiB in a batch")
            }
        }
        try sink.reserve(bytes: total)
        sink.offsets.reserve(count)
        let ends = sink.offsets.pointer + sink.offsets.count
        let target = UnsafeMutableRawPointer(sink.bytes.pointer)
        var end = sink.bytes.count
        var last = UnsafeRawPointer(previous.pointer)
        for index in 0..<count {
            let prefix = Int(prefixScratch[index])
            let suffix = try suffixes.next(length: Int(suffixScratch[index]))
            let start = target + end
            start.copyMemory(from: last, byteCount: prefix)
            (start + prefix).copyMemory(from: UnsafeRawPointer(suffix.next), byteCount: suffix.count)
            end += prefix + suffix.count
            ends[index] = Int32(truncatingIfNeeded: end)
            last = UnsafeRawPointer(start)
        }
        sink.offsets.count += count
        sink.bytes.count = end
        previous.count = 0
        previous.append(
            contentsOf: UnsafeBufferPointer(start: last.assumingMemoryBound(to: UInt8.self), count: previousLength))
    }
}
