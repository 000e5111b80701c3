import Columnar

/// Sort keys as words of up to 64 bits, one level for what is compared first, the next for what decides ties.
///
/// Each column's values become numbers from 0 in as few bits as hold them, missing ones the first or the last; the
/// bits of all columns are packed one after the other, so that a key of several columns is often one word. A column
/// of text without a dictionary is a level of its own.
struct SortLevels: @unchecked Sendable {
    enum Level {
        case words(Buffer, bits: Int)
        case bytes(OrderedBytes)
    }

    private(set) var levels: [Level] = []
    private let count: Int

    init(
        _ columns: [Column], count: Int, directions: [OrderedBytes.Direction], threads: Int = 1
    ) {
        self.count = count
        let prepared = Prepared.of(columns, count, directions, threads)
        for column in prepared {
            switch column {
            case .bytes(let bytes): levels.append(.bytes(bytes))
            case .words(let parts): for part in parts { pack(part.words, bits: part.bits) }
            }
        }
    }

    /// A column's values as numbers from 0, or as bytes.
    private enum Prepared: @unchecked Sendable {
        case words([(words: Buffer, bits: Int)])
        case bytes(OrderedBytes)

        static func of(
            _ columns: [Column], _ count: Int, _ directions: [OrderedBytes.Direction], _ threads: Int
        ) -> [Prepared] {
            let made = try? EngineThreads.map(columns.count, threads: threads) { number throws(SwiftwaterError) in
                Prepared(columns[number], count, directions[number])
            }
            return made ?? []
        }

        private init(_ column: Column, _ count: Int, _ direction: OrderedBytes.Direction) {
            guard let words = SortLevels.orderedWords(column) else {
                self = .bytes(OrderedBytes([column], count: count, directions: [direction]))
                return
            }
            let presence = column.presence
            let values = words.mutable(UInt64.self)
            var (least, most) = (UInt64.max, UInt64.min)
            for row in 0..<count {
                if let presence, !presence[row] { continue }
                least = min(least, values[row])
                most = max(most, values[row])
            }
            if least > most { (least, most) = (0, 0) }
            var range = most - least
            if direction.ascending {
                for row in 0..<count { values[row] = values[row] &- least }
            } else {
                for row in 0..<count { values[row] = most &- values[row] }
            }
            var parts: [(words: Buffer, bits: Int)] = []
            if let presence {
                if range == .max {
                    // No word is left for missing values.
                    let flags = Buffer(byteCount: count * 8)
                    let to = flags.mutable(UInt64.self)
                    for row in 0..<count {
                        let isMissing = !presence[row]
                        to[row] = isMissing == direction.missingFirst ? 0 : 1
                        if isMissing { values[row] = 0 }
                    }
                    parts.append((flags, 1))
                } else {
                    let (shift, missing): (UInt64, UInt64) = direction.missingFirst ? (1, 0) : (0, range + 1)
                    for row in 0..<count { values[row] = presence[row] ? values[row] &+ shift : missing }
                    range += 1
                }
            }
            parts.append((words, 64 - range.leadingZeroBitCount))
            self = .words(parts)
        }
    }

    /// Words that sort as the values do; a dictionary's by the places of its entries.
    fileprivate static func orderedWords(_ column: Column) -> Buffer? {
        guard let (codes, values) = column.dictionary, let view = BytesView(values.column) else {
            return OrderedBytes.orderedWords(column)
        }
        let entries = values.column.count
        let order = SortOrder.ascending(count: entries) { view[$0] }
        var ranks = [UInt64](repeating: 0, count: max(1, entries))
        var rank: UInt64 = 0
        for (place, entry) in order.enumerated() {
            if place > 0, !view[Int(entry)].elementsEqual(view[Int(order[place - 1])]) { rank += 1 }
            ranks[Int(entry)] = rank
        }
        let words = Buffer(byteCount: column.count * 8)
        let to = words.mutable(UInt64.self)
        // A missing value's code is 0, which there may be no entry for.
        withExtendedLifetime(column) { for row in 0..<column.count { to[row] = ranks[Int(codes[row])] } }
        return words
    }

    /// Puts `bits` more bits behind those so far.
    private mutating func pack(_ words: Buffer, bits: Int) {
        if bits == 0 { return }
        guard case .words(let last, let used)? = levels.last, used < 64 else {
            return levels.append(.words(words, bits: bits))
        }
        let (to, from) = (last.mutable(UInt64.self), words.mutable(UInt64.self))
        let room = 64 - used
        if bits <= room {
            let shift = UInt64(bits)
            for row in 0..<count { to[row] = bits == 64 ? from[row] : to[row] << shift | from[row] }
            levels[levels.count - 1] = .words(last, bits: used + bits)
            return
        }
        // What does not fit any more decides ties.
        let rest = UInt64(bits - room)
        let mask: UInt64 = (1 << rest) - 1
        let shift = UInt64(room)
        for row in 0..<count {
            to[row] = to[row] << shift | from[row] >> rest
            from[row] &= mask
        }
        levels[levels.count - 1] = .words(last, bits: 64)
        levels.append(.words(words, bits: Int(rest)))
    }
}
