import Columnar

/// A leaf's part of some rows: its values without the missing ones, and their levels.
struct LeafRows {
    /// The values that are there.
    let values: Column
    /// Levels: a value, a missing value or an empty list each have one.
    let entryCount: Int
    /// A definition level for each entry; nil when all values are there.
    let definition: Buffer?
    /// A repetition level for each entry; nil outside lists.
    let repetition: Buffer?
}

/// Walks a column down to its leaves and computes their levels, as the Dremel paper (Melnik and others, 2010) has it.
///
/// Each step works on arrays with an entry for each level to come: `rows` has the row in the current column, or -1
/// where the entry ended above, whose definition level is then in `definition`.
struct LevelWalk {
    private struct Entries {
        var count: Int
        /// Nil: all rows of the column, in order.
        var rows: Buffer?
        /// Set with `rows`; meaningful where a row is -1.
        var definition: Buffer?
        var repetition: Buffer?
        /// The definition level of the entries that have a row.
        var level: UInt8 = 0
        var repetitionLevel: UInt8 = 0
    }

    /// Gives each leaf under `node` its part of `column`.
    static func walk(
        _ column: Column, _ node: ParquetLayout.Node, _ body: (Int, LeafRows) throws(SwiftwaterError) -> Void
    ) throws(SwiftwaterError) {
        try walk(column, node, Entries(count: column.count), body)
    }

    private static func walk(
        _ column: Column, _ node: ParquetLayout.Node, _ entries: Entries,
        _ body: (Int, LeafRows) throws(SwiftwaterError) -> Void
    ) throws(SwiftwaterError) {
        let present = optional(column, entries)
        switch node {
        case .leaf(let leaf): try body(leaf, finish(column, present))
        case .list(let inner):
            // A list is never empty of offsets, so a dictionary of lists is decoded before.
            let column = column.decoded()
            try walk(column.list.elements, inner, repeated(column, present), body)
        case .structure(let inner):
            let members = column.decoded().members
            for (member, node) in zip(members, inner) { try walk(member, node, present, body) }
        }
    }

    /// Ends the entries whose value is missing.
    private static func optional(_ column: Column, _ entries: Entries) -> Entries {
        var result = entries
        result.level += 1
        guard column.nullCount > 0 else { return result }
        let rows = Buffer(byteCount: entries.count * 4)
        let definition = Buffer(byteCount: entries.count)
        let toRows = rows.mutable(Int32.self)
        let toDefinition = definition.mutable(UInt8.self)
        let level = entries.level
        let bits = column.validity?.pointer
        @inline(__always) func isThere(_ row: Int) -> Bool {
            guard let bits else { return false }
            return bits[row >> 3] & (1 << UInt8(row & 7)) != 0
        }
        if let fromRows = entries.rows?.mutable(Int32.self), let from = entries.definition?.mutable(UInt8.self) {
            for index in 0..<entries.count {
                let row = fromRows[index]
                let isPresent = row >= 0 && isThere(Int(row))
                toRows[index] = isPresent ? row : -1
                toDefinition[index] = row >= 0 ? level : from[index]
            }
        } else {
            for index in 0..<entries.count {
                toRows[index] = isThere(index) ? Int32(truncatingIfNeeded: index) : -1
                toDefinition[index] = level
            }
        }
        result.rows = rows
        result.definition = definition
        return result
    }

    /// Replaces each entry that has a list by one for each element, or ends it when the list is empty.
    private static func repeated(_ column: Column, _ entries: Entries) -> Entries {
        let offsets = column.list.offsets
        let fromRows = entries.rows?.mutable(Int32.self)
        let fromDefinition = entries.definition?.mutable(UInt8.self)
        let fromRepetition = entries.repetition?.mutable(UInt8.self)
        var total = 0
        for index in 0..<entries.count {
            let row = fromRows.map { Int($0[index]) } ?? index
            total += row < 0 ? 1 : max(1, Int(offsets[row + 1]) - Int(offsets[row]))
        }
        let rows = Buffer(byteCount: total * 4)
        let definition = Buffer(byteCount: total)
        let repetition = Buffer(byteCount: total)
        let toRows = rows.mutable(Int32.self)
        let toDefinition = definition.mutable(UInt8.self)
        let toRepetition = repetition.mutable(UInt8.self)
        let inner = entries.repetitionLevel + 1
        var end = 0
        for index in 0..<entries.count {
            let row = fromRows.map { Int($0[index]) } ?? index
            toRepetition[end] = fromRepetition.map { $0[index] } ?? 0
            if row < 0 {
                toRows[end] = -1
                toDefinition[end] = fromDefinition.map { $0[index] } ?? 0
                end += 1
                continue
            }
            toDefinition[end] = entries.level
            let first = offsets[row]
            let last = offsets[row + 1]
            if first >= last {
                toRows[end] = -1
                end += 1
                continue
            }
            toRows[end] = first
            end += 1
            var element = first + 1
            while element < last {
                toRows[end] = element
                toDefinition[end] = entries.level
                toRepetition[end] = inner
                end += 1
                element += 1
            }
        }
        return Entries(
            count: total, rows: rows, definition: definition, repetition: repetition, level: entries.level + 1,
            repetitionLevel: inner)
    }

    /// The values that are left, and all levels.
    private static func finish(_ column: Column, _ entries: Entries) -> LeafRows {
        guard let rows = entries.rows, let definition = entries.definition else {
            return LeafRows(
                values: column, entryCount: entries.count, definition: nil, repetition: entries.repetition)
        }
        let from = rows.mutable(Int32.self)
        let levels = Buffer(byteCount: entries.count)
        let toLevels = levels.mutable(UInt8.self)
        let fromLevels = definition.mutable(UInt8.self)
        let present = Buffer(byteCount: (entries.count + 1) * 4)
        let toPresent = present.mutable(Int32.self)
        var count = 0
        for index in 0..<entries.count {
            let row = from[index]
            toLevels[index] = row >= 0 ? entries.level : fromLevels[index]
            toPresent[count] = row
            count += row >= 0 ? 1 : 0
        }
        let values = withExtendedLifetime(present) {
            if count == 0 { return column.slice(0..<0) }
            // Rows ascend: these may be all between the first and the last.
            if Int(toPresent[count - 1]) - Int(toPresent[0]) == count - 1 {
                return column.slice(Int(toPresent[0])..<(Int(toPresent[count - 1]) + 1))
            }
            // Without its validity the column is taken from faster; the rows all have values.
            return Column(type: column.type, count: column.count, storage: column.storage)
                .taking(UnsafeBufferPointer(start: toPresent, count: count))
        }
        return LeafRows(
            values: values, entryCount: entries.count, definition: count == entries.count ? nil : levels,
            repetition: entries.repetition)
    }
}
