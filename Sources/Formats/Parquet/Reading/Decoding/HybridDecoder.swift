import Columnar

/// Decodes runs of repeated and of bit-packed numbers: levels, dictionary indices and booleans
/// (encoding RLE in the Parquet format's `Encodings.md`).
struct HybridDecoder {
    /// Values left in the current run.
    private var remaining = 0
    private var isPacked = false
    /// What a repeated run repeats.
    private var repeated: UInt32 = 0
    /// Values of the packed run that were read.
    private var position = 0
    private var packed: ByteCursor
    private var cursor: ByteCursor
    private let width: Int

    /// - Parameter width: bits a value, 0...32; with 0 all values are zero and need no bytes.
    init(_ cursor: ByteCursor, width: Int) throws(SwiftwaterError) {
        guard (0...32).contains(width) else { throw .corruptParquet("a bit width of \(width) in runs of numbers") }
        self.cursor = cursor
        self.width = width
        packed = cursor
    }

    private mutating func startRun() throws(SwiftwaterError) {
        let header = try cursor.count(of: "the header of a run")
        position = 0
        isPacked = header & 1 == 1
        if isPacked {
            remaining = (header >> 1) * 8
            // Writers may leave out the padding of the last run.
            packed = try cursor.take(min((header >> 1) * width, cursor.count))
        } else {
            remaining = header >> 1
            let bytes = try cursor.take((width + 7) / 8)
            repeated = 0
            for index in 0..<bytes.count { repeated |= UInt32(bytes.next[index]) << UInt32(index * 8) }
            guard width == 32 || repeated >> UInt32(width) == 0 else {
                throw .corruptParquet("a run repeats \(repeated), which needs more than \(width) bits")
            }
        }
    }

    /// The next `count` values.
    @inline(__always)
    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        into out: UnsafeMutablePointer<T>, count: Int
    ) throws(SwiftwaterError) {
        if width == 0 {
            out.update(repeating: 0, count: count)
            return
        }
        var done = 0
        while done < count {
            if remaining == 0 {
                try startRun()
                continue
            }
            let n = min(remaining, count - done)
            if isPacked {
                try checkPacked(n)
                unpackBits(
                    packed.next, readable: packed.count, width: width, first: position, count: n, into: out + done)
                position += n
            } else {
                (out + done).update(repeating: T(truncatingIfNeeded: repeated), count: n)
            }
            remaining -= n
            done += n
        }
    }

    private func checkPacked(_ count: Int) throws(SwiftwaterError) {
        guard ((position + count) * width + 7) / 8 <= packed.count else {
            throw .corruptParquet("the bytes of a bit-packed run end early")
        }
    }

    mutating func skip(_ count: Int) throws(SwiftwaterError) {
        if width == 0 { return }
        var left = count
        while left > 0 {
            if remaining == 0 {
                try startRun()
                continue
            }
            let n = min(remaining, left)
            if isPacked {
                try checkPacked(n)
                position += n
            }
            remaining -= n
            left -= n
        }
    }

    /// Takes up to `limit` values at once if they are one repeated value and at least `minimum`; nil otherwise.
    mutating func takeRun(
        atLeast minimum: Int, atMost limit: Int
    ) throws(SwiftwaterError) -> (value: UInt32, count: Int)? {
        if width == 0 { return (0, limit) }
        while remaining == 0 { try startRun() }
        guard !isPacked, remaining >= minimum else { return nil }
        let n = min(remaining, limit)
        remaining -= n
        return (repeated, n)
    }
}

/// Decodes the bit-packed levels of old files: no runs, the most significant bit first
/// (encoding BIT_PACKED, deprecated, in `Encodings.md`).
struct BitPackedLevels {
    private let bytes: ByteCursor
    private let width: Int
    private var position = 0

    /// Takes the bytes of `count` levels from `cursor`.
    init(_ cursor: inout ByteCursor, width: Int, count: Int) throws(SwiftwaterError) {
        bytes = try cursor.take((count * width + 7) / 8)
        self.width = width
    }

    /// The next `count` levels; no more than were announced.
    mutating func read(into out: UnsafeMutablePointer<UInt8>, count: Int) {
        for index in 0..<count {
            var level: UInt8 = 0
            for bit in ((position + index) * width)..<((position + index + 1) * width) {
                level = level << 1 | (bytes.next[bit >> 3] >> UInt8(7 - bit & 7)) & 1
            }
            out[index] = level
        }
        position += count
    }
}
