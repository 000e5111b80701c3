package import Columnar

/// Writes batches as JSON Lines: one object a row, keys in the schema's order, no spaces, a line feed after each.
///
/// - Numbers are written exactly: a double as the shortest decimal that reads back as the same one, with a point or an
///   exponent so that it stays a float. NaN and infinities, which JSON does not have, are `null`, as are missing values.
/// - Strings are UTF-8 with only the escapes that must be. Binary values are base64.
/// - Dates, timestamps and durations are ISO 8601 strings with all digits of their unit: `"2019-07-22"`,
///   `"2019-07-22T11:33:13.534"`, with `Z` where the type has a zone, `"PT1H30M"`.
/// - Lists are arrays and structures objects.
///
/// An encoder is a value: several threads may each have one and encode different batches.
package struct JSONLinesEncoder {
    private let schema: Schema
    private let keys: [[UInt8]]
    /// Written dictionaries by the column that they belong to.
    private var prepared: [Int: (id: UInt64, texts: PreparedTexts)] = [:]

    package init(schema: Schema) {
        self.schema = schema
        keys = JSONStringWriting.keys(schema.names)
    }

    /// Appends the rows of `batch`, which has this encoder's schema, to `buffer`.
    package mutating func encode(_ batch: Batch, into buffer: TextBuffer) {
        precondition(batch.columns.count == schema.count, "a batch needs the encoder's schema")
        let values = batch.columns.enumerated().map { index, column in
            ValueText(column, prepared: preparedTexts(column, index))
        }
        let flatKeys = FlatKeys(keys)
        var cursor = TextCursor(buffer)
        withExtendedLifetime((batch, flatKeys)) {
            values.withUnsafeBufferPointer { values in
                for row in 0..<batch.count {
                    cursor.reserve(64)
                    cursor.put(UInt8(ascii: "{"))
                    for index in 0..<values.count {
                        let key = flatKeys[index]
                        cursor.put(key.start, key.count)
                        values[index].writeJSON(row, to: &cursor)
                    }
                    cursor.reserve(2)
                    cursor.put(UInt8(ascii: "}"))
                    cursor.put(0x0A)
                }
            }
        }
        cursor.end()
    }

    /// The written values of a column's dictionary, when writing them pays.
    private mutating func preparedTexts(_ column: Column, _ index: Int) -> PreparedTexts? {
        guard let dictionary = column.dictionary, dictionary.values.column.count <= max(column.count, 256) else {
            return nil
        }
        if let known = prepared[index], known.id == dictionary.values.id,
            known.texts.count >= dictionary.values.column.count
        {
            return known.texts
        }
        let texts = PreparedTexts(dictionary.values.column) { values, row, cursor in values.writeJSON(row, to: &cursor)
        }
        prepared[index] = (dictionary.values.id, texts)
        return texts
    }
}

/// Byte strings end to end, found by index without an array's overhead.
final class FlatKeys {
    private let bytes: UnsafeMutablePointer<UInt8>
    private let ends: UnsafeMutablePointer<Int>

    init(_ keys: [[UInt8]]) {
        bytes = .allocate(capacity: keys.reduce(64) { $0 + $1.count })
        ends = .allocate(capacity: keys.count + 1)
        ends[0] = 0
        var end = 0
        for (index, key) in keys.enumerated() {
            for byte in key {
                bytes[end] = byte
                end += 1
            }
            ends[index + 1] = end
        }
    }

    deinit {
        bytes.deallocate()
        ends.deallocate()
    }

    @inline(__always)
    subscript(_ index: Int) -> (start: UnsafePointer<UInt8>, count: Int) {
        (UnsafePointer(bytes + ends[index]), ends[index + 1] &- ends[index])
    }
}
