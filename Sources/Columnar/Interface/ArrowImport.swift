package import CSwiftwater

/// Takes schemas and columns by the Arrow C data interface, without copying values where the layout is ours.
///
/// 64-bit offsets, string views, dictionary codes of other widths and `date64` are converted. The structures are moved
/// from: the caller must not release them afterwards. Their contents are trusted as far as the interface allows.
package enum ArrowImport {
    /// The type and name of a schema. Throws an `unsupported` error that names the format.
    package static func field(_ schema: UnsafePointer<ArrowSchema>) throws(SwiftwaterError) -> Field {
        let name = schema.pointee.name.map { String(cString: $0) } ?? ""
        guard schema.pointee.release != nil, let formatPointer = schema.pointee.format else {
            throw SwiftwaterError(.usage, "the Arrow schema of column '\(name)' has been released")
        }
        let format = String(cString: formatPointer)
        if let dictionary = schema.pointee.dictionary { return Field(name, .dictionary(try field(dictionary).type)) }
        switch format {
        case "+s":
            var fields: [Field] = []
            for index in 0..<Int(schema.pointee.n_children) { fields.append(try child(schema, index, name)) }
            return Field(name, .structure(fields))
        case "+l", "+L": return Field(name, .list(try child(schema, 0, name).type))
        default:
            guard let type = DataType(arrowFormat: format) else {
                throw SwiftwaterError(
                    .unsupported, "column '\(name)' has the Arrow type '\(format)', which is not read",
                    hint: "convert the column before")
            }
            return Field(name, type)
        }
    }

    private static func child(
        _ schema: UnsafePointer<ArrowSchema>, _ index: Int, _ name: String
    ) throws(SwiftwaterError) -> Field {
        guard index < Int(schema.pointee.n_children), let child = schema.pointee.children?[index] else {
            throw SwiftwaterError(.usage, "the Arrow schema of column '\(name)' lacks a child")
        }
        return try field(child)
    }

    /// A column. Takes the array over, also when it throws.
    package static func column(
        _ array: UnsafeMutablePointer<ArrowArray>, schema: UnsafePointer<ArrowSchema>
    ) throws(SwiftwaterError) -> Column {
        let owner = ForeignArray(moving: array)
        return try column(owner.array, schema, owner, range: nil)
    }

    /// - Parameter range: the rows of a member of a structure that is a slice.
    private static func column(
        _ array: UnsafePointer<ArrowArray>, _ schema: UnsafePointer<ArrowSchema>, _ owner: ForeignArray,
        range: Range<Int>?
    ) throws(SwiftwaterError) -> Column {
        let field = try field(schema)
        let source = array.pointee
        let first = Int(source.offset) + (range?.lowerBound ?? 0)
        let count = range?.count ?? Int(source.length)
        let reader = ForeignBuffers(array: source, owner: owner, name: field.name, first: first, count: count)
        let validity = field.type == .null ? nil : try reader.validity()
        func make(_ storage: Column.Storage, type: DataType? = nil) -> Column {
            Column(type: type ?? field.type, count: count, validity: validity, storage: storage)
        }
        func element(_ index: Int, _ rows: Range<Int>) throws(SwiftwaterError) -> Column {
            guard index < Int(source.n_children), let child = source.children?[index],
                let childSchema = schema.pointee.children?[index]
            else { throw SwiftwaterError(.usage, "the Arrow array of column '\(field.name)' lacks a child") }
            return try column(child, childSchema, owner, range: rows)
        }
        let format = schema.pointee.format.map { String(cString: $0) } ?? ""
        if let dictionarySchema = schema.pointee.dictionary {
            guard let dictionary = source.dictionary else {
                throw SwiftwaterError(.usage, "the Arrow array of column '\(field.name)' lacks its dictionary")
            }
            let values = try column(dictionary, dictionarySchema, owner, range: nil)
            let codes = try reader.codes(format: format, validity: validity, limit: values.count)
            return make(.dictionary(codes: codes, values: DictionaryValues(column: values)))
        }
        switch field.type {
        case .null: return make(.null)
        case .bool: return make(.bits(try reader.bits(1)))
        case .string, .binary:
            let (offsets, bytes) = try reader.strings(format: format)
            return make(.variable(offsets: offsets, bytes: bytes))
        case .list:
            let (offsets, elements) = try reader.offsets(isLarge: format == "+L")
            return make(.list(offsets: offsets, elements: try element(0, 0..<elements)))
        case .structure(let fields):
            var members: [Column] = []
            for index in fields.indices { members.append(try element(index, first..<(first + count))) }
            return make(.structure(members))
        default: return make(.fixed(try reader.fixed(1, width: field.type.byteWidth ?? 8)))
        }
    }
}

/// An array that came from elsewhere, released with its last buffer.
private final class ForeignArray {
    let array: UnsafeMutablePointer<ArrowArray>

    init(moving source: UnsafeMutablePointer<ArrowArray>) {
        array = .allocate(capacity: 1)
        array.initialize(to: source.pointee)
        source.pointee.release = nil
    }

    deinit {
        array.pointee.release?(array)
        array.deallocate()
    }
}

/// One foreign array's buffers as ours, from its first row.
private struct ForeignBuffers {
    let array: ArrowArray
    let owner: ForeignArray
    let name: String
    let first: Int
    let count: Int

    private func pointer(_ index: Int) throws(SwiftwaterError) -> UnsafeMutableRawPointer {
        guard index < Int(array.n_buffers), let pointer = array.buffers?[index] else {
            throw SwiftwaterError(.usage, "the Arrow array of column '\(name)' lacks a buffer")
        }
        return UnsafeMutableRawPointer(mutating: pointer)
    }

