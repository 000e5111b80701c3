import Columnar

/// What a group-by with session windows remembers: fragments of sessions, each with its first and its last time.
///
/// A row joins a recent fragment of its key that it is near enough to, or begins one. Fragments that come to touch
/// stay apart until sessions are asked for: then those of a key are put in order and chained. So the order in which
/// rows come counts for nothing.
final class SessionState: OperatorState, TimeWindowState {
    private let operation: WindowGroupBy
    private var keys: GroupKeys
    /// The key of each fragment.
    private var numbers = BufferBuilder<Int32>(capacity: 16)
    private var firsts = BufferBuilder<Int64>(capacity: 16)
    private var lasts = BufferBuilder<Int64>(capacity: 16)
    /// The fragment of the same key that was met before; -1 for the first.
    private var previous = BufferBuilder<Int32>(capacity: 16)
    /// The fragment of each key that was met last.
    private var newest = BufferBuilder<Int32>(capacity: 16)
    private var aggregates: GroupAggregates
    /// The keys whose sessions changed.
    private var changedKeys = ChangedGroups()
    /// Sessions that end here or before were taken out.
    private var closed = Int64.min
    private var deadCount = 0
    /// Fragments when they were last chained.
    private var chainedCount = 0
    private var scratch = Buffer(byteCount: 0)

    private var gap: Int64 { operation.grid.size }

    init(_ operation: WindowGroupBy) {
        self.operation = operation
        keys = GroupKeys(types: operation.keyTypes)
        aggregates = operation.makeAggregates()
    }

    var byteCount: Int {
        keys.byteCount + numbers.capacity * 4 + firsts.capacity * 8 + lasts.capacity * 8 + previous.capacity * 4
            + newest.capacity * 4 + aggregates.byteCount + scratch.byteCount + changedKeys.byteCount
    }

    func update(_ batch: Batch, sequence: Int) throws(SwiftwaterError) {
        let kept = operation.keptRows(batch)
        let count = kept?.count ?? batch.count
        if count == 0 { return }
        if scratch.byteCount < count * 4 { scratch = Buffer(byteCount: count * 4) }
        let groups = scratch.mutable(Int32.self)
        let times = batch.columns[operation.time].decoded().picking(kept)
        let keyColumns = operation.keys.map { batch.columns[$0].picking(kept) }
        let numbers = try keys.groups(of: keyColumns, count: count)
        let from = times.values(as: Int64.self)
        for row in 0..<count { groups[row] = fragment(numbers[row], from[row], from[row]) }
        changedKeys.mark(UnsafeBufferPointer(start: numbers, count: count), total: keys.count)
        withExtendedLifetime((keyColumns, times)) {}
        aggregates.grow(to: firsts.count)
        try aggregates.update(batch, kept: kept, groups, position: RowPosition.first(ofSequence: sequence))
        try chainIfWorthwhile()
    }

    /// Recent fragments that are looked at before a new one begins.
    private static let nearby = 4

    /// A fragment of the key that takes the times from `first` to `last`.
    @inline(__always)
    private func fragment(_ number: Int32, _ first: Int64, _ last: Int64) -> Int32 {
        if newest.count <= Int(number) {
            newest.append(repeating: -1, count: keys.count - newest.count)
        }
        var fragment = newest.pointer[Int(number)]
        for _ in 0..<Self.nearby where fragment >= 0 {
            let at = Int(fragment)
            if follows(first, lasts.pointer[at]), follows(firsts.pointer[at], last) {
                firsts.pointer[at] = min(firsts.pointer[at], first)
                lasts.pointer[at] = max(lasts.pointer[at], last)
                return fragment
            }
            fragment = previous.pointer[at]
        }
        firsts.append(first)
        lasts.append(last)
        numbers.append(number)
        previous.append(newest.pointer[Int(number)])
        newest.pointer[Int(number)] = Int32(firsts.count - 1)
        return Int32(firsts.count - 1)
    }

    /// Whether a time is in the session of an earlier one, or before it.
    @inline(__always)
    private func follows(_ time: Int64, _ earlier: Int64) -> Bool {
        let (end, overflow) = earlier.addingReportingOverflow(gap)
        return overflow || time < end
    }

