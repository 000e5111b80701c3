import Columnar
import Formats

/// The lines of a gzip or zstd file, front to back.
final class DecompressedLines {
    private let file: FileDescriptor
    private let reader: DecompressingReader
    /// Bytes behind the last line that was handed out.
    private var carry: [UInt8] = []
    private var isAtEnd = false
    /// Where the next line begins, in plain bytes.
    private(set) var position: Int64 = 0

    init(path: String, identity: FileIdentity, _ kind: StreamCompression) throws(SwiftwaterError) {
        file = try .openForReading(path)
        guard let status = FileStatus(file), FileIdentity(status) == identity else {
            throw SwiftwaterError(.data, "'\(path)' is another file than the one that was being read")
        }
        reader = try DecompressingReader(file, kind: kind)
    }

    /// Whether reading failed because the file is not whole yet.
    var isCutOff: Bool { reader.isCutOff }
    var compressedBytes: Int64 { Int64(reader.compressedByteCount) }

    /// Leaves out the bytes before `target`.
    func skip(to target: Int64) throws(SwiftwaterError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { memory.deallocate() }
        guard let base = memory.baseAddress else { return }
        while position < target {
            let count = try reader.read(into: base, byteCount: Int(min(Int64(memory.count), target - position)))
            guard count > 0 else {
                throw SwiftwaterError(
                    .data, "the file has \(position) plain bytes; \(target) were read from it before",
                    at: SwiftwaterError.Location(file: file.path), hint: "it was replaced; name new files differently")
            }
            position += Int64(count)
        }
    }

    /// The next whole lines of about `wanted` bytes, none behind `limit` bytes; nil at the end. `consumed` counts plain
    /// bytes of the file.
    func next(
        _ wanted: Int, limit: Int, _ maximumLineBytes: Int, _ maximumLines: Int, _ memory: inout BlockMemory
    ) throws(SwiftwaterError) -> (buffer: Buffer, byteCount: Int, consumed: Int, lines: Int)? {
        var capacity = max(wanted, carry.count)
        while true {
            let buffer = memory.take(capacity + 1)
            let base = buffer.mutable(UInt8.self)
            carry.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { buffer.base.copyMemory(from: start, byteCount: bytes.count) }
            }
            var count = carry.count
            while count < capacity, !isAtEnd {
                let read: Int
                do throws(SwiftwaterError) {
                    read = try reader.read(into: buffer.base + count, byteCount: capacity - count)
                } catch {
                    // What came before the error is right, and comes first.
                    if let last = LineFeeds.last(in: base, 0..<count) {
                        return take(buffer, min(last + 1, limit), filled: count, maximumLines)
                    }
                    throw error
                }
                if read == 0 { isAtEnd = true }
                count += read
            }
            if isAtEnd, count == 0 { return nil }
            let endsOpen = isAtEnd && base[count - 1] != 0x0A && count <= limit
            if !endsOpen, let last = LineFeeds.last(in: base, 0..<count) {
                return take(buffer, min(last + 1, limit), filled: count, maximumLines)
            }
            if isAtEnd {
                base[count] = 0x0A
                return take(buffer, count + 1, filled: count, maximumLines)
            }
            if count > maximumLineBytes { return try overlong(buffer, count, maximumLineBytes) }
            carry = Array(UnsafeBufferPointer(start: base, count: count))
            capacity *= 4
        }
    }

    private func take(
        _ buffer: Buffer, _ whole: Int, filled: Int, _ maximumLines: Int
    ) -> (buffer: Buffer, byteCount: Int, consumed: Int, lines: Int) {
        let base = buffer.mutable(UInt8.self)
        let (end, lines) = LineFeeds.end(in: base, 0..<whole, lines: maximumLines)
        let consumed = min(end, filled)
        carry = Array(UnsafeBufferPointer(start: base + consumed, count: filled - consumed))
        position += Int64(consumed)
        return (buffer, end, consumed, lines)
    }

    /// The begin of a line over the limit as a bad line; the rest is left out.
    private func overlong(
        _ buffer: Buffer, _ count: Int, _ maximumLineBytes: Int
    ) throws(SwiftwaterError) -> (buffer: Buffer, byteCount: Int, consumed: Int, lines: Int)? {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { memory.deallocate() }
        guard let base = memory.baseAddress else { return nil }
        var consumed = count
        carry = []
        while !isAtEnd {
            let read = try reader.read(into: base, byteCount: memory.count)
            if read == 0 { isAtEnd = true }
            let bytes = base.assumingMemoryBound(to: UInt8.self)
            if let feed = LineFeeds.first(in: bytes, 0..<read) {
                consumed += feed + 1
                carry = Array(UnsafeBufferPointer(start: bytes + feed + 1, count: read - feed - 1))
                break
            }
            consumed += read
        }
        buffer.mutable(UInt8.self)[maximumLineBytes] = 0x0A
        position += Int64(consumed)
        return (buffer, maximumLineBytes + 1, consumed, 1)
    }
}
