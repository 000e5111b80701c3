import Columnar

/// What kinds of values a column has had: the state of inference, which only widens.
///
/// The rules, from narrow to wide: only missing values are `null`; `true` and `false` in any case are `bool`; integers are
/// `int64`, or `uint64` when some exceed it and none is negative; numbers with a fraction or an exponent, infinities, and
/// integers mixed with them are `float64`. Everything else is `string`, with each field's text as it is, and so is what a
/// number would lose: a leading plus or zero (`007`), an integer that no type above holds exactly, bool mixed with numbers.
/// Spaces around numbers are no part of them. Dates and times stay strings unless a schema says otherwise.
/// In a column of strings, a quoted word that means a missing value is text.
struct CSVTypes: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let bool = CSVTypes(rawValue: 1)
    static let integer = CSVTypes(rawValue: 2)
    static let negative = CSVTypes(rawValue: 4)
    /// An integer beyond int64 that uint64 holds.
    static let large = CSVTypes(rawValue: 8)
    static let float = CSVTypes(rawValue: 16)
    /// An integer that is no double.
    static let inexact = CSVTypes(rawValue: 32)
    static let string = CSVTypes(rawValue: 64)
    /// A word for a missing value in quotes.
    static let quotedWord = CSVTypes(rawValue: 128)

    /// The narrowest type that holds all values.
    var type: DataType {
        if contains(.string) { return .string }
        let isNumber = contains(.integer) || contains(.float)
        if contains(.bool) { return isNumber ? .string : .bool }
        if !isNumber { return contains(.quotedWord) ? .string : .null }
        if contains(.float) { return contains(.inexact) ? .string : .float64 }
        if contains(.large) { return contains(.negative) ? .string : .uint64 }
        return .int64
    }

    /// The kinds of one field's text, which is not empty and no missing word. There must be readable bytes behind it.
    static func of(_ start: UnsafePointer<UInt8>, _ count: Int) -> CSVTypes {
        let (start, count) = CSVText.trimmed(start, count)
        if count == 0 { return .string }
        let end = start + count
        let first = start.pointee
        let isSigned = first == UInt8(ascii: "-")
        let digits = start + (isSigned ? 1 : 0)
        if digits < end, digits.pointee &- 48 < 10 || digits.pointee == UInt8(ascii: ".") {
            // A zero in front of another digit is lost in a number.
            if digits.pointee == 48, digits + 1 < end, digits[1] &- 48 < 10 { return .string }
            var integer: Int64 = 0
            var after = start
            switch NumberParsing.anyInt64(start, grammar: .csv, into: &integer, end: &after) {
            case .value where after == end:
                let kinds: CSVTypes = isSigned ? [.integer, .negative] : .integer
                return Double(exactly: integer) == nil ? kinds.union(.inexact) : kinds
            case .outOfRange:
                var magnitude: UInt64 = 0
                guard !isSigned, NumberParsing.uint64(start, grammar: .csv, into: &magnitude, end: &after) == .value,
                    after == end
                else { break }
                let kinds: CSVTypes = [.integer, .large]
                return Double(exactly: magnitude) == nil ? kinds.union(.inexact) : kinds
            case .notAnInteger:
                var value = 0.0
                if NumberParsing.anyDouble(start, grammar: .csv, into: &value) == end, value.isFinite { return .float }
            case .value, .none: break
            }
            return .string
        }
        if CSVText.bool(start, count) != nil { return .bool }
        return CSVText.infinity(start, count) == nil ? .string : .float
    }
}

/// Words in fields.
enum CSVText {
    /// The text without spaces and tabs around it.
    @inline(__always)
    static func trimmed(_ start: UnsafePointer<UInt8>, _ count: Int) -> (UnsafePointer<UInt8>, Int) {
        var start = start
        var count = count
        while count > 0, start.pointee == 0x20 || start.pointee == 0x09 {
            start += 1
            count &-= 1
        }
        while count > 0, start[count &- 1] == 0x20 || start[count &- 1] == 0x09 { count &-= 1 }
        return (start, count)
    }

    /// `true` or `false` in any case.
    static func bool(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool? {
        if equals(start, count, "true") { return true }
        return equals(start, count, "false") ? false : nil
    }

    /// `inf` or `infinity` in any case, with a sign or without.
    static func infinity(_ start: UnsafePointer<UInt8>, _ count: Int) -> Double? {
        guard count > 0 else { return nil }
        let isSigned = start.pointee == UInt8(ascii: "-") || start.pointee == UInt8(ascii: "+")
        let word = start + (isSigned ? 1 : 0)
        let length = count - (isSigned ? 1 : 0)
        guard equals(word, length, "inf") || equals(word, length, "infinity") else { return nil }
        return start.pointee == UInt8(ascii: "-") ? -Double.infinity : .infinity
    }

    /// Compares with a word of lower-case letters, in any case.
    private static func equals(_ start: UnsafePointer<UInt8>, _ count: Int, _ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count where start[index] | 0x20 != word.utf8Start[index] { return false }
        return true
    }
}
