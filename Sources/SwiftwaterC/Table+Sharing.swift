import Columnar

/// What tables need on their way in and out.
extension Table {
    /// `count` rows from row `start`, which share memory; fewer where the table ends.
    func slice(_ start: Int, _ count: Int) -> Table {
        var first = start
        var left = count
        var slices: [Batch] = []
        for batch in batches where left > 0 {
            if first >= batch.count {
                first -= batch.count
                continue
            }
            let taken = min(left, batch.count - first)
            slices.append(batch.slice(first..<(first + taken)))
            left -= taken
            first = 0
        }
        return Table(schema: schema, batches: slices)
    }

    /// The same values in memory of our own.
    ///
    /// - Parameter takesNaN: NaN, and NumPy's NaT among times, become missing values.
    func copied(takesNaN: Bool) -> Table {
        Table(
            schema: schema,
            batches: batches.map { batch in
                let columns = batch.columns.map { takesNaN ? $0.copied().withoutNaN() : $0.copied() }
                return Batch(schema: batch.schema, columns: columns, count: batch.count)
            })
    }

    /// The columns of `tables`, which must have equally many rows, side by side. Where batches end at other rows they
    /// are cut into more.
    static func zipped(_ tables: [Table]) throws(SwiftwaterError) -> Table {
        let schema = Schema(tables.flatMap(\.schema.fields))
        guard let rows = tables.first?.count else { return Table(schema: schema, batches: []) }
        if let other = tables.first(where: { $0.count != rows }) {
            throw SwiftwaterError(.usage, "tables of \(rows) and \(other.count) rows cannot stand side by side")
        }
        var cuts: Set<Int> = []
        for table in tables {
            var end = 0
            for batch in table.batches {
                end += batch.count
                cuts.insert(end)
            }
        }
        let ends = cuts.filter { $0 > 0 }.sorted()
        let parts = tables.map { $0.cut(at: ends) }
        let batches = ends.indices.map { index in
            Batch(schema: schema, columns: parts.flatMap { $0[index].columns }, count: parts[0][index].count)
        }
        return Table(schema: schema, batches: batches)
    }

    /// The rows up to each of `ends`, which hold the ends of all batches.
    private func cut(at ends: [Int]) -> [Batch] {
        var parts: [Batch] = []
        var next = ends.makeIterator()
        var start = 0
        for batch in batches {
            var low = 0
            while low < batch.count, let end = next.next() {
                parts.append(batch.slice(low..<(end - start)))
                low = end - start
            }
            start += batch.count
        }
        return parts
    }

    /// The columns that are dictionary-encoded in all batches with dictionaries as their types.
    func showingDictionaries() -> Table {
        var fields = schema.fields
        for index in fields.indices where !batches.isEmpty {
            if batches.allSatisfy({ $0.columns[index].type == .dictionary(fields[index].type) }) {
                fields[index].type = .dictionary(fields[index].type)
            }
        }
        let schema = Schema(fields)
        return Table(schema: schema, batches: batches.map { $0.with(schema: schema) })
    }

    /// Foreign dictionaries may hold a value twice or a missing one, which ours must not: such columns are decoded.
    func withDistinctDictionaries() -> Table {
        var checked: [UnsafeRawPointer: Bool] = [:]
        func isSound(_ values: Column) -> Bool {
            guard case .variable(let offsets, _) = values.storage else { return values.holdsDistinctValues }
            // The batches of a stream mostly share one dictionary.
            let key = UnsafeRawPointer(offsets.base)
            if let known = checked[key] { return known }
            let sound = values.holdsDistinctValues
            checked[key] = sound
            return sound
        }
        var decodes: Set<Int> = []
        for batch in batches {
            for (index, column) in batch.columns.enumerated() where !decodes.contains(index) {
                if let values = column.dictionary?.values.column, !isSound(values) { decodes.insert(index) }
            }
        }
        if decodes.isEmpty { return self }
        var fields = schema.fields
        for index in decodes { fields[index].type = fields[index].type.logical }
        let schema = Schema(fields)
        return Table(
            schema: schema,
            batches: batches.map { batch in
                let columns = batch.columns.enumerated().map { decodes.contains($0) ? $1.decoded() : $1 }
                return Batch(schema: schema, columns: columns, count: batch.count)
            })
    }
}

extension Column {
    /// Whether no value is missing and none is there twice. For dictionaries, which are small.
    fileprivate var holdsDistinctValues: Bool {
        if nullCount > 0 { return false }
        var seen = Set<Scalar>(minimumCapacity: count)
        for row in 0..<count where !seen.insert(scalar(at: row)).inserted { return false }
        return true
    }

    /// NaN, and the smallest number of a time, as missing values, which they are in pandas and NumPy.
    fileprivate func withoutNaN() -> Column {
        switch type {
        case .float64: missing { (value: Double) in value.isNaN }
        case .float32: missing { (value: Float) in value.isNaN }
        case .timestamp, .duration: missing { (value: Int64) in value == .min }
        default: self
        }
    }

    private func missing<T: BitwiseCopyable>(_ isMissing: (T) -> Bool) -> Column {
        let values = values(as: T.self)
        guard values.contains(where: isMissing) else { return self }
        var bits = BitmapBuilder(capacity: count)
        for row in 0..<count { bits.append(!isNull(row) && !isMissing(values[row])) }
        return Column(type: type, count: count, validity: bits.finish(), storage: storage)
    }

    fileprivate func copied() -> Column {
        func own(_ buffer: Buffer) -> Buffer { Buffer(copying: buffer.bytes) }
        let storage: Storage =
            switch storage {
            case .null: .null
            case .bits(let bits): .bits(Bitmap(buffer: own(bits.buffer), count: bits.count))
            case .fixed(let buffer): .fixed(own(buffer))
            case .variable(let offsets, let bytes): .variable(offsets: own(offsets), bytes: own(bytes))
            case .list(let offsets, let elements): .list(offsets: own(offsets), elements: elements.copied())
            case .structure(let members): .structure(members.map { $0.copied() })
            case .dictionary(let codes, let values):
                .dictionary(codes: own(codes), values: DictionaryValues(column: values.column.copied()))
            }
        return Column(
            type: type, count: count, validity: validity.map { Bitmap(buffer: own($0.buffer), count: $0.count) },
            nullCount: nullCount, storage: storage)
    }
}
