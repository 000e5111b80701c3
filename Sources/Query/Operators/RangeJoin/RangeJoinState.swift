import Columnar
import Formats

/// What a range join remembers of both sides: rows that have not been compared yet, as they came, and, on a stream,
/// rows that have been and may meet others.
final class RangeJoinState: OperatorState {
    private let operation: RangeJoin
    private var fresh: BothSides<OrderedBatches>
    private var held = BothSides(left: RangeJoinRuns(), right: RangeJoinRuns())

    init(_ operation: RangeJoin) {
        self.operation = operation
        fresh = BothSides(left: OrderedBatches(operation.left.schema), right: OrderedBatches(operation.right.schema))
    }

    var byteCount: Int {
        fresh.left.byteCount + fresh.right.byteCount + held.left.byteCount + held.right.byteCount
    }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard let which = operation.which(batch) else { throw .foreignState }
        fresh[which].append(operation.plainRows(batch), sequence: sequence)
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? RangeJoinState else { throw .foreignState }
        for which in [RangeJoin.Which.left, .right] {
            fresh[which].append(other.fresh[which])
            for run in other.held[which].runs { try held[which].add(run) }
        }
    }

    // MARK: A whole input

    func finish() throws(SwiftwaterError) -> [Batch] { try finish(threads: 1) }

    /// The rows of one side, with those that have met others before, in order.
    private func takeAll(_ which: RangeJoin.Which) -> (batches: [Batch], matched: [Buffer?]) {
        let runs = held[which].runs
        let batches = fresh[which].ordered()
        let flags = runs.map { Optional($0.matched.slice($0.finalCount..<$0.count)) } + batches.map { _ in nil }
        held[which] = RangeJoinRuns()
        fresh[which] = OrderedBatches(operation.side(which).schema)
        return (runs.map(\.liveRows) + batches, flags)
    }

    func finish(threads: Int) throws(SwiftwaterError) -> [Batch] {
        let (operation, how) = (operation, operation.join.how)
        let probing: RangeJoin.Which = how == .right ? .right : .left
        let (found, foundFlags) = takeAll(probing.other)
        let build = try WholeSide(operation, probing.other, found, foundFlags)
        let probe = try RangeJoinProbe(operation, from: probing, in: build.run)
        let (batches, flags) = takeAll(probing)
        // The rows that look for others say which ones they have met, where that counts, one after the other.
        let marks = operation.remembersMatches(probing.other)
        let results = try EngineThreads.map(batches.count, threads: marks ? 1 : threads) {
            number throws(SwiftwaterError) in
            let rows = batches[number]
            let (times, present) = operation.times(rows, probing)
            let meetings = probe.meetings(rows, times, present)
            if marks { _ = probe.mark(meetings) }
            if operation.givesPairs {
                // A row whose partner is not there any more has none here, and is not alone either.
                let known = flags[number]
                guard let known, operation.side(probing).keepsAll else {
                    return try probe.pairs(meetings, rows, keepsAll: operation.side(probing).keepsAll)
                }
                let isMatched = known.mutable(UInt8.self)
                var alone: [Int32] = []
                for row in 0..<rows.count where meetings.isEmpty(row) && isMatched[row] == 0 {
                    alone.append(Int32(row))
                }
                return try probe.pairs(meetings, rows) + operation.alone(rows.taking(alone), probing).pieces()
            }
            let isMatched = flags[number]?.mutable(UInt8.self)
            var picked: [Int32] = []
            for row in 0..<rows.count {
                let hasMet = !meetings.isEmpty(row) || isMatched.map { $0[row] != 0 } ?? false
                if hasMet == (how == .semi) { picked.append(Int32(row)) }
            }
            return try operation.alone(picked.count == rows.count ? rows : rows.taking(picked), .left).pieces()
        }
        return results.flatMap { $0 } + (operation.side(probing.other).keepsAll ? try build.alone() : [])
    }

    // MARK: A stream

    /// The rows that have come of the rows since the last time, and those that are final at this watermark without
    /// having met another; what nothing in time can meet is forgotten.
    func takeFinal(watermark: Int64) throws(SwiftwaterError) -> [Batch] {
        var result: [Batch] = []
        let left = try takeFresh(.left, &result)
        let right = try takeFresh(.right, &result)
        try meet(left, held.right.runs + (right.map { [$0] } ?? []), &result)
        try meet(right, held.left.runs, &result)
        if let left { try held.left.add(left) }
        if let right { try held.right.add(right) }
        try forget(.left, before: leastInTime(.right, watermark), less: operation.bounds.to, &result)
        try forget(.right, before: leastInTime(.left, watermark), less: -operation.bounds.from, &result)
        return result
    }

    /// New rows as a run; nil when there are none. Those without a time meet nothing, and go at once.
    private func takeFresh(_ which: RangeJoin.Which, _ result: inout [Batch]) throws(SwiftwaterError) -> RangeJoinRun? {
        let batches = fresh[which].ordered()
        fresh[which] = OrderedBatches(operation.side(which).schema)
        var rows = try Batch.concatenate(batches, schema: operation.side(which).schema)
        var (times, present) = operation.times(rows, which)
        if let known = present {
            if operation.side(which).keepsAll {
                result += try operation.alone(rows.taking((~known).indices), which).pieces()
            }
            rows = rows.taking(known.indices)
            (times, present) = operation.times(rows, which)
        }
        guard rows.count > 0 else { return nil }
        return try RangeJoinRun.sorted(rows, times, operation, which).run
    }

    /// Lets new rows meet those of runs of the other side.
    private func meet(
        _ new: RangeJoinRun?, _ runs: [RangeJoinRun], _ result: inout [Batch]
    ) throws(SwiftwaterError) {
        guard let new, let (least, greatest) = new.bounds else { return }
        let marksOwn = operation.remembersMatches(new.which)
        let isSemi = operation.join.how == .semi
        for run in runs where RangeJoinProbe.canMeet(least, greatest, from: new.which, in: run, operation.bounds) {
            let probe = try RangeJoinProbe(operation, from: new.which, in: run)
            let meetings = probe.meetings(new.rows, new.times, nil)
            if meetings.total == 0 { continue }
            if operation.givesPairs { result += try probe.pairs(meetings, new.rows) }
            if operation.remembersMatches(run.which) {
                let met = probe.mark(meetings)
                if isSemi { result += try operation.alone(run.rows.taking(met), .left).pieces() }
            }
            guard marksOwn else { continue }
            let isMatched = new.isMatched
            var met: [Int32] = []
            for row in 0..<new.count where !meetings.isEmpty(row) && isMatched[row] == 0 {
                isMatched[row] = 1
                met.append(Int32(row))
            }
            if isSemi { result += try operation.alone(new.rows.taking(met), .left).pieces() }
        }
    }

    /// The least time of a side's rows in time, in the unit of the comparison; the end of time when nothing comes any
    /// more.
    private func leastInTime(_ which: RangeJoin.Which, _ watermark: Int64) -> Int64 {
        // The greatest time that all units have, in microseconds.
        if watermark >= .max / 1000 { return .max }
        let side = operation.side(which)
        let (time, overflow) = side.leastInTime(watermark).multipliedReportingOverflow(by: side.factor)
        return overflow ? (watermark < 0 ? .min : .max) : time
    }

    /// Rows that the other side's rows from `time` on are too late to meet are final.
    private func forget(
        _ which: RangeJoin.Which, before time: Int64, less distance: Int64, _ result: inout [Batch]
    ) throws(SwiftwaterError) {
        let (first, overflow) = time.subtractingReportingOverflow(distance)
        let bound = time == .max ? .max : overflow ? (distance < 0 ? Int64.max : .min) : first
        for run in held[which].runs {
            let alone = run.finish(before: bound)
            if !alone.isEmpty { result += try operation.alone(run.rows.taking(alone), which).pieces() }
        }
        try held[which].compact()
    }

    // MARK: Snapshots

    /// For each side the rows that were compared, with whether they have met another, and those that were not, with
    /// their sequences. The last column's name says which they are.
    func snapshot() throws(SwiftwaterError) -> [Batch] {
        var batches: [Batch] = []
        for which in [RangeJoin.Which.left, .right] {
            for run in held[which].runs {
                let flags = UnsafeBufferPointer(start: run.isMatched, count: run.count)[run.finalCount...]
                let column = Column(type: .bool, count: run.liveCount, storage: .bits(Bitmap(flags.map { $0 != 0 })))
                let rows = run.liveRows
                batches.append(
                    Batch(
                        schema: Schema(rows.schema.fields + [Field(Self.heldName(which), .bool)]),
                        columns: rows.columns + [column], count: rows.count))
            }
            for batch in fresh[which].snapshot() {
                var schema = batch.schema
                schema.fields[schema.count - 1].name = Self.freshName(which)
                batches.append(batch.with(schema: schema))
            }
        }
        return batches
    }

    private static func heldName(_ which: RangeJoin.Which) -> String {
        which == .left ? "\u{0}left met" : "\u{0}right met"
    }
    private static func freshName(_ which: RangeJoin.Which) -> String {
        which == .left ? "\u{0}left sequence" : "\u{0}right sequence"
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) {
        for batch in snapshot {
            let name = batch.schema.fields.last?.name ?? ""
            guard
                let which = [RangeJoin.Which.left, .right].first(where: {
                    name == Self.heldName($0) || name == Self.freshName($0)
                }), batch.columns.count == operation.side(which).schema.count + 1,
                zip(batch.schema.fields, operation.side(which).schema.fields).allSatisfy({
                    $0.name == $1.name && $0.type.logical == $1.type
                }), let last = batch.columns.last
            else { throw .foreignSnapshot }
            if name == Self.freshName(which) {
                try fresh[which].restore([batch])
                continue
            }
            guard case .bits(let met) = last.storage else { throw .foreignSnapshot }
            let schema = operation.side(which).schema
            let rows = Batch(schema: schema, columns: Array(batch.columns.dropLast()), count: batch.count)
            let flags = Buffer(byteCount: rows.count)
            for row in 0..<rows.count { flags.mutable(UInt8.self)[row] = met[row] ? 1 : 0 }
            let times = operation.times(rows, which)
            guard times.present == nil else { throw .foreignSnapshot }
            try held[which].add(RangeJoinRun.sorted(rows, times.words, matched: flags, operation, which).run)
        }
    }
}

