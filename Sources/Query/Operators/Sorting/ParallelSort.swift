import Columnar
import Formats
import Synchronization

/// A stable sort of many rows on several threads: rows are parted by the first bits of their keys, and the parts
/// sorted by themselves.
struct ParallelSort: @unchecked Sendable {
    private typealias Entry = SortOrder.Entry

    private let count: Int
    private let levels: [SortLevels.Level]
    private let threads: Int
    /// Bits that parts are told apart by.
    private static let partBits = 10

    /// The rows 0..<count in the order of the levels.
    static func rows(_ levels: SortLevels, count: Int, threads: Int) -> [Int32] {
        guard !levels.levels.isEmpty, count > 1 else { return (0..<Int32(count)).map { $0 } }
        return ParallelSort(count: count, levels: levels.levels, threads: max(1, threads)).rows()
    }

    private func rows() -> [Int32] {
        guard case .words(let words, let bits) = levels[0] else {
            let entries = Buffer(byteCount: count * MemoryLayout<Entry>.stride)
            let base = entries.mutable(Entry.self)
            for row in 0..<count { base[row] = Entry(key: 0, row: Int32(row)) }
            sort(base, count, level: 0)
            return withExtendedLifetime(entries) { (0..<count).map { base[$0].row } }
        }
        let shift = UInt64(max(0, bits - Self.partBits))
        let (entries, starts) = parted(UnsafePointer(words.mutable(UInt64.self)), shift)
        nonisolated(unsafe) let base = entries.mutable(Entry.self)
        return [Int32](unsafeUninitializedCapacity: count) { rows, filled in
            nonisolated(unsafe) let to = rows.baseAddress
            let next = Atomic<Int>(0)
            EngineThreads.run(threads) { _ in
                while true {
                    let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard part < starts.count - 1 else { return }
                    let (start, end) = (starts[part], starts[part + 1])
                    if start == end { continue }
                    sortWords(base + start, end - start, level: 0)
                    for index in start..<end { to?[index] = base[index].row }
                }
            }
            filled = count
        }
    }

    /// The rows with their keys, parted by the keys without their lowest `shift` bits, and where parts begin.
    private func parted(_ words: UnsafePointer<UInt64>, _ shift: UInt64) -> (entries: Buffer, starts: [Int]) {
        let parts = 1 << Self.partBits
        let share = (count + threads - 1) / threads
        let counts = Buffer.zeroed(byteCount: threads * parts * 8)
        nonisolated(unsafe) let histogram = counts.mutable(Int.self)
        nonisolated(unsafe) let words = words
        let count = count
        EngineThreads.run(threads) { thread in
            let own = histogram + thread * parts
            for row in min(count, thread * share)..<min(count, (thread + 1) * share) {
                own[Int(words[row] >> shift)] &+= 1
            }
        }
        var starts: [Int] = []
        starts.reserveCapacity(parts + 1)
        var total = 0
        for part in 0..<parts {
            starts.append(total)
            for thread in 0..<threads {
                let size = histogram[thread * parts + part]
                histogram[thread * parts + part] = total
                total += size
            }
        }
        starts.append(total)
        let entries = Buffer(byteCount: count * MemoryLayout<Entry>.stride)
        nonisolated(unsafe) let to = entries.mutable(Entry.self)
        EngineThreads.run(threads) { thread in
            let own = histogram + thread * parts
            for row in min(count, thread * share)..<min(count, (thread + 1) * share) {
                let key = words[row]
                let part = Int(key >> shift)
                to[own[part]] = Entry(key: key, row: Int32(truncatingIfNeeded: row))
                own[part] &+= 1
            }
        }
        withExtendedLifetime(counts) {}
        return (entries, starts)
    }

    /// Sorts entries that are equal in the levels before.
    private func sort(_ entries: UnsafeMutablePointer<Entry>, _ count: Int, level: Int) {
        guard level < levels.count, count > 1 else { return }
        switch levels[level] {
        case .words(let words, _):
            let from = words.mutable(UInt64.self)
            for index in 0..<count { entries[index].key = from[Int(entries[index].row)] }
            sortWords(entries, count, level: level)
        case .bytes(let bytes):
            SortOrder.sort(entries, count, bytes) { start, length in
                sort(entries + start, length, level: level + 1)
            }
        }
    }

    /// Sorts entries whose keys are the level's words.
    private func sortWords(_ entries: UnsafeMutablePointer<Entry>, _ count: Int, level: Int) {
        SortOrder.sort(entries, count)
        guard level + 1 < levels.count else { return }
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, entries[end].key == entries[start].key { end += 1 }
            if end - start > 1 { sort(entries + start, end - start, level: level + 1) }
            start = end
        }
    }
}
