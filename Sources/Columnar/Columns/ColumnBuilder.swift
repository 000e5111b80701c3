/// Builds a column of any type value by value: for results, literals and slow paths.
///
/// Readers with a hot loop write into buffers of their own instead.
public struct ColumnBuilder {
    public let type: DataType
    public private(set) var count = 0
    private var validity: BitmapBuilder
    private var values: Values

    private indirect enum Values {
        case null
        case bits(BitmapBuilder)
        case fixed(BufferBuilder<UInt8>, width: Int)
        case variable(offsets: BufferBuilder<Int32>, bytes: BufferBuilder<UInt8>)
        case list(offsets: BufferBuilder<Int32>, elements: ColumnBuilder)
        case structure([ColumnBuilder])
        case dictionary(codes: BufferBuilder<Int32>, values: ColumnBuilder, index: [Scalar: Int32])
    }

    public init(_ type: DataType, capacity: Int = 16) {
        self.type = type
        validity = BitmapBuilder(capacity: capacity)
        switch type {
        case .null: values = .null
        case .bool: values = .bits(BitmapBuilder(capacity: capacity))
        case .string, .binary:
            var offsets = BufferBuilder<Int32>(capacity: capacity + 1)
            offsets.append(0)
            values = .variable(offsets: offsets, bytes: BufferBuilder(capacity: capacity * 16))
        case .list(let element):
            var offsets = BufferBuilder<Int32>(capacity: capacity + 1)
            offsets.append(0)
            values = .list(offsets: offsets, elements: ColumnBuilder(element, capacity: capacity))
        case .structure(let fields):
            values = .structure(fields.map { ColumnBuilder($0.type, capacity: capacity) })
        case .dictionary(let inner):
            values = .dictionary(
                codes: BufferBuilder(capacity: capacity), values: ColumnBuilder(inner), index: [:])
        default:
            let width = type.byteWidth ?? 8
            values = .fixed(BufferBuilder(capacity: capacity * width), width: width)
        }
    }

    /// Appends a missing value.
    public mutating func appendNull() {
        count += 1
        validity.append(false)
        switch values {
        case .null: break
        case .bits(var bits):
            values = .null
            bits.append(false)
            values = .bits(bits)
        case .fixed(var bytes, let width):
            values = .null
            bytes.append(repeating: 0, count: width)
            values = .fixed(bytes, width: width)
        case .variable(var offsets, let bytes):
            values = .null
            offsets.append(Int32(bytes.count))
            values = .variable(offsets: offsets, bytes: bytes)
        case .list(var offsets, let elements):
            values = .null
            offsets.append(Int32(elements.count))
            values = .list(offsets: offsets, elements: elements)
        case .structure(var members):
            values = .null
            for index in members.indices { members[index].appendNull() }
            values = .structure(members)
        case .dictionary(var codes, let inner, let index):
            values = .null
            codes.append(0)
            values = .dictionary(codes: codes, values: inner, index: index)
        }
    }

    /// Appends bytes to a `string` or `binary` column; UTF-8 is the caller's promise.
    public mutating func append(bytes source: UnsafeRawBufferPointer) throws(SwiftwaterError) {
        guard case .variable(var offsets, var bytes) = values else {
            throw SwiftwaterError(.usage, "bytes do not fit a column of \(type)")
        }
        guard bytes.count + source.count <= Int(Int32.max) else {
            throw SwiftwaterError(.data, "a batch of a \(type) column exceeds 2 GiB", hint: "use smaller batches")
        }
        values = .null
        bytes.append(contentsOf: source.assumingMemoryBound(to: UInt8.self))
        offsets.append(Int32(bytes.count))
        values = .variable(offsets: offsets, bytes: bytes)
        validity.append(true)
        count += 1
    }

