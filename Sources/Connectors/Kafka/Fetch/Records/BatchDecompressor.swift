import CLZ4
import CSnappy
import CZlib
import CZstd
import Columnar
import Formats

/// Decompresses batches' records into memory that is used again. For one thread.
package final class BatchDecompressor {
    /// Plain bytes of a batch, at most: what is more is no batch but an attack or an error.
    package static let limit = 1 << 30
    /// Memory above this is given back.
    private static let keptBytes = 16 << 20

    private var plain = ByteBuffer()
    private var zstd: OpaquePointer?
    private var lz4: OpaquePointer?
    private let inflate = InflateContext()

    package init() {}

    deinit {
        ZSTD_freeDCtx(zstd)
        LZ4F_freeDecompressionContext(lz4)
    }

    /// The plain bytes, there until the next call.
    package func plain(_ bytes: UnsafeRawBufferPointer, codec: Int) -> Result<UnsafeRawBufferPointer, WireFault> {
        if plain.capacity > Self.keptBytes { plain = ByteBuffer() }
        plain.removeAll()
        let fault: String?
        switch codec {
        case 0:
            plain.append(bytes)
            fault = nil
        case 1: fault = gzip(bytes)
        case 2: fault = snappy(bytes)
        case 3: fault = lz4(bytes)
        case 4: fault = zstd(bytes)
        default: fault = "nobody knows its codec \(codec)"
        }
        if let fault { return .failure(WireFault(fault)) }
        return .success(plain.bytes)
    }

    /// Room for what comes next: as much again as there is, within the limit; nil beyond it.
    private func room(_ compressed: Int) -> UnsafeMutableRawBufferPointer? {
        let wanted = min(max(plain.count, compressed * 4, 1 << 16), Self.limit - plain.count)
        guard wanted > 0 else { return nil }
        let target = plain.reserve(wanted)
        return UnsafeMutableRawBufferPointer(start: target, count: wanted)
    }

    private static let tooLong = "it is longer than \(limit >> 20) MiB"

    // MARK: Codecs: each returns what is wrong

    private func gzip(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let source = bytes.baseAddress, bytes.count <= Int(Int32.max) else { return "its gzip data is empty" }
        guard let stream = try? inflate.begin() else { return "no memory for gzip" }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        while true {
            guard let target = room(bytes.count) else { return Self.tooLong }
            stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(target.count)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            plain.advance(target.count - Int(stream.pointee.avail_out))
            if status == Z_STREAM_END {
                if stream.pointee.avail_in == 0 { return nil }
                inflateReset(stream)
            } else if status != Z_OK || stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0 {
                return "its gzip data is damaged"
            }
        }
    }

    private func snappy(_ bytes: UnsafeRawBufferPointer) -> String? {
        // Java's library frames its blocks: a mark, two version numbers, then each block with its size before it.
        let mark: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0]
        guard bytes.count > 16, bytes.prefix(8).elementsEqual(mark) else { return snappyBlock(bytes) }
        var reader = WireReader(UnsafeRawBufferPointer(rebasing: bytes[16...]))
        while reader.remaining > 0 {
            guard let range = reader.blob(isFlexible: false) else { return "its snappy data is damaged" }
            let block = UnsafeRawBufferPointer(rebasing: bytes[(range.lowerBound + 16)..<(range.upperBound + 16)])
            if let fault = snappyBlock(block) { return fault }
        }
        return nil
    }

    private func snappyBlock(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
            return "its snappy data is empty"
        }
        var size = 0
        guard snappy_uncompressed_length(source, bytes.count, &size) == SNAPPY_OK else {
            return "its snappy data is damaged"
        }
        // No byte of snappy becomes more than 64.
        guard size <= Self.limit - plain.count, size <= bytes.count * 64 + 64 else { return Self.tooLong }
        let target = plain.reserve(max(size, 1)).assumingMemoryBound(to: CChar.self)
        guard snappy_uncompress(source, bytes.count, target, &size) == SNAPPY_OK else {
            return "its snappy data is damaged"
        }
        plain.advance(size)
        return nil
    }

    private func lz4(_ bytes: UnsafeRawBufferPointer) -> String? {
        if lz4 == nil, LZ4F_isError(LZ4F_createDecompressionContext(&lz4, UInt32(LZ4F_VERSION))) != 0 {
            return "no memory for lz4"
        }
        guard let source = bytes.baseAddress else { return "its lz4 data is empty" }
        LZ4F_resetDecompressionContext(lz4)
        var taken = 0
        while true {
            guard let target = room(bytes.count) else { return Self.tooLong }
            var produced = target.count
            var consumed = bytes.count - taken
            let left = LZ4F_decompress(lz4, target.baseAddress, &produced, source + taken, &consumed, nil)
            if LZ4F_isError(left) != 0 { return "its lz4 data is damaged: \(String(cString: LZ4F_getErrorName(left)))" }
            taken += consumed
            plain.advance(produced)
            if left == 0 && taken == bytes.count { return nil }
            if consumed == 0 && produced == 0 { return "its lz4 data ends early" }
        }
    }

    private func zstd(_ bytes: UnsafeRawBufferPointer) -> String? {
        if zstd == nil { zstd = ZSTD_createDCtx() }
        guard let zstd, let source = bytes.baseAddress else { return "no memory for zstd" }
        ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only)
        let told = ZSTD_getFrameContentSize(source, bytes.count)
        // No byte of zstd becomes more than 2^15; the two highest numbers say that the size is not told.
        if told <= UInt64(min(Self.limit, bytes.count << 15)) {
            let size = Int(told)
            let target = plain.reserve(max(size, 1))
            let written = ZSTD_decompressDCtx(zstd, target, size, source, bytes.count)
            if ZSTD_isError(written) == 0 {
                plain.advance(written)
                return nil
            }
            // Several frames, or a damaged one: the way below tells.
            ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only)
        }
        var input = ZSTD_inBuffer(src: source, size: bytes.count, pos: 0)
        while true {
            guard let target = room(bytes.count) else { return Self.tooLong }
            var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
            let before = input.pos
            let left = ZSTD_decompressStream(zstd, &output, &input)
            if ZSTD_isError(left) != 0 {
                return "its zstd data is damaged: \(String(cString: ZSTD_getErrorName(left)))"
            }
            plain.advance(output.pos)
            if left == 0 && input.pos == input.size { return nil }
            if output.pos == 0 && input.pos == before { return "its zstd data ends early" }
        }
    }
}
