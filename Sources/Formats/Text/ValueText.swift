import CSwiftwater
import Columnar

/// A column's memory prepared for text writers: raw pointers, so that a row costs no class, enum payload or array.
///
/// Valid only while the batch is alive.
struct ValueText {
    enum Kind: UInt8 {
        case null, bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64
        case string, binary, date, timestamp, duration, list, structure
        /// A dictionary whose values have been written beforehand.
        case prepared
        /// A dictionary with more values than the batch has rows.
        case indirect
    }

    let kind: Kind
    let count: Int
    let validity: UnsafePointer<UInt8>?
    private let values: UnsafeRawPointer
    /// Of strings, lists and prepared texts.
    private let offsets: UnsafePointer<Int32>
    private let bytes: UnsafePointer<UInt8>
    /// Where `bytes` ends: sixteen bytes may be read at once up to here.
    let readableEnd: UnsafePointer<UInt8>
    private let unit: TimeUnit
    private let zoned: Bool
    /// Of a list, a structure, an indirect dictionary.
    private let children: [ValueText]
    /// A structure's keys, each `"name":` with a comma before it except the first.
    private let keys: [[UInt8]]

    /// What pointers that a kind does not use point to.
    private static let nothing = Buffer.zeroed(byteCount: 64)

    init(_ column: Column, prepared: PreparedTexts? = nil) {
        count = column.count
        validity = column.validity?.pointer
        var values = UnsafeRawPointer(Self.nothing.base)
        var offsets = UnsafePointer(Self.nothing.mutable(Int32.self))
        var bytes = UnsafePointer(Self.nothing.mutable(UInt8.self))
        var bytesEnd = bytes
        var unit = TimeUnit.second
        var zoned = false
        var children: [ValueText] = []
        var keys: [[UInt8]] = []
        switch column.storage {
        case .null: kind = .null
        case .bits(let bits):
            kind = .bool
            values = UnsafeRawPointer(bits.pointer)
        case .variable(let starts, let text):
            kind = column.type == .binary ? .binary : .string
            offsets = UnsafePointer(starts.mutable(Int32.self))
            bytes = UnsafePointer(text.mutable(UInt8.self))
            bytesEnd = bytes + text.byteCount
        case .list(let starts, let elements):
            kind = .list
            offsets = UnsafePointer(starts.mutable(Int32.self))
            children = [ValueText(elements)]
        case .structure(let members):
            kind = .structure
            children = members.map { ValueText($0) }
            if case .structure(let fields) = column.type { keys = JSONStringWriting.keys(fields.map(\.name)) }
        case .dictionary(let codes, let dictionary):
            values = UnsafeRawPointer(codes.base)
            if let prepared {
                kind = .prepared
                offsets = UnsafePointer(prepared.offsets.mutable(Int32.self))
                bytes = UnsafePointer(prepared.text.base)
                bytesEnd = bytes + prepared.text.count
            } else {
                kind = .indirect
                children = [ValueText(dictionary.column)]
            }
        case .fixed(let buffer):
            values = UnsafeRawPointer(buffer.base)
            switch column.type {
            case .int8: kind = .int8
            case .int16: kind = .int16
            case .int32: kind = .int32
            case .int64: kind = .int64
            case .uint8: kind = .uint8
            case .uint16: kind = .uint16
            case .uint32: kind = .uint32
            case .uint64: kind = .uint64
            case .float32: kind = .float32
            case .float64: kind = .float64
            case .date: kind = .date
            case .timestamp(let given, let zone):
                kind = .timestamp
                unit = given
                zoned = zone != nil
            case .duration(let given):
                kind = .duration
                unit = given
            default: kind = .null
            }
        }
        self.values = values
        self.offsets = offsets
        self.bytes = bytes
        readableEnd = bytesEnd
        self.unit = unit
        self.zoned = zoned
        self.children = children
        self.keys = keys
    }

    @inline(__always)
    func isNull(_ row: Int) -> Bool {
        if let validity { return validity[row >> 3] & (1 << UInt8(row & 7)) == 0 }
        return kind == .null
    }

    @inline(__always)
    private func value<T: BitwiseCopyable>(_: T.Type, _ row: Int) -> T {
        values.load(fromByteOffset: row &* MemoryLayout<T>.size, as: T.self)
    }

    /// The bytes of a string or a prepared text.
    @inline(__always)
    func text(_ row: Int) -> (start: UnsafePointer<UInt8>, count: Int) {
        let index = kind == .prepared ? Int(value(Int32.self, row)) : row
        let from = Int(offsets[index])
        return (bytes + from, Int(offsets[index &+ 1]) &- from)
    }

    /// The row of the dictionary that an indirect row names, and its values.
    @inline(__always)
    func target(_ row: Int) -> (ValueText, Int) { (children[0], Int(value(Int32.self, row))) }