    func merge(_ other: any OperatorState) throws(SwiftwaterError) {
        guard let other = other as? SessionState, other.operation.grid == operation.grid else { throw .foreignState }
        try merge(other, other.aggregates.live())
        try chainIfWorthwhile()
    }

    private func merge(_ other: SessionState, _ chosen: [Int32]) throws(SwiftwaterError) {
        if chosen.isEmpty { return }
        let own = try keys.numbers(of: other.keys, used: chosen.map { other.numbers.pointer[Int($0)] })
        var mapping = [Int32](repeating: -1, count: other.firsts.count)
        for group in chosen {
            let at = Int(group)
            mapping[at] = fragment(
                own[Int(other.numbers.pointer[at])], other.firsts.pointer[at], other.lasts.pointer[at])
        }
        aggregates.grow(to: firsts.count)
        try aggregates.merge(other.aggregates, mapping)
        changedKeys.mark(own, total: keys.count)
    }

    // MARK: Sessions

    /// A session and its fragments' place in a list that is sorted by key and time.
    private struct Session {
        var number: Int32
        var first: Int64
        var last: Int64
        var fragments: Range<Int>
    }

    /// The fragments with rows by key and first time, and the sessions that they make up.
    private func sessions() -> (fragments: [Int32], sessions: [Session]) {
        let live = aggregates.live()
        let byTime = Self.sorted(live) { UInt64(bitPattern: self.firsts.pointer[Int($0)]) ^ 1 << 63 }
        let fragments = Self.sorted(byTime) { UInt64(UInt32(bitPattern: self.numbers.pointer[Int($0)])) }
        var sessions: [Session] = []
        for (place, fragment) in fragments.enumerated() {
            let number = numbers.pointer[Int(fragment)]
            let (first, last) = (firsts.pointer[Int(fragment)], lasts.pointer[Int(fragment)])
            if let index = sessions.indices.last, sessions[index].number == number,
                follows(first, sessions[index].last)
            {
                sessions[index].last = max(sessions[index].last, last)
                sessions[index].fragments = sessions[index].fragments.lowerBound..<(place + 1)
            } else {
                sessions.append(Session(number: number, first: first, last: last, fragments: place..<(place + 1)))
            }
        }
        return (fragments, sessions)
    }

    private static func sorted(_ groups: [Int32], _ word: (Int32) -> UInt64) -> [Int32] {
        groups.map(word).withUnsafeBufferPointer { words in
            guard let base = words.baseAddress else { return [] }
            return SortOrder.ascending(words: base, count: groups.count).map { groups[Int($0)] }
        }
    }

    /// The aggregates of sessions, by their place in the list.
    private func aggregates(of sessions: [Session], _ fragments: [Int32]) throws(SwiftwaterError) -> GroupAggregates {
        let merged = operation.makeAggregates()
        merged.grow(to: sessions.count)
        var mapping = [Int32](repeating: -1, count: firsts.count)
        for (index, session) in sessions.enumerated() {
            for place in session.fragments { mapping[Int(fragments[place])] = Int32(index) }
        }
        try merged.merge(aggregates, mapping)
        return merged
    }

    private func end(of session: Session) -> Int64 { operation.grid.end(of: session.last) }

    private func rows(of sessions: [Session], _ fragments: [Int32]) throws(SwiftwaterError) -> [Batch] {
        if sessions.isEmpty { return [] }
        let merged = try aggregates(of: sessions, fragments)
        let starts = Buffer(sessions.map(\.first))
        let numbers = Buffer(sessions.map(\.number))
        let order = try operation.ordered(
            (0..<Int32(sessions.count)).map { $0 }, starts.mutable(Int64.self), numbers.mutable(Int32.self), keys,
            merged)
        withExtendedLifetime((starts, numbers)) {}
        let counts = merged.counts()
        return try Batch.pieces(of: order, schema: operation.outputSchema) { piece throws(SwiftwaterError) in
            let chosen = piece.map { sessions[Int($0)] }
            return operation.keyColumns(
                try keys.columns(of: chosen.map(\.number)), starts: chosen.map(\.first),
                ends: chosen.map { end(of: $0) })
                + (try merged.result(piece, counts))
        }
    }

