import Columnar

/// Memory that all columns of a writer use in turn, so that a wide table does not need it for each.
final class PageScratch {
    /// The page in progress before compression: levels, then values.
    let body = ByteBuffer()
    let levels = ByteBuffer()
    let compressed = ByteBuffer()
    /// Values converted to the physical type.
    let converted = ByteBuffer()
    /// Values in the other encoding.
    let alternative = ByteBuffer()

    /// Whether `other` makes fewer bytes than `plain` when both are compressed.
    func isSmaller(
        _ other: UnsafeRawBufferPointer, than plain: UnsafeRawBufferPointer, _ compressor: BlockCompressor
    ) throws(SwiftwaterError) -> Bool {
        compressed.removeAll()
        try compressor.compress(plain, to: compressed)
        let plainCount = compressed.count
        compressed.removeAll()
        try compressor.compress(other, to: compressed)
        return compressed.count < plainCount
    }
}
