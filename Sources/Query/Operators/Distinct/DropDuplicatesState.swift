import Columnar

/// The distinct keys met so far, each with the row that is kept for it.
final class DropDuplicatesState: OperatorState {
    private struct Kept: BitwiseCopyable {
        /// The kept row's position in the input; `none` for a key without rows.
        var position = RowPosition.none
        /// Its number in the store; negative when its output has it and only the key is remembered.
        var row: Int32 = 0
        /// More than one row has the key.
        var isRepeated = false
        /// A stream's output has got the row.
        var isGiven = false

        /// The bits of a snapshot.
        var flags: Int64 { (isRepeated ? 1 : 0) | (isGiven ? 2 : 0) }
    }

    private let operation: DropDuplicates
    private var keys: GroupKeys
    private var kept = BufferBuilder<Kept>(capacity: 16)
    /// The time of each kept row, where there is a time to forget by.
    private var times = BufferBuilder<Int64>(capacity: 16)
    private var store: RowStore
    private var changedKeys = ChangedGroups()
    /// Rows with an earlier time were forgotten.
    private var forgotten = Int64.min
    /// Keys with a row.
    private var liveCount = 0

    init(_ operation: DropDuplicates) {
        self.operation = operation
        keys = GroupKeys(types: operation.keys.map { operation.outputSchema[$0].type })
        store = RowStore(operation.outputSchema)
    }

