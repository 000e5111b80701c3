import Formats

/// What a request says its body is.
enum HTTPBodyType: Hashable, Sendable {
    /// Lines, or not said.
    case lines
    /// One JSON value.
    case json
    case other

    init(_ bytes: UnsafeRawBufferPointer, _ contentType: Range<Int>?) {
        guard let contentType, !contentType.isEmpty else {
            self = .lines
            return
        }
        // Parameters such as a character set follow the type; JSON is UTF-8 anyway.
        var end = contentType.lowerBound
        while end < contentType.upperBound, bytes[end] != UInt8(ascii: ";"), bytes[end] != 0x20 { end += 1 }
        let type = contentType.lowerBound..<end
        func isOne(of words: [StaticString]) -> Bool { words.contains { HTTPHeadParser.matches(bytes, type, $0) } }
        if isOne(of: ["application/json"]) {
            self = .json
        } else if isOne(of: [
            "application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines",
            "application/x-jsonlines", "application/json-lines", "application/octet-stream", "text/plain",
            // What curl says unless it is told otherwise.
            "application/x-www-form-urlencoded",
        ]) {
            self = .lines
        } else {
            self = .other
        }
    }
}

/// How a request says its body is compressed.
enum HTTPBodyEncoding: Hashable, Sendable {
    case none, gzip, zstd, other

    init(_ bytes: UnsafeRawBufferPointer, _ contentEncoding: Range<Int>?) {
        guard let range = contentEncoding, !range.isEmpty, !HTTPHeadParser.matches(bytes, range, "identity") else {
            self = .none
            return
        }
        if HTTPHeadParser.matches(bytes, range, "gzip") || HTTPHeadParser.matches(bytes, range, "x-gzip") {
            self = .gzip
        } else if HTTPHeadParser.matches(bytes, range, "zstd") {
            self = .zstd
        } else {
            self = .other
        }
    }

    var compression: StreamCompression? {
        switch self {
        case .gzip: .gzip
        case .zstd: .zstd
        case .none, .other: nil
        }
    }
}
