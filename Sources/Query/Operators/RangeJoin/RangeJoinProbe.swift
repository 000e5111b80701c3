import Columnar

/// Finds for rows of one side the rows of a run of the other side that they meet.
struct RangeJoinProbe {
    private let operation: RangeJoin
    /// The side whose rows look for others.
    private let which: RangeJoin.Which
    private let run: RangeJoinRun
    private let table: JoinTable
    /// Bounds of the run's time less the probing row's.
    private let from: Int64
    private let to: Int64

    init(_ operation: RangeJoin, from which: RangeJoin.Which, in run: RangeJoinRun) throws(SwiftwaterError) {
        self.operation = operation
        self.which = which
        self.run = run
        table = try run.table()
        let bounds = operation.bounds
        (from, to) = which == .left ? (bounds.from, bounds.to) : (-bounds.to, -bounds.from)
    }

    /// Whether a row with a time from `least` to `greatest` can meet one of the run's.
    static func canMeet(
        _ least: Int64, _ greatest: Int64, from which: RangeJoin.Which, in run: RangeJoinRun, _ bounds: TimeBounds
    ) -> Bool {
        guard let times = run.bounds else { return false }
        let (from, to) = which == .left ? (bounds.from, bounds.to) : (-bounds.to, -bounds.from)
        return saturatingSum(least, from) <= times.greatest && saturatingSum(greatest, to) >= times.least
    }

    private static func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (b < 0 ? .min : .max) : sum
    }

    /// What rows meet: for each row a stretch of places.
    struct Meetings {
        let count: Int
        fileprivate let starts: Buffer
        fileprivate let ends: Buffer
        /// All places together.
        let total: Int

        func isEmpty(_ row: Int) -> Bool { starts.mutable(Int32.self)[row] == ends.mutable(Int32.self)[row] }
    }

    /// - Parameters:
    ///   - rows: rows of the probing side, as they are kept.
    ///   - present: which of them have a time; nil: all.
    func meetings(_ rows: Batch, _ times: Buffer, _ present: Bitmap?) -> Meetings {
        let found = table.find(operation.side(which).keys.map { rows.columns[$0] }, count: rows.count)
        let numbers = found.mutable(Int32.self)
        if let present { for row in 0..<rows.count where !present[row] { numbers[row] = -1 } }
        let starts = Buffer(byteCount: rows.count * 4)
        let ends = Buffer(byteCount: rows.count * 4)
        let total = withExtendedLifetime((found, times, run)) {
            fill(
                numbers, times.mutable(Int64.self), rows.count, starts.mutable(Int32.self), ends.mutable(Int32.self))
        }
        return Meetings(count: rows.count, starts: starts, ends: ends, total: total)
    }

    private func fill(
        _ numbers: UnsafePointer<Int32>, _ times: UnsafePointer<Int64>, _ count: Int,
        _ starts: UnsafeMutablePointer<Int32>, _ ends: UnsafeMutablePointer<Int32>
    ) -> Int {
        let runTimes = UnsafePointer(run.times.mutable(Int64.self))
        let isUnique = table.isUnique
        let ranges = table.ranges
        let rowNumbers = table.buildRows
        let (from, to) = (from, to)
        var total = 0
        for row in 0..<count {
            let number = Int(numbers[row])
            starts[row] = 0
            ends[row] = 0
            if number < 0 { continue }
            let (least, below) = times[row].addingReportingOverflow(from)
            let (greatest, above) = times[row].addingReportingOverflow(to)
            // A bound beyond all times leaves out everything, or nothing.
            if below && from > 0 || above && to < 0 { continue }
            let first = below ? .min : least
            let last = above ? .max : greatest
            if isUnique {
                guard runTimes[number] >= first, runTimes[number] <= last else { continue }
                starts[row] = Int32(truncatingIfNeeded: number)
                ends[row] = Int32(truncatingIfNeeded: number + 1)
                total += 1
                continue
            }
            var low = Int(ranges[number])
            let end = Int(ranges[number + 1])
            var high = end
            while high - low > 8 {
                let middle = (low + high) / 2
                if runTimes[Int(rowNumbers[middle])] < first { low = middle + 1 } else { high = middle }
            }
            while low < end, runTimes[Int(rowNumbers[low])] < first { low += 1 }
            var stop = low
            while stop < end, runTimes[Int(rowNumbers[stop])] <= last { stop += 1 }
            starts[row] = Int32(truncatingIfNeeded: low)
            ends[row] = Int32(truncatingIfNeeded: stop)
            total += stop - low
        }
        return total
    }

    // MARK: What comes of it

    /// Marks the run's rows that are met.
    ///
    /// - Returns: those that were not met before.
    func mark(_ meetings: Meetings) -> [Int32] {
        let matched = run.isMatched
        var fresh: [Int32] = []
        forEach(meetings) { _, found in
            if matched[Int(found)] == 0 {
                matched[Int(found)] = 1
                fresh.append(found)
            }
        }
        return fresh
    }

    /// The pairs, in the order of the probing rows, those of one row by the times of the run's.
    ///
    /// - Parameter keepsAll: rows that meet none are there with missing values beside them.
    func pairs(_ meetings: Meetings, _ rows: Batch, keepsAll: Bool = false) throws(SwiftwaterError) -> [Batch] {
        let most = meetings.total + (keepsAll ? rows.count : 0)
        if most == 0 { return [] }
        var pairs = PairBuffer(operation, which, rows, run.rows, capacity: min(most, Batch.resultRows))
        let starts = meetings.starts.mutable(Int32.self)
        let ends = meetings.ends.mutable(Int32.self)
        let rowNumbers: UnsafePointer<Int32>? = table.isUnique ? nil : table.buildRows
        for row in 0..<rows.count {
            var place = Int(starts[row])
            let end = Int(ends[row])
            if place == end {
                if keepsAll { try pairs.append(Int32(truncatingIfNeeded: row), -1) }
                continue
            }
            while place < end {
                let found = rowNumbers.map { $0[place] } ?? Int32(truncatingIfNeeded: place)
                try pairs.append(Int32(truncatingIfNeeded: row), found)
                place += 1
            }
        }
        return try withExtendedLifetime((meetings, table)) { () throws(SwiftwaterError) in try pairs.finish() }
    }

    @inline(__always)
    private func forEach(_ meetings: Meetings, _ body: (_ row: Int, _ found: Int32) -> Void) {
        let starts = meetings.starts.mutable(Int32.self)
        let ends = meetings.ends.mutable(Int32.self)
        let rowNumbers: UnsafePointer<Int32>? = table.isUnique ? nil : table.buildRows
        for row in 0..<meetings.count {
            for place in starts[row]..<ends[row] { body(row, rowNumbers.map { $0[Int(place)] } ?? place) }
        }
        withExtendedLifetime((meetings, table)) {}
    }
}

