import Columnar

/// Walks over lines and notes what types their values have.
final class JSONTypeScanner {
    private let context = JSONContext()
    private var layout = JSONLineLayout()
    /// Of the lines that were scanned.
    private(set) var fewestKeys = Int.max

    /// Adds the block's lines to `root`, the type of the whole object.
    func scan(_ block: InputBlock, into root: JSONType) {
        var layout = self.layout
        defer { self.layout = layout }
        layout.begin(root)
        let end = UnsafePointer(block.base) + block.rows.upperBound
        var p = UnsafePointer(block.base) + block.rows.lowerBound
        if block.startsFile, end - p >= 3, p[0] == 0xEF, p[1] == 0xBB, p[2] == 0xBF { p += 3 }
        while p < end {
            let start = JSONText.skipSpaces(p)
            if let after = layout.passLine(start, before: end) {
                p = after
                continue
            }
            // A line counts only when all of it is valid.
            if start.pointee == UInt8(ascii: "{"), let after = JSONText.skipValue(start, depth: 0, context) {
                let rest = JSONText.skipSpaces(after)
                if rest.pointee == 0x0A {
                    fewestKeys = min(fewestKeys, object(start, root).keys)
                    layout.learn(start, context)
                    p = rest + 1
                    continue
                }
            }
            context.clear()
            p = start
            while p < end, p.pointee != 0x0A { p += 1 }
            p += 1
        }
    }

    /// Notes the type of the valid value at `p`; returns the first byte after it.
    private func value(_ p: UnsafePointer<UInt8>, _ type: JSONType) -> UnsafePointer<UInt8> {
        switch p.pointee {
        case UInt8(ascii: "\""):
            type.addString()
        case UInt8(ascii: "{"):
            type.addObject()
            return object(p, type).after
        case UInt8(ascii: "["):
            return array(p, type.addList())
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            type.addBool()
        case UInt8(ascii: "n"):
            break
        default:
            number(p, type)
        }
        return JSONText.skipValue(p, depth: 0, context) ?? p + 1
    }

    private func number(_ p: UnsafePointer<UInt8>, _ type: JSONType) {
        guard let (decimal, _) = Decimal.parse(p, grammar: .json) else { return }
        if decimal.isInteger {
            var magnitude: UInt64 = 0
            var end = p
            let digits = decimal.negative ? p + 1 : p
            let fits = NumberParsing.uint64(digits, into: &magnitude, end: &end) == .value
            type.addInteger(negative: decimal.negative, magnitude: fits ? magnitude : nil)
        } else {
            var value = 0.0
            _ = NumberParsing.anyDouble(p, into: &value)
            type.addFloat(isFinite: value.isFinite)
        }
    }

    private func object(
        _ start: UnsafePointer<UInt8>, _ type: JSONType
    ) -> (after: UnsafePointer<UInt8>, keys: Int) {
        var keys = 0
        var p = JSONText.skipSpaces(start + 1)
        while p.pointee == UInt8(ascii: "\"") {
            guard let key = context.string(from: p + 1) else { return (p + 1, keys) }
            keys += 1
            let name = String(decoding: UnsafeBufferPointer(start: key.bytes, count: key.count), as: UTF8.self)
            p = JSONText.skipSpaces(JSONText.skipSpaces(key.after) + 1)
            p = JSONText.skipSpaces(value(p, type.member(name)))
            if p.pointee == UInt8(ascii: ",") { p = JSONText.skipSpaces(p + 1) }
        }
        return (p + 1, keys)
    }

    private func array(_ start: UnsafePointer<UInt8>, _ type: JSONType) -> UnsafePointer<UInt8> {
        var p = JSONText.skipSpaces(start + 1)
        while p.pointee != UInt8(ascii: "]") {
            p = JSONText.skipSpaces(value(p, type))
            if p.pointee == UInt8(ascii: ",") { p = JSONText.skipSpaces(p + 1) }
        }
        return p + 1
    }
}
