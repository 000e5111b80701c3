/// Columns of several dictionaries under one.
extension Column {
    /// Entries of a dictionary that is made of several, at most.
    private static let unifiedEntries = 1 << 17

    /// The columns' codes one after the other under one dictionary; nil where one of them has none, or where the
    /// dictionaries have so many entries that plain values are better.
    static func unified(_ columns: [Column]) -> (codes: Buffer, values: DictionaryValues)? {
        var count = 0
        var longest: [UInt64: DictionaryValues] = [:]
        var ids: [UInt64] = []
        for column in columns {
            guard let values = column.dictionary?.values, case .variable = values.column.storage else { return nil }
            count += column.count
            if let known = longest[values.id] {
                if values.column.count > known.column.count { longest[values.id] = values }
            } else {
                longest[values.id] = values
                ids.append(values.id)
            }
        }
        let entries = longest.values.reduce(0) { $0 + $1.column.count }
        guard entries <= min(count / 2 + 64, unifiedEntries) else { return nil }
        var places: [[UInt8]: Int32] = [:]
        var builder = ColumnBuilder((longest[ids.first ?? 0]?.column.type ?? .string).logical, capacity: entries)
        var codes: [UInt64: [Int32]] = [:]
        for id in ids {
            guard let values = longest[id]?.column else { return nil }
            let (offsets, bytes) = values.variable
            var mapped: [Int32] = []
            mapped.reserveCapacity(values.count)
            for entry in 0..<values.count {
                let start = Int(offsets[entry])
                let text = Array(UnsafeBufferPointer(start: bytes + start, count: Int(offsets[entry + 1]) - start))
                if let place = places[text] {
                    mapped.append(place)
                } else {
                    let place = Int32(places.count)
                    places[text] = place
                    mapped.append(place)
                    let added: Void? = text.withUnsafeBytes { try? builder.append(bytes: $0) }
                    guard added != nil else { return nil }
                }
            }
            codes[id] = mapped.isEmpty ? [0] : mapped
        }
        let result = Buffer(byteCount: count * 4)
        var to = result.mutable(Int32.self)
        for column in columns {
            guard let (from, values) = column.dictionary, let mapped = codes[values.id] else { return nil }
            mapped.withUnsafeBufferPointer { mapped in
                for row in 0..<column.count { to[row] = mapped[Int(from[row])] }
            }
            to += column.count
        }
        return (result, DictionaryValues(column: builder.finish()))
    }
}
