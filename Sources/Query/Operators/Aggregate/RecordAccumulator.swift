import Columnar

/// What is remembered of one group's values of fixed width: 64-bit fields only.
protocol Record: BitwiseCopyable {
    /// The 64-bit type in which values are taken: `Double`, `Int64` or `UInt64`.
    associatedtype Value: BitwiseCopyable
    init()
    mutating func add(_ value: Value, at position: Int64)
    mutating func merge(_ other: Self)
    /// The function's result as a 64-bit word (a `Double`'s bits, an `Int64`, a `UInt64`), or nil when it is missing.
    ///
    /// - Parameter count: the group's rows with a value.
    func result(_ function: AggregateCall, count: Int64, of type: DataType) throws(SwiftwaterError) -> UInt64?

    // Loops over rows. They are requirements only so that the compiler makes a version for each record: the methods
    // of a generic class are not specialized.

    static func add(
        _ values: UnsafePointer<Value>, to records: UnsafeMutablePointer<Self>, _ groups: UnsafePointer<Int32>,
        count: Int, position: Int64)
    /// For one group, whose record stays in registers.
    static func add(
        _ values: UnsafePointer<Value>, toOnly record: UnsafeMutablePointer<Self>, count: Int, position: Int64)
    static func merge(
        _ others: UnsafePointer<Self>, into records: UnsafeMutablePointer<Self>, _ mapping: UnsafeBufferPointer<Int32>)
    /// Writes the words of the groups in `order` to `words`, and to `missing` the places of those that have none.
    static func results(
        of records: UnsafePointer<Self>, _ function: AggregateCall, type: DataType,
        counts: UnsafePointer<Int64>, order: UnsafeBufferPointer<Int32>, to words: UnsafeMutablePointer<UInt64>,
        missing: inout [Int]
    ) throws(SwiftwaterError)
}

extension Record {
    static func add(
        _ values: UnsafePointer<Value>, to records: UnsafeMutablePointer<Self>, _ groups: UnsafePointer<Int32>,
        count: Int, position: Int64
    ) {
        for row in 0..<count {
            records[Int(groups[row])].add(values[row], at: position &+ Int64(truncatingIfNeeded: row))
        }
    }

    static func add(
        _ values: UnsafePointer<Value>, toOnly record: UnsafeMutablePointer<Self>, count: Int, position: Int64
    ) {
        var only = record.pointee
        for row in 0..<count { only.add(values[row], at: position &+ Int64(truncatingIfNeeded: row)) }
        record.pointee = only
    }

    static func merge(
        _ others: UnsafePointer<Self>, into records: UnsafeMutablePointer<Self>, _ mapping: UnsafeBufferPointer<Int32>
    ) {
        for (group, target) in mapping.enumerated() where target >= 0 { records[Int(target)].merge(others[group]) }
    }

    static func results(
        of records: UnsafePointer<Self>, _ function: AggregateCall, type: DataType,
        counts: UnsafePointer<Int64>, order: UnsafeBufferPointer<Int32>, to words: UnsafeMutablePointer<UInt64>,
        missing: inout [Int]
    ) throws(SwiftwaterError) {
        for index in 0..<order.count {
            let group = Int(order[index])
            if let word = try records[group].result(function, count: counts[group], of: type) {
                words[index] = word
            } else {
                words[index] = 0
                missing.append(index)
            }
        }
    }
}

/// An accumulator of one record a group, side by side in one block.
final class RecordAccumulator<R: Record>: Accumulator {
    private var records = BufferBuilder<R>(capacity: 16)
    /// The values are taken as doubles whatever the column's type.
    private let asDoubles: Bool

    init(_: R.Type, asDoubles: Bool = false) { self.asDoubles = asDoubles }

    var byteCount: Int { records.capacity * MemoryLayout<R>.stride }

    func grow(to count: Int) {
        if count > records.count { records.append(repeating: R(), count: count - records.count) }
    }

