import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The pieces of a group of records, written by as few system calls as they allow.
///
/// Small bodies are copied behind their headers into one run of bytes; large ones are written from where they are.
struct SpoolVectors {
    private static let copiedByteCount = 16 << 10
    private static let vectorsInCall = 512

    private let small: Block
    private var entries: [Buffer] = []
    private var vectors: [iovec] = []
    /// Where the run of small bytes begins that has no vector yet.
    private var runStart = 0

    /// A growing block of bytes whose memory does not move once a vector names it.
    private final class Block {
        var blocks: [UnsafeMutableRawPointer] = []
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var count = 0

        init(capacity: Int) {
            base = .allocate(byteCount: capacity, alignment: 8)
            self.capacity = capacity
            blocks.append(base)
        }

        deinit { for block in blocks { block.deallocate() } }
    }

    init(count: Int) {
        small = Block(capacity: max(4096, min(count * 512, 1 << 20)))
    }

    mutating func add(_ entry: Spool.Entry) {
        let isCopied = entry.byteCount <= Self.copiedByteCount
        let needed = SpoolRecord.headerByteCount + entry.key.count + (isCopied ? entry.byteCount : 0)
        if small.count + needed > small.capacity {
            endRun()
            small.capacity = max(1 << 20, needed)
            small.base = .allocate(byteCount: small.capacity, alignment: 8)
            small.blocks.append(small.base)
            small.count = 0
            runStart = 0
        }
        let body = UnsafeRawBufferPointer(start: entry.body.base, count: entry.byteCount)
        let target = small.base + small.count
        entry.key.withUnsafeBytes { key in
            SpoolRecord.writeHeader(to: target, arrival: entry.arrival, key: key, body: body)
            if let start = key.baseAddress {
                (target + SpoolRecord.headerByteCount).copyMemory(from: start, byteCount: key.count)
            }
        }
        if isCopied {
            (target + SpoolRecord.headerByteCount + entry.key.count).copyMemory(
                from: entry.body.base, byteCount: entry.byteCount)
            small.count += needed
        } else {
            small.count += needed
            endRun()
            entries.append(entry.body)
            vectors.append(iovec(iov_base: entry.body.base, iov_len: entry.byteCount))
        }
    }

    private mutating func endRun() {
        if small.count > runStart {
            vectors.append(iovec(iov_base: small.base + runStart, iov_len: small.count - runStart))
        }
        runStart = small.count
    }

    /// Writes everything at `offset`.
    mutating func write(to file: FileDescriptor, at offset: Int) throws(SwiftwaterError) {
        endRun()
        var offset = offset
        var first = 0
        while first < vectors.count {
            let count = min(Self.vectorsInCall, vectors.count - first)
            let n = vectors.withUnsafeBufferPointer { all in
                all.baseAddress.map { pwritev(file.descriptor, $0 + first, Int32(count), off_t(offset)) } ?? 0
            }
            if n < 0 {
                if errno == EINTR { continue }
                throw .system("cannot write '\(file.path)'")
            }
            offset += n
            var written = n
            while written > 0, first < vectors.count {
                if written >= vectors[first].iov_len {
                    written -= vectors[first].iov_len
                    first += 1
                } else {
                    vectors[first].iov_base += written
                    vectors[first].iov_len -= written
                    written = 0
                }
            }
        }
    }
}
