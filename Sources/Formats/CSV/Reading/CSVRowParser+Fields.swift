import CSwiftwater
import Columnar

/// Fields that are not in their type's usual form.
extension CSVRowParser {
    /// A field's text.
    struct Field {
        var start: UnsafePointer<UInt8>
        var count: Int
        var isQuoted: Bool
        /// The delimiter or the line break behind the field.
        var end: UnsafePointer<UInt8>
    }

    /// Reads the field at `p`. Returns where it ends, or nil when the row is none; `failure` says why then.
    @inline(never)
    func parseRare(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ slot: UnsafeMutablePointer<CSVSlot>, row: Int
    ) throws(SwiftwaterError) -> UnsafePointer<UInt8>? {
        guard let field = field(p, end) else { return nil }
        if slot.pointee.kind == .skip { return field.end }
        let isText = slot.pointee.kind == .dictionaryString || slot.pointee.kind == .plainString
        let isMissing =
            field.isQuoted
            ? !isText && !(slot.pointee.kind == .null && slot.pointee.isInferred)
                && (field.count == 0
                    ? slot.pointee.kind != .binary : missing.contains(field.start, field.count))
            : missing.contains(field.start, field.count)
        if isMissing {
            slot.pointee.setNull(row)
            if slot.pointee.kind == .plainString || slot.pointee.kind == .binary {
                let offsets = slot.pointee.values.assumingMemoryBound(to: Int32.self)
                offsets[row + 1] = offsets[row]
            } else if slot.pointee.kind == .bool {
                slot.pointee.store(UInt8(0), row)
            } else if slot.pointee.kind == .dictionaryString {
                slot.pointee.store(Int32(0), row)
            } else {
                storeZero(slot, row)
            }
            return field.end
        }
        if isText { return try string(field, slot, row, at: p) ? field.end : nil }
        let (start, count) = CSVText.trimmed(field.start, field.count)
        if try store(start, count, slot, row) { return field.end }
        if failure == nil {
            let text = String(
                decoding: UnsafeBufferPointer(start: field.start, count: min(field.count, 60)), as: UTF8.self)
            let shown = field.count > 60 ? "\(text)…" : text
            failure = ("'\(shown)' is no \(typeName(slot))\(columnName(slot))", p, slot.pointee.isInferred)
        }
        return nil
    }

    private func column(_ slot: UnsafeMutablePointer<CSVSlot>) -> CSVColumn { columns[slot - slots] }

    private func typeName(_ slot: UnsafeMutablePointer<CSVSlot>) -> String { "\(column(slot).type)" }

    private func columnName(_ slot: UnsafeMutablePointer<CSVSlot>) -> String { " (column '\(column(slot).name)')" }

    private func storeZero(_ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int) {
        switch slot.pointee.kind {
        case .int8, .uint8: slot.pointee.store(UInt8(0), row)
        case .int16, .uint16: slot.pointee.store(UInt16(0), row)
        case .int32, .uint32, .float32, .date: slot.pointee.store(UInt32(0), row)
        case .int64, .uint64, .float64, .timestamp, .duration: slot.pointee.store(UInt64(0), row)
        default: break
        }
    }

