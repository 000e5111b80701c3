import Columnar
import Formats

/// How an accepted body lies in a segment: a header of 32 bytes, the Idempotency-Key, the body's lines.
///
///     0   magic `SWR1`             8   arrival, ms since 1970
///     4   bytes of the key (16     16  bytes of the body
///         bits), 16 bits of zero   24  XXH64 of bytes 0 to 24, seeding the one of key and body
///
/// Numbers are little-endian. A header or a checksum that is wrong at the end of the log is where a crash cut it.
struct SpoolRecord {
    static let headerByteCount = 32
    static let maximumKeyBytes = 1024
    private static let magic: UInt32 = 0x3152_5753

    /// The virtual position of the header.
    var position: Int64
    var arrival: Int64
    var keyByteCount: Int
    var bodyByteCount: Int
    private var checksum: UInt64

    var byteCount: Int { Self.headerByteCount + keyByteCount + bodyByteCount }
    var end: Int64 { position + Int64(byteCount) }

    /// Writes the header to `target`, 32 bytes.
    static func writeHeader(
        to target: UnsafeMutableRawPointer, arrival: Int64, key: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) {
        target.storeBytes(of: magic.littleEndian, as: UInt32.self)
        target.storeBytes(of: UInt32(key.count).littleEndian, toByteOffset: 4, as: UInt32.self)
        target.storeBytes(of: arrival.littleEndian, toByteOffset: 8, as: Int64.self)
        target.storeBytes(of: UInt64(body.count).littleEndian, toByteOffset: 16, as: UInt64.self)
        let head = XXHash64.hash(UnsafeRawBufferPointer(start: target, count: 24))
        let sum = XXHash64.hash(body, seed: XXHash64.hash(key, seed: head))
        target.storeBytes(of: sum.littleEndian, toByteOffset: 24, as: UInt64.self)
    }

    /// Reads a header, of which `available` bytes are there; nil for what is none.
    init?(header: UnsafeRawPointer, available: Int, position: Int64) {
        guard available >= Self.headerByteCount,
            UInt32(littleEndian: header.loadUnaligned(as: UInt32.self)) == Self.magic
        else { return nil }
        let key = UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        let body = UInt64(littleEndian: header.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        guard key <= Self.maximumKeyBytes, body < 1 << 31 else { return nil }
        self.position = position
        arrival = Int64(littleEndian: header.loadUnaligned(fromByteOffset: 8, as: Int64.self))
        keyByteCount = Int(key)
        bodyByteCount = Int(body)
        checksum = UInt64(littleEndian: header.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Whether key and body, which follow the header at `header`, are what was written.
    func isWhole(_ header: UnsafeRawPointer) -> Bool {
        let head = XXHash64.hash(UnsafeRawBufferPointer(start: header, count: 24))
        let key = UnsafeRawBufferPointer(start: header + Self.headerByteCount, count: keyByteCount)
        let body = UnsafeRawBufferPointer(
            start: header + Self.headerByteCount + keyByteCount, count: bodyByteCount)
        return XXHash64.hash(body, seed: XXHash64.hash(key, seed: head)) == checksum
    }

    func key(_ header: UnsafeRawPointer) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: header + Self.headerByteCount, count: keyByteCount))
    }
}
