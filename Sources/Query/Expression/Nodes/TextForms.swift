import Columnar

/// Text from text by the rules of Python's `str` methods: `title`, `zfill`, `pad`, `removeprefix`, …
struct TextForm: TextFunction {
    enum Form: Sendable {
        case title, capitalize, swapCase
        case zeroFill(Int)
        case pad(Int, left: Bool, right: Bool, Unicode.Scalar)
        case removePrefix([UInt8])
        case removeSuffix([UInt8])
        case repeated(Int)
    }

    let form: Form
    var resultType: DataType { .string }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        try column.mappingText { text, out in
            append(text, to: &out)
            return true
        }
    }

    private func append(_ text: UnsafeBufferPointer<UInt8>, to out: inout BufferBuilder<UInt8>) {
        switch form {
        case .title: Self.append(Self.titled(text), &out)
        case .capitalize: Self.append(Self.capitalized(text), &out)
        case .swapCase:
            var result = ""
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                let properties = scalar.properties
                result +=
                    properties.isUppercase
                    ? properties.lowercaseMapping
                    : properties.isLowercase ? properties.uppercaseMapping : String(scalar)
            }
            Self.append(result, &out)
        case .zeroFill(let width):
            let missing = width - TextMapping.length(text)
            guard missing > 0 else { return out.append(contentsOf: text) }
            // A sign stays in front.
            let hasSign = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
            if hasSign { out.append(text[0]) }
            out.append(repeating: UInt8(ascii: "0"), count: missing)
            out.append(contentsOf: UnsafeBufferPointer(rebasing: text[(hasSign ? 1 : 0)...]))
        case .pad(let width, let left, let right, let character):
            let missing = max(0, width - TextMapping.length(text))
            // Python's `center`: of an odd number, the one more goes to the left when the width is odd.
            let before = left ? (right ? missing / 2 + (missing & width & 1) : missing) : 0
            let fill = Array(String(character).utf8)
            for _ in 0..<before { fill.withUnsafeBufferPointer { out.append(contentsOf: $0) } }
            out.append(contentsOf: text)
            for _ in before..<missing { fill.withUnsafeBufferPointer { out.append(contentsOf: $0) } }
        case .removePrefix(let prefix):
            let skipped = text.starts(with: prefix) ? prefix.count : 0
            out.append(contentsOf: UnsafeBufferPointer(rebasing: text[skipped...]))
        case .removeSuffix(let suffix):
            let skipped = text.count >= suffix.count && text.suffix(suffix.count).elementsEqual(suffix)
            out.append(
                contentsOf: UnsafeBufferPointer(rebasing: text[..<(text.count - (skipped ? suffix.count : 0))]))
        case .repeated(let count): for _ in 0..<max(0, count) { out.append(contentsOf: text) }
        }
    }

    private static func append(_ string: String, _ out: inout BufferBuilder<UInt8>) {
        var string = string
        string.withUTF8 { out.append(contentsOf: $0) }
    }

    /// Each letter that follows none becomes large, all others small.
    private static func titled(_ text: UnsafeBufferPointer<UInt8>) -> String {
        var result = ""
        var followsLetter = false
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let properties = scalar.properties
            result += followsLetter ? properties.lowercaseMapping : properties.titlecaseMapping
            followsLetter = properties.isCased
        }
        return result
    }

    private static func capitalized(_ text: UnsafeBufferPointer<UInt8>) -> String {
        let string = String(decoding: text, as: UTF8.self)
        guard let first = string.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(string.unicodeScalars.dropFirst()).lowercased()
    }
}

/// What kind of characters a text is made of: Python's `isalpha`, `isdigit`, …
struct TextKind: TextFunction {
    let kind: Expression.Function
    var resultType: DataType { .bool }

