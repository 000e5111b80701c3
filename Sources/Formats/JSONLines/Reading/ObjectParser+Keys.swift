import Columnar

/// Finding a key that is not the expected one: another order, a missing or unknown key, escapes, white space.
extension ObjectParser {
    enum FoundKey {
        /// A slot and the first byte of its value.
        case key(UnsafeMutablePointer<ColumnSlot>, UnsafePointer<UInt8>)
        /// A key without a slot, and the first byte of its value.
        case unknown(UnsafePointer<UInt8>)
        /// The object's end: the first byte after its brace.
        case end(UnsafePointer<UInt8>)
        /// The failure is noted.
        case failed
    }

    /// Reads the key at `start`, which is not `expected` or stands after white space.
    @inline(never)
    func findKey(
        _ start: UnsafePointer<UInt8>, after previous: UnsafeMutablePointer<ColumnSlot>,
        expected: UnsafeMutablePointer<ColumnSlot>
    ) -> FoundKey {
        let p = JSONText.skipSpaces(start)
        if p != start, ColumnSlot.matches(expected, p) {
            return .key(expected, JSONText.skipSpaces(p + expected.pointee.keyLength))
        }
        guard p.pointee == UInt8(ascii: "\"") else {
            if p.pointee == UInt8(ascii: "}") { return .end(p + 1) }
            _ = context.fail(at: p, .expectedKey)
            return .failed
        }
        // A key that was left out: the one after it is here.
        let second = slots + Int(expected.pointee.next)
        if second != expected, ColumnSlot.matches(second, p) {
            return .key(second, JSONText.skipSpaces(p + second.pointee.keyLength))
        }
        var text = p + 1
        var q = JSONText.plainStringEnd(text)
        var count = q - text
        if q.pointee == UInt8(ascii: "\"") {
            q += 1
        } else {
            guard let string = context.string(from: text) else { return .failed }
            text = string.bytes
            count = string.count
            q = string.after
        }
        var found = keyIndex.slot(text, count, slots)
        if found == nil {
            if refusesNewKeys {
                _ = context.fail(at: p, .newKey)
                return .failed
            }
            if slotCount < slotCapacity {
                found = addSlot(key: String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
            }
        }
        q = JSONText.skipSpaces(q)
        guard q.pointee == UInt8(ascii: ":") else {
            _ = context.fail(at: q, .expectedColon)
            return .failed
        }
        q = JSONText.skipSpaces(q + 1)
        guard let found else { return .unknown(q) }
        previous.pointee.next = Int32(found)
        return .key(slots + found, q)
    }

    /// Adds a slot whose values are skipped until it gets a target. Returns its index.
    func addSlot(key: String) -> Int {
        let name = Array(key.utf8)
        let count = name.count
        let length = count + 3
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 64 + length)
        bytes.initialize(repeating: 0, count: 64 + length)
        let text = [UInt8(ascii: "\"")] + name + [UInt8(ascii: "\""), UInt8(ascii: ":")]
        for index in 0..<length {
            bytes[index < 32 ? index : index + 32] = text[index]
            if index < 32 { bytes[index + 32] = 0xFF }
        }
        let isPlain = !name.contains { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
        if slotCount == 0 || !isPlain {
            // Its text in a line has escapes: nothing may match, and the general path finds it.
            bytes[32] = 0
        }
        var slot = ColumnSlot(
            key: bytes, keyLength: length, kind: .skip, values: UnsafeMutableRawPointer(bytes), validity: bytes)
        let index = slotCount
        slot.next = Int32(index)
        (slots + index).initialize(to: slot)
        slotCount += 1
        if index > 0 { keyIndex.insert(index, slots) }
        return index
    }
}

/// The slots by their keys' text: open addressing.
struct KeyIndex {
    private var table = [Int32](repeating: 0, count: 64)
    private var count = 0

    /// The slot of the key with these (unescaped) bytes, or nil.
    func slot(_ text: UnsafePointer<UInt8>, _ length: Int, _ slots: UnsafeMutablePointer<ColumnSlot>) -> Int? {
        var place = Self.hash(text, length) & (table.count - 1)
        while table[place] != 0 {
            let slot = slots + Int(table[place])
            if slot.pointee.keyLength == length + 3 {
                var index = 0
                while index < length, slot.pointee.byte(index + 1) == text[index] { index += 1 }
                if index == length { return Int(table[place]) }
            }
            place = (place + 1) & (table.count - 1)
        }
        return nil
    }

    mutating func insert(_ index: Int, _ slots: UnsafeMutablePointer<ColumnSlot>) {
        count += 1
        if count * 4 > table.count {
            let old = table
            table = [Int32](repeating: 0, count: old.count * 4)
            for known in old where known != 0 { place(known, slots) }
        }
        place(Int32(index), slots)
    }

    private mutating func place(_ index: Int32, _ slots: UnsafeMutablePointer<ColumnSlot>) {
        let slot = slots + Int(index)
        let text = (1..<(slot.pointee.keyLength - 2)).map { slot.pointee.byte($0) } + [UInt8](repeating: 0, count: 8)
        var place = text.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { Self.hash($0, slot.pointee.keyLength - 3) & (table.count - 1) } ?? 0
        }
        while table[place] != 0 { place = (place + 1) & (table.count - 1) }
        table[place] = index
    }

    /// From the length and the first and last eight bytes, which tell the keys of an object apart.
    private static func hash(_ text: UnsafePointer<UInt8>, _ length: Int) -> Int {
        var hash = UInt64(truncatingIfNeeded: length)
        if length >= 8 {
            hash ^= Digits.word(text) &* 0xFF51_AFD7_ED55_8CCD
            hash = (hash ^ hash >> 32 ^ Digits.word(text + (length - 8))) &* 0x9E37_79B9_7F4A_7C15
        } else {
            let word = length == 0 ? 0 : Digits.word(text) << UInt64((8 - length) * 8)
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        }
        return Int(truncatingIfNeeded: hash >> 40)
    }
}