    /// Writes a number, a date or a time as text without quotes; room for 64 bytes must be there.
    /// Nothing is written for NaN and infinities.
    @inline(__always)
    func writePlain(_ row: Int, to p: UnsafeMutablePointer<UInt8>) -> Int {
        switch kind {
        case .float64:
            let value = value(Double.self, row)
            return value.isFinite ? NumberFormatting.write(value, to: p) : 0
        case .int64: return NumberFormatting.write(value(Int64.self, row), to: p)
        case .int32: return NumberFormatting.write(Int64(value(Int32.self, row)), to: p)
        case .int16: return NumberFormatting.write(Int64(value(Int16.self, row)), to: p)
        case .int8: return NumberFormatting.write(Int64(value(Int8.self, row)), to: p)
        case .uint64: return NumberFormatting.write(value(UInt64.self, row), to: p)
        case .uint32: return NumberFormatting.write(UInt64(value(UInt32.self, row)), to: p)
        case .uint16: return NumberFormatting.write(UInt64(value(UInt16.self, row)), to: p)
        case .uint8: return NumberFormatting.write(UInt64(value(UInt8.self, row)), to: p)
        case .float32:
            let value = value(Float.self, row)
            return value.isFinite ? NumberFormatting.write(value, to: p) : 0
        case .bool:
            let isTrue = value(UInt8.self, row >> 3) & (1 << UInt8(row & 7)) != 0
            // Four bytes at once: "true", or "fals" and the "e".
            UnsafeMutableRawPointer(p).storeBytes(of: isTrue ? 0x6575_7274 : 0x736C_6166, as: UInt32.self)
            p[4] = UInt8(ascii: "e")
            return isTrue ? 4 : 5
        case .date: return ISO8601.write(date: value(Int32.self, row), to: p)
        case .timestamp: return ISO8601.write(timestamp: value(Int64.self, row), unit: unit, zoned: zoned, to: p)
        case .duration: return ISO8601.write(duration: value(Int64.self, row), unit: unit, to: p)
        case .null, .string, .binary, .list, .structure, .prepared, .indirect: return 0
        }
    }

    enum FloatClass { case nan, positive, negative }

    /// What a float that is not finite is.
    func classOfFloat(_ row: Int) -> FloatClass {
        let value = kind == .float32 ? Double(value(Float.self, row)) : value(Double.self, row)
        return value.isNaN ? .nan : (value < 0 ? .negative : .positive)
    }

    /// Writes the value as JSON; missing, NaN and infinite values as `null`.
    @inline(__always)
    func writeJSON(_ row: Int, to cursor: inout TextCursor) {
        if isNull(row) { return cursor.put("null") }
        switch kind {
        case .float64:
            cursor.reserve(64)
            let value = value(Double.self, row)
            if !value.isFinite { return cursor.put("null") }
            cursor.advance(NumberFormatting.write(value, to: cursor.p))
        case .prepared:
            let (start, count) = text(row)
            cursor.put(start, count)
        case .string:
            let (start, count) = text(row)
            JSONStringWriting.write(start, count, readableEnd: readableEnd, to: &cursor)
        case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
            cursor.reserve(64)
            cursor.advance(writePlain(row, to: cursor.p))
        default: writeRareJSON(row, to: &cursor)
        }
    }

    @inline(never)
    private func writeRareJSON(_ row: Int, to cursor: inout TextCursor) {
        cursor.reserve(64)
        switch kind {
        case .float32:
            let written = writePlain(row, to: cursor.p)
            if written == 0 { return cursor.put("null") }
            cursor.advance(written)
        case .date, .timestamp, .duration:
            cursor.put(UInt8(ascii: "\""))
            cursor.advance(writePlain(row, to: cursor.p))
            cursor.put(UInt8(ascii: "\""))
        case .binary:
            cursor.put(UInt8(ascii: "\""))
            writeBase64(row, to: &cursor)
            cursor.reserve(1)
            cursor.put(UInt8(ascii: "\""))
        case .indirect: children[0].writeJSON(Int(value(Int32.self, row)), to: &cursor)
        case .list:
            cursor.put(UInt8(ascii: "["))
            for index in Int(offsets[row])..<Int(offsets[row + 1]) {
                if index > Int(offsets[row]) { cursor.put(",") }
                children[0].writeJSON(index, to: &cursor)
            }
            cursor.put("]")
        case .structure:
            cursor.put(UInt8(ascii: "{"))
            for (index, child) in children.enumerated() {
                keys[index].withUnsafeBufferPointer { key in
                    if let start = key.baseAddress { cursor.put(start, key.count) }
                }
                child.writeJSON(row, to: &cursor)
            }
            cursor.put("}")
        default: cursor.put("null")
        }
    }

    func writeBase64(_ row: Int, to cursor: inout TextCursor) {
        let (start, count) = text(row)
        cursor.reserve(Base64.encodedCount(count))
        Base64.encode(start, count, to: cursor.p)
        cursor.advance(Base64.encodedCount(count))
    }
}

/// A dictionary's values, each written once.
final class PreparedTexts {
    let text: TextBuffer
    let offsets: Buffer
    let count: Int

    init(_ column: Column, _ write: (ValueText, Int, inout TextCursor) -> Void) {
        let values = ValueText(column)
        text = TextBuffer()
        count = column.count
        offsets = Buffer(byteCount: (count + 1) * 4)
        let ends = offsets.mutable(Int32.self)
        ends[0] = 0
        var cursor = TextCursor(text)
        for row in 0..<count {
            write(values, row, &cursor)
            cursor.end()
            ends[row + 1] = Int32(clamping: text.count)
        }
    }
}
