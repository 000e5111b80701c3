import Columnar
import Formats
import Testing

@Suite struct BlockCodecTests {
    /// Bytes that compress and bytes that do not.
    static func sample(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed | 1
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return index / 100 % 2 == 0 ? UInt8(index / 50 & 0xFF) : UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    static func compress(_ bytes: [UInt8], _ codec: CompressionCodec) throws -> ByteBuffer {
        let target = ByteBuffer()
        let compressor = try BlockCompressor(codec)
        // The second block must not depend on the first.
        for _ in 0..<2 {
            target.removeAll()
            let result = bytes.withUnsafeBytes { raw in
                Result { () throws(SwiftwaterError) in try compressor.compress(raw, to: target) }
            }
            try result.get()
        }
        return target
    }

    static func decompress(_ bytes: UnsafeRawBufferPointer, _ codec: CompressionCodec, count: Int) throws -> [UInt8] {
        var target = [UInt8](repeating: 0xEE, count: count)
        let decompressor = BlockDecompressor()
        for _ in 0..<2 {
            let result = target.withUnsafeMutableBytes { raw in
                Result { () throws(SwiftwaterError) in try decompressor.decompress(bytes, codec, into: raw) }
            }
            try result.get()
        }
        return target
    }

    @Test(arguments: CompressionCodec.allCases, [0, 1, 2, 63, 1000, 300_000])
    func `what is compressed comes back`(codec: CompressionCodec, count: Int) throws {
        let bytes = Self.sample(count, seed: 7)
        let compressed = try Self.compress(bytes, codec)
        try codec.checkDeclaredSize(count, compressed: compressed.count)
        #expect(try Self.decompress(compressed.bytes, codec, count: count) == bytes)
    }

    @Test(arguments: CompressionCodec.allCases)
    func `a block of another size is an error`(codec: CompressionCodec) throws {
        let compressed = try Self.compress(Self.sample(5000, seed: 3), codec)
        for count in [0, 1, 4999, 5001, 9000] {
            #expect(throws: SwiftwaterError.self) {
                try Self.decompress(compressed.bytes, codec, count: count)
            }
        }
    }

    @Test(arguments: CompressionCodec.allCases)
    func `a damaged block never crashes`(codec: CompressionCodec) throws {
        let bytes = Self.sample(2000, seed: 5)
        let block = try Self.compress(bytes, codec)
        // The bytes are the buffer's own memory, which must live while they are copied.
        let compressed = withExtendedLifetime(block) { Array(block.bytes) }
        for position in stride(from: 0, to: compressed.count, by: 7) {
            var damaged = compressed
            damaged[position] ^= 0x5A
            _ = damaged.withUnsafeBytes { raw in try? Self.decompress(raw, codec, count: 2000) }
            let cut = Array(compressed[..<position])
            _ = cut.withUnsafeBytes { raw in
                #expect(throws: SwiftwaterError.self) { try Self.decompress(raw, codec, count: 2000) }
            }
        }
    }

    @Test(arguments: CompressionCodec.allCases)
    func `a size that no codec can reach is an error`(codec: CompressionCodec) throws {
        #expect(throws: SwiftwaterError.self) { try codec.checkDeclaredSize(1 << 40, compressed: 100) }
        #expect(throws: SwiftwaterError.self) { try codec.checkDeclaredSize(-1, compressed: 100) }
        // The most extreme honest case: a run of one byte.
        let run = [UInt8](repeating: 9, count: 10_000_000)
        let compressed = try Self.compress(run, codec)
        try codec.checkDeclaredSize(run.count, compressed: compressed.count)
    }

    @Test func `levels outside the codec's are usage errors`() throws {
        #expect(throws: SwiftwaterError.self) { try BlockCompressor(.zstd, level: 23) }
        #expect(throws: SwiftwaterError.self) { try BlockCompressor(.snappy, level: 1) }
        #expect(throws: SwiftwaterError.self) { try CompressionCodec(name: "zstdd") }
        #expect(try CompressionCodec(name: "LZ4_RAW") == .lz4Raw)
    }
}
