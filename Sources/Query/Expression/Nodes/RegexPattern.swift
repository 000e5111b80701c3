import Columnar

/// A regular expression of Swift's engine, compiled once for each thread that uses it at the same time.
final class RegexPattern: Sendable {
    private struct Compiled: @unchecked Sendable {
        /// Used by one thread at a time: see `idle`.
        let regex: Regex<AnyRegexOutput>
    }

    let text: String
    private let ignoresCase: Bool
    /// Compiled expressions that no thread is using.
    private let idle: Locked<[Compiled]>

    init(_ text: String, ignoresCase: Bool = false) throws(SwiftwaterError) {
        self.text = text
        self.ignoresCase = ignoresCase
        idle = Locked([try Self.compile(text, ignoresCase)])
    }

    private static func compile(_ text: String, _ ignoresCase: Bool) throws(SwiftwaterError) -> Compiled {
        do {
            let regex = try Regex(text).matchingSemantics(.unicodeScalar).ignoresCase(ignoresCase)
            return Compiled(regex: regex)
        } catch {
            throw SwiftwaterError(
                .usage, "'\(text)' is no regular expression: \(error)",
                hint: "to find the text as it stands, write regex=False")
        }
    }

    func use<R>(_ body: (Regex<AnyRegexOutput>) throws(SwiftwaterError) -> R) throws(SwiftwaterError) -> R {
        let compiled: Compiled
        if let free = idle.withLock({ $0.popLast() }) {
            compiled = free
        } else {
            compiled = try Self.compile(text, ignoresCase)
        }
        defer { idle.withLock { $0.append(compiled) } }
        return try body(compiled.regex)
    }

    func failure(_ error: any Error) -> SwiftwaterError {
        SwiftwaterError(.data, "the regular expression '\(text)' failed: \(error)")
    }
}

/// Text made by a regular expression: what a group matched, or the text with its matches replaced.
struct RegexMapping: TextFunction {
    enum Mapping: Sendable {
        /// The group with this number in the first match; missing where there is none.
        case extract(Int)
        /// The first `limit` matches (-1: all); `\1` or `\g<1>` in the new text is what a group matched.
        case replace([Piece], limit: Int)
    }

    enum Piece: Sendable {
        case text(String)
        case group(Int)
    }

    let pattern: RegexPattern
    let mapping: Mapping
    var resultType: DataType { .string }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        try pattern.use { (regex) throws(SwiftwaterError) -> Column in
            var failure: SwiftwaterError?
            let result = try column.mappingText { bytes, out in
                if failure != nil { return false }
                let text = String(decoding: bytes, as: UTF8.self)
                switch mapping {
                case .extract(let group):
                    do {
                        guard let match = try regex.firstMatch(in: text), group < match.output.count,
                            let found = match.output[group].substring
                        else { return false }
                        Self.append(found, &out)
                    } catch { failure = pattern.failure(error) }
                case .replace(let pieces, let limit): Self.replace(text, regex, pieces, limit, &out)
                }
                return true
            }
            if let failure { throw failure }
            return result
        }
    }

    private static func append(_ text: Substring, _ out: inout BufferBuilder<UInt8>) {
        var text = text
        text.withUTF8 { out.append(contentsOf: $0) }
    }

    private static func replace(
        _ text: String, _ regex: Regex<AnyRegexOutput>, _ pieces: [Piece], _ limit: Int,
        _ out: inout BufferBuilder<UInt8>
    ) {
        var position = text.startIndex
        var rest = limit < 0 ? Int.max : limit
        for match in text.matches(of: regex) {
            if rest == 0 { break }
            rest -= 1
            append(text[position..<match.range.lowerBound], &out)
            for piece in pieces {
                switch piece {
                case .text(let text): append(text[...], &out)
                case .group(let group):
                    if group < match.output.count, let found = match.output[group].substring { append(found, &out) }
                }
            }
            position = match.range.upperBound
        }
        append(text[position...], &out)
    }

    /// The new text in pieces: Python's `\1` and `\g<1>` are groups.
    static func pieces(_ replacement: String) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(replacement)
        while let character = rest.popFirst() {
            guard character == "\\", let next = rest.first else {
                text.append(character)
                continue
            }
            var digits = rest.prefix { $0.isASCII && $0.isNumber }
            if next == "g", rest.dropFirst().first == "<", let end = rest.firstIndex(of: ">") {
                digits = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
                rest = rest[rest.index(after: end)...]
            } else if !digits.isEmpty {
                rest = rest[digits.endIndex...]
            } else {
                rest.removeFirst()
                text.append(next == "n" ? "\n" : next == "t" ? "\t" : next)
                continue
            }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            pieces.append(.group(Int(digits) ?? 0))
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }
}

/// `count` with a regular expression.
struct RegexCount: TextFunction {
    let pattern: RegexPattern
    var resultType: DataType { .int64 }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        let (offsets, bytes) = column.variable
        let result = Buffer.zeroed(byteCount: column.count * 8)
        let out = result.mutable(Int64.self)
        try pattern.use { (regex) throws(SwiftwaterError) in
            for row in 0..<column.count where !column.isNull(row) {
                let start = Int(offsets[row])
                let text = String(
                    decoding: UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start),
                    as: UTF8.self)
                out[row] = Int64(text.matches(of: regex).count)
            }
        }
        return withExtendedLifetime(column) {
            Column(
                type: .int64, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: .fixed(result))
        }
    }
}