    /// The text of the field at `p`; nil when its quotes are wrong.
    func field(_ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Field? {
        guard let quote, p.pointee == quote else {
            let stop = Self.plainEnd(p, delimiter)
            let isReturn = stop > p && stop.pointee == 0x0A && stop[-1] == 0x0D
            let last = isReturn ? stop - 1 : stop
            return Field(start: p, count: last - p, isQuoted: false, end: last)
        }
        let start = p + 1
        var q = start
        var pieceStart = start
        var isDoubled = false
        var lines = 0
        while q < end {
            let mask = sw_equal_any3(q, quote, 0x0A, 0x0A)
            if mask == 0 {
                q += 16
                continue
            }
            q += mask.trailingZeroBitCount
            if q >= end { break }
            if q.pointee == 0x0A {
                lines += 1
                q += 1
            } else if q + 1 < end, q[1] == quote {
                if !isDoubled { scratch.removeAll(keepingCapacity: true) }
                isDoubled = true
                scratch.append(contentsOf: UnsafeBufferPointer(start: pieceStart, count: q + 1 - pieceStart))
                q += 2
                pieceStart = q
            } else {
                return closed(start, pieceStart, q, isDoubled: isDoubled, lines: lines)
            }
        }
        failure = ("a quoted field is not closed", p, false)
        return nil
    }

    /// A quoted field whose closing quote is at `q`.
    private func closed(
        _ start: UnsafePointer<UInt8>, _ pieceStart: UnsafePointer<UInt8>, _ q: UnsafePointer<UInt8>, isDoubled: Bool,
        lines: Int
    ) -> Field? {
        let stop = q + 1
        guard stop.pointee == delimiter || stop.pointee == 0x0A || (stop.pointee == 0x0D && stop[1] == 0x0A) else {
            let field = lines > 0 ? " of a field that began \(lines) line\(lines == 1 ? "" : "s") before" : ""
            failure = ("there is text after a closing quote\(field)", stop, false)
            return nil
        }
        embeddedLines += lines
        guard isDoubled else { return Field(start: start, count: q - start, isQuoted: true, end: stop) }
        scratch.append(contentsOf: UnsafeBufferPointer(start: pieceStart, count: q - pieceStart))
        let count = scratch.count
        // Parsers read whole words past the end.
        scratch.append(contentsOf: repeatElement(0, count: InputBlock.padding))
        // The array is not touched until the field has been stored.
        let copied = scratch.withUnsafeBufferPointer { $0.baseAddress }
        return Field(start: copied ?? start, count: count, isQuoted: true, end: stop)
    }

    private func string(
        _ field: Field, _ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int, at p: UnsafePointer<UInt8>
    ) throws(SwiftwaterError) -> Bool {
        if !isValidUTF8, !UTF8Check.isValid(field.start, field.count) {
            failure = ("the text is not UTF-8\(columnName(slot))", p, false)
            return false
        }
        if slot.pointee.kind == .dictionaryString {
            if let code = column(slot).intern(field.start, field.count) {
                slot.pointee.store(code, row)
                return true
            }
            column(slot).becomePlain(slot, rows: row)
        }
        return try append(field.start, field.count, slot, row)
    }

    private func append(
        _ start: UnsafePointer<UInt8>, _ count: Int, _ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int
    ) throws(SwiftwaterError) -> Bool {
        let used = Int(slot.pointee.values.assumingMemoryBound(to: Int32.self)[row])
        guard used + count <= Int(Int32.max) else {
            throw SwiftwaterError(.data, "a block's strings exceed 2 GiB", hint: "read with smaller blocks")
        }
        if used + count > slot.pointee.bytesCapacity {
            column(slot).growBytes(slot, to: used + count, used: used)
        }
        (slot.pointee.bytes + used).update(from: start, count: count)
        slot.pointee.store(Int32(used + count), row + 1)
        return true
    }

    /// Stores the value that the text spells; false when it spells none of the slot's type.
    private func store(
        _ start: UnsafePointer<UInt8>, _ count: Int, _ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int
    ) throws(SwiftwaterError) -> Bool {
        if slot.pointee.isInferred, !column(slot).holds(CSVTypes.of(start, count)) { return false }
        switch slot.pointee.kind {
        case .skip, .null, .dictionaryString, .plainString: return false
        case .bool:
            if let value = CSVText.bool(start, count) {
                slot.pointee.store(value ? UInt8(1) : 0, row)
                return true
            }
            guard count == 1, start.pointee == UInt8(ascii: "0") || start.pointee == UInt8(ascii: "1") else {
                return false
            }
            slot.pointee.store(start.pointee & 1, row)
            return true
        case .int8: return integer(Int8.self, start, count, slot, row)
        case .int16: return integer(Int16.self, start, count, slot, row)
        case .int32: return integer(Int32.self, start, count, slot, row)
        case .int64: return integer(Int64.self, start, count, slot, row)
        case .uint8: return integer(UInt8.self, start, count, slot, row)
        case .uint16: return integer(UInt16.self, start, count, slot, row)
        case .uint32: return integer(UInt32.self, start, count, slot, row)
        case .uint64:
            var value: UInt64 = 0
            var after = start
            guard NumberParsing.uint64(start, grammar: .csv, into: &value, end: &after) == .value,
                after == start + count
            else { return false }
            slot.pointee.store(value, row)
            return true
        case .float32, .float64:
            guard let value = double(start, count) else { return false }
            if slot.pointee.kind == .float32 {
                slot.pointee.store(Float(value), row)
            } else {
                slot.pointee.store(value, row)
            }
            return true
        case .binary:
            guard let bytes = Base64.decode(UnsafeBufferPointer(start: start, count: count)) else { return false }
            return try bytes.withUnsafeBufferPointer { buffer in
                Result { () throws(SwiftwaterError) in
                    try append(buffer.baseAddress ?? start, buffer.count, slot, row)
                }
            }.get()
        case .date:
            guard let days = ISO8601.date(start, count) else { return false }
            slot.pointee.store(days, row)
            return true
        case .timestamp, .duration:
            var value: Int64 = 0
            var after = start
            if NumberParsing.anyInt64(start, grammar: .csv, into: &value, end: &after) == .value,
                after == start + count
            {
                slot.pointee.store(value, row)
                return true
            }
            let parsed =
                slot.pointee.kind == .timestamp
                ? ISO8601.timestamp(start, count, unit: slot.pointee.unit)
                : ISO8601.duration(start, count, unit: slot.pointee.unit)
            guard let parsed else { return false }
            slot.pointee.store(parsed, row)
            return true
        }
    }

    private func integer<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type, _ start: UnsafePointer<UInt8>, _ count: Int, _ slot: UnsafeMutablePointer<CSVSlot>, _ row: Int
    ) -> Bool {
        var value: Int64 = 0
        var after = start
        guard count > 0, NumberParsing.anyInt64(start, grammar: .csv, into: &value, end: &after) == .value,
            after == start + count, let narrow = T(exactly: value)
        else { return false }
        slot.pointee.store(narrow, row)
        return true
    }

