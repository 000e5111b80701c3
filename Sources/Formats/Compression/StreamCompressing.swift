import CZlib
import CZstd
package import Columnar

/// Where text writers put their bytes: a file that appears whole or not at all, compressed on the way if asked.
package final class TextOutput {
    private let file: OutputFile
    private let encoder: (any StreamEncoder)?
    private var completed = false
    /// Bytes written before compression.
    package private(set) var plainByteCount = 0

    /// - Parameter path: "-" is standard output.
    package init(_ path: String, compression: StreamCompression? = nil) throws(SwiftwaterError) {
        switch compression {
        case nil: encoder = nil
        case .gzip: encoder = try GzipEncoder()
        case .zstd: encoder = try ZstdEncoder()
        }
        file = try OutputFile(path)
    }

    /// Bytes in the file so far.
    package var byteCount: Int { file.byteCount }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(SwiftwaterError) {
        plainByteCount += bytes.count
        guard let encoder else { return try file.write(bytes) }
        try encoder.encode(bytes, end: false, to: file)
    }

    package func write(_ bytes: [UInt8]) throws(SwiftwaterError) {
        let result = bytes.withUnsafeBytes { raw in Result { () throws(SwiftwaterError) in try write(raw) } }
        try result.get()
    }

    /// Ends the compressed stream and brings everything to the disk, still under another name.
    package func complete() throws(SwiftwaterError) {
        if completed { return }
        completed = true
        if let encoder { try encoder.encode(UnsafeRawBufferPointer(start: nil, count: 0), end: true, to: file) }
        try file.complete()
    }

    /// Ends the compressed stream and makes the file appear under its name.
    package func commit() throws(SwiftwaterError) {
        try complete()
        try file.commit()
    }
}

/// The encoder of one format behind `TextOutput`.
private protocol StreamEncoder {
    func encode(_ bytes: UnsafeRawBufferPointer, end: Bool, to file: OutputFile) throws(SwiftwaterError)
}

/// gzip by zlib's `deflate`, one member, at level 6, the format's usual one.
private final class GzipEncoder: StreamEncoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableRawBufferPointer

    init() throws(SwiftwaterError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = deflateInit2_(
            stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            throw SwiftwaterError(.memory, "zlib cannot start (code \(code))")
        }
        buffer = .allocate(byteCount: 1 << 17, alignment: 64)
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    func encode(_ bytes: UnsafeRawBufferPointer, end: Bool, to file: OutputFile) throws(SwiftwaterError) {
        var done = 0
        repeat {
            let part = min(bytes.count - done, 1 << 30)
            if part > 0, let base = bytes.baseAddress {
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: (base + done).assumingMemoryBound(to: UInt8.self))
            }
            stream.pointee.avail_in = UInt32(part)
            done += part
            let flush = end && done == bytes.count ? Z_FINISH : Z_NO_FLUSH
            repeat {
                stream.pointee.next_out = buffer.assumingMemoryBound(to: UInt8.self).baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                let code = deflate(stream, flush)
                guard code >= 0 || code == Z_BUF_ERROR else {
                    throw SwiftwaterError(.io, "zlib cannot compress (code \(code))", hint: "report this with the data")
                }
                let produced = buffer.count - Int(stream.pointee.avail_out)
                try file.write(UnsafeRawBufferPointer(rebasing: buffer[0..<produced]))
            } while stream.pointee.avail_out == 0
        } while done < bytes.count
    }
}

/// zstd by its own library, one frame with a checksum, at level 3, the format's usual one.
private final class ZstdEncoder: StreamEncoder {
    private let stream: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer

    init() throws(SwiftwaterError) {
        guard let stream = ZSTD_createCCtx() else { throw SwiftwaterError(.memory, "zstd cannot start") }
        ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, 3)
        ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
        self.stream = stream
        buffer = .allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 64)
    }

    deinit {
        ZSTD_freeCCtx(stream)
        buffer.deallocate()
    }

    func encode(_ bytes: UnsafeRawBufferPointer, end: Bool, to file: OutputFile) throws(SwiftwaterError) {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let left = ZSTD_compressStream2(stream, &output, &input, end ? ZSTD_e_end : ZSTD_e_continue)
            guard ZSTD_isError(left) == 0 else {
                throw SwiftwaterError(.io, "zstd cannot compress (\(String(cString: ZSTD_getErrorName(left))))")
            }
            try file.write(UnsafeRawBufferPointer(rebasing: buffer[0..<output.pos]))
            if end ? left == 0 : input.pos == input.size { return }
        }
    }
}
