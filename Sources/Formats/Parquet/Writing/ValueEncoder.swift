import Columnar

/// Encodes the values of one leaf: those of the page in progress, and the dictionary of the chunk.
///
/// It is called for slices of some thousand values, never for one.
protocol ValueEncoder: AnyObject {
    /// Bytes that `range` of `column` adds to a page at most.
    func byteCount(of column: Column, _ range: Range<Int>) -> Int
    /// Takes values that are not missing into the page in progress.
    func append(_ column: Column, _ range: Range<Int>) throws(SwiftwaterError)
    /// Bytes of the page in progress, about.
    var pageByteCount: Int { get }
    /// Whether the page must end now because the next one is encoded otherwise.
    var needsNewPage: Bool { get }
    /// Appends the page's values and begins the next page.
    func finishPage(to target: ByteBuffer, _ compressor: BlockCompressor) throws(SwiftwaterError) -> Parquet.Encoding
    /// Appends the values of the chunk's dictionary and returns their number; nil when no page uses one.
    func finishDictionary(to target: ByteBuffer) -> Int?
    /// The chunk's smallest and largest value. Ends the chunk: the next values belong to another.
    func finishChunk() -> ValueBounds
}

/// The smallest and the largest value in the plain encoding; nil when there is none or it cannot be said.
struct ValueBounds {
    var minimum: [UInt8]?
    var maximum: [UInt8]?
    var isMinimumExact = true
    var isMaximumExact = true
}

/// When a chunk stops using a dictionary.
struct DictionaryPolicy {
    let limit: Int
    /// Values after which the dictionary must have paid off.
    static let trialValues = 1024

    /// Whether a dictionary that no page uses yet is not worth it: most values are new.
    func isUseless(distinct: Int, of values: Int) -> Bool { limit == 0 || distinct * 2 > values }
}
