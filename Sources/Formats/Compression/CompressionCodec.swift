package import Columnar

/// The codecs for blocks whose size is stored beside them, as in Parquet pages.
package enum CompressionCodec: String, Sendable, Hashable, CaseIterable, Codable {
    case none
    case snappy
    case gzip
    case zstd
    case lz4Raw = "lz4_raw"

    /// The codec of this name. Throws a `usage` error with a "did you mean".
    package init(name: String) throws(SwiftwaterError) {
        let aliases = ["uncompressed": "none", "lz4raw": "lz4_raw", "lz4": "lz4_raw", "gz": "gzip", "zst": "zstd"]
        let lower = name.lowercased()
        if let codec = CompressionCodec(rawValue: aliases[lower] ?? lower) {
            self = codec
            return
        }
        let names = Self.allCases.map(\.rawValue)
        let near = SwiftwaterError.nearest(name, among: names)
        throw SwiftwaterError(
            .usage, "unknown compression '\(name)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "use one of \(names.joined(separator: ", "))")
    }

    /// The compression levels, where the codec has any.
    package var levels: ClosedRange<Int>? {
        switch self {
        case .gzip: 1...9
        case .zstd: 1...22
        case .none, .snappy, .lz4Raw: nil
        }
    }

    /// What a level is when none is asked for: fast, as in Arrow and DuckDB for zstd; zlib's own for gzip.
    package var defaultLevel: Int {
        switch self {
        case .gzip: 6
        case .zstd: 1
        case .none, .snappy, .lz4Raw: 0
        }
    }

    /// The most bytes that one compressed byte can become, from the formats' specifications.
    private var maximumRatio: Int {
        switch self {
        case .none: 1
        // A copy of 64 bytes takes at least two.
        case .snappy: 64
        // A length grows by 255 a byte.
        case .lz4Raw: 255
        // RFC 1951: 258 bytes for two bits.
        case .gzip: 1032
        // RFC 8878: a block of 128 KiB takes at least four bytes.
        case .zstd: 1 << 15
        }
    }

    /// Throws when `compressed` bytes can never become `declared` bytes, so that a lie costs no memory.
    package func checkDeclaredSize(_ declared: Int, compressed: Int) throws(SwiftwaterError) {
        let (most, overflow) = compressed.multipliedReportingOverflow(by: maximumRatio)
        guard declared >= 0, compressed >= 0, overflow || declared <= most + 1024 else {
            throw SwiftwaterError(
                .data, "\(compressed) bytes of \(rawValue) cannot become the \(declared) bytes that they should",
                hint: "the file is damaged")
        }
    }
}
