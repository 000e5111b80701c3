import Columnar

/// All values of each group, for medians and quantiles: they are parted by group at the end, and only as far put in
/// order as a quantile needs.
final class ValuesAccumulator: Accumulator {
    private let kind: WideKind
    /// What lies between two times is a time.
    private let isTemporal: Bool
    private var groups = BufferBuilder<Int32>(capacity: 64)
    private var words = BufferBuilder<UInt64>(capacity: 64)
    private var groupCount = 0
    /// The values side by side by group, and where each group's begin; made for the first result.
    private var parted: (words: Buffer, starts: [Int])?

    init(_ type: DataType) {
        kind = WideKind(type) ?? .float
        isTemporal = type.isTemporal
    }

    var byteCount: Int { groups.capacity * 4 + words.capacity * 8 + (parted?.words.byteCount ?? 0) }

    func grow(to count: Int) { groupCount = max(groupCount, count) }

    func update(_ column: Column, _ groups: UnsafePointer<Int32>, position _: Int64) throws(SwiftwaterError) {
        guard let values = WideValues(column), values.kind == kind else { return }
        withExtendedLifetime((values, column)) {
            words.append(contentsOf: UnsafeBufferPointer(start: values.words(as: UInt64.self), count: column.count))
        }
        self.groups.append(contentsOf: UnsafeBufferPointer(start: groups, count: column.count))
        parted = nil
    }

    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        guard let other = other as? ValuesAccumulator, other.kind == kind else { throw .foreignState }
        words.reserve(other.words.count)
        groups.reserve(other.words.count)
        for index in 0..<other.words.count {
            let target = mapping[Int(other.groups.pointer[index])]
            if target < 0 { continue }
            words.append(other.words.pointer[index])
            groups.append(target)
        }
        parted = nil
    }

    func result(
        _ function: AggregateCall, type: DataType, counts _: UnsafePointer<Int64>, order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column {
        let (values, starts) = part()
        let q = function == .median ? 0.5 : function.options.q
        let interpolation = function == .median ? .linear : function.options.interpolation
        let results = Buffer(byteCount: order.count * 8)
        var validity = BitmapBuilder(capacity: order.count)
        for (index, group) in order.enumerated() {
            let rows = starts[Int(group)]..<starts[Int(group) + 1]
            validity.append(!rows.isEmpty)
            results.mutable(UInt64.self)[index] = 0
            if rows.isEmpty { continue }
            let place = QuantilePlace(q, count: rows.count, interpolation)
            results.mutable(UInt64.self)[index] = value(
                values.mutable(UInt64.self) + rows.lowerBound, rows.count, place, isFloat: type.isFloat)
        }
        let known = validity.countOfZeros == 0 ? nil : validity.finish()
        return Column(words: results, count: order.count, type: type, validity: known)
    }

    /// A quantile of one group's values, as a word of the result's kind.
    private func value(
        _ words: UnsafeMutablePointer<UInt64>, _ count: Int, _ place: QuantilePlace, isFloat: Bool
    ) -> UInt64 {
        let base = UnsafeMutableRawPointer(words)
        switch kind {
        case .float:
            let (low, high) = Self.select(base.assumingMemoryBound(to: Double.self), count, place)
            return place.value(low, high).bitPattern
        case .signed:
            let (low, high) = Self.select(base.assumingMemoryBound(to: Int64.self), count, place)
            return isFloat
                ? place.value(Double(low), Double(high)).bitPattern
                : UInt64(bitPattern: isTemporal ? place.value(low, high) : low)
        case .unsigned:
            let (low, high) = Self.select(words, count, place)
            return isFloat ? place.value(Double(low), Double(high)).bitPattern : low
        }
    }

    /// The two values that a quantile lies between. The values' order changes.
    private static func select<T: Comparable & BitwiseCopyable>(
        _ values: UnsafeMutablePointer<T>, _ count: Int, _ place: QuantilePlace
    ) -> (T, T) {
        Selection.select(values, count, at: place.lower)
        let low = values[place.lower]
        if place.upper == place.lower { return (low, low) }
        // Those behind are no smaller: the next is the smallest of them.
        var high = values[place.upper]
        for index in place.upper..<count where values[index] < high { high = values[index] }
        return (low, high)
    }

    private func part() -> (words: Buffer, starts: [Int]) {
        if let parted { return parted }
        var starts = [Int](repeating: 0, count: groupCount + 1)
        let groups = self.groups.pointer
        for index in 0..<words.count { starts[Int(groups[index]) + 1] += 1 }
        for group in 0..<groupCount { starts[group + 1] += starts[group] }
        var cursors = starts
        let result = Buffer(byteCount: words.count * 8)
        let to = result.mutable(UInt64.self)
        let from = words.pointer
        cursors.withUnsafeMutableBufferPointer { cursors in
            for index in 0..<words.count {
                let group = Int(groups[index])
                to[cursors[group]] = from[index]
                cursors[group] += 1
            }
        }
        parted = (result, starts)
        return (result, starts)
    }

    /// A list of words for each group.
    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] {
        grow(to: count)
        let (words, starts) = part()
        guard starts[count] <= Int(Int32.max) else {
            throw SwiftwaterError(.unsupported, "too many values to save in one batch")
        }
        let ends = Buffer(starts.prefix(count + 1).map { Int32($0) })
        let elements = Column(type: .uint64, count: starts[count], storage: .fixed(words))
        return [Column(type: .list(.uint64), count: count, storage: .list(offsets: ends, elements: elements))]
    }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        grow(to: count)
        let lists = try columns.next(.list(.uint64))
        let (ends, elements) = lists.list
        let values = elements.values(as: UInt64.self)
        for group in 0..<count {
            for index in ends[group]..<ends[group + 1] {
                words.append(values[Int(index)])
                groups.append(Int32(group))
            }
        }
        parted = nil
    }
}

/// Hoare's selection: the value that would stand at a place if the values were in order.
enum Selection {
    /// Moves the values so that none before `place` is larger and none behind it smaller than the one there.
    static func select<T: Comparable>(_ values: UnsafeMutablePointer<T>, _ count: Int, at place: Int) {
        var (low, high) = (0, count - 1)
        while high - low > 24 {
            let pivot = median(values, low, high)
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                if left <= right {
                    (values[left], values[right]) = (values[right], values[left])
                    left += 1
                    right -= 1
                }
            }
            if place <= right { high = right } else if place >= left { low = left } else { return }
        }
        guard low < high else { return }
        for index in (low + 1)...high {
            let value = values[index]
            var at = index
            while at > low, value < values[at - 1] {
                values[at] = values[at - 1]
                at -= 1
            }
            values[at] = value
        }
    }

    /// The median of nine values, or of three.
    private static func median<T: Comparable>(_ values: UnsafeMutablePointer<T>, _ low: Int, _ high: Int) -> T {
        func middle(_ a: T, _ b: T, _ c: T) -> T { a < b ? (b < c ? b : max(a, c)) : (a < c ? a : max(b, c)) }
        let step = (high - low) / 8
        guard step >= 16 else { return middle(values[low], values[low + (high - low) / 2], values[high]) }
        func of(_ start: Int) -> T { middle(values[start], values[start + step], values[start + 2 * step]) }
        return middle(of(low), of(low + 3 * step), of(low + 6 * step))
    }
}
