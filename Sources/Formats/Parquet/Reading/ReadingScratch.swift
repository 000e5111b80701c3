import Columnar

/// Memory that a thread's column readers share while they decode one block of values.
final class ReadingScratch {
    /// Entries (values or missing values) that are decoded at a time: few enough to stay in the cache.
    static let blockSize = 8192

    /// Dictionary codes or lengths.
    let codes: UnsafeMutablePointer<Int32>
    /// A second set of lengths.
    let lengths: UnsafeMutablePointer<Int32>
    /// Definition levels of entries that have a place in the column.
    let levels: UnsafeMutablePointer<UInt8>
    /// One 0 or 1 for each entry.
    let flags: UnsafeMutablePointer<UInt8>
    /// Values of another width than the column's, up to 12 bytes each.
    let wide: UnsafeMutableRawPointer

    init() {
        codes = .allocate(capacity: Self.blockSize)
        lengths = .allocate(capacity: Self.blockSize)
        levels = .allocate(capacity: Self.blockSize)
        flags = .allocate(capacity: Self.blockSize)
        wide = .allocate(byteCount: Self.blockSize * 12, alignment: 16)
    }

    deinit {
        codes.deallocate()
        lengths.deallocate()
        levels.deallocate()
        flags.deallocate()
        wide.deallocate()
    }
}
