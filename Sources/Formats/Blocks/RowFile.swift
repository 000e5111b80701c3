import Columnar

/// A file as the dispenser of blocks sees it.
struct RowFile: Sendable {
    let input: InputFile
    /// Where its rows begin.
    var origin = 0
    /// The stream, already open, of a file that cannot be opened again.
    var opened: (any ByteStream & Sendable)?
    /// Its rows are the elements of one JSON array.
    var isArray = false

    /// Blocks can begin anywhere in it.
    var isDivisible: Bool { opened == nil && !isArray && input.compression == nil }

    /// The file's plain bytes from its first row on.
    func rows() throws(SwiftwaterError) -> any ByteStream {
        if let opened { return opened }
        let stream = try input.stream()
        if isArray { return JSONArrayStream(stream, name: input.name) }
        if origin == 0 { return stream }
        var left = origin
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
        defer { buffer.deallocate() }
        while left > 0, let base = buffer.baseAddress {
            let n = try stream.read(into: base, byteCount: min(left, buffer.count))
            if n == 0 { break }
            left -= n
        }
        return stream
    }
}

/// A stream of which some bytes have been read already.
final class ResumedStream: ByteStream, @unchecked Sendable {
    private let stream: any ByteStream
    private var before: ArraySlice<UInt8>

    init(_ stream: any ByteStream, after before: ArraySlice<UInt8>) {
        self.stream = stream
        self.before = before
    }

    var consumedBytes: Int { stream.consumedBytes }

    func read(into base: UnsafeMutableRawPointer, byteCount: Int) throws(SwiftwaterError) -> Int {
        if before.isEmpty { return try stream.read(into: base, byteCount: byteCount) }
        let count = min(before.count, byteCount)
        before.prefix(count).withUnsafeBytes { bytes in
            if let from = bytes.baseAddress { base.copyMemory(from: from, byteCount: count) }
        }
        before.removeFirst(count)
        return count
    }
}
