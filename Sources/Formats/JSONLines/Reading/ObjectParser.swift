import Columnar

/// Parses objects of one shape straight into columns: the heart of the JSON Lines reader.
///
/// It expects each key to be the one that followed the same key last time, and compares its bytes at once; a hit also
/// validates them. A miss takes the general path in `ObjectParser+Keys.swift`. Speculation never changes a result.
///
/// The schema drives it: a value is parsed by the parser of its column's type, straight into the column's memory.
final class ObjectParser {
    /// Slot 0 stands before the first key; slots 1... are the schema's keys; then keys met that nobody asked for.
    let slots: UnsafeMutablePointer<ColumnSlot>
    let slotCapacity: Int
    var slotCount: Int
    /// Keys by their text.
    var keyIndex: KeyIndex
    /// The memory of each slot that makes a column; nil for those that are skipped.
    let targets: UnsafeMutablePointer<ColumnTarget?>
    /// The slots that make columns, in the order of the result.
    let wanted: [Int]
    let wantedCount: Int
    let context: JSONContext
    let depth: Int
    /// A key outside the schema fails the line, so that the schema can be widened.
    var refusesNewKeys = false

    /// - Parameter wanted: the columns to make, in order; all when nil. The schema's other columns are validated only.
    init(schema: Schema, wanted names: [String]?, capacity: Int, context: JSONContext, depth: Int) {
        self.context = context
        self.depth = depth
        slotCapacity = schema.count + 1 + Self.learnedKeys
        slots = .allocate(capacity: slotCapacity)
        targets = .allocate(capacity: slotCapacity)
        targets.initialize(repeating: nil, count: slotCapacity)
        keyIndex = KeyIndex()
        slotCount = 0
        wanted = (names ?? schema.names).compactMap { name in schema.index(of: name).map { $0 + 1 } }
        wantedCount = wanted.count
        _ = addSlot(key: "")
        for field in schema.fields { _ = addSlot(key: field.name) }
        for index in 0..<slotCount { slots[index].next = Int32(min(index + 1, slotCount - 1)) }
        for index in wanted {
            let field = schema[index - 1]
            let target = ColumnTarget(
                name: field.name, type: field.type, capacity: capacity, context: context, depth: depth)
            targets[index] = target
            slots[index].kind = target.kind
        }
    }

    /// Keys outside the schema that are remembered, so that they too are expected.
    private static let learnedKeys = 256

    deinit {
        for index in 0..<slotCount { slots[index].key.deallocate() }
        targets.deinitialize(count: slotCapacity)
        targets.deallocate()
        slots.deallocate()
    }

    /// Prepares all columns for a batch of up to `rows` rows.
    func begin(rows: Int) {
        for index in wanted { targets[index]?.begin(slots + index, rows: rows) }
    }

    /// Makes room for `row` in all columns.
    func ensure(row: Int) {
        for index in wanted { targets[index]?.ensure(slots + index, row: row) }
    }

    func finishColumns(rows: Int) -> [Column] {
        wanted.compactMap { targets[$0]?.finish(slots + $0, rows: rows) }
    }

    /// Forgets what a failed line or a repeated key wrote to `row` and the rows after it.
    func reset(fromRow row: Int) {
        for index in wanted {
            let slot = slots + index
            slot.pointee.lastRow = -1
            guard let target = targets[index] else { continue }
            if slot.pointee.hasNulls {
                for later in row..<max(target.capacity, row) { ColumnSlot.setValid(slot, later) }
            }
            target.object?.reset(fromRow: row)
            if slot.pointee.kind == .list {
                target.elements?.reset(fromRow: Int(slot.pointee.values.assumingMemoryBound(to: Int32.self)[row]))
            }
        }
    }