/// Pairs of rows that become a batch of the result when they are many.
private struct PairBuffer {
    private let operation: RangeJoin
    private let which: RangeJoin.Which
    private let probing: Batch
    private let found: Batch
    private let capacity: Int
    private let memory: (probing: Buffer, found: Buffer)
    private let probingRows: UnsafeMutablePointer<Int32>
    private let foundRows: UnsafeMutablePointer<Int32>
    private var count = 0
    private var batches: [Batch] = []

    init(_ operation: RangeJoin, _ which: RangeJoin.Which, _ probing: Batch, _ found: Batch, capacity: Int) {
        self.operation = operation
        self.which = which
        self.probing = probing
        self.found = found
        self.capacity = capacity
        memory = (Buffer(byteCount: capacity * 4), Buffer(byteCount: capacity * 4))
        probingRows = memory.probing.mutable(Int32.self)
        foundRows = memory.found.mutable(Int32.self)
    }

    @inline(__always)
    mutating func append(_ row: Int32, _ other: Int32) throws(SwiftwaterError) {
        if count == capacity { try flush() }
        probingRows[count] = row
        foundRows[count] = other
        count += 1
    }

    private mutating func flush() throws(SwiftwaterError) {
        let probingRows = UnsafeBufferPointer(start: UnsafePointer(probingRows), count: count)
        let foundRows = UnsafeBufferPointer(start: UnsafePointer(foundRows), count: count)
        try MemoryLimit(limit: MemoryLimit.standard, label: operation.label, byteCount: 0).check()
        batches.append(
            which == .left
                ? try operation.pairs(probing, probingRows, found, foundRows)
                : try operation.pairs(found, foundRows, probing, probingRows))
        count = 0
        withExtendedLifetime(memory) {}
    }

    mutating func finish() throws(SwiftwaterError) -> [Batch] {
        if count > 0 { try flush() }
        return batches
    }
}
