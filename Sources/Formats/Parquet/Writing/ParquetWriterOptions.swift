import Columnar

/// How a Parquet file is written. The defaults suit analysis: every current reader reads what they make.
package struct ParquetWriterOptions: Sendable {
    /// The codec of the pages.
    package var codec = CompressionCodec.zstd
    /// The codec's level; nil for its default.
    package var level: Int?
    /// Rows in a row group. Readers' threads take one at a time: 262,144 keep their memory low (20 MB for ten
    /// columns of numbers) and still make dictionaries and metadata cost nothing.
    package var rowGroupRows = 262_144
    /// A row group ends before `rowGroupRows` when its encoded pages take this many bytes in memory.
    package var rowGroupBytes = 128 << 20
    /// Bytes of values after which a page ends.
    package var pageBytes = 1 << 20
    /// Values after which a page ends.
    package var pageValues = 131_072
    /// Bytes of distinct values up to which a column chunk is dictionary-encoded; 0 for never.
    package var dictionaryBytes = 1 << 20
    /// Whether integers and times may be delta-encoded, which happens where it is smaller.
    package var usesDelta = true
    /// Whether floats may be byte-stream-split, which happens where it is smaller. Some readers do not know it yet.
    package var usesByteStreamSplit = false
    /// Whether pages have checksums.
    package var writesChecksums = true
    /// Whether the metadata has the Arrow schema, from which readers that know it restore durations and time zones.
    package var writesArrowSchema = true
    /// More metadata of the file.
    package var keyValueMetadata: [String: String] = [:]
    /// Whether the file is on the disk before it appears.
    package var isSynced = true

    package init() {}

    /// Throws a `usage` error for values that make no sense.
    func validate() throws(SwiftwaterError) {
        guard rowGroupRows > 0, rowGroupBytes > 0, pageBytes > 0, pageValues > 0, dictionaryBytes >= 0 else {
            throw SwiftwaterError(.usage, "the sizes of Parquet row groups and pages must be positive")
        }
        guard pageBytes <= 1 << 30 else {
            throw SwiftwaterError(.usage, "a Parquet page of \(pageBytes) bytes is too large", hint: "use up to 1 GiB")
        }
    }
}
