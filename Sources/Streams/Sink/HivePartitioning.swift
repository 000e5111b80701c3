import Columnar
import Formats

/// Divides rows by the values of some columns, which become the names of folders, `company=R/day=2019-07-22`.
///
/// Values are written as Spark writes them: bytes that file names or readers may mind are percent-escaped, and a missing
/// value or an empty text is `__HIVE_DEFAULT_PARTITION__`. Spark, pyarrow, DuckDB, Polars and pandas read them back.
struct HivePartitioning: Sendable {
    static let missing = "__HIVE_DEFAULT_PARTITION__"

    private let columns: [Int]
    private let rest: [Int]
    /// The columns that stay in the files.
    let schema: Schema
    private let names: [String]

    init(_ schema: Schema, by columnNames: [String]) throws(SwiftwaterError) {
        var columns: [Int] = []
        for name in columnNames {
            let index = try schema.requireIndex(of: name)
            guard !columns.contains(index) else {
                throw SwiftwaterError(.usage, "'partitionBy' names the column '\(name)' twice")
            }
            switch schema[index].type.logical {
            case .list, .structure, .binary, .duration, .null:
                throw SwiftwaterError(
                    .usage, "'partitionBy' cannot use the column '\(name)' of type \(schema[index].type)",
                    hint: "use columns of text, numbers, booleans, dates or timestamps")
            default: break
            }
            guard let first = name.utf8.first, first != UInt8(ascii: "_"), first != UInt8(ascii: ".") else {
                throw SwiftwaterError(
                    .usage, "'partitionBy' cannot use the column '\(name)': readers leave out folders of such names",
                    hint: "rename the column so that it does not begin with '_' or '.'")
            }
            columns.append(index)
        }
        self.columns = columns
        rest = schema.fields.indices.filter { !columns.contains($0) }
        guard !rest.isEmpty else {
            throw SwiftwaterError(
                .usage, "'partitionBy' names all columns: the files would have none", hint: "leave out at least one")
        }
        self.schema = Schema(rest.map { schema[$0] })
        names = columnNames.map { Self.escaped($0) }
    }

    /// Rows of one folder.
    struct Part {
        /// Relative, without a slash at its end; empty without partitioning.
        var folder: String
        var batches: [Batch]
    }

    /// The rows by folder, the folders sorted, each folder's rows in their order.
    func parts(of batches: [Batch]) throws(SwiftwaterError) -> [Part] {
        var places: [String: Int] = [:]
        var parts: [Part] = []
        for batch in batches where batch.count > 0 {
            let (folders, codes) = divide(batch)
            let kept = Batch(schema: schema, columns: rest.map { batch.columns[$0] }, count: batch.count)
            var rows = [[Int32]](repeating: [], count: folders.count)
            if folders.count > 1 { for (row, code) in codes.enumerated() { rows[Int(code)].append(Int32(row)) } }
            for (code, folder) in folders.enumerated() {
                if let long = folder.split(separator: "/").first(where: { $0.utf8.count > 255 }) {
                    throw SwiftwaterError(
                        .data, "a value is too long for a folder's name: '\(long.prefix(80))…'",
                        hint: "leave the column out of 'partitionBy', or shorten its values")
                }
                let part = folders.count == 1 ? kept : kept.taking(rows[code])
                if let place = places[folder] {
                    parts[place].batches.append(part)
                } else {
                    places[folder] = parts.count
                    parts.append(Part(folder: folder, batches: [part]))
                }
            }
        }
        return parts.sorted { $0.folder < $1.folder }
    }

