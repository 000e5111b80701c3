import Columnar

/// The build side of a join: its rows by their keys. Built once, then read by all threads.
final class JoinTable: Sendable {
    /// The build rows' columns that results need.
    let rows: Batch
    let keys: [JoinKey]
    private let index: JoinIndex
    /// Where each key's rows begin in `rowNumbers`, and, last, their end.
    private let starts: Buffer
    /// The build rows, key by key, in their order.
    private let rowNumbers: Buffer
    /// For a table whose keys are distinct: the row of each key, -1 for a key without a row.
    private let onlyRows: Buffer
    /// No key has two rows.
    let isUnique: Bool
    /// Rows of the key that has the most.
    let mostMatches: Int
    /// Rows of a key, on average.
    let meanMatches: Int
    /// What dictionaries' codes stand for, by the dictionaries' ids.
    private let translations = Locked<[Translation]>([])

    private struct Translation: Sendable {
        var id: UInt64
        var count: Int
        /// For each code its key's number, or its row where keys are distinct.
        var numbers: Buffer
    }

    /// - Parameters:
    ///   - keyBatches: the build side's key columns; none for a cross join.
    ///   - keys: how they are compared with the probe side's.
    ///   - rows: the columns that results need, in the rows' order.
    init(
        _ keyBatches: [Batch], keys: [JoinKey], rows: Batch, cancellation: CancellationFlag
    ) throws(SwiftwaterError) {
        guard rows.count < Int(Int32.max) else {
            throw SwiftwaterError(
                .unsupported, "a join cannot hold more than two thousand million rows",
                hint: "let the larger frame be the left one, or filter before")
        }
        self.rows = rows
        self.keys = keys
        var prepared: [[JoinKey.Prepared]] = []
        for batch in keyBatches where !keys.isEmpty {
            prepared.append(zip(keys, batch.columns).map { $0.prepared($1) })
        }
        let dense = keys.count == 1 ? DenseKeys(prepared.map { $0[0].column }) : nil
        var index = JoinIndex(types: keys.map(\.type), dense: dense)
        let count = keys.isEmpty ? 0 : rows.count
        let groups = Buffer(byteCount: count * 4)
        let to = groups.mutable(Int32.self)
        var start = 0
        for columns in prepared {
            if cancellation.isCancelled { throw .runCancelled }
            let count = columns[0].column.count
            let numbers = index.insert(columns.map(\.column), count: count)
            (to + start).update(from: numbers.mutable(Int32.self), count: count)
            for matchable in columns.compactMap(\.matchable) {
                for row in 0..<count where !matchable[row] { to[start + row] = -1 }
            }
            withExtendedLifetime(numbers) {}
            start += count
        }
        self.index = index
        starts = Buffer.zeroed(byteCount: (index.count + 1) * 4)
        let ends = starts.mutable(Int32.self)
        var mostRows: Int32 = 0
        for row in 0..<count where to[row] >= 0 {
            ends[Int(to[row]) + 1] += 1
            mostRows = max(mostRows, ends[Int(to[row]) + 1])
        }
        isUnique = mostRows <= 1
        mostMatches = keys.isEmpty ? rows.count : Int(mostRows)
        for group in 0..<index.count { ends[group + 1] += ends[group] }
        let matchable = Int(ends[index.count])
        meanMatches = keys.isEmpty ? rows.count : matchable / max(1, index.count)
        rowNumbers = Buffer(byteCount: matchable * 4)
        let numbers = rowNumbers.mutable(Int32.self)
        let cursors = Buffer(byteCount: (index.count + 1) * 4)
        let next = cursors.mutable(Int32.self)
        next.update(from: ends, count: index.count + 1)
        for row in 0..<count where to[row] >= 0 {
            let group = Int(to[row])
            numbers[Int(next[group])] = Int32(row)
            next[group] += 1
        }
        onlyRows = Buffer(byteCount: isUnique ? index.count * 4 : 0)
        if isUnique {
            let only = onlyRows.mutable(Int32.self)
            for group in 0..<index.count {
                only[group] = ends[group + 1] > ends[group] ? numbers[Int(ends[group])] : -1
            }
        }
        withExtendedLifetime((groups, cursors)) {}
    }

    /// Bytes that the table holds.
    var byteCount: Int {
        rows.byteCount + index.byteCount + starts.byteCount + rowNumbers.byteCount + onlyRows.byteCount
    }

    /// Where each key's rows begin in `buildRows`, and the end of the last one's.
    var ranges: UnsafePointer<Int32> { UnsafePointer(starts.mutable(Int32.self)) }
    /// The build rows, key by key.
    var buildRows: UnsafePointer<Int32> { UnsafePointer(rowNumbers.mutable(Int32.self)) }

    /// The number of each probe row's key, -1 where there is no match. Where keys are distinct, the build row itself.
    func find(_ columns: [Column], count: Int) -> Buffer {
        let prepared = zip(keys, columns).map { $0.prepared($1) }
        let found: Buffer
        if index.isBytes, let (codes, values) = prepared[0].column.dictionary {
            found = translated(codes, values, prepared[0].column, count)
        } else {
            found = resolved(index.find(prepared.map(\.column), count: count), count: count)
        }
        let to = found.mutable(Int32.self)
        for matchable in prepared.compactMap(\.matchable) {
            for row in 0..<count where !matchable[row] { to[row] = -1 }
        }
        return found
    }

    /// Numbers of keys as rows, where keys are distinct; as they are otherwise. Changes the buffer in its place.
    private func resolved(_ groups: Buffer, count: Int) -> Buffer {
        guard isUnique else { return groups }
        let to = groups.mutable(Int32.self)
        let only = onlyRows.mutable(Int32.self)
        for row in 0..<count where to[row] >= 0 { to[row] = only[Int(to[row])] }
        return groups
    }

    private func translated(
        _ codes: UnsafePointer<Int32>, _ values: DictionaryValues, _ column: Column, _ count: Int
    ) -> Buffer {
        let numbers = self.numbers(of: values)
        let groups = Buffer(byteCount: count * 4)
        let to = groups.mutable(Int32.self)
        let from = numbers.mutable(Int32.self)
        if let presence = column.presence {
            let found = resolved(index.find([.missing(values.column.type, count: 1)], count: 1), count: 1)
            let missing = withExtendedLifetime(found) { found.mutable(Int32.self)[0] }
            for row in 0..<count { to[row] = presence[row] ? from[Int(codes[row])] : missing }
        } else {
            for row in 0..<count { to[row] = from[Int(codes[row])] }
        }
        withExtendedLifetime((numbers, column)) {}
        return groups
    }

    /// What a dictionary's codes stand for; a dictionary that has grown is looked up from where it was.
    private func numbers(of values: DictionaryValues) -> Buffer {
        translations.withLock { known in
            let place = known.firstIndex { $0.id == values.id }
            let before = place.map { known[$0] }
            if let before, before.count >= values.column.count { return before.numbers }
            let start = before?.count ?? 0
            let total = values.column.count
            let numbers = Buffer(byteCount: total * 4)
            if let before { numbers.base.copyMemory(from: before.numbers.base, byteCount: start * 4) }
            let added = values.column.slice(start..<total)
            let fresh = resolved(index.find([added], count: added.count), count: added.count)
            (numbers.base + start * 4).copyMemory(from: fresh.base, byteCount: (total - start) * 4)
            let translation = Translation(id: values.id, count: total, numbers: numbers)
            if let place {
                known[place] = translation
            } else {
                if known.count == 64 { known.removeFirst() }
                known.append(translation)
            }
            return numbers
        }
    }
}