    /// Puts a fragment for each session in place of its fragments once there are many more than there were.
    private func chainIfWorthwhile() throws(SwiftwaterError) {
        guard firsts.count > 2 * chainedCount + 1 << 16 else { return }
        let (fragments, sessions) = sessions()
        try keep(sessions, fragments)
    }

    /// Leaves these sessions only, each as one fragment.
    private func keep(_ sessions: [Session], _ fragments: [Int32]) throws(SwiftwaterError) {
        let merged = try aggregates(of: sessions, fragments)
        let rest = SessionState(operation)
        let own = try rest.keys.numbers(of: keys, used: sessions.map(\.number))
        rest.newest.append(repeating: -1, count: rest.keys.count)
        for session in sessions {
            let number = own[Int(session.number)]
            rest.firsts.append(session.first)
            rest.lasts.append(session.last)
            rest.numbers.append(number)
            rest.previous.append(rest.newest.pointer[Int(number)])
            rest.newest.pointer[Int(number)] = Int32(rest.firsts.count - 1)
        }
        (keys, numbers, firsts, lasts) = (rest.keys, rest.numbers, rest.firsts, rest.lasts)
        (previous, newest, aggregates) = (rest.previous, rest.newest, merged)
        (deadCount, chainedCount) = (0, sessions.count)
        changedKeys.markAll()
    }

    // MARK: Results

    func finish() throws(SwiftwaterError) -> [Batch] {
        let result = try current()
        try keep([], [])
        closed = .min
        return result
    }

    func current() throws(SwiftwaterError) -> [Batch] {
        let (fragments, sessions) = sessions()
        return try rows(of: sessions, fragments)
    }

    func changed(by _: any OperatorState) throws(SwiftwaterError) -> [Batch] {
        throw SwiftwaterError(.unsupported, "sessions have no mode 'update'")
    }

    func takeFinal(through end: Int64) throws(SwiftwaterError) -> [Batch] { try close(through: end, givingRows: true) }

    func forget(through end: Int64) throws(SwiftwaterError) { _ = try close(through: end, givingRows: false) }

    private func close(through end: Int64, givingRows: Bool) throws(SwiftwaterError) -> [Batch] {
        closed = max(closed, end)
        // A session is final only when its last fragment is.
        guard (0..<firsts.count).contains(where: { isFinal($0, end) }) else { return [] }
        let (fragments, sessions) = sessions()
        let final = sessions.filter { self.end(of: $0) <= end }
        if final.isEmpty { return [] }
        let rows = givingRows ? try rows(of: final, fragments) : []
        for session in final {
            for place in session.fragments { aggregates.kill(fragments[place]) }
            deadCount += session.fragments.count
        }
        if deadCount > firsts.count / 2 {
            try keep(sessions.filter { self.end(of: $0) > end }, fragments)
        } else {
            link()
        }
        return rows
    }

    private func isFinal(_ fragment: Int, _ end: Int64) -> Bool {
        aggregates.rows.pointer[fragment] > 0 && operation.grid.end(of: lasts.pointer[fragment]) <= end
    }

    /// Makes the fragments with rows the only ones that rows can join.
    private func link() {
        newest.pointer.update(repeating: -1, count: newest.count)
        for fragment in 0..<firsts.count where aggregates.rows.pointer[fragment] > 0 {
            let number = Int(numbers.pointer[fragment])
            previous.pointer[fragment] = newest.pointer[number]
            newest.pointer[number] = Int32(fragment)
        }
    }

    // MARK: Snapshots

    /// The end up to which sessions were taken out; then a row for each session: its first and its last time, its keys
    /// and what is remembered.
    func snapshot() throws(SwiftwaterError) -> [Batch] {
        let (fragments, sessions) = sessions()
        let merged = try aggregates(of: sessions, fragments)
        let times = [sessions.map(\.first), sessions.map(\.last)].map {
            Column(type: .int64, count: sessions.count, storage: .fixed(Buffer($0)))
        }
        return [
            .saved([Column(type: .int64, count: 1, storage: .fixed(Buffer([closed])))]),
            .saved(times + (try keys.columns(of: sessions.map(\.number))) + (try merged.snapshot())),
        ]
    }

