import Columnar

/// A leaf's column under construction: values from pages, with missing ones put between them.
struct ColumnSink {
    private enum Values {
        case null
        case bits(BitPacker)
        case fixed(BufferBuilder<UInt8>, width: Int)
        case bytes(ByteArraySink)
        case codes(BufferBuilder<Int32>, PageDictionary, DictionaryValues)
        /// Strings before their first page says whether they are codes.
        case undecided
    }

    private let leaf: ParquetLeaf
    private let scratch: ReadingScratch
    private let capacity: Int
    private var values: Values
    /// Made at the first missing value.
    private var validity: BitPacker?
    private var nullCount = 0
    /// Rows, or elements of lists.
    private(set) var count = 0

    static var notUTF8: SwiftwaterError {
        SwiftwaterError(
            .data, "a string is not valid UTF-8", hint: "the file is damaged, or its writer should say binary")
    }

    /// - Parameter capacity: values that are expected.
    init(_ leaf: ParquetLeaf, capacity: Int, scratch: ReadingScratch) {
        self.leaf = leaf
        self.scratch = scratch
        self.capacity = capacity
        switch leaf.conversion {
        case .null: values = .null
        case .bool: values = .bits(BitPacker(capacity: capacity))
        case .bytes:
            values = leaf.type == .string && leaf.isFlat ? .undecided : .bytes(ByteArraySink(values: capacity))
        default:
            let width = leaf.type.byteWidth ?? 8
            values = .fixed(BufferBuilder(capacity: capacity * width), width: width)
        }
    }

    /// Appends `slots` rows, of which `present` have the next values of `page`: those whose level in `levels` is the
    /// leaf's maximum, or all when it is nil. At most `ReadingScratch.blockSize` rows.
    mutating func append(
        slots: Int, present: Int, levels: UnsafePointer<UInt8>?, from page: inout PageValues,
        dictionary: PageDictionary?
    ) throws(SwiftwaterError) {
        let gaps = present < slots ? levels : nil
        // The storage is taken out while it is written, so that nobody else holds it.
        let current = values
        values = .null
        switch current {
        case .null: try page.skip(present, width: skipWidth, scratch: scratch)
        case .bits(var packer):
            let flags = scratch.flags
            try page.readBooleans(present, into: flags)
            spread(flags, slots, present, gaps)
            packer.append(flags, count: slots)
            values = .bits(packer)
        case .fixed(var buffer, let width):
            buffer.reserve(slots * width)
            let target = UnsafeMutableRawPointer(buffer.pointer + buffer.count)
            try appendFixed(slots, present, gaps, to: target, from: &page, dictionary)
            buffer.count += slots * width
            values = .fixed(buffer, width: width)
        case .bytes(var sink):
            try appendBytes(slots, present, gaps, to: &sink, from: &page, dictionary)
            values = .bytes(sink)
        case .codes(var codes, let own, let column):
            guard case .codes(var decoder) = page else {
                if present > 0 {
                    var sink = try materialized(codes, own)
                    try appendBytes(slots, present, gaps, to: &sink, from: &page, dictionary)
                    values = .bytes(sink)
                } else {
                    codes.append(repeating: 0, count: slots)
                    values = .codes(codes, own, column)
                }
                break
            }
            codes.reserve(slots)
            let target = codes.pointer + codes.count
            try own.readCodes(present, from: &decoder, into: target)
            page = .codes(decoder)
            spread(target, slots, present, gaps)
            codes.count += slots
            values = .codes(codes, own, column)
        case .undecided:
            if let dictionary, let column = dictionary.values {
                values = .codes(BufferBuilder(capacity: capacity), dictionary, column)
            } else {
                values = .bytes(ByteArraySink(values: capacity))
            }
            try append(slots: slots, present: present, levels: levels, from: &page, dictionary: dictionary)
            return
        }
        appendValidity(slots, present, gaps)
    }

    private var skipWidth: Int? { ColumnSink.storedWidth(of: leaf) }

    /// Bytes of a stored value; nil for byte arrays.
    static func storedWidth(of leaf: ParquetLeaf) -> Int? {
        switch leaf.physicalType {
        case .boolean, .byteArray: nil
        case .int32, .float: 4
        case .int64, .double: 8
        case .int96: 12
        case .fixedLengthByteArray: leaf.length
        }
    }

    // MARK: Values of fixed width

