import CKafka
import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An epoch's messages in a local file, between its commit and its publication.
///
/// Records follow each other: key length (32 bits, -1 for no key), payload length (32 bits), key, payload.
enum StagedEpoch {
    static let ending = ".records"
    private static let flushBytes = 1 << 20

    static func name(_ epoch: Int64) -> String { "\(epoch)\(ending)" }

    /// Writes rows as JSON objects, durable when it returns. Returns the number of rows.
    static func write(
        _ batches: [Batch], key: String?, epoch: Int64, folder: String
    ) throws(SwiftwaterError) -> Int {
        let path = "\(folder)/\(name(epoch))"
        let partial = path + ".part"
        let file = try FileDescriptor.create(partial)
        var records = BufferBuilder<UInt8>(capacity: flushBytes + (1 << 16))
        var rows = 0
        for batch in batches where batch.count > 0 {
            try append(batch, key: key, to: &records, file)
            rows += batch.count
        }
        try flush(&records, file)
        try file.synchronize()
        guard rename(partial, path) == 0 else { throw .system("cannot rename '\(partial)'") }
        try synchronize(folder: folder)
        return rows
    }

    private static func append(
        _ batch: Batch, key: String?, to records: inout BufferBuilder<UInt8>, _ file: FileDescriptor
    ) throws(SwiftwaterError) {
        let text = TextBuffer()
        var encoder = JSONLinesEncoder(schema: batch.schema)
        encoder.encode(batch, into: text)
        let keys = try key.map { name throws(SwiftwaterError) in try MessageKeys(batch, column: name) }
        var at = 0
        for row in 0..<batch.count {
            guard let end = memchr(text.base + at, 0x0A, text.count - at) else { break }
            let length = UnsafeRawPointer(end) - UnsafeRawPointer(text.base + at)
            let key = keys?.bytes(row)
            append(Int32(key?.count ?? -1), to: &records)
            append(Int32(length), to: &records)
            if let key { records.append(contentsOf: key) }
            records.append(contentsOf: UnsafeBufferPointer(start: text.base + at, count: length))
            at += length + 1
            if records.count >= flushBytes { try flush(&records, file) }
        }
    }

    private static func append(_ number: Int32, to records: inout BufferBuilder<UInt8>) {
        withUnsafeBytes(of: number) { records.append(contentsOf: $0.assumingMemoryBound(to: UInt8.self)) }
    }

    private static func flush(_ records: inout BufferBuilder<UInt8>, _ file: FileDescriptor) throws(SwiftwaterError) {
        try file.write(UnsafeRawBufferPointer(start: records.pointer, count: records.count))
        records.count = 0
    }

    /// A staged epoch's records.
    static func read(_ path: String) throws(SwiftwaterError) -> Buffer {
        let file = try FileDescriptor.openForReading(path)
        let size = file.regularFileSize ?? 0
        let buffer = Buffer(byteCount: size)
        guard try file.read(into: buffer.base, byteCount: size, at: 0) == size else {
            throw SwiftwaterError(.io, "'\(path)' became shorter while it was read")
        }
        return buffer
    }

    static func synchronize(folder: String) throws(SwiftwaterError) {
        try FileDescriptor(descriptor: openFolder(folder), path: folder, closes: true).synchronize()
    }

    private static func openFolder(_ folder: String) throws(SwiftwaterError) -> Int32 {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open '\(folder)'") }
        return descriptor
    }

    /// The staged files of a folder, finished or not.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(ending) || name.hasSuffix(ending + ".part") { names.append(name) }
        }
        return names.sorted()
    }
}

/// The texts of a batch's key column: strings as they are, other values as JSON writes them, without quotes.
struct MessageKeys {
    private let column: Column
    /// Values that are no strings, each ended by a line feed within `{"k":…}`.
    private let lines: [Range<Int>]
    private let text: TextBuffer

    init(_ batch: Batch, column name: String) throws(SwiftwaterError) {
        column = batch.columns[try batch.schema.requireIndex(of: name)]
        text = TextBuffer()
        let type = column.type.logical
        guard type != .string && type != .binary else {
            lines = []
            return
        }
        let schema = Schema([Field("k", type)])
        var encoder = JSONLinesEncoder(schema: schema)
        encoder.encode(Batch(schema: schema, columns: [column]), into: text)
        var lines: [Range<Int>] = []
        var at = 0
        while at < text.count, let end = memchr(text.base + at, 0x0A, text.count - at) {
            let next = UnsafeRawPointer(end) - UnsafeRawPointer(text.base)
            var range = (at + 5)..<max(at + 5, next - 1)
            if text.base[range.lowerBound] == UInt8(ascii: "\""), range.count >= 2 {
                range = (range.lowerBound + 1)..<(range.upperBound - 1)
            }
            lines.append(range)
            at = next + 1
        }
        self.lines = lines
    }

    /// The key of a row; nil where the value is missing. Valid as long as the batch and this value are.
    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8>? {
        if column.isNull(row) { return nil }
        if !lines.isEmpty {
            return UnsafeBufferPointer(start: text.base + lines[row].lowerBound, count: lines[row].count)
        }
        var values = column
        var index = row
        if let dictionary = column.dictionary {
            values = dictionary.values.column
            index = Int(dictionary.codes[row])
        }
        let (offsets, bytes) = values.variable
        return UnsafeBufferPointer(
            start: bytes + Int(offsets[index]), count: Int(offsets[index + 1] - offsets[index]))
    }
}