    /// A key whose sessions changed is saved with all of them: they may have grown or joined. A key that has none any
    /// more needs no mention: whatever an older snapshot has of it ended before `closed`.
    func capture(_ extent: SnapshotExtent, memory: SpareMemory) throws(SwiftwaterError) -> StateCapture {
        let changed = changedKeys.take(extent, total: keys.count)
        let copy = SessionState(operation)
        copy.closed = closed
        if let changed {
            try copy.merge(self, fragments(of: changed))
        } else {
            // Keys are only ever added to their table, behind those that are there; so are the fragments' numbers.
            (copy.keys, copy.numbers) = (keys, numbers)
            (copy.firsts, copy.lasts) = (firsts.picked(nil, memory), lasts.picked(nil, memory))
            copy.aggregates = try aggregates.copied(memory)
        }
        var made: [Batch] = []
        return StateCapture(holdsChanges: changed != nil, count: 2) { number throws(SwiftwaterError) in
            if made.isEmpty { made = try copy.snapshot() }
            return made[number]
        }
    }

    func copySizes(_ extent: SnapshotExtent) -> [Int] {
        guard changedKeys.count(extent, total: keys.count) == nil else { return [] }
        return [firsts.count * 8, lasts.count * 8] + aggregates.copySizes(changed: nil)
    }

    /// The fragments with rows of some keys.
    private func fragments(of changed: [Int32]) -> [Int32] {
        var fragments: [Int32] = []
        for number in changed where Int(number) < newest.count {
            var fragment = newest.pointer[Int(number)]
            while fragment >= 0 {
                if aggregates.rows.pointer[Int(fragment)] > 0 { fragments.append(fragment) }
                fragment = previous.pointer[Int(fragment)]
            }
        }
        return fragments
    }

    func restore(_ snapshot: [Batch]) throws(SwiftwaterError) { try restore(snapshot, isOlder: false) }
    func restore(older snapshot: [Batch]) throws(SwiftwaterError) { try restore(snapshot, isOlder: true) }

    private func restore(_ snapshot: [Batch], isOlder: Bool) throws(SwiftwaterError) {
        var rest = snapshot[...]
        // Snapshots of earlier versions begin with the sessions.
        if let head = rest.first, head.columns.count == 1, head.count == 1, head.columns[0].type == .int64 {
            closed = max(closed, head.columns[0].values(as: Int64.self)[0])
            rest = rest.dropFirst()
        }
        // Keys that are here already have all their sessions.
        let known = newest.picked(nil, SpareMemory())
        for batch in rest {
            let saved = SessionState(operation)
            var state = batch.columns[...]
            let first = try state.next(.int64).values(as: Int64.self)
            let last = try state.next(.int64).values(as: Int64.self)
            var keyColumns: [Column] = []
            for type in operation.keyTypes { keyColumns.append(try state.next(type)) }
            let own = try saved.keys.groups(of: keyColumns, count: batch.count)
            for row in 0..<batch.count {
                saved.firsts.append(first[row])
                saved.lasts.append(last[row])
                saved.numbers.append(own[row])
                saved.previous.append(-1)
            }
            withExtendedLifetime((keyColumns, batch)) {}
            try saved.aggregates.restore(&state, count: batch.count)
            var chosen = saved.aggregates.live()
            if isOlder, !chosen.isEmpty {
                let numbers = try keys.numbers(
                    of: saved.keys, used: chosen.map { saved.numbers.pointer[Int($0)] })
                chosen = chosen.filter { fragment in
                    let number = Int(numbers[Int(saved.numbers.pointer[Int(fragment)])])
                    let isKnown = number < known.count && known.pointer[number] >= 0
                    return !isKnown && operation.grid.end(of: saved.lasts.pointer[Int(fragment)]) > closed
                }
            }
            try merge(saved, chosen)
        }
        changedKeys.markAll()
    }
}
