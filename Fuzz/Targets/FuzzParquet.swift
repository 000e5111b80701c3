import Columnar
import Formats

/// Reads `bytes` as a Parquet file: rows or an error, never a crash or an endless loop, and the same rows when two
/// readers share them.
package func fuzzParquet(_ bytes: UnsafeRawBufferPointer) {
    do throws(SwiftwaterError) {
        try Formats.fuzzParquet(bytes, maximumMorsels: 16)
    } catch {
        // An error is a good answer to bad bytes; it must be possible to print it.
        _ = error.description
    }
}
