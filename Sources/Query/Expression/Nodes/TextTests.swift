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

/// `contains` with a regular expression, of Swift's engine.
final class RegexTest: TextFunction {
    private struct Compiled: @unchecked Sendable {
        /// Used by one thread at a time: see `idle`.
        let regex: Regex<AnyRegexOutput>
    }

    private let pattern: String
    private let ignoresCase: Bool
    /// Compiled expressions that no thread is using.
    private let idle: Locked<[Compiled]>
    var resultType: DataType { .bool }

    init(_ pattern: String, ignoresCase: Bool) throws(SwiftwaterError) {
        self.pattern = pattern
        self.ignoresCase = ignoresCase
        idle = Locked([try Self.compile(pattern, ignoresCase)])
    }

    private static func compile(_ pattern: String, _ ignoresCase: Bool) throws(SwiftwaterError) -> Compiled {
        do {
            let regex = try Regex(pattern).matchingSemantics(.unicodeScalar).ignoresCase(ignoresCase)
            return Compiled(regex: regex)
        } catch {
            throw SwiftwaterError(
                .usage, "'\(pattern)' is no regular expression: \(error)",
                hint: "to find the text as it stands, write regex=False")
        }
    }

    func apply(_ column: Column) throws(SwiftwaterError) -> Column {
        let compiled: Compiled
        if let free = idle.withLock({ $0.popLast() }) {
            compiled = free
        } else {
            compiled = try Self.compile(pattern, ignoresCase)
        }
        defer { idle.withLock { $0.append(compiled) } }
        let (offsets, bytes) = column.variable
        var failure: (any Error)?
        let bits = withExtendedLifetime(column) {
            bitmap(count: column.count) { row in
                if failure != nil || column.isNull(row) { return false }
                let start = Int(offsets[row])
                let text = String(
                    decoding: UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start),
                    as: UTF8.self)
                do { return try compiled.regex.firstMatch(in: text) != nil } catch {
                    failure = error
                    return false
                }
            }
        }
        if let failure { throw SwiftwaterError(.data, "the regular expression '\(pattern)' failed: \(failure)") }
        return Column(
            type: .bool, count: column.count, validity: column.validity, nullCount: column.nullCount,
            storage: .bits(bits))
    }

    /// Whether `pattern` means more than its own characters.
    static func isRegex(_ pattern: String) -> Bool { pattern.contains { #".^$*+?{}[]\|()"#.contains($0) } }
}
