import Columnar
import Formats

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
            for part in column.words { pack(part.words, bits: part.bits) }
            if let bytes = column.bytes { levels.append(.bytes(bytes)) }
        }
    }

    /// A column's values as numbers from 0, and as bytes where those do not decide all ties.
    private struct Prepared: @unchecked Sendable {
        var words: [(words: Buffer, bits: Int)] = []
        var bytes: OrderedBytes?

        static func of(
            _ columns: [Column], _ count: Int, _ directions: [OrderedBytes.Direction], _ threads: Int
        ) -> [Prepared] {
            let made = try? EngineThreads.map(columns.count, threads: threads) { number throws(SwiftwaterError) in
                Prepared(columns[number], count, directions[number])
            }
            return made ?? []
        }

        private init(_ column: Column, _ count: Int, _ direction: OrderedBytes.Direction) {
            let words: Buffer
            if let known = SortLevels.orderedWords(column) {
                words = known
            } else {
                bytes = OrderedBytes([column], count: count, directions: [direction])
                guard let prefixes = SortLevels.prefixes(column) else { return }
                words = prefixes
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
                    self.words.append((flags, 1))
                } else {
                    let (shift, missing): (UInt64, UInt64) = direction.missingFirst ? (1, 0) : (0, range + 1)
                    for row in 0..<count { values[row] = presence[row] ? values[row] &+ shift : missing }
                    range += 1
                }
            }
            self.words.append((words, 64 - range.leadingZeroBitCount))
        }
    }

    /// Words that sort as the values do; those of text that repeats are the places of its distinct values.
    fileprivate static func orderedWords(_ column: Column) -> Buffer? {
        guard let view = BytesView(column) else { return OrderedBytes.orderedWords(column) }
        let words = Buffer(byteCount: column.count * 8)
        let to = words.mutable(UInt64.self)
        if let (codes, values) = column.dictionary, let entries = BytesView(values.column) {
            let ranks = ranks(count: values.column.count) { entries[$0] }
            // A missing value's code is 0, which there may be no entry for.
            withExtendedLifetime(column) { for row in 0..<column.count { to[row] = ranks[Int(codes[row])] } }
            return words
        }
        guard repeats(view, column.count) else { return nil }
        var table = BytesKeyTable()
        let numbers = Buffer(byteCount: column.count * 4)
        let number = numbers.mutable(Int32.self)
        withExtendedLifetime(column) { table.findOrInsert(count: column.count, into: number) { view[$0] } }
        let ranks = ranks(count: table.count) { table[$0] }
        for row in 0..<column.count { to[row] = ranks[Int(number[row])] }
        withExtendedLifetime(numbers) {}
        return words
    }

    /// The places of byte strings in their order; equal ones have one.
    private static func ranks(count: Int, _ bytes: (Int) -> UnsafeBufferPointer<UInt8>) -> [UInt64] {
        let order = SortOrder.ascending(count: count, bytes: bytes)
        var ranks = [UInt64](repeating: 0, count: max(1, count))
        var rank: UInt64 = 0
        for (place, entry) in order.enumerated() {
            if place > 0, !bytes(Int(entry)).elementsEqual(bytes(Int(order[place - 1]))) { rank += 1 }
            ranks[Int(entry)] = rank
        }
        return ranks
    }

    /// Whether a sample of the rows has few distinct values.
    private static func repeats(_ view: BytesView, _ count: Int) -> Bool {
        let sample = 2_048
        guard count > sample else { return false }
        var table = BytesKeyTable()
        let step = count / sample
        var group: Int32 = 0
        for row in 0..<sample { table.findOrInsert(count: 1, into: &group) { _ in view[row * step] } }
        return table.count < sample / 4
    }

    /// The first eight bytes of each string behind those that all have in common; nil for values that are no strings.
    fileprivate static func prefixes(_ column: Column) -> Buffer? {
        guard let view = BytesView(column), let first = (0..<column.count).first(where: { !column.isNull($0) }) else {
            return nil
        }
        let words = Buffer(byteCount: column.count * 8)
        let to = words.mutable(UInt64.self)
        withExtendedLifetime(column) {
            let model = view[first]
            var shared = model.count
            for row in 0..<column.count where shared > 0 && !column.isNull(row) {
                let text = view[row]
                shared = min(shared, text.count)
                var same = 0
                while same < shared, text[same] == model[same] { same += 1 }
                shared = same
            }
            for row in 0..<column.count {
                to[row] = column.isNull(row) ? 0 : SortOrder.prefix(view[row], at: shared)
            }
        }
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
