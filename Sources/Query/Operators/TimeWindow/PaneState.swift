import Columnar

/// What a group-by with tumbling or sliding windows remembers: the panes of each key.
final class PaneState: OperatorState, TimeWindowState {
    private let operation: WindowGroupBy
    private var keys: GroupKeys
    private var panes = PaneTable()
    private var aggregates: GroupAggregates
    private var changedPanes = ChangedGroups()
    /// Windows that end here or before are final: nothing of them is shown or taken any more.
    private var closed = Int64.min {
        didSet { firstOpen = grid.firstPane(openAfter: closed) }
    }
    /// The first pane that has a window which is not final.
    private var firstOpen = Int64.min
    /// Panes whose last window is final; they have no rows.
    private var deadCount = 0
    /// No pane with rows begins before this.
    private var earliest = Int64.max
    private var scratch = Buffer(byteCount: 0)

    private var grid: WindowGrid { operation.grid }

    init(_ operation: WindowGroupBy) {
        self.operation = operation
        keys = GroupKeys(types: operation.keyTypes)
        aggregates = operation.makeAggregates()
    }

    var byteCount: Int {
        keys.byteCount + panes.byteCount + aggregates.byteCount + scratch.byteCount + changedPanes.byteCount
    }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard batch.count > 0 else { return }
        try update(batch, kept: operation.keptRows(batch), RowPosition.first(ofSequence: sequence))
    }

    private func update(_ batch: Batch, kept: [Int32]?, _ position: Int64) throws(SwiftwaterError) {
        let count = kept?.count ?? batch.count
        if count == 0 { return }
        if scratch.byteCount < count * 12 { scratch = Buffer(byteCount: count * 12) }
        let starts = scratch.mutable(Int64.self)
        let first = fillStarts(starts, batch.columns[operation.time].decoded().picking(kept))
        if first < firstOpen {
            // Rows of final windows: whoever feeds the state should have kept them back.
            let rows = (0..<count).filter { starts[$0] >= firstOpen }.map { kept?[$0] ?? Int32($0) }
            return try update(batch, kept: rows, position)
        }
        earliest = min(earliest, first)
        let keyColumns = operation.keys.map { batch.columns[$0].picking(kept) }
        let numbers = try keys.groups(of: keyColumns, count: count)
        let groups = UnsafeMutableRawPointer(starts + count).assumingMemoryBound(to: Int32.self)
        panes.findOrInsert(starts, numbers, count: count, into: groups)
        withExtendedLifetime(keyColumns) {}
        aggregates.grow(to: panes.count)
        try aggregates.update(batch, kept: kept, groups, position: position)
        changedPanes.mark(UnsafeBufferPointer(start: groups, count: count), total: panes.count)
    }

    /// Writes the start of each row's pane; the lowest of them.
    private func fillStarts(_ starts: UnsafeMutablePointer<Int64>, _ times: Column) -> Int64 {
        let from = times.values(as: Int64.self)
        let grid = grid
        var lowest = Int64.max
        // Times that follow each other are often of one pane.
        var (start, end) = (Int64.max, Int64.min)
        for row in 0..<times.count {
            let time = from[row]
            if time < start || time >= end {
                start = grid.paneStart(time)
                end = start &+ grid.pane
                lowest = min(lowest, start)
            }
            starts[row] = start
        }
        return lowest
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? PaneState, other.grid == grid else { throw .foreignState }
        try merge(other, other.aggregates.live().filter { other.panes.times.pointer[Int($0)] >= firstOpen })
        closed = max(closed, other.closed)
    }

    /// Takes in some groups of another state.
    ///
    /// - Parameter isOlder: what this state has already stays as it is.
    private func merge(
        _ other: PaneState, _ chosen: [Int32], isOlder: Bool = false
    ) throws(SwiftwaterError) {
        if chosen.isEmpty { return }
        let numbers = try keys.numbers(of: other.keys, used: chosen.map { other.panes.keys.pointer[Int($0)] })
        var mapping = [Int32](repeating: -1, count: other.panes.count)
        for group in chosen {
            let pane = other.panes.times.pointer[Int(group)]
            let target = panes.findOrInsert(pane, numbers[Int(other.panes.keys.pointer[Int(group)])])
            if isOlder, Int(target) < aggregates.count, aggregates.rows.pointer[Int(target)] > 0 { continue }
            mapping[Int(group)] = target
            earliest = min(earliest, pane)
        }
        aggregates.grow(to: panes.count)
        try aggregates.merge(other.aggregates, mapping)
        changedPanes.mark(mapping, total: panes.count)
    }

    // MARK: Results

    func finish() throws(SwiftwaterError) -> [Batch] {
        let result = try current()
        reset()
        closed = .min
        return result
    }

    private func reset() {
        keys = GroupKeys(types: operation.keyTypes)
        panes = PaneTable()
        aggregates = operation.makeAggregates()
        deadCount = 0
        earliest = .max
        changedPanes.markAll()
    }

    func current() throws(SwiftwaterError) -> [Batch] { try rows(of: aggregates.live(), through: .max, nil) }

    func changed(by delta: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        guard let delta = delta as? PaneState, delta.grid == grid else { throw .foreignState }
        let chosen = delta.aggregates.live()
        let numbers = try keys.numbers(of: delta.keys, used: chosen.map { delta.panes.keys.pointer[Int($0)] })
        var wanted = PaneTable()
        for group in chosen {
            let number = numbers[Int(delta.panes.keys.pointer[Int(group)])]
            forEachWindow(of: delta.panes.times.pointer[Int(group)]) { _ = wanted.findOrInsert($0, number) }
        }
        if grid.isTumbling {
            // A window is a pane: the others need no look.
            let found = (0..<wanted.count).map { panes.find(wanted.times.pointer[$0], wanted.keys.pointer[$0]) }
            let live = found.filter { $0 >= 0 && aggregates.rows.pointer[Int($0)] > 0 }
            return try rows(of: live.sorted(), through: .max, nil)
        }
        return try rows(of: aggregates.live(), through: .max, wanted)
    }

    func takeFinal(through end: Int64) throws(SwiftwaterError) -> [Batch] {
        guard end > closed else { return [] }
        let mayClose = earliest < .max && earliest &+ grid.pane <= end
        let rows = mayClose ? try rows(of: aggregates.live(), through: end, nil) : []
        try forget(through: end)
        return rows
    }

    @inline(__always)
    private func forEachWindow(of pane: Int64, _ body: (Int64) -> Void) {
        var start = grid.lastWindow(of: pane)
        while grid.covers(start, pane) {
            body(start)
            start &-= grid.slide
        }
    }

    /// The rows of the windows that are not final yet and end at or before `end`; with `wanted`, those of them alone.
    private func rows(of live: [Int32], through end: Int64, _ wanted: PaneTable?) throws(SwiftwaterError) -> [Batch] {
        let isWanted = { [grid, closed] (start: Int64, number: Int32) in
            let windowEnd = grid.end(of: start)
            guard windowEnd > closed, windowEnd <= end else { return false }
            return wanted.map { $0.find(start, number) >= 0 } ?? true
        }
        if grid.isTumbling {
            let chosen = live.filter { isWanted(panes.times.pointer[Int($0)], panes.keys.pointer[Int($0)]) }
            return try rows(chosen, panes, aggregates)
        }
        // The first window of each pane, then the second one: each pass over the panes gives a group one target.
        var windows = PaneTable()
        let merged = operation.makeAggregates()
        var next = live.map { grid.lastWindow(of: panes.times.pointer[Int($0)]) }
        var left = Array(live.indices)
        var mapping = [Int32](repeating: -1, count: panes.count)
        while !left.isEmpty {
            var isEmpty = true
            for index in left {
                let number = panes.keys.pointer[Int(live[index])]
                guard isWanted(next[index], number) else { continue }
                mapping[Int(live[index])] = windows.findOrInsert(next[index], number)
                isEmpty = false
            }
            if !isEmpty {
                merged.grow(to: windows.count)
                try merged.merge(aggregates, mapping)
            }
            for index in left {
                mapping[Int(live[index])] = -1
                next[index] &-= grid.slide
            }
            left.removeAll { index in
                let pane = panes.times.pointer[Int(live[index])]
                return !grid.covers(next[index], pane) || grid.end(of: next[index]) <= closed
            }
        }
        return try rows(merged.live(), windows, merged)
    }

    private func rows(
        _ groups: [Int32], _ windows: PaneTable, _ aggregates: GroupAggregates
    ) throws(SwiftwaterError) -> [Batch] {
        let order = try operation.ordered(groups, windows.times.pointer, windows.keys.pointer, keys, aggregates)
        let counts = aggregates.counts()
        return try Batch.pieces(of: order, schema: operation.outputSchema) { piece throws(SwiftwaterError) in
            let starts = piece.map { windows.times.pointer[Int($0)] }
            let keyColumns = try keys.columns(of: piece.map { windows.keys.pointer[Int($0)] })
            return operation.keyColumns(keyColumns, starts: starts, ends: starts.map { grid.end(of: $0) })
                + (try aggregates.result(piece, counts))
        }
    }

    // MARK: Forgetting

    func forget(through end: Int64) throws(SwiftwaterError) {
        guard end > closed else { return }
        closed = end
        guard earliest < firstOpen else { return }
        earliest = .max
        for group in 0..<panes.count where aggregates.rows.pointer[group] > 0 {
            let pane = panes.times.pointer[group]
            if pane < firstOpen {
                aggregates.kill(Int32(group))
                deadCount += 1
            } else {
                earliest = min(earliest, pane)
            }
        }
        guard deadCount > 1024, deadCount > panes.count / 2 else {
            if deadCount == panes.count { reset() }
            return
        }
        try compact()
    }

    /// Puts a state of the panes with rows in this one's place.
    private func compact() throws(SwiftwaterError) {
        let rest = PaneState(operation)
        try rest.merge(self, aggregates.live())
        (keys, panes, aggregates) = (rest.keys, rest.panes, rest.aggregates)
        (deadCount, earliest) = (0, rest.earliest)
        changedPanes.markAll()
    }

    // MARK: Snapshots

    /// The end of the last final window; then a row for each pane: its start, its keys and what is remembered.
    func snapshot() throws(SwiftwaterError) -> [Batch] {
        try saved(GroupCapture(viewing: aggregates), holdsChanges: false).batches()
    }

    func capture(_ extent: SnapshotExtent, memory: SpareMemory) throws(SwiftwaterError) -> StateCapture {
        let changed = changedPanes.take(extent, total: panes.count - deadCount)
        return saved(try GroupCapture(aggregates, changed: changed, memory: memory), holdsChanges: changed != nil)
    }

    func copySizes(_ extent: SnapshotExtent) -> [Int] {
        aggregates.copySizes(changed: changedPanes.count(extent, total: panes.count - deadCount))
    }

    /// Keys and panes are only ever added to their tables, behind those that are there: the state can go on beside.
    private func saved(_ capture: GroupCapture, holdsChanges: Bool) -> StateCapture {
        let (keys, panes, closed) = (keys, panes, closed)
        return StateCapture(
            holdsChanges: holdsChanges, count: 1 + capture.batchCount
        ) { number throws(SwiftwaterError) in
            if number == 0 {
                return .saved([Column(type: .int64, count: 1, storage: .fixed(Buffer([closed])))])
            }
            let (groups, columns) = try capture.batch(number - 1)
            let starts = groups.withUnsafeBufferPointer { panes.times.gathered($0) }
            return .saved([starts] + (try keys.columns(of: groups.map { panes.keys.pointer[Int($0)] })) + columns)
        }
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try restore(snapshot, isOlder: false) }
    func restore(older snapshot: [Batch]) throws(SwiftwaterError) { try restore(snapshot, isOlder: true) }

    /// An older snapshot has panes that are final by now; all that changed since its time is here already.
    private func restore(_ snapshot: [Batch], isOlder: Bool) throws(SwiftwaterError) {
        guard let head = snapshot.first, head.count == 1, head.columns.count == 1, head.columns[0].type == .int64
        else { throw .foreignSnapshot }
        for batch in snapshot.dropFirst() {
            let saved = PaneState(operation)
            var state = batch.columns[...]
            let starts = try state.next(.int64)
            var keyColumns: [Column] = []
            for type in operation.keyTypes { keyColumns.append(try state.next(type)) }
            let numbers = try saved.keys.groups(of: keyColumns, count: batch.count)
            for (row, start) in starts.values(as: Int64.self).enumerated() {
                guard saved.panes.findOrInsert(start, numbers[row]) == Int32(row) else { throw .foreignSnapshot }
            }
            withExtendedLifetime(keyColumns) {}
            try saved.aggregates.restore(&state, count: batch.count)
            let live = saved.aggregates.live()
            let open = isOlder ? live.filter { saved.panes.times.pointer[Int($0)] >= firstOpen } : live
            try merge(saved, open, isOlder: isOlder)
        }
        closed = max(closed, head.columns[0].values(as: Int64.self)[0])
        changedPanes.markAll()
    }
}

extension Batch {
    /// Columns of a snapshot without names of their own.
    static func saved(_ columns: [Column]) -> Batch {
        let fields = columns.enumerated().map { Field("state_\($0)", $1.type) }
        return Batch(schema: Schema(fields), columns: columns, count: columns.first?.count ?? 0)
    }
}

extension GroupKeys {
    /// This table's numbers for another's keys that are used, by the other's numbers.
    mutating func numbers(of other: GroupKeys, used: [Int32]) throws(SwiftwaterError) -> [Int32] {
        var numbers = [Int32](repeating: -1, count: other.count)
        var distinct: [Int32] = []
        for number in used where numbers[Int(number)] < 0 {
            numbers[Int(number)] = 0
            distinct.append(number)
        }
        let columns = try other.columns(of: distinct)
        let own = try groups(of: columns, count: distinct.count)
        for (index, number) in distinct.enumerated() { numbers[Int(number)] = own[index] }
        withExtendedLifetime(columns) {}
        return numbers
    }
}
