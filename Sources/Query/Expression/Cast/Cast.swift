package import Columnar

/// The values of `column` as `type`: `astype`.
///
/// Missing values stay missing. A value that `type` does not hold throws a `data` error that names it and its row:
/// an integer out of range, NaN or infinity as an integer, text that spells no such value. A fraction is cut off
/// towards zero, a time of day by the start of its unit, as pandas does. Times without a zone count as UTC.
/// To `string`, floats are written in their shortest form and times in ISO 8601.
package func cast(_ column: Column, to type: DataType) throws(SwiftwaterError) -> Column {
    if column.type == type { return column }
    if case .dictionary(let values) = type {
        // A dictionary of equal values already says what a category is.
        if column.type == type { return column }
        return try Cast.encoded(try cast(column, to: values), values)
    }
    let from = column.type.logical
    if from == type { return column }
    if from == .null { return Column.missing(type, count: column.count) }
    guard Cast.exists(from: from, to: type) else {
        throw SwiftwaterError(.usage, "\(from) cannot be converted to \(type)")
    }
    if let (codes, values) = column.dictionary, values.column.count <= column.count,
        let entries = try? Cast.plain(values.column, to: type)
    {
        // Entries that no row uses may fail where the rows do not: then row by row.
        var results = DictionaryResults(id: values.id, type: type)
        try results.append(entries)
        return withExtendedLifetime(column) { results.gather(codes, count: column.count, column) }
    }
    return try Cast.plain(column.decoded(), to: type)
}

/// Whether `cast` has a conversion between these types, values permitting.
package func canCast(from: DataType, to: DataType) -> Bool { Cast.exists(from: from, to: to) }

/// Conversions of plain columns, by the kinds of types.
enum Cast {
    /// Whether `cast` has a conversion, values permitting.
    static func exists(from: DataType, to: DataType) -> Bool {
        let (from, to) = (from.logical, to.logical)
        if from == to || from == .null || to == .string { return from != .binary || to == .binary || to == .string }
        switch (from, to) {
        case (.string, .binary), (.string, .bool), (.string, .date), (.string, .timestamp), (.string, .duration):
            return true
        case (.bool, _) where to.isNumeric, (_, .bool) where from.isNumeric: return true
        case (.date, .timestamp), (.timestamp, .date), (.timestamp, .timestamp), (.duration, .duration): return true
        case (.list(let element), .list(let other)): return exists(from: element, to: other)
        case (_, _) where from.isNumeric && to.isNumeric: return true
        case (.string, _): return to.isNumeric
        case (.date, .int64), (.date, .int32), (.timestamp, .int64), (.duration, .int64): return true
        case (.int64, .timestamp), (.int64, .duration), (.int64, .date), (.int32, .date): return true
        default: return false
        }
    }

    static func plain(_ column: Column, to type: DataType) throws(SwiftwaterError) -> Column {
        let from = column.type
        if from == type { return column }
        switch (from, type) {
        case (_, .string): return try text(column)
        case (.string, .binary):
            return Column(
                type: .binary, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: column.storage)
        case (.string, _): return try parsed(column, type)
        case (.list(_), .list(let element)):
            guard case .list(let offsets, let elements) = column.storage else { break }
            let converted = try cast(elements, to: element).decoded()
            return Column(
                type: type, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: .list(offsets: offsets, elements: converted))
        case (_, .bool):
            let lane = column.floatLane()
            let bits = testBinary(lane, Lane(constant: 0.0), count: column.count) { x, zero in x != zero }
            return Column(
                type: .bool, count: column.count, validity: column.validity, nullCount: column.nullCount,
                storage: .bits(bits))
        case (_, _) where from.isTemporal || type.isTemporal: return try time(column, type)
        default: return try number(column, type)
        }
        throw SwiftwaterError(.usage, "\(from) cannot be converted to \(type)")
    }

    /// The error for the value at `row`.
    static func failure(
        _ column: Column, _ row: Int, _ type: DataType, hint: String? = nil
    ) -> SwiftwaterError {
        var text = ""
        let value = column.scalar(at: row)
        ScalarPrinter.print(value, into: &text)
        return SwiftwaterError(
            .data, "\(text), in row \(row + 1) of its batch, is no \(type)",
            hint: hint ?? "filter such rows out first, or replace the values by where(…)")
    }

    /// Dictionary-encodes a plain column.
    static func encoded(_ column: Column, _ type: DataType) throws(SwiftwaterError) -> Column {
        if column.dictionary != nil { return column }
        if type == .string || type == .binary {
            var results = DictionaryResults(id: 0, type: type)
            try results.append(column)
            let rows = Buffer(byteCount: column.count * 4)
            let codes = rows.mutable(Int32.self)
            for row in 0..<column.count { codes[row] = Int32(row) }
            let gathered = withExtendedLifetime(rows) { results.gather(codes, count: column.count, column) }
            if gathered.dictionary != nil { return gathered }
        }
        return try Column(.dictionary(type), column.scalars)
    }
}
