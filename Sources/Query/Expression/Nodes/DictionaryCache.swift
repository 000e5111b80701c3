import Columnar

/// What a text function made of dictionaries' entries, kept while they grow from batch to batch.
///
/// Workers share it: each reader's dictionary has its own id, so they meet only in the lock.
final class DictionaryCache: Sendable {
    private let entries = Locked<[DictionaryResults]>([])
    private static let capacity = 64

    /// The results for at least the entries of `values`; nil where working out the missing ones would cost more
    /// than a batch of `rows` is worth.
    func results(
        of function: any TextFunction, on values: DictionaryValues, rows: Int
    ) throws(SwiftwaterError) -> DictionaryResults? {
        let outcome = entries.withLock { entries -> Result<DictionaryResults?, SwiftwaterError> in
            Result { () throws(SwiftwaterError) -> DictionaryResults? in
                let place = entries.firstIndex { $0.id == values.id }
                var known = place.map { entries[$0] } ?? DictionaryResults(id: values.id, type: function.resultType)
                let count = values.column.count
                if known.count >= count { return known }
                // Appending copies what is known: worth it while the dictionary is not much larger than the batch.
                guard count <= 2 * rows + 64 else { return nil }
                try known.append(try function.apply(values.column.slice(known.count..<count)))
                if let place {
                    entries[place] = known
                } else {
                    if entries.count == Self.capacity { entries.removeFirst() }
                    entries.append(known)
                }
                return known
            }
        }
        return try outcome.get()
    }
}

/// A function's results for the codes of one dictionary.
struct DictionaryResults: Sendable {
    let id: UInt64
    private(set) var count = 0
    private let type: DataType
    private var kind: Kind

    private enum Kind: Sendable {
        /// A byte of 0 or 1 for each code.
        case flags(Buffer)
        case column(Column)
        /// A dictionary of the distinct results, and each code's place in it or -1 where the result is missing.
        case recoded(codes: Buffer, hasMissing: Bool, values: DictionaryValues, index: [[UInt8]: Int32])
    }

    init(id: UInt64, type: DataType) {
        self.id = id
        self.type = type
        switch type {
        case .bool: kind = .flags(Buffer(byteCount: 0))
        case .string, .binary:
            let values = DictionaryValues(column: ColumnBuilder(type, capacity: 0).finish())
            kind = .recoded(codes: Buffer(byteCount: 0), hasMissing: false, values: values, index: [:])
        default: kind = .column(ColumnBuilder(type, capacity: 0).finish())
        }
    }

    /// Takes the results for the next codes.
    mutating func append(_ results: Column) throws(SwiftwaterError) {
        let total = count + results.count
        switch kind {
        case .flags(let flags):
            let grown = Buffer(byteCount: total)
            grown.base.copyMemory(from: flags.base, byteCount: count)
            let out = grown.mutable(UInt8.self)
            for row in 0..<results.count { out[count + row] = results.bits[row] ? 1 : 0 }
            kind = .flags(grown)
        case .column(let column):
            kind = .column(try Column.concatenate([column, results], type: type))
        case .recoded(let codes, var hasMissing, let values, var index):
            let grown = Buffer(byteCount: total * 4)
            grown.base.copyMemory(from: codes.base, byteCount: count * 4)
            let out = grown.mutable(Int32.self)
            var fresh: [Int32] = []
            let (offsets, bytes) = results.variable
            for row in 0..<results.count {
                if results.isNull(row) {
                    out[count + row] = -1
                    hasMissing = true
                    continue
                }
                let start = Int(offsets[row])
                let key = Array(UnsafeBufferPointer(start: bytes + start, count: Int(offsets[row + 1]) - start))
                if let code = index[key] {
                    out[count + row] = code
                } else {
                    let code = Int32(index.count)
                    index[key] = code
                    out[count + row] = code
                    fresh.append(Int32(row))
                }
            }
            let added = fresh.withUnsafeBufferPointer { results.taking($0) }
            let distinct = try Column.concatenate([values.column, added], type: type)
            kind = .recoded(
                codes: grown, hasMissing: hasMissing, values: DictionaryValues(id: values.id, column: distinct),
                index: index)
        }
        count = total
    }

    /// The result for each row's code; missing where `source` is.
    func gather(_ codes: UnsafePointer<Int32>, count: Int, _ source: Column) -> Column {
        let validity = source.validity
        // Where every row is missing there may be no entry for code 0.
        if source.nullCount == count || self.count == 0 { return Column.missing(type, count: count) }
        switch kind {
        case .flags(let flags):
            let table = UnsafePointer(flags.mutable(UInt8.self))
            let bits = withExtendedLifetime(flags) { bitmap(count: count) { table[Int(codes[$0])] != 0 } }
            return Column(
                type: .bool, count: count, validity: validity, nullCount: source.nullCount, storage: .bits(bits))
        case .column(let column):
            let taken = column.taking(UnsafeBufferPointer(start: codes, count: count))
            return Column(
                type: type, count: count, validity: both(taken.validity, validity), storage: taken.storage)
        case .recoded(let recoded, let hasMissing, let values, _):
            let places = UnsafePointer(recoded.mutable(Int32.self))
            let result = Buffer(byteCount: count * 4)
            let out = result.mutable(Int32.self)
            var found: Bitmap?
            if hasMissing {
                found = bitmap(count: count) { places[Int(codes[$0])] >= 0 }
                for row in 0..<count { out[row] = max(0, places[Int(codes[row])]) }
            } else {
                for row in 0..<count { out[row] = places[Int(codes[row])] }
            }
            return withExtendedLifetime(recoded) {
                Column(
                    type: .dictionary(type), count: count, validity: both(found, validity),
                    storage: .dictionary(codes: result, values: values))
            }
        }
    }
}