    private func appendFixed(
        _ slots: Int, _ present: Int, _ levels: UnsafePointer<UInt8>?, to target: UnsafeMutableRawPointer,
        from page: inout PageValues, _ dictionary: PageDictionary?
    ) throws(SwiftwaterError) {
        let codes = scratch.codes
        let words = scratch.wide.assumingMemoryBound(to: UInt32.self)
        switch leaf.conversion {
        case .word:
            let out = target.assumingMemoryBound(to: UInt32.self)
            try page.read(present, into: out, dictionary: dictionary, codes: codes)
            spread(out, slots, present, levels)
        case .doubleWord:
            let out = target.assumingMemoryBound(to: UInt64.self)
            try page.read(present, into: out, dictionary: dictionary, codes: codes)
            spread(out, slots, present, levels)
        case .narrow8:
            let out = target.assumingMemoryBound(to: UInt8.self)
            try page.read(present, into: words, dictionary: dictionary, codes: codes)
            for index in 0..<present { out[index] = UInt8(truncatingIfNeeded: words[index]) }
            spread(out, slots, present, levels)
        case .narrow16:
            let out = target.assumingMemoryBound(to: UInt16.self)
            try page.read(present, into: words, dictionary: dictionary, codes: codes)
            for index in 0..<present { out[index] = UInt16(truncatingIfNeeded: words[index]) }
            spread(out, slots, present, levels)
        case .widen:
            let out = target.assumingMemoryBound(to: UInt64.self)
            try page.read(present, into: words, dictionary: dictionary, codes: codes)
            for index in 0..<present {
                out[index] = UInt64(bitPattern: Int64(Int32(bitPattern: words[index])))
            }
            spread(out, slots, present, levels)
        case .float16:
            let halves = scratch.wide.assumingMemoryBound(to: UInt16.self)
            let out = target.assumingMemoryBound(to: UInt32.self)
            try page.read(present, into: halves, dictionary: dictionary, codes: codes)
            for index in 0..<present { out[index] = Self.float32(half: halves[index]) }
            spread(out, slots, present, levels)
        case .int96:
            let out = target.assumingMemoryBound(to: Int64.self)
            try page.readInt96(present, into: scratch.wide, dictionary: dictionary, codes: codes)
            try timestamps(fromInt96: UnsafeRawPointer(scratch.wide), to: out, count: present)
            spread(out, slots, present, levels)
        case .bool, .bytes, .null: break
        }
    }

    /// The bits of the `Float` that equals a half-precision float.
    static func float32(half: UInt16) -> UInt32 {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1F
        let fraction = UInt32(half & 0x3FF)
        switch exponent {
        case 0: return sign | (Float(fraction) * 0x1p-24).bitPattern
        case 0x1F: return sign | 0x7F80_0000 | fraction << 13
        default: return sign | (exponent + 112) << 23 | fraction << 13
        }
    }

    /// Times since 1970 from nanoseconds of a Julian day and the day's number.
    private func timestamps(
        fromInt96 source: UnsafeRawPointer, to out: UnsafeMutablePointer<Int64>, count: Int
    ) throws(SwiftwaterError) {
        if case .timestamp(.microsecond, _) = leaf.type {
            // Spark's own arithmetic, overflow included: it undoes that of its writer.
            for index in 0..<count {
                let (day, nanoseconds) = Self.int96(source, index)
                out[index] = day &* 86_400_000_000 &+ nanoseconds / 1000
            }
            return
        }
        for index in 0..<count {
            let (day, nanoseconds) = Self.int96(source, index)
            let (start, startOverflow) = day.multipliedReportingOverflow(by: 86_400_000_000_000)
            let (time, timeOverflow) = start.addingReportingOverflow(nanoseconds)
            guard !startOverflow, !timeOverflow else {
                throw SwiftwaterError(
                    .data,
                    "an INT96 timestamp (day \(day) since 1970) lies outside the years 1677 to 2262 that "
                        + "\(leaf.type) can hold",
                    hint: "write the column as a 64-bit timestamp in microseconds")
            }
            out[index] = time
        }
    }

    /// Days since 1970 and nanoseconds of the day.
    @inline(__always)
    private static func int96(_ source: UnsafeRawPointer, _ index: Int) -> (day: Int64, nanoseconds: Int64) {
        let nanoseconds = source.loadUnaligned(fromByteOffset: index * 12, as: Int64.self)
        let day = source.loadUnaligned(fromByteOffset: index * 12 + 8, as: Int32.self)
        return (Int64(day) - 2_440_588, nanoseconds)
    }

    // MARK: Strings and binary values

