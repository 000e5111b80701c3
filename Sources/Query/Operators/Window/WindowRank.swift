import Columnar

/// The rank of each value in its group, as pandas' `rank`.
enum WindowRank {
    static func column(_ ranking: WindowColumn.Ranking, _ values: Column, _ starts: [Int]) -> Column {
        let count = values.count
        let presence = values.presence
        let direction = OrderedBytes.Direction(
            ascending: ranking.ascending, missingFirst: ranking.missing == .top)
        let order = SortOrder.rows(of: [values], count: count, directions: [direction])
        let codes = codes(values, presence, order)
        let inGroups = distributed(order, starts, count)
        let words = Buffer(byteCount: count * 8)
        let to = words.mutable(Double.self)
        for group in 0..<(starts.count - 1) {
            var (start, end) = (starts[group], starts[group + 1])
            if ranking.missing == .keep, let presence {
                // Missing values are at the end, and have no rank.
                while end > start, !presence[Int(inGroups[end - 1])] {
                    end -= 1
                    to[Int(inGroups[end])] = 0
                }
            }
            rank(ranking, inGroups, start, end, codes, to)
            start = end
        }
        let validity = ranking.missing == .keep ? presence : nil
        return Column(type: .float64, count: count, validity: validity, storage: .fixed(words))
    }

    /// Numbers that are equal where values are; all missing ones are.
    private static func codes(_ values: Column, _ presence: Bitmap?, _ order: [Int32]) -> [Int32] {
        var codes = [Int32](repeating: 0, count: values.count)
        var code: Int32 = 0
        func number(_ isEqual: (Int, Int) -> Bool) {
            for (index, row) in order.enumerated() {
                if index > 0 {
                    let (row, before) = (Int(row), Int(order[index - 1]))
                    let (here, there) = (presence.map { $0[row] } ?? true, presence.map { $0[before] } ?? true)
                    if here != there || (here && !isEqual(row, before)) { code += 1 }
                }
                codes[Int(row)] = code
            }
        }
        if let words = OrderedBytes.orderedWords(values) {
            let word = words.mutable(UInt64.self)
            withExtendedLifetime(words) { number { word[$0] == word[$1] } }
        } else {
            let bytes = OrderedBytes([values], count: values.count)
            withExtendedLifetime(bytes) { number { bytes[$0].elementsEqual(bytes[$1]) } }
        }
        return codes
    }

    /// The rows of `order` group after group, each group's in that order.
    private static func distributed(_ order: [Int32], _ starts: [Int], _ count: Int) -> [Int32] {
        if starts.count == 2 { return order }
        var groupOfRow = [Int32](repeating: 0, count: count)
        for group in 0..<(starts.count - 1) {
            for row in starts[group]..<starts[group + 1] { groupOfRow[row] = Int32(group) }
        }
        var cursors = starts
        var result = [Int32](repeating: 0, count: count)
        for row in order {
            let group = Int(groupOfRow[Int(row)])
            result[cursors[group]] = row
            cursors[group] += 1
        }
        return result
    }

    private static func rank(
        _ ranking: WindowColumn.Ranking, _ order: [Int32], _ start: Int, _ end: Int, _ codes: [Int32],
        _ to: UnsafeMutablePointer<Double>
    ) {
        var place = start
        var distinct = 0
        while place < end {
            var next = place + 1
            while next < end, codes[Int(order[next])] == codes[Int(order[place])] { next += 1 }
            distinct += 1
            for index in place..<next {
                let row = Int(order[index])
                to[row] =
                    switch ranking.method {
                    case .average: Double(place - start + 1 + next - start) / 2
                    case .min: Double(place - start + 1)
                    case .max: Double(next - start)
                    case .first: Double(index - start + 1)
                    case .dense: Double(distinct)
                    }
            }
            place = next
        }
        guard ranking.percent else { return }
        let total = Double(ranking.method == .dense ? distinct : end - start)
        for index in start..<end { to[Int(order[index])] /= total }
    }
}
