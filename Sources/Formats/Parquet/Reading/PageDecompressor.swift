import Columnar

/// Decompresses pages: the codecs of blocks, and the framing that Hadoop puts around LZ4. For one thread.
final class PageDecompressor {
    private let blocks = BlockDecompressor()

    /// Throws when the codec is not there.
    func check(_ codec: Parquet.Codec) throws(SwiftwaterError) { _ = try compression(codec) }

    private func compression(_ codec: Parquet.Codec) throws(SwiftwaterError) -> CompressionCodec {
        if let compression = codec.compression { return compression }
        if codec == .lz4 { return .lz4Raw }
        throw SwiftwaterError(
            .unsupported, "reading Parquet pages compressed with \(codec.name) is not there yet",
            hint: "write the file with zstd, snappy, gzip or lz4_raw")
    }

    /// Throws when `compressed` bytes can never become `declared` bytes.
    func checkDeclaredSize(_ declared: Int, compressed: Int, _ codec: Parquet.Codec) throws(SwiftwaterError) {
        try compression(codec).checkDeclaredSize(declared, compressed: compressed)
    }

    /// Fills `target` with what `source` holds.
    func decompress(
        _ source: UnsafeRawBufferPointer, _ codec: Parquet.Codec, into target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) {
        if codec == .lz4, try decompressHadoop(source, into: target) { return }
        try blocks.decompress(source, compression(codec), into: target)
    }

    /// Codec LZ4 is deprecated because two framings share its number: Hadoop's frames, each with the big-endian sizes
    /// of its data and of its block, and a bare block. Returns false when the bytes do not add up to the first.
    private func decompressHadoop(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(SwiftwaterError) -> Bool {
        func size(at place: Int) -> Int {
            Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
        }
        var read = 0
        var written = 0
        while read < source.count {
            guard source.count - read >= 8 else { return false }
            let raw = size(at: read)
            let compressed = size(at: read + 4)
            guard raw <= target.count - written, compressed <= source.count - read - 8 else { return false }
            do throws(SwiftwaterError) {
                try blocks.decompress(
                    UnsafeRawBufferPointer(rebasing: source[(read + 8)..<(read + 8 + compressed)]), .lz4Raw,
                    into: UnsafeMutableRawBufferPointer(rebasing: target[written..<(written + raw)]))
            } catch {
                return false
            }
            read += 8 + compressed
            written += raw
        }
        return written == target.count
    }
}
