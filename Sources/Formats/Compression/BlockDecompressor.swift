import CLZ4
import CSnappy
import CZlib
import CZstd
package import Columnar

/// Decompresses blocks whose size is known beforehand; keeps the codecs' contexts. For one thread.
///
/// The blocks may be hostile: nothing is written past the target, and a block that does not fill it exactly is an
/// error. Call `CompressionCodec.checkDeclaredSize` before allocating a target whose size comes from a file.
package final class BlockDecompressor {
    private var zstd: OpaquePointer?
    private let inflate = InflateContext()

    package init() {}

    deinit { ZSTD_freeDCtx(zstd) }

    /// Fills `target` with what `source` holds. Throws a `data` error when it is damaged or of another size.
    package func decompress(
        _ source: UnsafeRawBufferPointer, _ codec: CompressionCodec, into target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) {
        let size: Int
        switch codec {
        case .none:
            size = source.count
            if size == target.count { target.copyMemory(from: source) }
        case .snappy: size = try decompressSnappy(source, target)
        case .gzip: size = try decompressGzip(source, target)
        case .zstd: size = try decompressZstd(source, target)
        case .lz4Raw: size = try decompressLZ4(source, target)
        }
        guard size == target.count else {
            throw failure(codec, "it has \(size) bytes where \(target.count) should be")
        }
    }

    private func failure(_ codec: CompressionCodec, _ reason: String) -> SwiftwaterError {
        SwiftwaterError(.data, "a block of \(codec.rawValue) is damaged: \(reason)")
    }

    private func decompressSnappy(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) -> Int {
        var size = 0
        let status = withBytes(source) { base in
            let bytes = base.assumingMemoryBound(to: CChar.self)
            let known = snappy_uncompressed_length(bytes, source.count, &size)
            guard known == SNAPPY_OK, size == target.count else { return known }
            var filler: CChar = 0
            return withUnsafeMutablePointer(to: &filler) { nothing in
                snappy_uncompress(
                    bytes, source.count, target.baseAddress?.assumingMemoryBound(to: CChar.self) ?? nothing, &size)
            }
        }
        guard status == SNAPPY_OK else { throw failure(.snappy, "invalid input") }
        return size
    }

    private func decompressZstd(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) -> Int {
        if zstd == nil { zstd = ZSTD_createDCtx() }
        guard let zstd else { throw SwiftwaterError(.memory, "no memory for zstd") }
        let size = ZSTD_decompressDCtx(zstd, target.baseAddress, target.count, source.baseAddress, source.count)
        guard ZSTD_isError(size) == 0 else { throw failure(.zstd, String(cString: ZSTD_getErrorName(size))) }
        return size
    }

    private func decompressLZ4(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) -> Int {
        guard source.count <= Int(Int32.max), target.count <= Int(Int32.max) else {
            throw failure(.lz4Raw, "it exceeds 2 GiB")
        }
        let size = withBytes(source) { base in
            LZ4_decompress_safe(
                base.assumingMemoryBound(to: CChar.self), target.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(source.count), Int32(target.count))
        }
        guard size >= 0 else { throw failure(.lz4Raw, "invalid input at byte \(-Int(size) - 1)") }
        return Int(size)
    }

    private func decompressGzip(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) -> Int {
        guard source.count <= Int(Int32.max), target.count <= Int(Int32.max) else {
            throw failure(.gzip, "it exceeds 2 GiB")
        }
        let stream = try inflate.begin()
        var filler: UInt8 = 0
        let status = withUnsafeMutablePointer(to: &filler) { nothing in
            withBytes(source) { base in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nothing
                stream.pointee.avail_out = UInt32(target.count)
                while true {
                    let status = CZlib.inflate(stream, Z_FINISH)
                    // A gzip file may have several members, one after the other.
                    guard status == Z_STREAM_END, stream.pointee.avail_in > 0 else { return status }
                    inflateReset(stream)
                }
            }
        }
        guard status == Z_STREAM_END else {
            throw failure(.gzip, status == Z_BUF_ERROR ? "it has another size" : "status \(status)")
        }
        return target.count - Int(stream.pointee.avail_out)
    }
}
