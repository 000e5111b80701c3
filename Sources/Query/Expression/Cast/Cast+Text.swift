import Columnar
import Formats

/// Text to values and back.
extension Cast {
    // MARK: From text

    static func parsed(_ column: Column, _ type: DataType) throws(SwiftwaterError) -> Column {
        switch type {
        case .bool: return try bools(column)
        case .int8: return try fixed(column, type) { integer($0, $1, Int8.self) }
        case .int16: return try fixed(column, type) { integer($0, $1, Int16.self) }
        case .int32: return try fixed(column, type) { integer($0, $1, Int32.self) }
        case .int64: return try fixed(column, type) { integer($0, $1, Int64.self) }
        case .uint8: return try fixed(column, type) { integer($0, $1, UInt8.self) }
        case .uint16: return try fixed(column, type) { integer($0, $1, UInt16.self) }
        case .uint32: return try fixed(column, type) { integer($0, $1, UInt32.self) }
        case .uint64: return try fixed(column, type) { integer($0, $1, UInt64.self) }
        case .float64: return try fixed(column, type) { float($0, $1) }
        case .float32: return try fixed(column, type) { text, count in Float(trimmed(text, count)) }
        case .date: return try fixed(column, type) { ISO8601.date($0, $1) }
        case .timestamp(let unit, _):
            return try fixed(column, type) { ISO8601.timestamp($0, $1, unit: unit) }
        case .duration(let unit):
            return try fixed(column, type) { text, count in
                if let value = ISO8601.duration(text, count, unit: unit) { return value }
                let scalar = Scalar.string(trimmed(text, count)).coerced(to: .duration(unit))
                if case .duration(let value, _)? = scalar { return value }
                return nil
            }
        default: throw SwiftwaterError(.usage, "string cannot be converted to \(type)")
        }
    }

    /// A fixed-width column of what `parse` makes of each text; nil is an error.
    @inline(__always)
    private static func fixed<T: FixedBits>(
        _ column: Column, _ type: DataType, _ parse: (UnsafePointer<UInt8>, Int) -> T?
    ) throws(SwiftwaterError) -> Column {
        let (offsets, bytes) = column.variable
        let result = Buffer(byteCount: column.count * MemoryLayout<T>.stride)
        let out = result.mutable(T.self)
        for row in 0..<column.count {
            out[row] = T.none
            if column.isNull(row) { continue }
            let start = Int(offsets[row])
            guard let value = parse(bytes + start, Int(offsets[row + 1]) - start) else {
                throw failure(column, row, type, hint: parseHint(type))
            }
            out[row] = value
        }
        return withExtendedLifetime(column) {
            Column(
                type: type, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: .fixed(result))
        }
    }

    private static func parseHint(_ type: DataType) -> String {
        switch type {
        case .date: "a date is written 2020-01-31"
        case .timestamp: "a timestamp is written 2020-01-31T10:20:30Z, with no finer digits than its unit has"
        default: "filter such rows out first, or replace the values by where(…)"
        }
    }

    private static func trimmed(_ text: UnsafePointer<UInt8>, _ count: Int) -> String {
        var (start, end) = (0, count)
        while start < end, text[start] == 0x20 { start += 1 }
        while end > start, text[end - 1] == 0x20 { end -= 1 }
        return String(decoding: UnsafeBufferPointer(start: text + start, count: end - start), as: UTF8.self)
    }

    /// Digits with an optional sign and spaces around; nil where the value does not fit.
    @inline(__always)
    private static func integer<T: FixedWidthInteger>(_ text: UnsafePointer<UInt8>, _ count: Int, _: T.Type) -> T? {
        var (start, end) = (0, count)
        while start < end, text[start] == 0x20 { start += 1 }
        while end > start, text[end - 1] == 0x20 { end -= 1 }
        guard start < end else { return nil }
        let negative = text[start] == UInt8(ascii: "-")
        if negative || text[start] == UInt8(ascii: "+") { start += 1 }
        guard start < end else { return nil }
        var value: T = 0
        for index in start..<end {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (next, past) =
                negative
                ? tens.subtractingReportingOverflow(T(digit)) : tens.addingReportingOverflow(T(digit))
            if over || past { return nil }
            value = next
        }
        return value
    }

