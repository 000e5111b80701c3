import Columnar

/// Parsing one value by its column's type.
extension ObjectParser {
    /// Parses the value at `p` into `row` of the slot's column. Returns the first byte after it, or nil with the
    /// failure noted.
    @inline(__always)
    func parseValue(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>, _ row: Int
    ) -> UnsafePointer<UInt8>? {
        switch slot.pointee.kind {
        case .float64:
            var value = 0.0
            if let after = NumberParsing.double(p, into: &value) {
                slot.pointee.values.assumingMemoryBound(to: Double.self)[row] = value
                return after
            }
        case .bool:
            let word = Digits.word(p)
            if UInt32(truncatingIfNeeded: word) == 0x6575_7274 {
                slot.pointee.values.assumingMemoryBound(to: UInt8.self)[row] = 1
                return p + 4
            }
            if word & 0xFF_FFFF_FFFF == 0x65_736C_6166 {
                slot.pointee.values.assumingMemoryBound(to: UInt8.self)[row] = 0
                return p + 5
            }
        case .dictionaryString:
            if p.pointee == UInt8(ascii: "\"") {
                let end = JSONText.plainStringEnd(p + 1)
                if end.pointee == UInt8(ascii: "\"") {
                    let code = StringInterner.find(slot.pointee.interned.unsafelyUnwrapped, p + 1, end - p - 1)
                    if code >= 0 {
                        slot.pointee.values.assumingMemoryBound(to: Int32.self)[row] = code
                        return end + 1
                    }
                }
            }
        case .plainString:
            if p.pointee == UInt8(ascii: "\"") {
                let end = JSONText.plainStringEnd(p + 1)
                if end.pointee == UInt8(ascii: "\""),
                    targets[slot - slots].unsafelyUnwrapped.append(slot, row: row, p + 1, end - p - 1)
                {
                    return end + 1
                }
            }
        case .int64, .timestamp, .duration:
            var value: Int64 = 0
            var after = p
            if NumberParsing.int64(p, into: &value, end: &after) == .value {
                slot.pointee.values.assumingMemoryBound(to: Int64.self)[row] = value
                return after
            }
        case .skip:
            return JSONText.skipValue(p, depth: depth + 1, context)
        default:
            break
        }
        return parseOther(slot, p, row)
    }

    /// Every value that the fast paths do not take.
    @inline(never)
    private func parseOther(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>, _ row: Int
    ) -> UnsafePointer<UInt8>? {
        if JSONText.isNull(p) {
            setMissing(slot, row)
            return p + 4
        }
        switch slot.pointee.kind {
        case .dictionaryString, .plainString: return parseText(slot, p, row)
        case .int8: return parseInteger(slot, p, row, as: Int8.self)
        case .int16: return parseInteger(slot, p, row, as: Int16.self)
        case .int32: return parseInteger(slot, p, row, as: Int32.self)
        case .uint8: return parseInteger(slot, p, row, as: UInt8.self)
        case .uint16: return parseInteger(slot, p, row, as: UInt16.self)
        case .uint32: return parseInteger(slot, p, row, as: UInt32.self)
        case .uint64:
            var value: UInt64 = 0
            var after = p
            if NumberParsing.uint64(p, into: &value, end: &after) == .value {
                slot.pointee.values.assumingMemoryBound(to: UInt64.self)[row] = value
                return after
            }
        case .float32:
            var value = 0.0
            if let after = NumberParsing.double(p, into: &value), Float(value).isFinite {
                // A second rounding can be off by half a unit of the double's last place.
                slot.pointee.values.assumingMemoryBound(to: Float.self)[row] = Float(value)
                return after
            }
        case .date, .timestamp, .duration: return parseTime(slot, p, row)
        case .binary: return parseBinary(slot, p, row)
        case .structure:
            if p.pointee == UInt8(ascii: "{") {
                guard depth < JSONText.maximumDepth else { return context.fail(at: p, .tooDeep) }
                return targets[slot - slots]?.object?.parseObject(p, row: row)
            }
        case .list:
            if p.pointee == UInt8(ascii: "[") {
                let offsets = slot.pointee.values.assumingMemoryBound(to: Int32.self)
                let first = Int(offsets[row])
                guard let (after, end) = targets[slot - slots]?.elements?.parseArray(p, first: first) else {
                    return nil
                }
                guard end <= Int(Int32.max) else { return mismatch(slot, p) }
                offsets[row + 1] = Int32(end)
                return after
            }
        default: break
        }
        return mismatch(slot, p)
    }

    private func parseInteger<T: FixedWidthInteger>(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>, _ row: Int, as _: T.Type
    ) -> UnsafePointer<UInt8>? {
        var value: Int64 = 0
        var after = p
        guard NumberParsing.int64(p, into: &value, end: &after) == .value, let narrow = T(exactly: value) else {
            return mismatch(slot, p)
        }
        slot.pointee.values.assumingMemoryBound(to: T.self)[row] = narrow
        return after
    }

