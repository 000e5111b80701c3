/// Whole texts as numbers, for casts, parameters and tests.
package enum NumberText {
    /// The nearest double to the number that `text` spells, or nil when it spells none.
    package static func double(_ text: String, json: Bool = false) -> Double? {
        withPadded(text) { start, end in
            var value = 0.0
            let after =
                json
                ? NumberParsing.double(start, into: &value)
                : NumberParsing.anyDouble(start, grammar: .csv, into: &value)
            return after == end ? value : nil
        }
    }

    /// The integer that `text` spells, or nil when it spells none or one that does not fit.
    package static func int64(_ text: String) -> Int64? {
        withPadded(text) { start, end in
            var value: Int64 = 0
            var after = start
            return NumberParsing.int64(start, into: &value, end: &after) == .value && after == end ? value : nil
        }
    }

    private static func withPadded<T>(
        _ text: String, _ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>) -> T?
    ) -> T? {
        var bytes = Array(text.utf8)
        let count = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 64))
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { body($0, $0 + count) }
        }
    }
}
