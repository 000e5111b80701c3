import Columnar
import Glibc

/// A string against constants, byte by byte: `==`, `<`, `in`, `startswith`, `endswith`, `contains`.
struct TextTest: TextFunction {
    enum Test: Sendable {
        case compare(Expression.BinaryOperator, [UInt8])
        case member(ByteStringSet)
        case starts([[UInt8]])
        case ends([[UInt8]])
        case contains([UInt8])
    }

    let test: Test
    var resultType: DataType { .bool }

    func apply(_ column: Column) -> Column {
        let (offsets, bytes) = column.variable
        let count = column.count
        let bits = withExtendedLifetime(column) {
            switch test {
            case .compare(let operation, let constant): compared(operation, constant, offsets, bytes, count)
            case .member(let set):
                each(offsets, bytes, count) { set.contains(UnsafeBufferPointer(start: $0, count: $1)) }
            case .starts(let affixes):
                each(offsets, bytes, count) { text, length in
                    affixes.contains { $0.count <= length && compareBytes(text, $0, $0.count) == 0 }
                }
            case .ends(let affixes):
                each(offsets, bytes, count) { text, length in
                    affixes.contains { $0.count <= length && compareBytes(text + length - $0.count, $0, $0.count) == 0 }
                }
            case .contains(let part):
                each(offsets, bytes, count) { text, length in
                    containsBytes(text, length, part)
                }
            }
        }
        return Column(
            type: .bool, count: count, validity: column.validity, nullCount: column.nullCount, storage: .bits(bits))
    }

    @inline(__always)
    private func each(
        _ offsets: UnsafePointer<Int32>, _ bytes: UnsafePointer<UInt8>, _ count: Int,
        _ test: (UnsafePointer<UInt8>, Int) -> Bool
    ) -> Bitmap {
        bitmap(count: count) { row in
            let start = Int(offsets[row])
            return test(bytes + start, Int(offsets[row + 1]) - start)
        }
    }

    private func compared(
        _ operation: Expression.BinaryOperator, _ constant: [UInt8], _ offsets: UnsafePointer<Int32>,
        _ bytes: UnsafePointer<UInt8>, _ count: Int
    ) -> Bitmap {
        constant.withUnsafeBufferPointer { constant in
            let length = constant.count
            guard let pattern = constant.baseAddress else {
                return each(offsets, bytes, count) { Self.holds(operation, $1 > 0 ? 1 : 0) }
            }
            switch operation {
            case .equal: return each(offsets, bytes, count) { $1 == length && memcmp($0, pattern, length) == 0 }
            case .notEqual: return each(offsets, bytes, count) { $1 != length || memcmp($0, pattern, length) != 0 }
            default:
                return each(offsets, bytes, count) { text, own in
                    let order = compareBytes(text, pattern, min(own, length))
                    return Self.holds(operation, order != 0 ? Int(order) : own - length)
                }
            }
        }
    }

    private static func holds(_ operation: Expression.BinaryOperator, _ order: Int) -> Bool {
        switch operation {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        default: order >= 0
        }
    }
}

/// `contains`, `match` and `fullmatch` with a regular expression.
struct RegexTest: TextFunction {
    enum Extent: Sendable { case anywhere, start, whole }

    private let pattern: RegexPattern
    private let extent: Extent
    var resultType: DataType { .bool }

    init(_ pattern: String, ignoresCase: Bool, _ extent: Extent = .anywhere) throws(SwiftwaterError) {
        self.pattern = try RegexPattern(pattern, ignoresCase: ignoresCase)
        self.extent = extent
    }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        let (offsets, bytes) = column.variable
        let bits = try pattern.use { (regex) throws(SwiftwaterError) -> Bitmap in
            var failure: (any Error)?
            let bits = withExtendedLifetime(column) {
                bitmap(count: column.count) { row in
                    if failure != nil || column.isNull(row) { return false }
                    let start = Int(offsets[row])
                    let text = String(
                        decoding: UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start),
                        as: UTF8.self)
                    do {
                        switch extent {
                        case .anywhere: return try regex.firstMatch(in: text) != nil
                        case .start: return try regex.prefixMatch(in: text) != nil
                        case .whole: return try regex.wholeMatch(in: text) != nil
                        }
                    } catch {
                        failure = error
                        return false
                    }
                }
            }
            if let failure { throw pattern.failure(failure) }
            return bits
        }
        return Column(
            type: .bool, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .bits(bits))
    }

    /// Whether `pattern` means more than its own characters.
    static func isRegex(_ pattern: String) -> Bool { pattern.contains { #".^$*+?{}[]\|()"#.contains($0) } }
}
