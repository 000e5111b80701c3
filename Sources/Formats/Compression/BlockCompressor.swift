import CLZ4
import CSnappy
import CZlib
import CZstd
package import Columnar

/// Compresses blocks with one codec; keeps the codec's context. For one thread.
package final class BlockCompressor {
    package let codec: CompressionCodec
    private let level: Int32
    private var zstd: OpaquePointer?
    private var deflate: UnsafeMutablePointer<z_stream>?
    private var lz4State: UnsafeMutableRawPointer?

    /// Throws a `usage` error for a level that the codec does not have.
    package init(_ codec: CompressionCodec, level: Int? = nil) throws(SwiftwaterError) {
        if let level {
            guard let levels = codec.levels else {
                throw SwiftwaterError(.usage, "\(codec.rawValue) has no compression levels")
            }
            guard levels.contains(level) else {
                throw SwiftwaterError(
                    .usage, "\(codec.rawValue) has no compression level \(level)",
                    hint: "use \(levels.lowerBound) to \(levels.upperBound)")
            }
        }
        self.codec = codec
        self.level = Int32(level ?? codec.defaultLevel)
    }

    deinit {
        ZSTD_freeCCtx(zstd)
        if let deflate {
            deflateEnd(deflate)
            deflate.deallocate()
        }
        lz4State?.deallocate()
    }

    /// Appends `source`, compressed, to `target`.
    package func compress(_ source: UnsafeRawBufferPointer, to target: ByteBuffer) throws(SwiftwaterError) {
        switch codec {
        case .none: target.append(source)
        case .snappy: try compressSnappy(source, to: target)
        case .gzip: try compressGzip(source, to: target)
        case .zstd: try compressZstd(source, to: target)
        case .lz4Raw: try compressLZ4(source, to: target)
        }
    }

    private func failure(_ reason: String) -> SwiftwaterError {
        SwiftwaterError(.data, "cannot compress with \(codec.rawValue): \(reason)")
    }

    private func compressSnappy(
        _ source: UnsafeRawBufferPointer, to target: ByteBuffer
    ) throws(SwiftwaterError) {
        var size = snappy_max_compressed_length(source.count)
        let room = target.reserve(size)
        let status = withBytes(source) { base in
            snappy_compress(
                base.assumingMemoryBound(to: CChar.self), source.count, room.assumingMemoryBound(to: CChar.self), &size)
        }
        guard status == SNAPPY_OK else { throw failure("status \(status.rawValue)") }
        target.advance(size)
    }

    private func compressZstd(_ source: UnsafeRawBufferPointer, to target: ByteBuffer) throws(SwiftwaterError) {
        if zstd == nil { zstd = ZSTD_createCCtx() }
        guard let zstd else { throw SwiftwaterError(.memory, "no memory for zstd") }
        let most = ZSTD_compressBound(source.count)
        let room = target.reserve(most)
        let size = ZSTD_compressCCtx(zstd, room, most, source.baseAddress, source.count, level)
        guard ZSTD_isError(size) == 0 else { throw failure(String(cString: ZSTD_getErrorName(size))) }
        target.advance(size)
    }

    private func compressLZ4(_ source: UnsafeRawBufferPointer, to target: ByteBuffer) throws(SwiftwaterError) {
        guard source.count <= 0x7E00_0000 else { throw failure("a block exceeds 2 GiB") }
        let state =
            lz4State ?? UnsafeMutableRawPointer.allocate(byteCount: Int(LZ4_sizeofState()), alignment: 16)
        lz4State = state
        let most = LZ4_compressBound(Int32(source.count))
        let room = target.reserve(Int(most))
        let size = withBytes(source) { base in
            LZ4_compress_fast_extState(
                state, base.assumingMemoryBound(to: CChar.self), room.assumingMemoryBound(to: CChar.self),
                Int32(source.count), most, 1)
        }
        guard size > 0 else { throw failure("status \(size)") }
        target.advance(Int(size))
    }

    private func compressGzip(_ source: UnsafeRawBufferPointer, to target: ByteBuffer) throws(SwiftwaterError) {
        guard source.count <= Int(UInt32.max) / 2 else { throw failure("a block exceeds 2 GiB") }
        let stream: UnsafeMutablePointer<z_stream>
        if let deflate {
            stream = deflate
            deflateReset(stream)
        } else {
            stream = .allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // 15 bits of window, 16 more for a gzip header.
            let status = deflateInit2_(
                stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            guard status == Z_OK else {
                stream.deallocate()
                throw SwiftwaterError(.memory, "no memory for gzip (status \(status))")
            }
            deflate = stream
        }
        let most = Int(deflateBound(stream, UInt(source.count)))
        let room = target.reserve(most)
        let status = withBytes(source) { base in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(source.count)
            stream.pointee.next_out = room.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(most)
            return CZlib.deflate(stream, Z_FINISH)
        }
        guard status == Z_STREAM_END else { throw failure("status \(status)") }
        target.advance(most - Int(stream.pointee.avail_out))
    }
}

/// Calls `body` with a pointer that is not nil even when there are no bytes.
func withBytes<R>(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawPointer) -> R) -> R {
    if let base = bytes.baseAddress { return body(base) }
    var nothing: UInt8 = 0
    return withUnsafePointer(to: &nothing) { body(UnsafeRawPointer($0)) }
}
