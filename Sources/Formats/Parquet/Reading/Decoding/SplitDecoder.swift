import Columnar

/// Decodes fixed-width values whose first bytes are stored together, then the second ones, and so on
/// (encoding BYTE_STREAM_SPLIT in `Encodings.md`).
struct SplitDecoder {
    private let bytes: ByteCursor
    private let width: Int
    private let total: Int
    private var position = 0

    init(_ cursor: ByteCursor, width: Int) throws(SwiftwaterError) {
        guard width > 0, cursor.count % width == 0 else {
            throw .corruptParquet("\(cursor.count) bytes do not split into values of \(width) bytes")
        }
        bytes = cursor
        self.width = width
        total = cursor.count / width
    }

    private func check(_ count: Int) throws(SwiftwaterError) {
        guard count <= total - position else { throw .corruptParquet("\(total) split values are fewer than needed") }
    }

    mutating func skip(_ count: Int) throws(SwiftwaterError) {
        try check(count)
        position += count
    }

    /// The next `count` values, whose width is that of `T`.
    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        into out: UnsafeMutablePointer<T>, count: Int
    ) throws(SwiftwaterError) {
        try check(count)
        let first = bytes.next + position
        out.update(repeating: 0, count: count)
        for place in 0..<MemoryLayout<T>.size {
            let stream = first + place * total
            let shift = T(truncatingIfNeeded: place * 8)
            for index in 0..<count { out[index] |= T(truncatingIfNeeded: stream[index]) << shift }
        }
        position += count
    }

    /// The next `count` values one after the other.
    mutating func read(bytes out: UnsafeMutablePointer<UInt8>, count: Int) throws(SwiftwaterError) {
        try check(count)
        let first = bytes.next + position
        for place in 0..<width {
            let stream = first + place * total
            for index in 0..<count { out[index * width + place] = stream[index] }
        }
        position += count
    }
}