    static func float(_ text: UnsafePointer<UInt8>, _ count: Int) -> Double? {
        let word = trimmed(text, count)
        if let value = NumberText.double(word) { return value }
        switch word.lowercased() {
        case "nan", "-nan", "+nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }

    private static func bools(_ column: Column) throws(SwiftwaterError) -> Column {
        let (offsets, bytes) = column.variable
        var builder = BitmapBuilder(capacity: column.count)
        for row in 0..<column.count {
            if column.isNull(row) {
                builder.append(false)
                continue
            }
            let start = Int(offsets[row])
            switch trimmed(bytes + start, Int(offsets[row + 1]) - start).lowercased() {
            case "true", "1": builder.append(true)
            case "false", "0": builder.append(false)
            default: throw failure(column, row, .bool, hint: "bools are written true and false, or 1 and 0")
            }
        }
        return withExtendedLifetime(column) {
            Column(
                type: .bool, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: .bits(builder.finish()))
        }
    }

    // MARK: To text

    static func text(_ column: Column) throws(SwiftwaterError) -> Column {
        var builder = ColumnBuilder(.string, capacity: column.count)
        let memory = Buffer(byteCount: ISO8601.maximumCount)
        let target = memory.mutable(UInt8.self)
        for row in 0..<column.count {
            if column.isNull(row) {
                builder.appendNull()
                continue
            }
            var text: String
            switch (column.type, column.scalar(at: row)) {
            case (_, .date(let days)):
                let count = ISO8601.write(date: days, to: target)
                try builder.append(bytes: UnsafeRawBufferPointer(start: target, count: count))
                continue
            case (_, .timestamp(let value, let unit, let zone)):
                let count = ISO8601.write(timestamp: value, unit: unit, zoned: zone != nil, to: target)
                try builder.append(bytes: UnsafeRawBufferPointer(start: target, count: count))
                continue
            case (_, .duration(let value, let unit)):
                let count = ISO8601.write(duration: value, unit: unit, to: target)
                try builder.append(bytes: UnsafeRawBufferPointer(start: target, count: count))
                continue
            case (.float32, .float(let value)): text = "\(Float(value))"
            case (.binary, .binary(let bytes)):
                guard let valid = String(validating: bytes, as: UTF8.self) else {
                    throw failure(column, row, .string, hint: "only bytes that are UTF-8 are text")
                }
                text = valid
            case (_, .bool(let value)): text = value ? "True" : "False"
            case (_, .int(let value)): text = "\(value)"
            case (_, .uint(let value)): text = "\(value)"
            case (_, .float(let value)): text = "\(value)"
            case (_, let value):
                text = ""
                ScalarPrinter.print(value, into: &text)
            }
            let outcome = text.withUTF8 { utf8 in
                Result { () throws(SwiftwaterError) in try builder.append(bytes: UnsafeRawBufferPointer(utf8)) }
            }
            try outcome.get()
        }
        return withExtendedLifetime(memory) { builder.finish() }
    }
}

/// Numbers that fixed-width columns hold.
private protocol FixedBits: BitwiseCopyable {
    /// What stands where a value is missing.
    static var none: Self { get }
}

extension FixedWidthInteger where Self: FixedBits { fileprivate static var none: Self { 0 } }
extension Int8: FixedBits {}
extension Int16: FixedBits {}
extension Int32: FixedBits {}
extension Int64: FixedBits {}
extension UInt8: FixedBits {}
extension UInt16: FixedBits {}
extension UInt32: FixedBits {}
extension UInt64: FixedBits {}
extension Float: FixedBits { fileprivate static var none: Float { 0 } }
extension Double: FixedBits { fileprivate static var none: Double { 0 } }