    /// Parses the object at `start` into `row`. Returns the first byte after it, or nil with the failure noted.
    func parseObject(_ start: UnsafePointer<UInt8>, row: Int) -> UnsafePointer<UInt8>? {
        guard start.pointee == UInt8(ascii: "{") else { return context.fail(at: start, .expectedObject) }
        var p = start + 1
        var filled = 0
        var previous = slots
        while true {
            var slot = slots + Int(previous.pointee.next)
            if ColumnSlot.matches(slot, p) {
                p += slot.pointee.keyLength
                if p.pointee <= 0x20 { p = JSONText.skipSpaces(p) }
            } else {
                switch findKey(p, after: previous, expected: slot) {
                case .key(let found, let value):
                    slot = found
                    p = value
                case .unknown(let value):
                    guard let after = JSONText.skipValue(value, depth: depth + 1, context) else { return nil }
                    p = JSONText.skipSpaces(after)
                    if p.pointee == UInt8(ascii: ",") {
                        p += 1
                        continue
                    }
                    guard p.pointee == UInt8(ascii: "}") else { return context.fail(at: p, .expectedCommaOrBrace) }
                    return finishRow(p + 1, row, filled)
                case .end(let after):
                    // Only an empty object may end where a key could stand.
                    guard JSONText.skipSpaces(start + 1) + 1 == after else {
                        return context.fail(at: after - 1, .expectedKey)
                    }
                    return finishRow(after, row, filled)
                case .failed:
                    return nil
                }
            }
            if slot.pointee.lastRow != Int32(truncatingIfNeeded: row) {
                slot.pointee.lastRow = Int32(truncatingIfNeeded: row)
                if slot.pointee.kind != .skip { filled &+= 1 }
            } else {
                prepareRepeat(slot, row)
            }
            guard let after = parseValue(slot, p, row) else { return nil }
            p = after
            previous = slot
            if p.pointee == UInt8(ascii: ",") {
                p += 1
                continue
            }
            if p.pointee != UInt8(ascii: "}") {
                p = JSONText.skipSpaces(p)
                if p.pointee == UInt8(ascii: ",") {
                    p += 1
                    continue
                }
                guard p.pointee == UInt8(ascii: "}") else { return context.fail(at: p, .expectedCommaOrBrace) }
            }
            return finishRow(p + 1, row, filled)
        }
    }

    @inline(__always)
    private func finishRow(_ end: UnsafePointer<UInt8>, _ row: Int, _ filled: Int) -> UnsafePointer<UInt8> {
        if filled != wantedCount { fillMissing(row) }
        return end
    }

    /// Marks the columns that the object did not have as missing.
    @inline(never)
    private func fillMissing(_ row: Int) {
        for index in wanted where slots[index].lastRow != Int32(truncatingIfNeeded: row) {
            setMissing(slots + index, row)
        }
    }

    /// Marks all columns as missing: the object itself is.
    func setAllMissing(_ row: Int) {
        for index in wanted { setMissing(slots + index, row) }
    }

    /// Parses the elements of the array at `start` into rows from `first` on.
    /// Returns the first byte after it and the row after the last element, or nil with the failure noted.
    func parseArray(_ start: UnsafePointer<UInt8>, first: Int) -> (after: UnsafePointer<UInt8>, end: Int)? {
        guard depth < JSONText.maximumDepth else {
            _ = context.fail(at: start, .tooDeep)
            return nil
        }
        let slot = slots + 1
        var p = JSONText.skipSpaces(start + 1)
        var row = first
        if p.pointee == UInt8(ascii: "]") { return (p + 1, row) }
        while true {
            targets[1]?.ensure(slot, row: row)
            guard let after = parseValue(slot, p, row) else { return nil }
            row += 1
            p = JSONText.skipSpaces(after)
            if p.pointee == UInt8(ascii: ",") {
                p = JSONText.skipSpaces(p + 1)
            } else if p.pointee == UInt8(ascii: "]") {
                return (p + 1, row)
            } else {
                _ = context.fail(at: p, .expectedCommaOrBracket)
                return nil
            }
        }
    }
}
