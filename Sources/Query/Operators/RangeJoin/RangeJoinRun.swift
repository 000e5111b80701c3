import Columnar

/// Rows of one side in the order of their times, each with a time and whether it has met another, and a table of their
/// keys: of one key's rows those within a range of time are found by halving.
///
/// The rows that are final are always the first ones. One thread at a time changes a run; several may look in it.
final class RangeJoinRun: @unchecked Sendable {
    private let operation: RangeJoin
    let which: RangeJoin.Which
    let rows: Batch
    let times: Buffer
    /// A byte for each row: it has met a row of the other side.
    let matched: Buffer
    /// Rows at the start that are final.
    private(set) var finalCount = 0
    private var madeTable: JoinTable?

    /// - Parameters:
    ///   - rows: each with a time.
    ///   - times: theirs, in the unit of the comparison.
    ///   - matched: whether they have met another; nil where none has.
    private init(
        _ operation: RangeJoin, _ which: RangeJoin.Which, _ rows: Batch, _ times: Buffer, _ matched: Buffer?
    ) {
        self.operation = operation
        self.which = which
        self.rows = rows
        self.times = times
        self.matched = matched ?? Buffer.zeroed(byteCount: rows.count)
    }

    var count: Int { rows.count }
    var liveCount: Int { rows.count - finalCount }

    var byteCount: Int {
        rows.byteCount + (operation.side(which).factor > 1 ? times.byteCount : 0) + matched.byteCount
            + (madeTable?.byteCount ?? 0)
    }

    var isMatched: UnsafeMutablePointer<UInt8> { matched.mutable(UInt8.self) }
    private var time: UnsafeMutablePointer<Int64> { times.mutable(Int64.self) }

    /// The least and the greatest time; nil without rows.
    var bounds: (least: Int64, greatest: Int64)? {
        finalCount == count ? nil : (time[finalCount], time[count - 1])
    }

    /// The rows by their keys, in the order of their times.
    func table() throws(SwiftwaterError) -> JoinTable {
        if let madeTable { return madeTable }
        let made = try JoinTable(
            [rows.selecting(operation.side(which).keys)], keys: operation.keys,
            rows: Batch(schema: Schema([]), columns: [], count: count), cancellation: CancellationFlag())
        madeTable = made
        return made
    }

    // MARK: Making

    /// Puts rows in the order of their times; equal times stay as they are.
    ///
    /// - Returns: the run, and for each of its rows which one it is of `rows`; nil where the order is the same.
    static func sorted(
        _ rows: Batch, _ times: Buffer, matched: Buffer? = nil, _ operation: RangeJoin, _ which: RangeJoin.Which
    ) throws(SwiftwaterError) -> (run: RangeJoinRun, order: [Int32]?) {
        // A handful of rows does not keep a whole dictionary alive.
        let rows = rows.withoutLargeDictionaries()
        let from = times.mutable(Int64.self)
        var isAscending = true
        for row in 1..<max(1, rows.count) where from[row] < from[row - 1] {
            isAscending = false
            break
        }
        if isAscending { return (RangeJoinRun(operation, which, rows, times, matched), nil) }
        let words = Buffer(byteCount: rows.count * 8)
        let word = words.mutable(UInt64.self)
        for row in 0..<rows.count { word[row] = UInt64(bitPattern: from[row]) ^ 1 << 63 }
        let order = withExtendedLifetime((words, times)) { SortOrder.ascending(words: word, count: rows.count) }
        let taken = rows.taking(order)
        var flags: Buffer?
        if let matched {
            let sorted = Buffer(byteCount: rows.count)
            let (to, from) = (sorted.mutable(UInt8.self), matched.mutable(UInt8.self))
            for (row, origin) in order.enumerated() { to[row] = from[Int(origin)] }
            flags = sorted
        }
        return (RangeJoinRun(operation, which, taken, operation.times(taken, which).words, flags), order)
    }

    /// The rows of runs of the same side that are not final, in one run.
    static func merged(_ runs: [RangeJoinRun]) throws(SwiftwaterError) -> RangeJoinRun {
        let (operation, which) = (runs[0].operation, runs[0].which)
        let count = runs.reduce(0) { $0 + $1.liveCount }
        let flags = Buffer(byteCount: count)
        var end = 0
        for run in runs {
            (flags.base + end).copyMemory(from: run.matched.base + run.finalCount, byteCount: run.liveCount)
            end += run.liveCount
        }
        // A single run is copied too: a view would keep its final rows in memory.
        let live = runs.map { $0.liveRows }
        let rows =
            live.count == 1
            ? live[0].taking(Array(0..<Int32(count)))
            : try Batch.concatenate(live, schema: operation.side(which).schema)
        return try sorted(rows, operation.times(rows, which).words, matched: flags, operation, which).run
    }

    /// The rows that are not final; a view.
    var liveRows: Batch { rows.slice(finalCount..<count) }

    // MARK: Forgetting

    /// The rows before a time are final; those of them that have met no other row.
    func finish(before first: Int64) -> [Int32] {
        let start = finalCount
        // At the end of time nothing is waited for.
        var (low, high) = (first == .max ? count : finalCount, count)
        while low < high {
            let middle = (low + high) / 2
            if time[middle] < first { low = middle + 1 } else { high = middle }
        }
        finalCount = low
        guard operation.side(which).keepsAll else { return [] }
        var alone: [Int32] = []
        for row in start..<low where isMatched[row] == 0 { alone.append(Int32(row)) }
        return alone
    }
}

/// The runs of one side, about as many as the logarithm of the rows: small ones are merged into larger ones, so that a
/// row is moved a few times while it is held, and large ones are left until their rows are final.
struct RangeJoinRuns {
    private(set) var runs: [RangeJoinRun] = []

    var liveCount: Int { runs.reduce(0) { $0 + $1.liveCount } }
    var byteCount: Int { runs.reduce(0) { $0 + $1.byteCount } }

    /// Rows up to which runs are merged in any case.
    private static let smallRows = 1 << 16

    mutating func add(_ run: RangeJoinRun) throws(SwiftwaterError) {
        guard run.liveCount > 0 else { return }
        runs.append(run)
        let limit = max(Self.smallRows, liveCount / 8)
        while runs.count > 1 {
            let (last, before) = (runs[runs.count - 1], runs[runs.count - 2])
            guard 2 * last.liveCount >= before.liveCount, last.liveCount + before.liveCount <= limit else { return }
            runs.removeLast(2)
            runs.append(try RangeJoinRun.merged([before, last]))
        }
    }

    /// Drops runs all of whose rows are final, and final rows once they are most of a run.
    mutating func compact() throws(SwiftwaterError) {
        runs.removeAll { $0.liveCount == 0 }
        for index in runs.indices where runs[index].count > 1 << 12 && 2 * runs[index].liveCount < runs[index].count {
            runs[index] = try RangeJoinRun.merged([runs[index]])
        }
    }
}