    /// The folders of a batch, and each row's.
    private func divide(_ batch: Batch) -> (folders: [String], codes: [Int32]) {
        var folders = [""]
        var codes = [Int32](repeating: 0, count: batch.count)
        for (name, index) in zip(names, columns) {
            let (texts, values) = Self.values(of: batch.columns[index])
            var places: [Int64: Int32] = [:]
            var combined: [String] = []
            for row in 0..<batch.count {
                let key = Int64(codes[row]) << 32 | Int64(values[row])
                if let place = places[key] {
                    codes[row] = place
                    continue
                }
                let place = Int32(combined.count)
                places[key] = place
                let folder = folders[Int(codes[row])]
                combined.append((folder.isEmpty ? "" : folder + "/") + name + "=" + texts[Int(values[row])])
                codes[row] = place
            }
            folders = combined
        }
        return (folders, codes)
    }

    /// The texts of a column's values, escaped, each once, and each row's.
    private static func values(of column: Column) -> (texts: [String], codes: [Int32]) {
        var texts = [missing]
        var codes = [Int32](repeating: 0, count: column.count)
        if let (from, values) = column.dictionary {
            var seen = [Int32](repeating: -1, count: values.column.count)
            var byText: [String: Int32] = [missing: 0]
            for row in 0..<column.count where !column.isNull(row) {
                let code = Int(from[row])
                if seen[code] < 0 {
                    let text = self.text(values.column, code)
                    seen[code] = place(of: text, &byText, &texts)
                }
                codes[row] = seen[code]
            }
            return (texts, codes)
        }
        var byText: [String: Int32] = [missing: 0]
        switch column.storage {
        case .fixed where column.type.byteWidth == 8:
            // One text a value, not a row.
            let bits = column.values(as: UInt64.self)
            var known: [UInt64: Int32] = [:]
            for row in 0..<column.count where !column.isNull(row) {
                if let code = known[bits[row]] {
                    codes[row] = code
                } else {
                    codes[row] = place(of: text(column, row), &byText, &texts)
                    known[bits[row]] = codes[row]
                }
            }
        default:
            for row in 0..<column.count where !column.isNull(row) {
                codes[row] = place(of: text(column, row), &byText, &texts)
            }
        }
        return (texts, codes)
    }

    private static func place(of text: String, _ byText: inout [String: Int32], _ texts: inout [String]) -> Int32 {
        if let known = byText[text] { return known }
        let place = Int32(texts.count)
        byText[text] = place
        texts.append(text)
        return place
    }

    private static func text(_ column: Column, _ row: Int) -> String {
        let text: String =
            switch column.scalar(at: row) {
            case .bool(let value): value ? "true" : "false"
            case .int(let value): String(value)
            case .uint(let value): String(value)
            case .float(let value): value.isNaN ? "NaN" : value == .infinity ? "inf" : "\(value)"
            case .string(let value): value
            case .date(let days): iso8601 { ISO8601.write(date: days, to: $0) }
            case .timestamp(let value, let unit, _): timestamp(value, unit)
            default: ""
            }
        return text.isEmpty ? missing : escaped(text)
    }

    private static func iso8601(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
        String(unsafeUninitializedCapacity: ISO8601.maximumCount) { write($0.baseAddress ?? .allocate(capacity: 64)) }
    }

    /// `2019-07-22 11:33:13`, with a fraction where there is one: what Spark and DuckDB take for a timestamp.
    private static func timestamp(_ value: Int64, _ unit: TimeUnit) -> String {
        var text = iso8601 { ISO8601.write(timestamp: value, unit: unit, zoned: false, to: $0) }
        text = text.split(separator: "T", maxSplits: 1).joined(separator: " ")
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// Everything but letters, digits, `-`, `_`, `.`, spaces within and what is not ASCII, as `%` and two hex digits.
    static func escaped(_ text: String) -> String {
        let utf8 = Array(text.utf8)
        func isPlain(_ byte: UInt8, _ index: Int) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            case 0x20: index > 0 && index + 1 < utf8.count
            default: false
            }
        }
        if utf8.indices.allSatisfy({ isPlain(utf8[$0], $0) }) { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for (index, byte) in utf8.enumerated() {
            if isPlain(byte, index) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
