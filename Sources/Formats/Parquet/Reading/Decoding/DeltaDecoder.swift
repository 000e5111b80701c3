import Columnar

/// Decodes integers stored as bit-packed differences in miniblocks (encoding DELTA_BINARY_PACKED in `Encodings.md`).
struct DeltaDecoder {
    /// Values that the header announces.
    let total: Int
    private var cursor: ByteCursor
    private let miniblocksPerBlock: Int
    private let valuesPerMiniblock: Int
    /// Values not yet read.
    private var left: Int
    private var last: Int64
    private var firstIsPending = true
    private var minimumDelta: Int64 = 0
    private var widths: ByteCursor
    /// The miniblock being read: its bytes, its width and how many of its values were read.
    private var miniblock: ByteCursor
    private var width = 0
    private var position: Int

    init(_ start: ByteCursor) throws(SwiftwaterError) {
        var cursor = start
        let blockSize = try cursor.count(of: "the block size of delta-encoded values")
        miniblocksPerBlock = try cursor.count(of: "the number of miniblocks")
        total = try cursor.count(of: "the number of delta-encoded values")
        last = try cursor.zigzag()
        guard blockSize > 0, miniblocksPerBlock > 0, blockSize % miniblocksPerBlock == 0,
            (blockSize / miniblocksPerBlock) % 8 == 0
        else {
            throw .corruptParquet(
                "blocks of \(blockSize) delta-encoded values in \(miniblocksPerBlock) miniblocks make no sense")
        }
        valuesPerMiniblock = blockSize / miniblocksPerBlock
        left = total
        position = valuesPerMiniblock
        self.cursor = cursor
        widths = ByteCursor(cursor.next, count: 0)
        miniblock = widths
    }

    private mutating func startMiniblock() throws(SwiftwaterError) {
        if widths.count == 0 {
            minimumDelta = try cursor.zigzag()
            widths = try cursor.take(miniblocksPerBlock)
        }
        width = Int(try widths.byte())
        guard width <= 64 else { throw .corruptParquet("a miniblock has values of \(width) bits") }
        // Writers may leave out the padding of the last miniblock.
        miniblock = try cursor.take(min(valuesPerMiniblock * width / 8, cursor.count))
        position = 0
    }

    /// The next `count` values, modulo the width of `T`.
    @inline(__always)
    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        into out: UnsafeMutablePointer<T>, count: Int
    ) throws(SwiftwaterError) {
        guard count <= left else { throw .corruptParquet("\(total) delta-encoded values are fewer than needed") }
        guard count > 0 else { return }
        left -= count
        var done = 0
        if firstIsPending {
            firstIsPending = false
            out[0] = T(truncatingIfNeeded: last)
            done = 1
        }
        while done < count {
            if position == valuesPerMiniblock { try startMiniblock() }
            let n = min(valuesPerMiniblock - position, count - done)
            guard ((position + n) * width + 7) / 8 <= miniblock.count else {
                throw .corruptParquet("the bytes of a miniblock end early")
            }
            let target = out + done
            unpackBits(
                miniblock.next, readable: miniblock.count, width: width, first: position, count: n, into: target)
            var previous = T(truncatingIfNeeded: last)
            let step = T(truncatingIfNeeded: minimumDelta)
            for index in 0..<n {
                previous = previous &+ step &+ target[index]
                target[index] = previous
            }
            last = Int64(truncatingIfNeeded: previous)
            position += n
            done += n
        }
    }

    mutating func skip(_ count: Int) throws(SwiftwaterError) {
        let scratch = UnsafeMutablePointer<Int64>.allocate(capacity: 512)
        defer { scratch.deallocate() }
        var left = count
        while left > 0 {
            let n = min(left, 512)
            try read(into: scratch, count: n)
            left -= n
        }
    }

    /// What follows the encoded values; costs time by bytes, not by values.
    func following() throws(SwiftwaterError) -> ByteCursor {
        var cursor = cursor
        var left = total - 1
        while left > 0 {
            _ = try cursor.zigzag()
            let widths = try cursor.take(miniblocksPerBlock)
            for index in 0..<miniblocksPerBlock where left > 0 {
                let width = Int(widths.next[index])
                guard width <= 64 else { throw .corruptParquet("a miniblock has values of \(width) bits") }
                _ = try cursor.take(valuesPerMiniblock * width / 8)
                left -= valuesPerMiniblock
            }
        }
        return cursor
    }
}
