package import CZlib
package import Columnar

/// zlib's memory for gzip or zlib data, used again and again. For one thread.
package final class InflateContext {
    private var stream: UnsafeMutablePointer<z_stream>?

    package init() {}

    deinit {
        if let stream {
            inflateEnd(stream)
            stream.deallocate()
        }
    }

    /// The stream, ready for the beginning of other data.
    package func begin() throws(SwiftwaterError) -> UnsafeMutablePointer<z_stream> {
        if let stream {
            inflateReset(stream)
            return stream
        }
        let made = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        made.initialize(to: z_stream())
        // 15 bits of window, 32 more to take a gzip or a zlib header.
        let status = inflateInit2_(made, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            made.deallocate()
            throw SwiftwaterError(.memory, "no memory for gzip (status \(status))")
        }
        stream = made
        return made
    }
}
