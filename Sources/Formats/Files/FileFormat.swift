/// The formats that files are read and written in.
public enum FileFormat: String, Hashable, Sendable, Codable, CaseIterable {
    case jsonLines = "json-lines"
    case csv
    case parquet

    /// The format that a file's name says: `.json`, `.ndjson`, `.jsonl`, `.csv`, `.tsv` or `.parquet`, each of the
    /// text ones also with `.gz` or `.zst` behind it; nil when it says none.
    public init?(path: String) {
        guard let format = FileName(path).format else { return nil }
        self = format
    }
}

/// What a file's name says about its bytes.
package struct FileName: Hashable, Sendable {
    package var format: FileFormat?
    package var compression: StreamCompression?
    /// `.ndjson` and `.jsonl`: each line is an object; a `.json` file may be one array of objects.
    package var promisesLines = false
    /// `.tsv`: CSV with tabs.
    package var isTabSeparated = false

    package init(_ path: String) {
        let name = path.split(separator: "/").last ?? ""
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map { $0.lowercased() }
        if let last = parts.last, let known = StreamCompression.allCases.first(where: { $0.fileExtension == last }) {
            compression = known
            parts.removeLast()
        }
        switch parts.last {
        case "json": format = .jsonLines
        case "ndjson", "jsonl":
            format = .jsonLines
            promisesLines = true
        case "csv": format = .csv
        case "tsv":
            format = .csv
            isTabSeparated = true
        case "parquet" where compression == nil: format = .parquet
        default: break
        }
    }
}
