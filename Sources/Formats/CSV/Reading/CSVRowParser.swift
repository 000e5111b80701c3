import CSwiftwater
import Columnar

/// Parses rows straight into columns: each field by the parser of its column's type, left to right.
///
/// Plain fields in their usual form are read at once; everything else (quotes, missing words, spaces, other forms of
/// numbers) is found as text first and read by `CSVRowParser+Fields`.
final class CSVRowParser {
    let schema: Schema
    let delimiter: UInt8
    let quote: UInt8?
    let missing: MissingWords
    /// The columns that are read, in the order of the result, and their slots, followed by one for fields that are not.
    let columns: [CSVColumn]
    let slots: UnsafeMutablePointer<CSVSlot>
    /// The slot of each field of the current file.
    private var fieldSlots: UnsafeMutablePointer<Int>
    private(set) var fieldCount = 0
    /// Rows that all columns have room for.
    private var capacity = 64

    /// Strings of the block need no check.
    var isValidUTF8 = true
    /// Line breaks inside quoted fields of the current row.
    var embeddedLines = 0
    /// Why the row that could not be parsed is none.
    var failure: (reason: String, place: UnsafePointer<UInt8>, widens: Bool)?
    /// A quoted field without its doubled quotes.
    var scratch: [UInt8] = []

    init(schema: Schema, dialect: CSVDialect, isInferred: Bool) {
        self.schema = schema
        delimiter = dialect.delimiter
        quote = dialect.quote
        missing = MissingWords(dialect.missingWords)
        columns = schema.fields.map { CSVColumn($0, capacity: 64, isInferred: isInferred) }
        slots = .allocate(capacity: schema.count + 1)
        slots.initialize(repeating: CSVSlot(), count: schema.count + 1)
        fieldSlots = .allocate(capacity: 1)
    }

    deinit {
        slots.deallocate()
        fieldSlots.deallocate()
    }

    /// Tells which column each field of the file's rows belongs to; nil for a field that is not read.
    func use(fields: [Int?]) {
        fieldSlots.deallocate()
        fieldSlots = .allocate(capacity: max(fields.count, 1))
        for (index, column) in fields.enumerated() { fieldSlots[index] = column ?? columns.count }
        fieldCount = fields.count
    }

    /// Prepares for a batch of about `rows` rows.
    func begin(rows: Int) {
        capacity = max(capacity, rows)
        for (index, column) in columns.enumerated() { column.begin(slots + index, rows: capacity) }
    }

    func finish(rows: Int) -> [Column] {
        columns.enumerated().map { index, column in column.finish(slots + index, rows: rows) }
    }

    /// Takes back what a row that failed has written.
    func reset(row: Int) {
        for index in columns.indices { slots[index].validity[row >> 3] |= 1 << UInt8(row & 7) }
        failure = nil
        embeddedLines = 0
    }

    /// What `parse` did.
    struct Progress {
        /// Where the next row begins, or the row that failed.
        var position: UnsafePointer<UInt8>
        var rows: Int
        var lines: Int
    }

