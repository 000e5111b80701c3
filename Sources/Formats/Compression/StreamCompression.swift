/// The compressions of whole text files, by extension.
package enum StreamCompression: String, Hashable, Sendable, CaseIterable {
    /// RFC 1952, `.gz`.
    case gzip
    /// RFC 8878, `.zst`.
    case zstd

    /// The extension, without its dot.
    package var fileExtension: String {
        switch self {
        case .gzip: "gz"
        case .zstd: "zst"
        }
    }
}