    func update(_ column: Column, _ groups: UnsafePointer<Int32>, position: Int64) throws(SwiftwaterError) {
        guard var values = WideValues(column) else { return }
        if asDoubles { values = values.asDoubles(count: column.count) }
        withExtendedLifetime((values, column)) {
            let words = values.words(as: R.Value.self)
            if records.count == 1 {
                R.add(words, toOnly: records.pointer, count: column.count, position: position)
            } else {
                R.add(words, to: records.pointer, groups, count: column.count, position: position)
            }
        }
    }

    func merge(_ other: any Accumulator, _ mapping: UnsafeBufferPointer<Int32>) throws(SwiftwaterError) {
        guard let other = other as? RecordAccumulator<R> else { throw .foreignState }
        R.merge(other.records.pointer, into: records.pointer, mapping)
    }

    func result(
        _ function: AggregateCall, type: DataType, counts: UnsafePointer<Int64>,
        order: UnsafeBufferPointer<Int32>
    ) throws(SwiftwaterError) -> Column {
        let words = Buffer(byteCount: order.count * 8)
        var missing: [Int] = []
        try R.results(
            of: records.pointer, function, type: type, counts: counts, order: order, to: words.mutable(UInt64.self),
            missing: &missing)
        var validity: Bitmap?
        if !missing.isEmpty {
            let bits = Bitmap(repeating: true, count: order.count)
            let bytes = bits.buffer.mutable(UInt8.self)
            for index in missing { bytes[index >> 3] &= ~(1 << UInt8(index & 7)) }
            validity = bits
        }
        return Column(words: words, count: order.count, type: type, validity: validity)
    }

    private static var fields: Int { MemoryLayout<R>.stride / 8 }
    private var words: UnsafeMutablePointer<UInt64> { records.buffer.mutable(UInt64.self) }

    func snapshot(count: Int) throws(SwiftwaterError) -> [Column] {
        let fields = Self.fields
        return (0..<fields).map { field in
            let column = Buffer(byteCount: count * 8)
            RecordWords.take(words + field, every: fields, count: count, to: column.mutable(UInt64.self))
            return Column(type: .uint64, count: count, storage: .fixed(column))
        }
    }

    func restore(_ columns: inout ArraySlice<Column>, count: Int) throws(SwiftwaterError) {
        grow(to: count)
        let fields = Self.fields
        for field in 0..<fields {
            let column = try columns.next(.uint64)
            guard let from = column.values(as: UInt64.self).baseAddress else { continue }
            RecordWords.put(from, every: fields, count: count, to: words + field)
        }
    }

    var flatWidth: Int? { MemoryLayout<R>.stride }

    func picked(_ order: UnsafeBufferPointer<Int32>?, _ memory: SpareMemory) -> (any Accumulator)? {
        let copy = RecordAccumulator<R>(R.self, asDoubles: asDoubles)
        copy.records = BufferBuilder(memory.take((order?.count ?? records.count) * MemoryLayout<R>.stride))
        if let order {
            RecordWords.pick(words, width: Self.fields, order, to: copy.words)
            copy.records.count = order.count
        } else {
            copy.records.append(contentsOf: UnsafeBufferPointer(start: records.pointer, count: records.count))
        }
        return copy
    }
}

/// Loops over records as words. They are outside of the generic class so that the compiler makes fast code of them.
private enum RecordWords {
    static func take(
        _ from: UnsafePointer<UInt64>, every step: Int, count: Int, to: UnsafeMutablePointer<UInt64>
    ) {
        for index in 0..<count { to[index] = from[index &* step] }
    }

    static func put(
        _ from: UnsafePointer<UInt64>, every step: Int, count: Int, to: UnsafeMutablePointer<UInt64>
    ) {
        for index in 0..<count { to[index &* step] = from[index] }
    }

    static func pick(
        _ from: UnsafePointer<UInt64>, width: Int, _ order: UnsafeBufferPointer<Int32>,
        to: UnsafeMutablePointer<UInt64>
    ) {
        var next = to
        for group in order {
            let record = from + Int(group) &* width
            for field in 0..<width { next[field] = record[field] }
            next += width
        }
    }
}
