import Columnar

/// The rows of a window in the order of their groups: functions see each group's rows side by side.
struct WindowGroups {
    /// Rows of the input.
    let count: Int
    /// The rows group after group, each group's in the order of the input; nil for one group of all rows.
    private let order: [Int32]?
    /// The place of each row in `order`, -1 for rows in no group; nil where it is the row itself.
    private let places: [Int32]?
    /// Where each group begins in `order`, and the end.
    let starts: [Int]
    /// The number of each row's group, by first appearance, -1 for rows in no group; nil for one group.
    private let groupOfRow: [Int32]?
    /// The place of each group in the order of the groups.
    private let rankOfGroup: [Int32]

    /// - Parameter sorted: groups are in the order of their keys, otherwise of their first rows.
    init(keys: [Column], count: Int, dropMissing: Bool, sorted: Bool) throws(SwiftwaterError) {
        self.count = count
        guard !keys.isEmpty else {
            (order, places, groupOfRow, rankOfGroup) = (nil, nil, nil, [0])
            starts = [0, count]
            return
        }
        var table = GroupKeys(types: keys.map(\.type))
        let groups = try table.groups(of: keys, count: count)
        let present = dropMissing ? GroupKeys.presence(keys) : nil
        // Numbers by first appearance: a dictionary's values are numbered before their rows come.
        var numbers = [Int32](repeating: -1, count: table.count)
        var sizes: [Int] = []
        var groupOfRow = [Int32](repeating: -1, count: count)
        for row in 0..<count where present.map({ $0[row] }) ?? true {
            let group = Int(groups[row])
            if numbers[group] < 0 {
                numbers[group] = Int32(sizes.count)
                sizes.append(0)
            }
            let number = numbers[group]
            groupOfRow[row] = number
            sizes[Int(number)] += 1
        }
        withExtendedLifetime(keys) {}
        var rankOfGroup = (0..<Int32(sizes.count)).map { $0 }
        if sorted {
            var rank: Int32 = 0
            for group in table.sorted() where numbers[Int(group)] >= 0 {
                rankOfGroup[Int(numbers[Int(group)])] = rank
                rank += 1
            }
        }
        self.rankOfGroup = rankOfGroup
        var starts = [0]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        self.starts = starts
        var cursors = Array(starts.dropLast())
        var order = [Int32](repeating: 0, count: starts[starts.count - 1])
        var places = [Int32](repeating: -1, count: count)
        for row in 0..<count where groupOfRow[row] >= 0 {
            let place = cursors[Int(groupOfRow[row])]
            cursors[Int(groupOfRow[row])] += 1
            order[place] = Int32(row)
            places[row] = Int32(place)
        }
        self.order = order
        self.places = places
        self.groupOfRow = groupOfRow
    }

    /// Rows in groups.
    var gatheredCount: Int { starts[starts.count - 1] }

    /// A column's values group after group.
    func gathered(_ column: Column) -> Column {
        guard let order else { return column }
        return order.withUnsafeBufferPointer { column.taking($0) }
    }

    /// Values group after group in the order of the rows.
    private func scattered(_ column: Column) -> Column {
        guard let places else { return column }
        return places.withUnsafeBufferPointer { column.taking($0) }
    }

    /// A value for each group as a value for each of its rows.
    func broadcast(_ values: Column) -> Column {
        (groupOfRow ?? [Int32](repeating: 0, count: count)).withUnsafeBufferPointer { values.taking($0) }
    }

    /// The function of a column whose values were gathered.
    func apply(
        _ function: WindowColumn.Function, _ values: Column?, _ type: DataType
    ) throws(SwiftwaterError) -> Column {
        let values = values ?? Column(type: .null, count: gatheredCount, storage: .null)
        switch function {
        case .shift(let n, let fill): return scattered(try WindowShift.shifted(values, starts, by: n, fill, type))
        case .diff(let n): return scattered(WindowShift.difference(values, starts, by: n, type))
        case .ffill(let limit): return scattered(WindowShift.filled(values, starts, forward: true, limit))
        case .bfill(let limit): return scattered(WindowShift.filled(values, starts, forward: false, limit))
        case .cumulative(let function):
            return scattered(WindowCumulative.column(function, values, starts, type))
        case .cumcount(let ascending): return scattered(numbers(ascending))
        case .ngroup(let ascending):
            let last = Int64(rankOfGroup.count) - 1
            let words = rankOfGroup.map { ascending ? Int64($0) : last - Int64($0) }
            return broadcast(Column(type: .int64, count: words.count, storage: .fixed(Buffer(words))))
        case .rank(let ranking): return scattered(WindowRank.column(ranking, values, starts))
        case .rolling(let frame, let aggregation, let options):
            return scattered(WindowRolling.column(frame, aggregation, options, values, starts))
        case .aggregate:
            throw SwiftwaterError(.usage, "a window's aggregations are computed by groups")
        }
    }

    /// The number of rows before each in its group, or after it.
    private func numbers(_ ascending: Bool) -> Column {
        let words = Buffer(byteCount: gatheredCount * 8)
        let to = words.mutable(Int64.self)
        for group in 0..<(starts.count - 1) {
            let (start, end) = (starts[group], starts[group + 1])
            for row in start..<end { to[row] = Int64(ascending ? row - start : end - 1 - row) }
        }
        return Column(type: .int64, count: gatheredCount, storage: .fixed(words))
    }
}