    /// Parses rows from `start` to `end`, where a row ends, as rows `firstRow` and on; stops before a row that fails.
    func parse(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, firstRow: Int
    ) throws(SwiftwaterError) -> Progress {
        let delimiter = delimiter
        let quote = quote ?? 0
        let slots = slots
        let fieldSlots = fieldSlots
        let lastField = fieldCount &- 1
        var row = firstRow
        var lines = 0
        var p = start
        while p < end {
            // Blank lines are no rows.
            if p.pointee == 0x0A || (p.pointee == 0x0D && p[1] == 0x0A) {
                p += p.pointee == 0x0A ? 1 : 2
                lines &+= 1
                continue
            }
            if row >= capacity { grow(rows: row) }
            let rowStart = p
            var field = 0
            while true {
                let slot = slots + fieldSlots[field]
                var after: UnsafePointer<UInt8>?
                switch slot.pointee.kind {
                case .float64:
                    var value = 0.0
                    after = nil
                    if let e = NumberParsing.double(p, into: &value), e.pointee == delimiter || e.pointee == 0x0A,
                        value.isFinite, !slot.pointee.isInferred || e - p <= 15 || Self.isFraction(p, e)
                    {
                        slot.pointee.store(value, row)
                        after = e
                    }
                case .int64:
                    var value: Int64 = 0
                    var e = p
                    after = nil
                    if NumberParsing.int64(p, into: &value, end: &e) == .value,
                        e.pointee == delimiter || e.pointee == 0x0A
                    {
                        slot.pointee.store(value, row)
                        after = e
                    }
                case .timestamp:
                    var value: Int64 = 0
                    var e = p
                    after = nil
                    if NumberParsing.int64(p, into: &value, end: &e) == .value,
                        e.pointee == delimiter || e.pointee == 0x0A
                    {
                        slot.pointee.store(value, row)
                        after = e
                    }
                case .bool:
                    let word = UnsafeRawPointer(p).loadUnaligned(as: UInt32.self) | 0x2020_2020
                    after = nil
                    if word == 0x736C_6166, p[4] | 0x20 == UInt8(ascii: "e"), p[5] == delimiter || p[5] == 0x0A {
                        slot.pointee.store(UInt8(0), row)
                        after = p + 5
                    } else if word == 0x6575_7274, p[4] == delimiter || p[4] == 0x0A {
                        slot.pointee.store(UInt8(1), row)
                        after = p + 4
                    }
                case .dictionaryString:
                    after = nil
                    let e = Self.plainEnd(p, delimiter)
                    let count = e - p
                    if count > 0, p.pointee != quote, e[-1] != 0x0D, isValidUTF8, !missing.contains(p, count) {
                        let code = StringInterner.find(slot.pointee.interned.unsafelyUnwrapped, p, count)
                        if code >= 0 {
                            slot.pointee.store(code, row)
                            after = e
                        }
                    }
                case .plainString:
                    after = nil
                    let e = Self.plainEnd(p, delimiter)
                    let count = e - p
                    if count > 0, p.pointee != quote, e[-1] != 0x0D, isValidUTF8, !missing.contains(p, count) {
                        let offsets = slot.pointee.values.assumingMemoryBound(to: Int32.self)
                        let used = Int(offsets[row])
                        if used &+ count <= slot.pointee.bytesCapacity {
                            (slot.pointee.bytes + used).update(from: p, count: count)
                            offsets[row &+ 1] = Int32(truncatingIfNeeded: used &+ count)
                            after = e
                        }
                    }
                case .skip:
                    after = p.pointee == quote ? nil : Self.plainEnd(p, delimiter)
                default: after = nil
                }
                if after == nil { after = try parseRare(p, end, slot, row: row) }
                guard let e = after else { return Progress(position: rowStart, rows: row &- firstRow, lines: lines) }
                if e.pointee == delimiter {
                    if field == lastField {
                        failTooLong(rowStart, end, at: e + 1)
                        return Progress(position: rowStart, rows: row &- firstRow, lines: lines)
                    }
                    p = e + 1
                    field &+= 1
                } else {
                    // A line feed, or the carriage return before it.
                    if field < lastField {
                        failTooShort(field + 1, at: e)
                        return Progress(position: rowStart, rows: row &- firstRow, lines: lines)
                    }
                    p = e + (e.pointee == 0x0A ? 1 : 2)
                    break
                }
            }
            row &+= 1
            lines &+= 1 &+ embeddedLines
            embeddedLines = 0
        }
        return Progress(position: p, rows: row &- firstRow, lines: lines)
    }

    @inline(never)
    private func grow(rows: Int) {
        for (index, column) in columns.enumerated() { column.grow(slots + index, rows: rows) }
        capacity *= 2
    }

    /// The first delimiter or line feed from `p` on; blocks end with a line feed.
    @inline(__always)
    static func plainEnd(_ p: UnsafePointer<UInt8>, _ delimiter: UInt8) -> UnsafePointer<UInt8> {
        var p = p
        while true {
            let mask = sw_equal_any3(p, delimiter, 0x0A, 0x0A)
            if mask != 0 { return p + mask.trailingZeroBitCount }
            p += 16
        }
    }

    /// Whether a number's text has a point or an exponent.
    @inline(never)
    private static func isFraction(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        UnsafeBufferPointer(start: start, count: end - start).contains {
            $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
        }
    }
}