    /// Appends one value. Throws a `usage` error when it does not fit the type.
    public mutating func append(_ scalar: Scalar) throws(SwiftwaterError) {
        if case .null = scalar { return appendNull() }
        switch (type, scalar) {
        case (.bool, .bool(let value)):
            guard case .bits(var bits) = values else { return }
            values = .null
            bits.append(value)
            values = .bits(bits)
            validity.append(true)
            count += 1
        case (.string, .string(var value)):
            let result = value.withUTF8 { utf8 in
                Result { () throws(SwiftwaterError) in try append(bytes: UnsafeRawBufferPointer(utf8)) }
            }
            try result.get()
        case (.binary, .binary(let value)):
            let result = value.withUnsafeBytes { bytes in
                Result { () throws(SwiftwaterError) in try append(bytes: bytes) }
            }
            try result.get()
        case (.list, .list(let scalars)):
            guard case .list(var offsets, var elements) = values else { return }
            for element in scalars { try elements.append(element) }
            values = .null
            offsets.append(Int32(elements.count))
            values = .list(offsets: offsets, elements: elements)
            validity.append(true)
            count += 1
        case (.structure(let fields), .structure(let given)):
            guard case .structure(var members) = values else { return }
            for (index, field) in fields.enumerated() {
                try members[index].append(given.first { $0.name == field.name }?.value ?? .null)
            }
            values = .structure(members)
            validity.append(true)
            count += 1
        case (.dictionary, _):
            guard case .dictionary(var codes, var inner, var index) = values else { return }
            let code: Int32
            // Strings are told apart by their bytes; Swift's own comparison takes equivalent characters for equal.
            let key: Scalar = if case .string(let text) = scalar { .binary(Array(text.utf8)) } else { scalar }
            if let known = index[key] {
                code = known
            } else {
                code = Int32(inner.count)
                try inner.append(scalar)
                index[key] = code
            }
            values = .null
            codes.append(code)
            values = .dictionary(codes: codes, values: inner, index: index)
            validity.append(true)
            count += 1
        default:
            try appendFixed(scalar)
        }
    }

    private mutating func appendFixed(_ scalar: Scalar) throws(SwiftwaterError) {
        func integer<T: FixedWidthInteger>(_: T.Type) -> T? {
            switch scalar {
            case .int(let value): T(exactly: value)
            case .uint(let value): T(exactly: value)
            case .float(let value): T(exactly: value)
            default: nil
            }
        }
        func float() -> Double? {
            switch scalar {
            case .int(let value): Double(value)
            case .uint(let value): Double(value)
            case .float(let value): value
            default: nil
            }
        }
        let fits: Bool
        switch type {
        case .int8: fits = push(integer(Int8.self))
        case .int16: fits = push(integer(Int16.self))
        case .int32: fits = push(integer(Int32.self))
        case .int64: fits = push(integer(Int64.self))
        case .uint8: fits = push(integer(UInt8.self))
        case .uint16: fits = push(integer(UInt16.self))
        case .uint32: fits = push(integer(UInt32.self))
        case .uint64: fits = push(integer(UInt64.self))
        case .float32: fits = push(float().map { Float($0) })
        case .float64: fits = push(float())
        case .date:
            if case .date(let days) = scalar { fits = push(days) } else { fits = false }
        case .timestamp(let unit, _):
            if case .timestamp(let value, unit, _) = scalar { fits = push(value) } else { fits = false }
        case .duration(let unit):
            if case .duration(let value, unit) = scalar { fits = push(value) } else { fits = false }
        default: fits = false
        }
        guard fits else { throw SwiftwaterError(.usage, "\(scalar) does not fit a column of \(type)") }
    }

    /// Appends the bytes of a value of the type's width; false when there is none.
    private mutating func push<T: BitwiseCopyable>(_ value: T?) -> Bool {
        guard let value, case .fixed(var bytes, let width) = values else { return false }
        values = .null
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0.assumingMemoryBound(to: UInt8.self)) }
        values = .fixed(bytes, width: width)
        validity.append(true)
        count += 1
        return true
    }

    public consuming func finish() -> Column {
        let count = self.count
        let type = self.type
        let nulls = validity.countOfZeros
        let bitmap = nulls == 0 ? nil : validity.finish()
        let storage: Column.Storage =
            switch values {
            case .null: .null
            case .bits(let bits): .bits(bits.finish())
            case .fixed(let bytes, _): .fixed(bytes.finish())
            case .variable(let offsets, let bytes): .variable(offsets: offsets.finish(), bytes: bytes.finish())
            case .list(let offsets, let elements): .list(offsets: offsets.finish(), elements: elements.finish())
            case .structure(let members): .structure(members.map { $0.finish() })
            case .dictionary(let codes, let inner, _):
                .dictionary(codes: codes.finish(), values: DictionaryValues(column: inner.finish()))
            }
        return Column(type: type, count: count, validity: bitmap, nullCount: nulls, storage: storage)
    }
}
