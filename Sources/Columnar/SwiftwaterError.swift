/// An error that a user can act on: what was wrong, where, and what to do about it.
public struct SwiftwaterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong; the command line derives its exit code from it.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The request makes no sense: an unknown column, a wrong type, a bad option.
        case usage
        /// The input's bytes are not what they should be.
        case data
        /// The operating system refused: a missing file, a full disk, a closed pipe.
        case io
        /// The memory limit would be exceeded.
        case memory
        /// A feature of a format or an operation that is not there.
        case unsupported
        /// The caller asked to stop.
        case cancelled
        /// A value did not fit the inferred schema: the engine reads again with a wider one and shows this to nobody.
        case schemaWidened
    }

    /// Where in the input or the request it went wrong.
    public struct Location: Hashable, Sendable {
        /// The file's path, or what the input is called ("standard input").
        public var file: String?
        /// The line, counted from 1.
        public var line: Int?
        /// The byte within the line, counted from 1.
        public var column: Int?

        public init(file: String? = nil, line: Int? = nil, column: Int? = nil) {
            self.file = file
            self.line = line
            self.column = column
        }
    }

    public var kind: Kind
    /// One sentence without a final full stop.
    public var message: String
    public var location: Location?
    /// What to do about it, one sentence without a final full stop.
    public var hint: String?
    /// The column that was asked for and is not there, where that is the error.
    public var missingColumn: String?

    public init(_ kind: Kind, _ message: String, at location: Location? = nil, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.location = location
        self.hint = hint
    }

    /// `file:line:column: message; hint`, as compilers print it.
    public var description: String {
        var text = ""
        if let location {
            var parts: [String] = []
            if let file = location.file { parts.append(file) }
            if let line = location.line { parts.append(location.file == nil ? "line \(line)" : "\(line)") }
            if let column = location.column {
                parts.append(location.file == nil ? "column \(column)" : "\(column)")
            }
            if !parts.isEmpty { text += parts.joined(separator: location.file == nil ? ", " : ":") + ": " }
        }
        text += message
        if let hint { text += "; \(hint)" }
        return text
    }

    /// The name among `candidates` that is nearest to `name`, for a "did you mean".
    public static func nearest(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
            if distance <= max(2, wanted.count / 3), distance < best?.distance ?? .max {
                best = (distance, candidate)
            }
        }
        return best?.name
    }

    /// The Levenshtein distance of two byte strings.
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
