import CSwiftwater
package import Columnar

/// Writes batches as CSV (RFC 4180) with line feeds.
///
/// - A missing value is an empty field; in a table of one column, where that would be a blank line, it is `NA`.
/// - A string is quoted only where it must be: when it holds the delimiter, a quote or a line break, and when it would be
///   read as a missing value: an empty string is `""`, and so with the words that mean a missing value.
/// - Numbers are as in JSON Lines; NaN is `NaN`, which readers take for a missing value, and infinities `inf`, `-inf`.
/// - Dates, timestamps and durations are ISO 8601, booleans `true` and `false`, binary values base64.
/// - Lists and structures are their JSON text.
///
/// An encoder is a value: several threads may each have one and encode different batches.
package struct CSVEncoder {
    private let schema: Schema
    private let dialect: CSVDialect
    private let missing: MissingWords
    private var prepared: [Int: (id: UInt64, texts: PreparedTexts)] = [:]

    package init(schema: Schema, dialect: CSVDialect = CSVDialect()) {
        self.schema = schema
        self.dialect = dialect
        missing = MissingWords(dialect.missingWords)
    }

    /// Appends the header, if the dialect has one.
    package func encodeHeader(into buffer: TextBuffer) {
        guard dialect.header else { return }
        var cursor = TextCursor(buffer)
        let fields = Fields(self)
        for (index, name) in schema.names.enumerated() {
            if index > 0 {
                cursor.reserve(1)
                cursor.put(dialect.delimiter)
            }
            let bytes = Array(name.utf8)
            bytes.withUnsafeBufferPointer { text in
                guard let start = text.baseAddress else { return fields.writeEmpty(to: &cursor) }
                fields.write(start, text.count, end: start + text.count, to: &cursor)
            }
        }
        cursor.reserve(1)
        cursor.put(0x0A)
        cursor.end()
    }

    /// Appends the rows of `batch`, which has this encoder's schema, to `buffer`.
    package mutating func encode(_ batch: Batch, into buffer: TextBuffer) {
        precondition(batch.columns.count == schema.count, "a batch needs the encoder's schema")
        let fields = Fields(self)
        let values = batch.columns.enumerated().map { index, column in
            ValueText(column, prepared: preparedTexts(column, index, fields))
        }
        var cursor = TextCursor(buffer)
        withExtendedLifetime(batch) {
            values.withUnsafeBufferPointer { values in
                guard let first = values.baseAddress else { return }
                let end = first + values.count
                for row in 0..<batch.count {
                    // By pointer: a copy of a column's description would cost more than most fields.
                    var column = first
                    while true {
                        if column.pointee.isNull(row) {
                            if values.count == 1 { cursor.put("NA") }
                        } else {
                            fields.write(column, row, to: &cursor)
                        }
                        cursor.reserve(1)
                        column += 1
                        if column == end { break }
                        cursor.put(fields.delimiter)
                    }
                    cursor.put(0x0A)
                }
            }
        }
        cursor.end()
    }

    private mutating func preparedTexts(_ column: Column, _ index: Int, _ fields: Fields) -> PreparedTexts? {
        guard let dictionary = column.dictionary, dictionary.values.column.count <= max(column.count, 256) else {
            return nil
        }
        if let known = prepared[index], known.id == dictionary.values.id,
            known.texts.count >= dictionary.values.column.count
        {
            return known.texts
        }
        let texts = PreparedTexts(dictionary.values.column) { values, row, cursor in
            withUnsafePointer(to: values) { fields.write($0, row, to: &cursor) }
        }
        prepared[index] = (dictionary.values.id, texts)
        return texts
    }

    /// Writes single fields.
    private struct Fields {
        let delimiter: UInt8
        private let quote: UInt8
        private let missing: MissingWords

        init(_ encoder: CSVEncoder) {
            delimiter = encoder.dialect.delimiter
            // What is read without quotes is still written with them where nothing else keeps rows apart.
            quote = encoder.dialect.quote ?? UInt8(ascii: "\"")
            missing = encoder.missing
        }

        @inline(__always)
        func write(_ values: UnsafePointer<ValueText>, _ row: Int, to cursor: inout TextCursor) {
            switch values.pointee.kind {
            case .prepared:
                let (start, count) = values.pointee.text(row)
                cursor.put(start, count)
            case .string:
                let (start, count) = values.pointee.text(row)
                write(start, count, end: values.pointee.readableEnd, to: &cursor)
            case .list, .structure, .binary, .indirect: writeRare(values.pointee, row, to: &cursor)
            default:
                cursor.reserve(64)
                let written = values.pointee.writePlain(row, to: cursor.p)
                // Nothing is written for floats that are not finite.
                if written == 0 { return writeRare(values.pointee, row, to: &cursor) }
                cursor.advance(written)
            }
        }

        @inline(never)
        private func writeRare(_ values: ValueText, _ row: Int, to cursor: inout TextCursor) {
            switch values.kind {
            case .float64, .float32:
                switch values.classOfFloat(row) {
                case .nan: cursor.put("NaN")
                case .negative: cursor.put("-inf")
                case .positive: cursor.put("inf")
                }
            case .binary:
                let (_, count) = values.text(row)
                if count == 0 { writeEmpty(to: &cursor) } else { values.writeBase64(row, to: &cursor) }
            case .indirect:
                let (target, index) = values.target(row)
                withUnsafePointer(to: target) { write($0, index, to: &cursor) }
            default:
                let text = TextBuffer(capacity: 256)
                var inner = TextCursor(text)
                values.writeJSON(row, to: &inner)
                inner.end()
                write(text.base, text.count, end: text.base + text.count, to: &cursor)
            }
        }

        func writeEmpty(to cursor: inout TextCursor) {
            cursor.reserve(2)
            cursor.put(quote)
            cursor.put(quote)
        }

        /// Writes a string. - Parameter end: up to here bytes may be read.
        @inline(__always)
        func write(
            _ start: UnsafePointer<UInt8>, _ count: Int, end: UnsafePointer<UInt8>, to cursor: inout TextCursor
        ) {
            if count == 0 || needsQuotes(start, count, end) || missing.contains(start, count) {
                writeQuoted(start, count, to: &cursor)
            } else {
                cursor.put(start, count)
            }
        }

        @inline(__always)
        private func needsQuotes(_ start: UnsafePointer<UInt8>, _ count: Int, _ end: UnsafePointer<UInt8>) -> Bool {
            var index = 0
            while index < count {
                let p = start + index
                if end - p < 16 {
                    for rest in index..<count {
                        let byte = start[rest]
                        if byte == delimiter || byte == quote || byte == 0x0A || byte == 0x0D { return true }
                    }
                    return false
                }
                let mask = sw_equal_any3(p, delimiter, quote, 0x0A) | sw_equal(p, 0x0D)
                if mask != 0, mask.trailingZeroBitCount < count &- index { return true }
                index &+= 16
            }
            return false
        }

        @inline(never)
        private func writeQuoted(_ start: UnsafePointer<UInt8>, _ count: Int, to cursor: inout TextCursor) {
            cursor.reserve(count * 2 + 2)
            cursor.put(quote)
            for index in 0..<count {
                if start[index] == quote { cursor.put(quote) }
                cursor.put(start[index])
            }
            cursor.put(quote)
        }
    }
}
