package import Columnar

/// A group-by with a window of time among its keys: one row for each window and key with rows, the window's start
/// under the key's name and its end behind it.
///
/// Rows without a time are left out. Of sliding windows the state has the panes, so that a row costs the same whatever
/// the slide; windows are put together of panes when they are asked for.
package struct WindowGroupBy: Operator {
    package let label: String
    package let outputSchema: Schema
    let window: TimeWindow
    let grid: WindowGrid
    /// The column of times.
    let time: Int
    let timeType: DataType
    /// The other keys.
    let keys: [Int]
    let keyTypes: [DataType]
    /// Where the window stands among all keys.
    let place: Int
    let layout: AggregateLayout
    let options: Step.GroupOptions

    package init(
        by: [String], window: TimeWindow, aggregations: [Aggregation], options: Step.GroupOptions = .init(),
        input: Schema
    ) throws(SwiftwaterError) {
        try window.check(by: by, input: input)
        self.window = window
        grid = try window.grid(in: input)
        time = try input.requireIndex(of: window.key)
        timeType = input[time].type.logical
        place = by.firstIndex(of: window.key) ?? 0
        var keys: [Int] = []
        for name in by where name != window.key { keys.append(try input.requireIndex(of: name)) }
        self.keys = keys
        keyTypes = keys.map { input[$0].type.logical }
        layout = try AggregateLayout(aggregations, schema: input)
        self.options = options
        var fields = zip(by.filter { $0 != window.key }, keyTypes).map { Field($0, $1) }
        fields.insert(contentsOf: [Field(window.key, timeType), Field(window.endName, timeType)], at: place)
        outputSchema = Schema(
            fields + zip(aggregations, layout.outputs).map { Field($0.name, $1.type) })
        let names = by.map { $0 == window.key ? window.description : $0 }
        label =
            "groupby \(names.joined(separator: ", ")): \(aggregations.map(\.description).joined(separator: ", "))"
    }

    package func makeState() -> any OperatorState {
        grid.isSession ? SessionState(self) : PaneState(self)
    }

    func makeAggregates() -> GroupAggregates { GroupAggregates(layout, keepsPositions: !options.sort) }

    /// The rows of a batch that belong somewhere; nil when all do.
    func keptRows(_ batch: Batch) -> [Int32]? {
        let needed = [batch.columns[time]] + (options.dropMissing ? keys.map { batch.columns[$0] } : [])
        return GroupKeys.rowsWithKeys(needed)
    }

    /// Groups in the order of the result.
    ///
    /// - Parameters:
    ///   - times: the windows' starts, by group.
    ///   - numbers: the other keys' numbers, by group.
    func ordered(
        _ groups: [Int32], _ times: UnsafePointer<Int64>, _ numbers: UnsafePointer<Int32>, _ keys: GroupKeys,
        _ aggregates: GroupAggregates
    ) throws(SwiftwaterError) -> [Int32] {
        let byTime = { (groups: [Int32]) in
            Self.sorted(groups) { UInt64(bitPattern: times[Int($0)]) ^ 1 << 63 }
        }
        // Of windows that begin with the same row the earlier one comes first.
        guard options.sort else { return aggregates.byFirstPosition(byTime(groups)) }
        // Ranks of all keys are worth it where most of them are in the result.
        if (place != 0 && place != self.keys.count) || groups.count < keys.count / 8 {
            let order = groups.map { numbers[Int($0)] }
            var columns = try keys.columns(of: order)
            let starts = Buffer(groups.map { times[Int($0)] })
            columns.insert(Column(type: .int64, count: groups.count, storage: .fixed(starts)), at: place)
            let ascending = columns.map { _ in OrderedBytes.Direction(ascending: true) }
            return SortOrder.rows(of: columns, count: groups.count, directions: ascending).map { groups[Int($0)] }
        }
        var ranks = [UInt64](repeating: 0, count: keys.count)
        if !self.keys.isEmpty {
            for (rank, number) in keys.sorted().enumerated() { ranks[Int(number)] = UInt64(rank) }
        }
        let byKey = { (groups: [Int32]) in
            self.keys.isEmpty ? groups : Self.sorted(groups) { ranks[Int(numbers[Int($0)])] }
        }
        return place == 0 ? byTime(byKey(groups)) : byKey(byTime(groups))
    }

    private static func sorted(_ groups: [Int32], _ word: (Int32) -> UInt64) -> [Int32] {
        groups.map(word).withUnsafeBufferPointer { words in
            guard let base = words.baseAddress else { return [] }
            return SortOrder.ascending(words: base, count: groups.count).map { groups[Int($0)] }
        }
    }

    /// The key columns of a piece of the result.
    func keyColumns(
        _ keys: [Column], starts: [Int64], ends: [Int64]
    ) -> [Column] {
        var columns = keys
        let window = [starts, ends].map {
            Column(type: timeType, count: starts.count, storage: .fixed(Buffer($0)))
        }
        columns.insert(contentsOf: window, at: place)
        return columns
    }
}

/// Windows save what other windows of the same kind and keys can go on with.
extension WindowGroupBy: AggregatingOperator {
    package var groupingLabel: String {
        "\(label.prefix { $0 != ":" }) of \(timeType), \(keyTypes), \(grid)"
    }

    package var savedAggregates: SavedAggregates {
        SavedAggregates(layout, keepsPositions: !options.sort, prefix: keys.count + (grid.isSession ? 2 : 1))
    }
}