    var byteCount: Int {
        keys.byteCount + kept.capacity * MemoryLayout<Kept>.stride + times.capacity * 8 + store.byteCount
            + changedKeys.byteCount
    }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        guard batch.count > 0 else { return }
        let keyColumns = operation.keys.map { batch.columns[$0] }
        let groups = try keys.groups(of: keyColumns, count: batch.count)
        let position = RowPosition.first(ofSequence: sequence)
        var picked: [Int32] = []
        let kept = grow()
        for row in 0..<batch.count {
            let group = Int(groups[row])
            offer(kept + group, position + Int64(row)) { picked.append(Int32(row)) }
        }
        // A row that a later one of this batch has replaced is not the kept one of its group any more.
        var rows: [Int32] = []
        for row in picked where kept[Int(groups[Int(row)])].position == position + Int64(row) {
            kept[Int(groups[Int(row)])].row = Int32(store.count + rows.count)
            rows.append(row)
        }
        if let time = operation.time {
            let column = batch.columns[time.column]
            for row in rows { times.pointer[Int(groups[Int(row)])] = column.time(at: Int(row)) }
        }
        changedKeys.mark(UnsafeBufferPointer(start: groups, count: batch.count), total: keys.count)
        withExtendedLifetime(keyColumns) {}
        store.append(rows.count == batch.count ? batch : batch.taking(rows))
        try compactIfWorthwhile()
    }

    @inline(__always)
    private func offer(_ kept: UnsafeMutablePointer<Kept>, _ position: Int64, take: () -> Void) {
        if kept.pointee.position >= 0 {
            kept.pointee.isRepeated = true
            if kept.pointee.isGiven || (position > kept.pointee.position) != (operation.keep == .last) { return }
        } else {
            kept.pointee = Kept()
            liveCount += 1
        }
        kept.pointee.position = position
        take()
    }

    private func grow() -> UnsafeMutablePointer<Kept> {
        if keys.count > kept.count {
            if operation.time != nil { times.append(repeating: .max, count: keys.count - kept.count) }
            kept.append(repeating: Kept(), count: keys.count - kept.count)
        }
        return kept.pointer
    }

    /// Drops rows that were replaced or given once they are most of what is kept.
    private func compactIfWorthwhile() throws(SwiftwaterError) {
        guard store.count > 4 * liveCount + 1 << 16 else { return }
        var rows: [Int32] = []
        for group in 0..<kept.count where kept.pointer[group].position >= 0 && kept.pointer[group].row >= 0 {
            rows.append(kept.pointer[group].row)
            kept.pointer[group].row = Int32(rows.count - 1)
        }
        try store.keep(rows)
    }

    private func liveGroups() -> [Int32] {
        (0..<Int32(kept.count)).filter { kept.pointer[Int($0)].position >= 0 }
    }

    private func keyColumns(_ groups: [Int32]) throws(SwiftwaterError) -> [Column] {
        try groups.withUnsafeBufferPointer { groups in
            Result { () throws(SwiftwaterError) in try keys.columns(order: groups) }
        }.get()
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? DropDuplicatesState else { throw .foreignState }
        let live = other.liveGroups()
        if live.isEmpty { return }
        let keyColumns = try other.keyColumns(live)
        let groups = try keys.groups(of: keyColumns, count: live.count)
        let kept = grow()
        let start = Int32(store.count)
        store.append(other.store)
        for (index, group) in live.enumerated() {
            let theirs = other.kept.pointer[Int(group)]
            let mine = kept + Int(groups[index])
            offer(mine, theirs.position) {
                mine.pointee.isGiven = theirs.isGiven
                mine.pointee.row = theirs.row < 0 ? -1 : start + theirs.row
                if operation.time != nil { times.pointer[Int(groups[index])] = other.times.pointer[Int(group)] }
            }
            if theirs.isRepeated { mine.pointee.isRepeated = true }
        }
        changedKeys.mark(UnsafeBufferPointer(start: groups, count: live.count), total: keys.count)
        withExtendedLifetime(keyColumns) {}
        try compactIfWorthwhile()
    }

    // MARK: Results

    private func isInResult(_ kept: Kept) -> Bool {
        kept.position >= 0 && kept.row >= 0 && (operation.keep != .none || !kept.isRepeated)
    }

    /// The stored rows of groups, in the order of the input.
    private func rows(_ groups: [Int32]) throws(SwiftwaterError) -> Batch {
        let groups = groups.sorted { kept.pointer[Int($0)].position < kept.pointer[Int($1)].position }
        return try store.combined().taking(groups.map { kept.pointer[Int($0)].row })
    }

    func finish() throws(SwiftwaterError) -> [Batch] {
        let result = try current()
        keys = GroupKeys(types: keys.types)
        kept = BufferBuilder(capacity: 16)
        times = BufferBuilder(capacity: 16)
        liveCount = 0
        forgotten = .min
        changedKeys.markAll()
        store.removeAll()
        return result
    }

    /// All rows of the result that are still here.
    func current() throws(SwiftwaterError) -> [Batch] {
        try rows((0..<Int32(kept.count)).filter { isInResult(kept.pointer[Int($0)]) }).pieces()
    }

    /// The rows of the result that `delta` brought.
    func changed(by delta: DropDuplicatesState) throws(SwiftwaterError) -> [Batch] {
        let theirs = delta.liveGroups()
        let keyColumns = try delta.keyColumns(theirs)
        let found = try keys.groups(of: keyColumns, count: theirs.count)
        let kept = grow()
        var groups: [Int32] = []
        for (index, group) in theirs.enumerated() {
            let mine = kept[Int(found[index])]
            if isInResult(mine), mine.position == delta.kept.pointer[Int(group)].position {
                groups.append(found[index])
            }
        }
        withExtendedLifetime(keyColumns) {}
        return try rows(groups).pieces()
    }

    /// The rows that no output has got; from now on only their keys are remembered.
    func takeNew() throws(SwiftwaterError) -> [Batch] {
        let groups = (0..<Int32(kept.count)).filter { group in
            let kept = kept.pointer[Int(group)]
            return isInResult(kept) && !kept.isGiven
        }
        let result = try rows(groups).pieces()
        for group in groups {
            kept.pointer[Int(group)].isGiven = true
            kept.pointer[Int(group)].row = -1
        }
        changedKeys.mark(groups, total: keys.count)
        store.removeAll()
        return result
    }

    /// Rows with a time before `first` and their keys are no longer remembered.
    func forget(before first: Int64) throws(SwiftwaterError) {
        forgotten = max(forgotten, first)
        let times = times.pointer
        for group in 0..<kept.count where times[group] < first && kept.pointer[group].position >= 0 {
            kept.pointer[group] = Kept()
            liveCount -= 1
        }
        guard kept.count > 1024, liveCount < kept.count / 2 else { return }
        // Most keys are dead: a state of the others takes this one's place.
        let rest = DropDuplicatesState(operation)
        try rest.restore(try snapshot())
        (keys, kept, self.times, store) = (rest.keys, rest.kept, rest.times, rest.store)
        liveCount = rest.liveCount
        changedKeys.markAll()
    }

    // MARK: Snapshots

    /// The kept rows with their bookkeeping; the keys of rows that were given, with theirs; what was forgotten.
    func snapshot() throws(SwiftwaterError) -> [Batch] { try saved(liveGroups()) }

    private func saved(_ groups: [Int32]) throws(SwiftwaterError) -> [Batch] {
        let live = groups.sorted { kept.pointer[Int($0)].position < kept.pointer[Int($1)].position }
        let stored = live.filter { kept.pointer[Int($0)].row >= 0 }
        var batches = [saved(try rows(stored), stored)]
        let given = live.filter { kept.pointer[Int($0)].row < 0 }
        if !given.isEmpty {
            let columns = try keyColumns(given)
            let fields = columns.enumerated().map { Field("given_\($0)", $1.type) }
            batches.append(saved(Batch(schema: Schema(fields), columns: columns, count: given.count), given))
        }
        return batches + [.saved([Column(type: .int64, count: 1, storage: .fixed(Buffer([forgotten])))])]
    }

    private func saved(_ rows: Batch, _ groups: [Int32]) -> Batch {
        rows.adding("position", words: groups.map { kept.pointer[Int($0)].position })
            .adding("flags", words: groups.map { kept.pointer[Int($0)].flags })
            .adding("time", words: groups.map { operation.time == nil ? 0 : times.pointer[Int($0)] })
    }

    /// Keys are only ever added to their table, behind those that are there, and stored batches do not change: the
    /// state can go on beside.
    func capture(_ extent: SnapshotExtent, memory: SpareMemory) throws(SwiftwaterError) -> StateCapture {
        let changed = changedKeys.take(extent, total: liveCount)
        let copy = DropDuplicatesState(operation)
        (copy.keys, copy.store, copy.forgotten) = (keys, store, forgotten)
        (copy.kept, copy.times) = (kept.picked(nil, memory), times.picked(nil, memory))
        var made: [Batch]?
        func batches() throws(SwiftwaterError) -> [Batch] {
            if let made { return made }
            let live = copy.liveGroups()
            let isChanged = changed.map { Set($0) }
            let batches = try copy.saved(isChanged.map { changed in live.filter { changed.contains($0) } } ?? live)
            made = batches
            return batches
        }
        let hasGiven = liveGroups(changed).contains { kept.pointer[Int($0)].row < 0 }
        return StateCapture(
            holdsChanges: changed != nil, count: hasGiven ? 3 : 2
        ) { number throws(SwiftwaterError) in try batches()[number] }
    }

    func copySizes(_: SnapshotExtent) -> [Int] { [kept.count * MemoryLayout<Kept>.stride, times.count * 8] }

    private func liveGroups(_ groups: [Int32]?) -> [Int32] {
        groups.map { $0.filter { Int($0) < kept.count && kept.pointer[Int($0)].position >= 0 } } ?? liveGroups()
    }

    /// Whether a batch of a snapshot has keys alone, of rows that were given.
    private static func isGiven(_ batch: Batch) throws(SwiftwaterError) -> Bool {
        guard batch.count > 0 else { return false }
        guard batch.columns.count >= 3, batch.columns[batch.columns.count - 2].type == .int64 else {
            throw .foreignSnapshot
        }
        return batch.columns[batch.columns.count - 2].values(as: Int64.self)[0] & 2 != 0
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try restore(snapshot, isOlder: false) }
    func restore(older snapshot: [Batch]) throws(SwiftwaterError) { try restore(snapshot, isOlder: true) }

    private func restore(_ snapshot: [Batch], isOlder: Bool) throws(SwiftwaterError) {
        var batches = snapshot
        // Snapshots of earlier versions do not say what was forgotten.
        if let last = batches.last, last.columns.count == 1, last.count == 1, last.columns[0].type == .int64 {
            forgotten = max(forgotten, last.columns[0].values(as: Int64.self)[0])
            batches.removeLast()
        }
        for batch in batches {
            let isGiven = try Self.isGiven(batch)
            let schema =
                isGiven
                ? Schema(batch.schema.fields.dropLast(3)) : operation.outputSchema
            let (rows, words) = try batch.removing(3, schema: schema)
            let keyColumns = isGiven ? rows.columns : operation.keys.map { rows.columns[$0] }
            let groups = try keys.groups(of: keyColumns, count: rows.count)
            let kept = grow()
            var taken: [Int32] = []
            for row in 0..<rows.count {
                let group = Int(groups[row])
                let isTimely = operation.time == nil || words[2][row] >= forgotten
                if isOlder, kept[group].position >= 0 || !isTimely { continue }
                if kept[group].position < 0 { liveCount += 1 }
                kept[group] = Kept(
                    position: words[0][row], row: isGiven ? -1 : Int32(store.count + taken.count),
                    isRepeated: words[1][row] & 1 != 0, isGiven: words[1][row] & 2 != 0)
                if operation.time != nil { times.pointer[group] = words[2][row] }
                taken.append(Int32(row))
            }
            withExtendedLifetime(keyColumns) {}
            if !isGiven { store.append(taken.count == rows.count ? rows : rows.taking(taken)) }
        }
        changedKeys.markAll()
    }
}
