import Columnar
import Formats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Standard output: for results.
enum StandardOutput {
    /// Columns of the terminal; nil where standard output is none.
    static var width: Int? {
        var size = winsize()
        return ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Writes at once. Throws an `io` error when nobody reads.
    static func write(_ text: String) throws(SwiftwaterError) {
        let bytes = Array(text.utf8)
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(SwiftwaterError) in try FileDescriptor.standardOutput.write(raw) }
        }
        try result.get()
    }
}
