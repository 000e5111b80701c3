/// The members of the line before: inference passes over a line with the same keys in the same order without looking
/// them up. What it does not expect it leaves to the general way.
struct JSONLineLayout {
    /// What a member's values have been.
    private struct Kinds: OptionSet, BitwiseCopyable {
        let rawValue: UInt8
        static let bool = Kinds(rawValue: 1)
        static let integer = Kinds(rawValue: 2)
        static let negativeInteger = Kinds(rawValue: 4)
        static let float = Kinds(rawValue: 8)
        static let string = Kinds(rawValue: 16)
    }

    private struct Member: BitwiseCopyable {
        /// Where its key begins in `keys`, and how many bytes it has with its quotes.
        var start: Int
        var count: Int
        /// What its type knows already.
        var noted: Kinds = []
        /// What its value is on the line at hand.
        var found: Kinds = []
    }

    private var root = JSONType()
    private var keys: [UInt8] = []
    private var members: [Member] = []
    private var types: [JSONType] = []
    private var hits = 0
    private var misses = 0

    /// The next lines are noted in `root`.
    mutating func begin(_ root: JSONType) {
        if root === self.root { return }
        self.root = root
        members.removeAll(keepingCapacity: true)
    }

    /// Expects the members of the valid object at `start`, which have been noted, in the next lines.
    mutating func learn(_ start: UnsafePointer<UInt8>, _ context: JSONContext) {
        misses += 1
        keys.removeAll(keepingCapacity: true)
        members.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        // Lines whose keys come in another order each time are not worth it.
        guard misses < 32 || misses < hits else { return }
        var p = JSONText.skipSpaces(start + 1)
        while p.pointee == UInt8(ascii: "\"") {
            let end = JSONText.plainStringEnd(p + 1)
            guard end.pointee == UInt8(ascii: "\"") else { return members.removeAll() }
            let name = String(decoding: UnsafeBufferPointer(start: p + 1, count: end - p - 1), as: UTF8.self)
            members.append(Member(start: keys.count, count: end + 1 - p))
            types.append(root.member(name))
            keys.append(contentsOf: UnsafeBufferPointer(start: p, count: end + 1 - p))
            p = JSONText.skipSpaces(JSONText.skipSpaces(end + 1) + 1)
            guard let after = JSONText.skipValue(p, depth: 0, context) else { return members.removeAll() }
            p = JSONText.skipSpaces(after)
            if p.pointee == UInt8(ascii: ",") { p = JSONText.skipSpaces(p + 1) }
        }
        // Keys are compared by whole words.
        keys.append(contentsOf: repeatElement(0, count: 8))
    }

    /// Notes the types of a line that is an object with the expected members, all of them plain values, and returns the
    /// start of the next line; nil for any other line, of which nothing is noted.
    ///
    /// - Parameter end: where the lines end.
    mutating func passLine(_ start: UnsafePointer<UInt8>, before end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        guard !members.isEmpty, start.pointee == UInt8(ascii: "{") else { return nil }
        let after = keys.withUnsafeBufferPointer { keys in
            members.withUnsafeMutableBufferPointer { members in
                keys.baseAddress.flatMap { Self.pass(start, before: end, members, $0) }
            }
        }
        guard let after else { return nil }
        hits += 1
        for index in members.indices where !members[index].noted.isSuperset(of: members[index].found) { note(index) }
        return after
    }

    private static func pass(
        _ start: UnsafePointer<UInt8>, before end: UnsafePointer<UInt8>, _ members: UnsafeMutableBufferPointer<Member>,
        _ keys: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        var p = JSONText.skipSpaces(start + 1)
        let last = members.count - 1
        for index in 0...last {
            let count = members[index].count
            guard end - p > count, isSame(keys + members[index].start, p, count) else { return nil }
            p = JSONText.skipSpaces(p + count)
            guard p.pointee == UInt8(ascii: ":") else { return nil }
            p = JSONText.skipSpaces(p + 1)
            guard let (kind, after) = plainValue(p) else { return nil }
            members[index].found = kind
            p = JSONText.skipSpaces(after)
            guard p.pointee == (index == last ? UInt8(ascii: "}") : UInt8(ascii: ",")) else { return nil }
            p = JSONText.skipSpaces(p + 1)
        }
        return p.pointee == 0x0A ? p + 1 : nil
    }

    /// Whether `count` bytes are the same; eight more may be read on both sides.
    @inline(__always)
    private static func isSame(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var place = 0
        while place < count {
            let difference =
                UnsafeRawPointer(a + place).loadUnaligned(as: UInt64.self).littleEndian
                ^ UnsafeRawPointer(b + place).loadUnaligned(as: UInt64.self).littleEndian
            let left = count - place
            if (left >= 8 ? difference : difference << UInt64(64 - left * 8)) != 0 { return false }
            place += 8
        }
        return true
    }

    private mutating func note(_ index: Int) {
        let type = types[index]
        switch members[index].found {
        case .bool: type.addBool()
        case .integer: type.addInteger(negative: false, magnitude: 0)
        case .negativeInteger: type.addInteger(negative: true, magnitude: 0)
        case .float: type.addFloat(isFinite: true)
        case .string: type.addString()
        default: break
        }
        members[index].noted.formUnion(members[index].found)
    }

    /// The kind of the value at `p`, none for `null`, and its end; nil for what needs a closer look.
    @inline(__always)
    private static func plainValue(_ p: UnsafePointer<UInt8>) -> (Kinds, UnsafePointer<UInt8>)? {
        switch p.pointee {
        case UInt8(ascii: "\""):
            let end = JSONText.plainStringEnd(p + 1)
            return end.pointee == UInt8(ascii: "\"") ? (.string, end + 1) : nil
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return plainNumber(p)
        default:
            guard let end = JSONText.literal(p) else { return nil }
            return (JSONText.isNull(p) ? [] : .bool, end)
        }
    }

    /// A number without an exponent, in so few digits that it is an int64 or a finite float.
    @inline(__always)
    private static func plainNumber(_ p: UnsafePointer<UInt8>) -> (Kinds, UnsafePointer<UInt8>)? {
        let isNegative = p.pointee == UInt8(ascii: "-")
        let integer = isNegative ? p + 1 : p
        var end = JSONText.skipDigits(integer)
        let digits = end - integer
        guard digits > 0, digits == 1 || integer.pointee != UInt8(ascii: "0"), digits <= 18 else { return nil }
        var kind: Kinds = isNegative ? .negativeInteger : .integer
        if end.pointee == UInt8(ascii: ".") {
            let fraction = end + 1
            end = JSONText.skipDigits(fraction)
            guard end > fraction else { return nil }
            kind = .float
        }
        return end.pointee | 0x20 == UInt8(ascii: "e") ? nil : (kind, end)
    }
}
