extension Column {
    /// The rows of `columns` one after the other, as `type`; dictionary columns keep their codes only when all
    /// share one dictionary, and are decoded otherwise.
    ///
    /// Throws a `data` error when strings or elements would exceed 32-bit offsets.
    public static func concatenate(_ columns: [Column], type: DataType) throws(SwiftwaterError) -> Column {
        if columns.count == 1, let only = columns.first { return only }
        let count = columns.reduce(0) { $0 + $1.count }
        let nulls = columns.reduce(0) { $0 + $1.nullCount }
        var columns = columns
        if let shared = sharedDictionary(columns) {
            let codes = joined(columns.map { ($0.storage.codes, $0.count * 4) })
            return Column(
                type: .dictionary(type.logical), count: count, validity: joinedValidity(columns, nulls),
                nullCount: nulls, storage: .dictionary(codes: codes, values: shared))
        }
        if let (codes, values) = unified(columns) {
            return Column(
                type: .dictionary(type.logical), count: count, validity: joinedValidity(columns, nulls),
                nullCount: nulls, storage: .dictionary(codes: codes, values: values))
        }
        for index in columns.indices { columns[index] = columns[index].decoded() }
        let type = type.logical
        let storage: Storage
        switch type {
        case .null: storage = .null
        case .bool:
            var bits = BitmapBuilder(capacity: count)
            for column in columns { bits.append(contentsOf: column.bits) }
            storage = .bits(bits.finish())
        case .string, .binary:
            if let whole = contiguousStrings(columns) {
                storage = whole
                break
            }
            let (offsets, ranges) = try joinedOffsets(columns.map { ($0.variable.offsets, $0.count) }, type)
            let bytes = joined(
                zip(columns, ranges).map { column, range in
                    guard case .variable(_, let bytes) = column.storage else { return (bytes: Buffer?.none, 0) }
                    return (bytes.slice(range), range.count)
                })
            storage = .variable(offsets: offsets, bytes: bytes)
        case .list(let element):
            let (offsets, ranges) = try joinedOffsets(columns.map { ($0.list.offsets, $0.count) }, type)
            let elements = try concatenate(zip(columns, ranges).map { $0.list.elements.slice($1) }, type: element)
            storage = .list(offsets: offsets, elements: elements)
        case .structure(let fields):
            var members: [Column] = []
            for (index, field) in fields.enumerated() {
                members.append(try concatenate(columns.map { $0.members[index] }, type: field.type))
            }
            storage = .structure(members)
        default:
            let width = type.byteWidth ?? 8
            storage = .fixed(
                joined(
                    columns.map { column in
                        guard case .fixed(let buffer) = column.storage else { return (nil, 0) }
                        return (buffer, column.count * width)
                    }))
        }
        return Column(
            type: type, count: count, validity: joinedValidity(columns, nulls), nullCount: nulls, storage: storage)
    }

    private static func sharedDictionary(_ columns: [Column]) -> DictionaryValues? {
        var longest: DictionaryValues?
        for column in columns {
            guard let values = column.dictionary?.values, values.id == longest?.id ?? values.id else { return nil }
            if values.column.count >= longest?.column.count ?? 0 { longest = values }
        }
        return longest
    }

    /// Slices of one column that follow each other, put together without a copy.
    private static func contiguousStrings(_ columns: [Column]) -> Storage? {
        guard case .variable(let first, let bytes)? = columns.first?.storage else { return nil }
        var last = first
        var lastCount = columns[0].count
        for column in columns.dropFirst() {
            guard case .variable(let offsets, let own) = column.storage, own === bytes,
                last.isFollowed(by: offsets, after: lastCount * 4)
            else { return nil }
            last = offsets
            lastCount = column.count
        }
        let count = columns.reduce(0) { $0 + $1.count }
        return .variable(
            offsets: Buffer(viewing: first.base, byteCount: (count + 1) * 4, owner: first), bytes: bytes)
    }

    private static func joined(_ parts: [(Buffer?, Int)]) -> Buffer {
        if let first = parts.first?.0,
            zip(parts, parts.dropFirst()).allSatisfy({ part, next in
                part.0.flatMap { buffer in next.0.map { buffer.isFollowed(by: $0, after: part.1) } } ?? false
            })
        {
            return Buffer(viewing: first.base, byteCount: parts.reduce(0) { $0 + $1.1 }, owner: first)
        }
        let result = Buffer(byteCount: parts.reduce(0) { $0 + $1.1 })
        var end = 0
        for (buffer, byteCount) in parts {
            if let buffer { (result.base + end).copyMemory(from: buffer.base, byteCount: byteCount) }
            end += byteCount
        }
        return result
    }

    private static func joinedValidity(_ columns: [Column], _ nulls: Int) -> Bitmap? {
        guard nulls > 0 else { return nil }
        var builder = BitmapBuilder(capacity: columns.reduce(0) { $0 + $1.count })
        for column in columns {
            if let validity = column.validity {
                builder.append(contentsOf: validity.slice(0..<column.count))
            } else {
                builder.append(repeating: column.type != .null, count: column.count)
            }
        }
        return builder.finish()
    }

    private static func joinedOffsets(
        _ parts: [(offsets: UnsafePointer<Int32>, count: Int)], _ type: DataType
    ) throws(SwiftwaterError) -> (Buffer, [Range<Int>]) {
        let count = parts.reduce(0) { $0 + $1.count }
        let result = Buffer(byteCount: (count + 1) * 4)
        let to = result.mutable(Int32.self)
        to[0] = 0
        var row = 0
        var total = 0
        var ranges: [Range<Int>] = []
        for (offsets, count) in parts {
            guard count > 0 else {
                ranges.append(0..<0)
                continue
            }
            let range = Int(offsets[0])..<Int(offsets[count])
            guard total + range.count <= Int(Int32.max) else {
                throw SwiftwaterError(
                    .data, "a \(type) column of \(count) rows exceeds 2 GiB in one batch",
                    hint: "filter, select or aggregate before this step")
            }
            for index in 1...count { to[row + index] = Int32(total + Int(offsets[index]) - range.lowerBound) }
            row += count
            total += range.count
            ranges.append(range)
        }
        return (result, ranges)
    }
}

extension Column.Storage {
    fileprivate var codes: Buffer? {
        if case .dictionary(let codes, _) = self { return codes }
        return nil
    }
}

extension Batch {
    /// The rows of `batches` one after the other.
    public static func concatenate(_ batches: [Batch], schema: Schema) throws(SwiftwaterError) -> Batch {
        if batches.isEmpty { return .empty(schema) }
        var columns: [Column] = []
        for (index, field) in schema.fields.enumerated() {
            columns.append(try Column.concatenate(batches.map { $0.columns[index] }, type: field.type))
        }
        return Batch(schema: schema, columns: columns, count: batches.reduce(0) { $0 + $1.count })
    }
}
