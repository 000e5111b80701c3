import Columnar

/// The values of a chunk's dictionary page, decoded.
struct PageDictionary {
    let count: Int
    /// Values of fixed width as they are stored.
    let fixed: Buffer
    /// Strings or binary values.
    let byteArrays: ByteArrayDictionary?
    /// The strings for columns that keep the codes; nil when a value stands there twice, or is not a string.
    let values: DictionaryValues?

    static var missing: SwiftwaterError { .corruptParquet("a page needs a dictionary and there is none before it") }

    init(_ page: Page, of leaf: ParquetLeaf) throws(SwiftwaterError) {
        guard let header = page.header.dictionary, header.valueCount >= 0 else {
            throw .corruptParquet("a dictionary page does not say how many values it has")
        }
        guard header.encoding == .plain || header.encoding == .plainDictionary else {
            throw SwiftwaterError(.unsupported, "dictionaries encoded with \(header.encoding.name) are not known")
        }
        let count = Int(header.valueCount)
        self.count = count
        var cursor = page.bytes
        let width: Int
        switch leaf.physicalType {
        case .boolean: throw .corruptParquet("booleans have a dictionary")
        case .int32, .float: width = 4
        case .int64, .double: width = 8
        case .int96: width = 12
        case .byteArray: width = 4
        case .fixedLengthByteArray: width = leaf.length ?? 0
        }
        // A byte array takes at least its length's four bytes.
        guard count.multipliedReportingOverflow(by: width).partialValue <= cursor.count else {
            throw .corruptParquet("a dictionary of \(cursor.count) bytes cannot have \(count) values")
        }
        guard leaf.conversion == .bytes else {
            let source = try cursor.take(count * width)
            fixed = Buffer(copying: UnsafeRawBufferPointer(start: source.next, count: source.count))
            byteArrays = nil
            values = nil
            return
        }
        fixed = Buffer(byteCount: 0)
        var sink = ByteArraySink(values: count, byteCount: cursor.count)
        if let length = leaf.length {
            try sink.append(fixed: &cursor, length: length, count: count)
        } else {
            try sink.append(plain: &cursor, count: count)
        }
        let column = Column(
            type: leaf.type, count: count,
            storage: .variable(offsets: sink.offsets.finish(), bytes: sink.bytes.finish()))
        let (offsets, bytes) = column.variable
        byteArrays = ByteArrayDictionary(column)
        if leaf.type == .string {
            guard areUTF8(offsets: offsets, bytes: bytes, count: count) else { throw ColumnSink.notUTF8 }
            values =
                leaf.isFlat && Self.areDistinct(offsets, bytes, count) ? DictionaryValues(column: column) : nil
        } else {
            values = nil
        }
    }

    /// The next `count` codes, each below `self.count`.
    func readCodes(
        _ count: Int, from decoder: inout HybridDecoder, into codes: UnsafeMutablePointer<Int32>
    ) throws(SwiftwaterError) {
        try decoder.read(into: codes, count: count)
        var most: UInt32 = 0
        for index in 0..<count { most = max(most, UInt32(bitPattern: codes[index])) }
        guard count == 0 || Int(most) < self.count else {
            throw .corruptParquet("a code names value \(most) of a dictionary of \(self.count)")
        }
    }

    /// Whether no value stands there twice, by a table of hashes with linear probing.
    private static func areDistinct(
        _ offsets: UnsafePointer<Int32>, _ bytes: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        guard count > 1 else { return true }
        var capacity = 16
        while capacity < count * 2 { capacity *= 2 }
        let table = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
        defer { table.deallocate() }
        table.initialize(repeating: -1, count: capacity)
        for index in 0..<count {
            let start = Int(offsets[index])
            let length = Int(offsets[index + 1]) - start
            let value = UnsafeRawBufferPointer(start: bytes + start, count: length)
            var slot = Int(truncatingIfNeeded: hash(value)) & (capacity - 1)
            while table[slot] >= 0 {
                let other = Int(table[slot])
                let otherStart = Int(offsets[other])
                let otherLength = Int(offsets[other + 1]) - otherStart
                if otherLength == length,
                    value.elementsEqual(UnsafeRawBufferPointer(start: bytes + otherStart, count: otherLength))
                {
                    return false
                }
                slot = (slot + 1) & (capacity - 1)
            }
            table[slot] = Int32(truncatingIfNeeded: index)
        }
        return true
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index < bytes.count {
            var word: UInt64 = 0
            if index + 8 <= bytes.count {
                word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            } else {
                for place in index..<bytes.count { word = word << 8 | UInt64(bytes[place]) }
            }
            let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = product.high ^ product.low
            index += 8
        }
        return hash ^ hash >> 32
    }
}
