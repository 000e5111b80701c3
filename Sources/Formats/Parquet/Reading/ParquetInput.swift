package import Columnar

/// The bytes of a Parquet file: an open file, or memory.
package final class ParquetInput: Sendable {
    /// What messages call it.
    package let name: String
    package let byteCount: Int
    private let storage: Storage

    private enum Storage {
        case file(FileDescriptor)
        case memory(Buffer)
    }

    package init(path: String) throws(SwiftwaterError) {
        let file = try FileDescriptor.openForReading(path)
        guard let size = file.regularFileSize else {
            throw SwiftwaterError(
                .unsupported, "'\(path)' cannot be read as Parquet because it is not a regular file",
                hint: "a Parquet file is read from its end; write the stream to a file first")
        }
        name = path
        byteCount = size
        storage = .file(file)
    }

    package init(_ buffer: Buffer, name: String) {
        self.name = name
        byteCount = buffer.byteCount
        storage = .memory(buffer)
    }

    package var isMemory: Bool {
        if case .memory = storage { true } else { false }
    }

    fileprivate func bytes(_ range: Range<Int>, window: inout Window) throws(SwiftwaterError) -> UnsafePointer<UInt8> {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw .corruptParquet("bytes \(range) lie outside the file of \(byteCount) bytes")
        }
        switch storage {
        case .memory(let buffer): return UnsafePointer(buffer.mutable(UInt8.self)) + range.lowerBound
        case .file(let file): return try window.bytes(range, of: file, byteCount: byteCount)
        }
    }
}

/// Reads ranges of an input through a window of memory of its own, for one thread.
struct ParquetInputReader {
    let input: ParquetInput
    private var window: Window

    /// - Parameter readAhead: bytes that a read fetches at least, for those that follow.
    init(_ input: ParquetInput, readAhead: Int) {
        self.input = input
        window = Window(readAhead: readAhead)
    }

    /// The bytes at `range`, valid until the next call. Throws a `data` error when they are not all there.
    mutating func bytes(_ range: Range<Int>) throws(SwiftwaterError) -> UnsafePointer<UInt8> {
        try input.bytes(range, window: &window)
    }
}

/// A part of a file in memory.
private struct Window {
    let readAhead: Int
    private var buffer: Buffer?
    private var start = 0
    private var count = 0

    init(readAhead: Int) { self.readAhead = readAhead }

    mutating func bytes(
        _ range: Range<Int>, of file: FileDescriptor, byteCount: Int
    ) throws(SwiftwaterError) -> UnsafePointer<UInt8> {
        if let buffer, range.lowerBound >= start, range.upperBound <= start + count {
            return UnsafePointer(buffer.mutable(UInt8.self)) + (range.lowerBound - start)
        }
        let wanted = min(max(range.count, readAhead), byteCount - range.lowerBound)
        let target: Buffer
        if let buffer, buffer.byteCount >= wanted {
            target = buffer
        } else {
            target = Buffer(byteCount: wanted)
            buffer = target
        }
        start = range.lowerBound
        count = 0
        count = try file.read(into: target.base, byteCount: wanted, at: start)
        guard count >= range.count else {
            throw SwiftwaterError(.io, "'\(file.path)' became shorter while it was read")
        }
        return UnsafePointer(target.mutable(UInt8.self))
    }
}