    private func appendBytes(
        _ slots: Int, _ present: Int, _ levels: UnsafePointer<UInt8>?, to sink: inout ByteArraySink,
        from page: inout PageValues, _ dictionary: PageDictionary?
    ) throws(SwiftwaterError) {
        sink.offsets.reserve(slots)
        let before = sink.offsets.count - 1
        try page.readBytes(present, into: &sink, length: leaf.length, dictionary: dictionary, scratch: scratch)
        guard let levels else { return }
        // From the last: a missing value ends where the value before it does.
        sink.offsets.reserve(slots - present)
        let ends = sink.offsets.pointer + before
        let maximum = leaf.maximumDefinition
        var from = present
        var to = slots
        while from < to {
            ends[to] = ends[from]
            if levels[to - 1] == maximum { from -= 1 }
            to -= 1
        }
        sink.offsets.count = before + 1 + slots
    }

    /// The strings so far when a page without codes follows pages with codes.
    private func materialized(
        _ codes: BufferBuilder<Int32>, _ dictionary: PageDictionary
    ) throws(SwiftwaterError) -> ByteArraySink {
        var sink = ByteArraySink(values: capacity)
        guard let values = dictionary.byteArrays, let validity else {
            if let values = dictionary.byteArrays { try sink.append(codes.pointer, count: codes.count, of: values) }
            return sink
        }
        // A missing value's code is 0 and names nothing: its string must stay empty.
        var row = 0
        let bits = validity.bits
        while row < codes.count {
            var end = row
            let isPresent = bits(row)
            while end < codes.count, bits(end) == isPresent { end += 1 }
            if isPresent {
                try sink.append(codes.pointer + row, count: end - row, of: values)
            } else {
                sink.appendOffsets(length: 0, count: end - row)
            }
            row = end
        }
        return sink
    }

    // MARK: Missing values

    /// Moves `present` values at the start of `base` to the places whose level is the maximum, in place.
    @inline(__always)
    private func spread<T: FixedWidthInteger>(
        _ base: UnsafeMutablePointer<T>, _ slots: Int, _ present: Int, _ levels: UnsafePointer<UInt8>?
    ) {
        guard let levels else { return }
        let maximum = leaf.maximumDefinition
        var from = present - 1
        var to = slots - 1
        while from < to {
            let isPresent = levels[to] == maximum
            base[to] = isPresent ? base[max(from, 0)] : 0
            from -= isPresent ? 1 : 0
            to -= 1
        }
    }

    private mutating func appendValidity(_ slots: Int, _ present: Int, _ levels: UnsafePointer<UInt8>?) {
        defer { count += slots }
        guard present < slots else {
            validity?.append(repeating: true, count: slots)
            return
        }
        nullCount += slots - present
        if validity == nil {
            var packer = BitPacker(capacity: max(capacity, count + slots))
            packer.append(repeating: true, count: count)
            validity = packer
        }
        guard let levels, present > 0 else {
            validity?.append(repeating: false, count: slots)
            return
        }
        let flags = scratch.flags
        let maximum = leaf.maximumDefinition
        for index in 0..<slots { flags[index] = levels[index] == maximum ? 1 : 0 }
        validity?.append(flags, count: slots)
    }

    /// The column. Throws when its strings are not UTF-8.
    consuming func finish() throws(SwiftwaterError) -> Column {
        let count = self.count
        let nullCount = self.nullCount
        let leaf = self.leaf
        let capacity = self.capacity
        let bitmap = validity?.finish()
        let storage: Column.Storage
        var type = leaf.type
        switch values {
        case .null: storage = .null
        case .bits(let packer): storage = .bits(packer.finish())
        case .fixed(let buffer, _): storage = .fixed(buffer.finish())
        case .bytes(let sink): storage = try Self.storage(sink, count, leaf)
        case .undecided: storage = try Self.storage(ByteArraySink(values: capacity), count, leaf)
        case .codes(let codes, _, let values):
            type = .dictionary(type)
            storage = .dictionary(codes: codes.finish(), values: values)
        }
        return Column(type: type, count: count, validity: bitmap, nullCount: nullCount, storage: storage)
    }

    private static func storage(
        _ sink: ByteArraySink, _ count: Int, _ leaf: ParquetLeaf
    ) throws(SwiftwaterError) -> Column.Storage {
        let offsets = sink.offsets.finish()
        let bytes = sink.bytes.finish()
        if leaf.type == .string,
            !areUTF8(offsets: offsets.mutable(Int32.self), bytes: bytes.mutable(UInt8.self), count: count)
        {
            throw notUTF8
        }
        return .variable(offsets: offsets, bytes: bytes)
    }
}
