extension Column {
    /// The rows in `range`; shares memory except for a validity or bits that start inside a byte.
    public func slice(_ range: Range<Int>) -> Column {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice outside the column")
        if range == 0..<count { return self }
        let sliced: Storage =
            switch storage {
            case .null: .null
            case .bits(let bits): .bits(bits.slice(range))
            case .fixed(let buffer):
                .fixed(Self.view(buffer, range, width: type.byteWidth ?? 8))
            case .variable(let offsets, let bytes):
                .variable(offsets: Self.view(offsets, range, width: 4, extra: 1), bytes: bytes)
            case .list(let offsets, let elements):
                .list(offsets: Self.view(offsets, range, width: 4, extra: 1), elements: elements)
            case .structure(let members): .structure(members.map { $0.slice(range) })
            case .dictionary(let codes, let values):
                .dictionary(codes: Self.view(codes, range, width: 4), values: values)
            }
        return Column(type: type, count: range.count, validity: validity?.slice(range), storage: sliced)
    }

    private static func view(_ buffer: Buffer, _ range: Range<Int>, width: Int, extra: Int = 0) -> Buffer {
        buffer.slice((range.lowerBound * width)..<((range.upperBound + extra) * width))
    }

    /// The same values without dictionary encoding; itself when it has none.
    public func decoded() -> Column {
        guard case .dictionary(let codes, let values) = storage else { return self }
        if nullCount == 0 {
            return values.column.taking(UnsafeBufferPointer(codes.elements(of: Int32.self).prefix(count)))
        }
        let indices = Buffer(byteCount: count * 4)
        let to = indices.mutable(Int32.self)
        let from = codes.mutable(Int32.self)
        for row in 0..<count { to[row] = isNull(row) ? -1 : from[row] }
        return values.column.taking(UnsafeBufferPointer(indices.elements(of: Int32.self).prefix(count)))
    }
}

extension UnsafeBufferPointer {
    fileprivate init(_ slice: Slice<UnsafeBufferPointer<Element>>) { self.init(rebasing: slice) }
}

extension Batch {
    /// The rows in `range`.
    public func slice(_ range: Range<Int>) -> Batch {
        Batch(schema: schema, columns: columns.map { $0.slice(range) }, count: range.count)
    }
}