/// All rows of the side that is looked in, when they are a whole input.
private struct WholeSide {
    private let operation: RangeJoin
    private let which: RangeJoin.Which
    private let rows: Batch
    /// Which of the rows the run has, in its order.
    private let origins: [Int32]?
    let run: RangeJoinRun

    init(
        _ operation: RangeJoin, _ which: RangeJoin.Which, _ batches: [Batch], _ matched: [Buffer?]
    ) throws(SwiftwaterError) {
        self.operation = operation
        self.which = which
        rows = try Batch.concatenate(batches, schema: operation.side(which).schema)
        let flags = Buffer.zeroed(byteCount: rows.count)
        var end = 0
        for (batch, own) in zip(batches, matched) {
            if let own { (flags.base + end).copyMemory(from: own.base, byteCount: batch.count) }
            end += batch.count
        }
        let (times, present) = operation.times(rows, which)
        guard let present else {
            (run, origins) = try RangeJoinRun.sorted(rows, times, matched: flags, operation, which)
            return
        }
        // Only rows that have never been compared can be without a time.
        let timed = present.indices
        let taken = rows.taking(timed)
        let known = Buffer(byteCount: taken.count)
        for (row, origin) in timed.enumerated() {
            known.mutable(UInt8.self)[row] = flags.mutable(UInt8.self)[Int(origin)]
        }
        let (made, order) = try RangeJoinRun.sorted(
            taken, operation.times(taken, which).words, matched: known, operation, which)
        run = made
        origins = order.map { $0.map { timed[Int($0)] } } ?? timed
    }

    /// The rows that have met none, in their own order.
    func alone() throws(SwiftwaterError) -> [Batch] {
        var isMet = [Bool](repeating: false, count: rows.count)
        for row in 0..<run.count where run.isMatched[row] != 0 { isMet[origins.map { Int($0[row]) } ?? row] = true }
        return try operation.alone(rows.taking((0..<Int32(rows.count)).filter { !isMet[Int($0)] }), which).pieces()
    }
}
