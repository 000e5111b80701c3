package import Columnar

/// How a CSV file is laid out, for reading and writing.
package struct CSVDialect: Hashable, Sendable {
    /// What stands between fields: one ASCII character.
    package var delimiter: UInt8
    /// What encloses fields that hold a delimiter, a line break or a quote; nil when nothing does.
    package var quote: UInt8?
    /// The first row names the columns.
    package var header: Bool
    /// Unquoted fields that mean a missing value.
    package var missingWords: [String]

    /// What pandas takes for a missing value by default (`pandas.read_csv`, `na_values`).
    package static let defaultMissingWords = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ]

    package init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""), header: Bool = true,
        missingWords: [String] = CSVDialect.defaultMissingWords
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.header = header
        self.missingWords = missingWords
    }

    /// The dialect that options in text form describe.
    ///
    /// - Parameter delimiter: one ASCII character, or `\t`.
    /// - Parameter quote: one ASCII character; empty for none.
    /// - Parameter missingWords: pandas' list when nil.
    package init(
        delimiter: String, quote: String = "\"", header: Bool = true, missingWords: [String]? = nil
    ) throws(SwiftwaterError) {
        let separator = try Self.character(delimiter == "\\t" ? "\t" : delimiter, "delimiter")
        guard let separator, separator != 0, separator != 0x0A, separator != 0x0D else {
            throw Self.unusable("delimiter", "cannot be \(separator == nil ? "empty" : "a line break or NUL")")
        }
        let enclosure = try Self.character(quote, "quote")
        if let enclosure {
            if enclosure <= 0x20 { throw Self.unusable("quote", "cannot be white space or a control character") }
            if enclosure == separator { throw Self.unusable("quote", "'\(quote)' is the delimiter, too") }
        }
        self.init(
            delimiter: separator, quote: enclosure, header: header,
            missingWords: missingWords ?? CSVDialect.defaultMissingWords)
    }

    /// How rows are found in the dialect.
    var scan: RowScan { RowScan(delimiter: delimiter, quote: quote) }

    /// The ASCII character that `text` is; nil when it is empty.
    private static func character(_ text: String, _ what: String) throws(SwiftwaterError) -> UInt8? {
        let bytes = Array(text.utf8)
        guard let byte = bytes.first else { return nil }
        guard bytes.count == 1, byte < 0x80 else {
            throw unusable(what, "'\(text)' is not one ASCII character")
        }
        if isPartOfValues(byte) { throw unusable(what, "'\(text)' could be part of a number or a word") }
        return byte
    }

    /// Letters, digits, signs and the point: around fields they could not be told from values.
    private static func isPartOfValues(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func unusable(_ what: String, _ why: String) -> SwiftwaterError {
        SwiftwaterError(
            .usage, "the \(what) \(why)",
            hint: what == "quote" ? "use '\"' or \"'\", or nothing for no quotes" : "use ',', ';', '|' or '\\t'")
    }
}

/// The set of fields that mean a missing value, asked by bytes.
final class MissingWords: Sendable {
    /// Words by length, end to end; longer ones cannot be missing.
    private let words: [[[UInt8]]]
    let maximumCount: Int
    /// The empty field is missing.
    let containsEmpty: Bool
    /// Bit `b` is set when a word begins with byte `b`.
    private let starts: (UInt64, UInt64, UInt64, UInt64)

    init(_ list: [String]) {
        maximumCount = list.map(\.utf8.count).max() ?? 0
        var words = [[[UInt8]]](repeating: [], count: maximumCount + 1)
        var starts: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for word in Set(list) {
            let bytes = Array(word.utf8)
            words[bytes.count].append(bytes)
            guard let first = bytes.first else { continue }
            let bit = UInt64(1) << UInt64(first & 63)
            switch first >> 6 {
            case 0: starts.0 |= bit
            case 1: starts.1 |= bit
            case 2: starts.2 |= bit
            default: starts.3 |= bit
            }
        }
        self.words = words
        self.starts = starts
        containsEmpty = words.first?.isEmpty == false
    }

    @inline(__always)
    func contains(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count == 0 { return containsEmpty }
        if count > maximumCount { return false }
        let first = start.pointee
        let set = first < 64 ? starts.0 : (first < 128 ? starts.1 : (first < 192 ? starts.2 : starts.3))
        if set & (UInt64(1) << UInt64(first & 63)) == 0 { return false }
        return search(start, count)
    }

    @inline(never)
    private func search(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        words[count].contains { $0.elementsEqual(UnsafeBufferPointer(start: start, count: count)) }
    }
}
