#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A block of memory that columns share: 64-byte aligned when allocated here, as Arrow asks.
///
/// Past `byteCount` there are at least 64 readable bytes of padding when the buffer was allocated here,
/// so that kernels may load whole words at its end. A builder writes to a buffer only while it is the sole owner.
public final class Buffer: @unchecked Sendable {
    /// Readable bytes after the end of every buffer allocated here.
    public static let padding = 64
    /// Bytes from which a buffer asks for huge pages.
    private static let largeByteCount = 1 << 22

    public let base: UnsafeMutableRawPointer
    /// Usable bytes, without the padding.
    public let byteCount: Int
    /// What keeps `base` alive when the memory is not this object's own: a parent buffer or a foreign array.
    private let owner: AnyObject?

    /// Allocates `byteCount` uninitialized bytes; the padding is zeroed.
    public init(byteCount: Int) {
        let rounded = (byteCount + 63) & ~63
        // Large buffers (hash tables, accumulators of many groups) are read at random: huge pages spare the misses
        // of the address translation and most page faults.
        let isLarge = rounded >= Self.largeByteCount
        base = .allocate(byteCount: rounded + Self.padding, alignment: isLarge ? 1 << 21 : 64)
        #if os(Linux)
            if isLarge { madvise(base, rounded, Int32(MADV_HUGEPAGE)) }
        #endif
        (base + byteCount).initializeMemory(as: UInt8.self, repeating: 0, count: rounded + Self.padding - byteCount)
        self.byteCount = byteCount
        owner = nil
        MemoryAccount.add(byteCount)
    }

    /// Views memory that `owner` keeps alive; nothing is copied and no padding is promised.
    public init(viewing base: UnsafeMutableRawPointer, byteCount: Int, owner: AnyObject) {
        self.base = base
        self.byteCount = byteCount
        self.owner = owner
    }

    deinit {
        if owner == nil {
            base.deallocate()
            MemoryAccount.add(-byteCount)
        }
    }

    /// Allocates and copies `bytes`.
    public convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(byteCount: bytes.count)
        if let source = bytes.baseAddress { base.copyMemory(from: source, byteCount: bytes.count) }
    }

    /// Allocates and copies the elements of `values`, which must be trivial (numbers).
    public convenience init<T: BitwiseCopyable>(_ values: [T]) {
        self.init(byteCount: values.count * MemoryLayout<T>.stride)
        values.withUnsafeBytes { if let source = $0.baseAddress { base.copyMemory(from: source, byteCount: $0.count) } }
    }

    /// Allocates `byteCount` bytes of zero.
    public static func zeroed(byteCount: Int) -> Buffer {
        let buffer = Buffer(byteCount: byteCount)
        buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        return buffer
    }

    /// A view of `range` (bytes) that keeps this buffer alive.
    public func slice(_ range: Range<Int>) -> Buffer {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "slice outside the buffer")
        return Buffer(viewing: base + range.lowerBound, byteCount: range.count, owner: self)
    }

    /// Whether `next` views the memory that follows the first `byteCount` bytes of this view.
    func isFollowed(by next: Buffer, after byteCount: Int) -> Bool {
        owner != nil && owner === next.owner && base + byteCount == next.base
    }

    /// The whole buffer as elements of `T`.
    @inlinable
    public func elements<T: BitwiseCopyable>(of type: T.Type) -> UnsafeBufferPointer<T> {
        UnsafeBufferPointer(
            start: UnsafePointer(base.assumingMemoryBound(to: T.self)), count: byteCount / MemoryLayout<T>.stride)
    }

    /// The start of the buffer for a builder to write elements of `T`.
    @inlinable
    public func mutable<T: BitwiseCopyable>(_ type: T.Type) -> UnsafeMutablePointer<T> {
        base.assumingMemoryBound(to: T.self)
    }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }
}