    func apply(_ column: Column) -> Column {
        let (offsets, bytes) = column.variable
        let bits = withExtendedLifetime(column) {
            bitmap(count: column.count) { row in
                let start = Int(offsets[row])
                let text = UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start)
                return holds(String(decoding: text, as: UTF8.self).unicodeScalars)
            }
        }
        return Column(
            type: .bool, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .bits(bits))
    }

    private func holds(_ scalars: String.UnicodeScalarView) -> Bool {
        guard !scalars.isEmpty else { return false }
        switch kind {
        case .isLower:
            return scalars.contains(where: \.properties.isLowercase) && !scalars.contains(where: Self.isLarge)
        case .isUpper:
            return scalars.contains(where: \.properties.isUppercase)
                && !scalars.contains {
                    $0.properties.isLowercase || $0.properties.generalCategory == .titlecaseLetter
                }
        case .isTitle: return Self.isTitled(scalars)
        default: return scalars.allSatisfy(holds)
        }
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        switch kind {
        case .isAlphabetic: Self.isLetter(scalar)
        case .isAlphanumeric: Self.isLetter(scalar) || scalar.properties.numericType != nil
        case .isDecimal: scalar.properties.numericType == .decimal
        case .isDigit: scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
        case .isNumeric: scalar.properties.numericType != nil
        default: TextMapping.isSpace(scalar)
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    private static func isLarge(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter
    }

    private static func isTitled(_ scalars: String.UnicodeScalarView) -> Bool {
        var any = false
        var followsLetter = false
        for scalar in scalars {
            if isLarge(scalar) {
                if followsLetter { return false }
                (any, followsLetter) = (true, true)
            } else if scalar.properties.isLowercase {
                if !followsLetter { return false }
            } else {
                followsLetter = false
            }
        }
        return any
    }
}

/// Where, or how often, a text contains another: `find`, `rfind`, `count`. Places are code points, -1 for none.
struct TextSearch: TextFunction {
    enum Search: Sendable {
        case count
        case first(start: Int?, stop: Int?)
        case last(start: Int?, stop: Int?)
    }

    let search: Search
    let part: [UInt8]
    var resultType: DataType { .int64 }

    func apply(_ column: Column) -> Column {
        let (offsets, bytes) = column.variable
        let result = Buffer(byteCount: column.count * 8)
        let out = result.mutable(Int64.self)
        withExtendedLifetime(column) {
            for row in 0..<column.count {
                let start = Int(offsets[row])
                out[row] = value(UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start))
            }
        }
        return Column(
            type: .int64, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .fixed(result))
    }

    private func value(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        switch search {
        case .count:
            if part.isEmpty { return Int64(TextMapping.length(text)) + 1 }
            var (count, position) = (Int64(0), 0)
            while position + part.count <= text.count {
                if matches(text, position) {
                    count += 1
                    position += part.count
                } else {
                    position += 1
                }
            }
            return count
        case .first(let start, let stop):
            let length = TextMapping.length(text)
            guard start ?? 0 <= length, let range = bytes(text, start, stop, length) else { return -1 }
            for position in stride(from: range.lowerBound, through: range.upperBound - part.count, by: 1)
            where matches(text, position) { return place(text, position) }
            return -1
        case .last(let start, let stop):
            let length = TextMapping.length(text)
            guard start ?? 0 <= length, let range = bytes(text, start, stop, length) else { return -1 }
            for position in stride(from: range.upperBound - part.count, through: range.lowerBound, by: -1)
            where matches(text, position) { return place(text, position) }
            return -1
        }
    }

    /// The bytes to look through; an empty range keeps its place, so that empty parts are found there.
    private func bytes(_ text: UnsafeBufferPointer<UInt8>, _ start: Int?, _ stop: Int?, _ length: Int) -> Range<Int>? {
        func offset(_ point: Int) -> Int {
            point >= length ? text.count : TextMapping.byteRange(text, point, nil).lowerBound
        }
        func clamped(_ point: Int?, _ standard: Int) -> Int {
            guard let point else { return standard }
            return point < 0 ? max(0, length + point) : min(length, point)
        }
        let (low, high) = (clamped(start, 0), clamped(stop, length))
        return low <= high ? offset(low)..<offset(high) : nil
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        position >= 0 && position + part.count <= text.count
            && text[position..<(position + part.count)].elementsEqual(part)
    }

    private func place(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int64 {
        Int64(TextMapping.length(UnsafeBufferPointer(rebasing: text[..<position])))
    }
}
