import Columnar
import Formats

/// Reads `bytes` as a Parquet file: rows or an error, never a crash or an endless loop.
package func fuzzParquet(_ bytes: UnsafeRawBufferPointer) {
    _ = Outcome { () throws(SwiftwaterError) in
        try ParquetSource([try ParquetFile(Buffer(copying: bytes), name: "fuzzed.parquet")], maximumRows: 1 << 10)
    }
}