    /// A string with escapes or non-ASCII characters, a full dictionary, or another value's JSON text.
    private func parseText(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>, _ row: Int
    ) -> UnsafePointer<UInt8>? {
        let text: JSONContext.Text
        if p.pointee == UInt8(ascii: "\"") {
            guard let string = context.string(from: p + 1) else { return nil }
            text = string
        } else {
            guard let after = JSONText.skipValue(p, depth: depth + 1, context) else { return nil }
            text = JSONContext.Text(bytes: p, count: after - p, after: after)
        }
        guard let target = targets[slot - slots] else { return mismatch(slot, p) }
        if slot.pointee.kind == .dictionaryString {
            if target.intern(slot, row: row, text.bytes, text.count) { return text.after }
            target.becomePlain(slot, rows: row)
        }
        return target.append(slot, row: row, text.bytes, text.count) ? text.after : mismatch(slot, p)
    }

    /// A time as ISO 8601 text; epoch numbers of timestamps and durations are taken before.
    private func parseTime(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>, _ row: Int
    ) -> UnsafePointer<UInt8>? {
        guard let target = targets[slot - slots] else { return mismatch(slot, p) }
        if p.pointee != UInt8(ascii: "\"") {
            return slot.pointee.kind == .date ? parseInteger(slot, p, row, as: Int32.self) : mismatch(slot, p)
        }
        guard let text = context.string(from: p + 1) else { return nil }
        switch target.type {
        case .date:
            guard let days = ISO8601.date(text.bytes, text.count) else { return mismatch(slot, p) }
            slot.pointee.values.assumingMemoryBound(to: Int32.self)[row] = days
        case .timestamp(let unit, _):
            guard let value = ISO8601.timestamp(text.bytes, text.count, unit: unit) else { return mismatch(slot, p) }
            slot.pointee.values.assumingMemoryBound(to: Int64.self)[row] = value
        case .duration(let unit):
            guard let value = ISO8601.duration(text.bytes, text.count, unit: unit) else { return mismatch(slot, p) }
            slot.pointee.values.assumingMemoryBound(to: Int64.self)[row] = value
        default: return mismatch(slot, p)
        }
        return text.after
    }

    /// Base64, as the JSON Lines writer makes it.
    private func parseBinary(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>, _ row: Int
    ) -> UnsafePointer<UInt8>? {
        guard p.pointee == UInt8(ascii: "\"") else { return mismatch(slot, p) }
        guard let text = context.string(from: p + 1) else { return nil }
        guard let target = targets[slot - slots],
            let bytes = Base64.decode(UnsafeBufferPointer(start: text.bytes, count: text.count))
        else { return mismatch(slot, p) }
        let appended = bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { target.append(slot, row: row, $0, buffer.count) }
                ?? target.append(slot, row: row, p, 0)
        }
        return appended ? text.after : mismatch(slot, p)
    }

    /// Marks `row` of the slot's column as missing.
    func setMissing(_ slot: UnsafeMutablePointer<ColumnSlot>, _ row: Int) {
        if slot.pointee.kind == .skip { return }
        ColumnSlot.setNull(slot, row)
        switch slot.pointee.kind {
        case .dictionaryString: slot.pointee.values.assumingMemoryBound(to: Int32.self)[row] = 0
        case .plainString, .binary, .list:
            let offsets = slot.pointee.values.assumingMemoryBound(to: Int32.self)
            offsets[row + 1] = offsets[row]
        case .bool, .int8, .uint8: slot.pointee.values.assumingMemoryBound(to: UInt8.self)[row] = 0
        case .int16, .uint16: slot.pointee.values.assumingMemoryBound(to: UInt16.self)[row] = 0
        case .int32, .uint32, .float32, .date: slot.pointee.values.assumingMemoryBound(to: UInt32.self)[row] = 0
        case .int64, .uint64, .float64, .timestamp, .duration:
            slot.pointee.values.assumingMemoryBound(to: UInt64.self)[row] = 0
        case .structure: targets[slot - slots]?.object?.setAllMissing(row)
        case .null, .skip: break
        }
    }

    /// A key that the object has had already: its last value counts.
    @inline(never)
    func prepareRepeat(_ slot: UnsafeMutablePointer<ColumnSlot>, _ row: Int) {
        guard slot.pointee.kind != .skip, let target = targets[slot - slots] else { return }
        if slot.pointee.hasNulls { ColumnSlot.setValid(slot, row) }
        target.object?.reset(fromRow: row)
        if slot.pointee.kind == .list {
            target.elements?.reset(fromRow: Int(slot.pointee.values.assumingMemoryBound(to: Int32.self)[row]))
        }
    }

    /// A value that does not fit its column, or that is no JSON at all.
    @inline(never)
    private func mismatch(
        _ slot: UnsafeMutablePointer<ColumnSlot>, _ p: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard let end = JSONText.skipValue(p, depth: depth + 1, context) else { return nil }
        guard let target = targets[slot - slots] else { return context.fail(at: p, .expectedValue) }
        let shown = min(end - p, 40)
        var found = String(decoding: UnsafeBufferPointer(start: p, count: shown), as: UTF8.self)
        if shown < end - p { found += "…" }
        return context.fail(at: p, .mismatch(column: target.name, type: target.type, found: found))
    }
}