    private func double(_ start: UnsafePointer<UInt8>, _ count: Int) -> Double? {
        guard count > 0 else { return nil }
        var value = 0.0
        if NumberParsing.anyDouble(start, grammar: .csv, into: &value) == start + count {
            return value.isFinite ? value : nil
        }
        return CSVText.infinity(start, count)
    }

    /// Notes a row with more fields than expected.
    @inline(never)
    func failTooLong(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, at place: UnsafePointer<UInt8>) {
        var count = fieldCount
        var p = place
        while true {
            count += 1
            guard let field = field(p, end) else { return }
            if field.end.pointee != delimiter { break }
            p = field.end + 1
        }
        failure = ("the row has \(count) fields; \(fieldCount) are expected", place, false)
    }

    /// Whether the row at `start` has the right number of fields and right quotes; `failure` says what it has not.
    func isWhole(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        var p = start
        for index in 1...max(fieldCount, 1) {
            guard let field = field(p, end) else { return false }
            let isLast = field.end.pointee != delimiter
            if isLast, index < fieldCount {
                failTooShort(index, at: field.end)
                return false
            }
            p = field.end + 1
            if !isLast, index >= fieldCount {
                failTooLong(start, end, at: p)
                return false
            }
        }
        return true
    }

    func failTooShort(_ count: Int, at place: UnsafePointer<UInt8>) {
        failure = ("the row has \(count) fields; \(fieldCount) are expected", place, false)
    }
}

extension CSVColumn {
    /// Whether a value of these kinds fits the inferred type without loss.
    func holds(_ kinds: CSVTypes) -> Bool {
        switch type {
        case .bool: kinds == .bool
        case .int64: kinds.contains(.integer) && !kinds.contains(.large)
        case .uint64: kinds.contains(.integer) && !kinds.contains(.negative)
        case .float64: !kinds.contains(.inexact) && (kinds.contains(.float) || kinds.contains(.integer))
        case .string: true
        default: false
        }
    }
}

/// UTF-8 of a piece of text that ends anywhere.
enum UTF8Check {
    static func isValid(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var index = 0
        while index < count {
            if count - index >= 16 {
                let mask = sw_non_ascii(start + index)
                if mask == 0 {
                    index += 16
                    continue
                }
                index += mask.trailingZeroBitCount
            }
            if start[index] < 0x80 {
                index += 1
                continue
            }
            let length = UTF8Sequence.length(start + index)
            if length == 0 || length > count - index { return false }
            index += length
        }
        return true
    }
}
