import Columnar
import Formats

/// A random CSV file in a random dialect, from a seed.
struct RandomCSV {
    /// What a column's fields are.
    enum Kind: CaseIterable {
        case int, large, float, bool, text, date, missing
        /// Types that only a string holds together.
        case mixed
    }

    private(set) var random: RandomBatch
    let delimiter: Character
    let quote: Character
    let newline: String
    let kinds: [Kind]
    let rows: Int
    /// One field, far behind all samples, that makes its column wider.
    private let lateRow: Int?
    private(set) var text = ""

    var dialect: CSVDialect {
        CSVDialect(delimiter: delimiter.asciiValue ?? 0, quote: quote.asciiValue)
    }

    /// - Parameter isLarge: larger than what inference samples.
    init(seed: UInt64, isLarge: Bool = false) {
        var random = RandomBatch(seed: seed &* 0x9E37_79B9)
        let delimiters: [Character] = [",", ";", "\t", "|"]
        delimiter = delimiters[random.below(4)]
        quote = random.below(3) == 0 ? "'" : "\""
        newline = random.below(2) == 0 ? "\n" : "\r\n"
        let columns = isLarge ? 4 : 1 + random.below(6)
        kinds = (0..<columns).map { _ in Kind.allCases[random.below(Kind.allCases.count)] }
        rows = isLarge ? 60_000 : [0, 1, 2, 8, 60, 300][random.below(6)]
        lateRow = isLarge ? rows - 1 - random.below(9000) : nil
        self.random = random
        if self.random.below(3) == 0 { text += "\u{FEFF}" }
        text += kinds.indices.map { "c\($0)" }.joined(separator: String(delimiter)) + newline
        for row in 0..<rows {
            // A blank line is no row, but in a file of one column other readers take it for a missing value.
            if columns > 1, self.random.below(40) == 0 { text += newline }
            text += kinds.map { field($0, isLate: row == lateRow) }.joined(separator: String(delimiter))
            if row < rows - 1 || self.random.below(2) == 0 { text += newline }
        }
    }

    private mutating func choose(_ texts: [String]) -> String { texts[random.below(texts.count)] }

    private mutating func field(_ kind: Kind, isLate: Bool) -> String {
        if kind == .missing || random.below(8) == 0 {
            return choose(kinds.count == 1 ? ["NA", "null", "#N/A"] : ["", "", "NA", "NaN", "null", "n/a", "None"])
        }
        let value: String
        switch kind {
        case .int:
            // In a large file, where a fraction may come, integers that are doubles.
            let shift = (lateRow == nil ? 0 : 12) + random.below(52)
            value =
                isLate
                ? choose(["x", "0.5", "true"]) : "\(Int64(bitPattern: random.next()) >> Int64(shift))"
        case .large: value = isLate ? "x" : "\(random.next() >> UInt64(random.below(64)))"
        case .float:
            value =
                isLate
                ? "word"
                : choose(["1e5", ".5", "5.", "-0.0", "\(random.below(1000))", "\(random.double())", "-1.25E-3"])
        case .bool: value = isLate ? "1" : choose(["true", "True", "TRUE", "false", "False", "FALSE"])
        case .text:
            let pieces = [
                "a", "Zebra", " ", String(delimiter), String(quote), "\n", "\r\n", "\r", "é", "日本", "😀", "\\",
                "\"", "'", "plain text of some length", "{", ";", "-", "a\tb",
            ]
            value = (0..<random.below(5)).map { _ in pieces[random.below(pieces.count)] }.joined()
        case .date: value = "20\(10 + random.below(80))-0\(1 + random.below(9))-1\(random.below(9))"
        case .mixed, .missing: value = choose(["true", "17", "x", "-2.5", "z z"])
        }
        return quoted(value)
    }

    /// The field in quotes where it must be, and sometimes where it need not be.
    private mutating func quoted(_ value: String) -> String {
        let special: Set<UInt8> = [delimiter.asciiValue ?? 0, quote.asciiValue ?? 0, 0x0A, 0x0D]
        let isBlank = value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        guard isBlank || value.utf8.contains(where: special.contains) || random.below(6) == 0 else { return value }
        // By scalars: a line break of two bytes is one character.
        var text = String(quote)
        for scalar in value.unicodeScalars {
            if Character(scalar) == quote { text.append(quote) }
            text.unicodeScalars.append(scalar)
        }
        return text + String(quote)
    }
}
