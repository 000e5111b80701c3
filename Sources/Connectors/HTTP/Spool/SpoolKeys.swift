import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The Idempotency-Keys of the latest bodies: the oldest are forgotten.
///
/// A body's key is part of its record. When a segment is removed its keys move to a small file of their own, so that
/// they outlive a restart as long as they are remembered.
struct SpoolKeys {
    private let limit: Int
    private var known: Set<[UInt8]> = []
    /// In order of arrival, from `first` on.
    private var order: [[UInt8]] = []
    private var first = 0
    /// Key files by their segments' starts, with how many keys each holds; oldest first.
    private var files: [(path: String, count: Int)] = []

    init(limit: Int) { self.limit = limit }

    func contains(_ key: [UInt8]) -> Bool { known.contains(key) }

    mutating func insert(_ key: [UInt8]) {
        guard limit > 0, known.insert(key).inserted else { return }
        order.append(key)
        while order.count - first > limit {
            known.remove(order[first])
            first += 1
        }
        if first > 4096, first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
    }

    /// Keeps the keys of a segment that goes away, and drops files whose keys are all forgotten.
    mutating func keep(_ keys: [[UInt8]], path: String) throws(SwiftwaterError) {
        guard limit > 0 else { return }
        if !keys.isEmpty {
            let output = try OutputFile(path)
            for key in keys {
                try output.write([UInt8(truncatingIfNeeded: key.count), UInt8(truncatingIfNeeded: key.count >> 8)])
                try output.write(key)
            }
            try output.commit()
            files.append((path, keys.count))
        }
        // All files but the newest ones that together have `limit` keys.
        var newer = 0
        var keptFrom = files.count
        while keptFrom > 0, newer < limit {
            keptFrom -= 1
            newer += files[keptFrom].count
        }
        for file in files[..<keptFrom] { unlink(file.path) }
        files.removeFirst(keptFrom)
    }

    /// Reads a key file that an earlier process wrote. A file that is cut gives the keys that are whole.
    mutating func load(_ path: String) throws(SwiftwaterError) {
        let file = try FileDescriptor.openForReading(path)
        let size = file.regularFileSize ?? 0
        let buffer = Buffer(byteCount: size)
        let count = try file.read(into: buffer.base, byteCount: size, at: 0)
        let bytes = buffer.bytes.prefix(count)
        var offset = 0
        var keys = 0
        while offset + 2 <= bytes.count {
            let length = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
            guard offset + 2 + length <= bytes.count else { break }
            insert(Array(bytes[(offset + 2)..<(offset + 2 + length)]))
            offset += 2 + length
            keys += 1
        }
        files.append((path, keys))
    }
}