    func fixed(_ index: Int, width: Int) throws(SwiftwaterError) -> Buffer {
        if count == 0 { return Buffer(byteCount: 0) }
        return Buffer(viewing: try pointer(index) + first * width, byteCount: count * width, owner: owner)
    }

    func bits(_ index: Int) throws(SwiftwaterError) -> Bitmap {
        if count == 0 { return Bitmap(repeating: false, count: 0) }
        let bytes = (first + count + 7) / 8
        return Bitmap(buffer: Buffer(viewing: try pointer(index), byteCount: bytes, owner: owner), count: first + count)
            .slice(first..<(first + count))
    }

    func validity() throws(SwiftwaterError) -> Bitmap? {
        guard array.null_count != 0, array.n_buffers > 0, array.buffers?[0] != nil else { return nil }
        return try bits(0)
    }

    /// `count + 1` 32-bit offsets, and where the last one ends.
    func offsets(isLarge: Bool) throws(SwiftwaterError) -> (Buffer, Int) {
        if count == 0 { return (Buffer.zeroed(byteCount: 4), 0) }
        let base = try pointer(1)
        if !isLarge {
            let view = Buffer(viewing: base + first * 4, byteCount: (count + 1) * 4, owner: owner)
            return (view, Int(view.elements(of: Int32.self)[count]))
        }
        let narrow = Buffer(byteCount: (count + 1) * 4)
        let wide = (base + first * 8).assumingMemoryBound(to: Int64.self)
        for index in 0...count {
            guard let offset = Int32(exactly: wide[index]) else {
                throw SwiftwaterError(
                    .unsupported, "column '\(name)' has more than 2 GiB in one batch", hint: "use smaller batches")
            }
            narrow.mutable(Int32.self)[index] = offset
        }
        return (narrow, Int(wide[count]))
    }

    /// Strings or bytes by their format: `u`, `z`, large, fixed-size or views.
    func strings(format: String) throws(SwiftwaterError) -> (Buffer, Buffer) {
        if format.hasPrefix("v") { return try views() }
        if format.hasPrefix("w:") { return try fixedSize(Int(format.dropFirst(2)) ?? 0) }
        let (offsets, end) = try offsets(isLarge: format == "U" || format == "Z")
        if end == 0 { return (offsets, Buffer(byteCount: 0)) }
        return (offsets, Buffer(viewing: try pointer(2), byteCount: end, owner: owner))
    }

    private func fixedSize(_ width: Int) throws(SwiftwaterError) -> (Buffer, Buffer) {
        let offsets = Buffer(byteCount: (count + 1) * 4)
        guard count * width <= Int(Int32.max) else {
            throw SwiftwaterError(.unsupported, "column '\(name)' has more than 2 GiB in one batch")
        }
        for index in 0...count { offsets.mutable(Int32.self)[index] = Int32(index * width) }
        return (offsets, try fixed(1, width: width))
    }

    /// String views: 16 bytes each, with the text inside or in one of the buffers from 2 on.
    private func views() throws(SwiftwaterError) -> (Buffer, Buffer) {
        var offsets = BufferBuilder<Int32>(capacity: count + 1)
        var bytes = BufferBuilder<UInt8>(capacity: count * 16)
        offsets.append(0)
        let valid = try validity()
        for row in 0..<count {
            if valid?[row] ?? true {
                let view = try pointer(1) + (first + row) * 16
                let length = Int(view.loadUnaligned(as: Int32.self))
                var text = view + 4
                if length > 12 {
                    let buffer = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
                    text = try pointer(2 + buffer) + Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
                }
                guard bytes.count + length <= Int(Int32.max) else {
                    throw SwiftwaterError(.unsupported, "column '\(name)' has more than 2 GiB in one batch")
                }
                bytes.append(
                    contentsOf: UnsafeBufferPointer(start: text.assumingMemoryBound(to: UInt8.self), count: length))
            }
            offsets.append(Int32(bytes.count))
        }
        return (offsets.finish(), bytes.finish())
    }

    /// A dictionary's codes as 32 bits, each below `limit` where there is a value, 0 elsewhere.
    func codes(format: String, validity: Bitmap?, limit: Int) throws(SwiftwaterError) -> Buffer {
        let codes = Buffer(byteCount: count * 4)
        let target = codes.mutable(Int32.self)
        for row in 0..<count {
            guard validity?[row] ?? true else {
                target[row] = 0
                continue
            }
            let code = try code(format, row: first + row)
            guard code >= 0, code < limit, let narrow = Int32(exactly: code) else {
                throw SwiftwaterError(.data, "column '\(name)' has a dictionary code \(code) of \(limit) values")
            }
            target[row] = narrow
        }
        return codes
    }

    private func code(_ format: String, row: Int) throws(SwiftwaterError) -> Int {
        let base = try pointer(1)
        switch format {
        case "c": return Int(base.assumingMemoryBound(to: Int8.self)[row])
        case "C": return Int(base.assumingMemoryBound(to: UInt8.self)[row])
        case "s": return Int(base.assumingMemoryBound(to: Int16.self)[row])
        case "S": return Int(base.assumingMemoryBound(to: UInt16.self)[row])
        case "i": return Int(base.assumingMemoryBound(to: Int32.self)[row])
        case "I": return Int(base.assumingMemoryBound(to: UInt32.self)[row])
        case "l": return Int(base.assumingMemoryBound(to: Int64.self)[row])
        case "L": return Int(truncatingIfNeeded: base.assumingMemoryBound(to: UInt64.self)[row])
        default: throw SwiftwaterError(.unsupported, "column '\(name)' has dictionary codes of type '\(format)'")
        }
    }
}
