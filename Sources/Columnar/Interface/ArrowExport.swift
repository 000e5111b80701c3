package import CSwiftwater

/// Hands out schemas and columns by the Arrow C data interface, without copying values.
///
/// The receiver calls `release`, as the interface asks; until then the memory stays, whoever else lets go of it.
package enum ArrowExport {
    /// Fills `target` with a type under a name.
    package static func schema(_ field: Field, to target: UnsafeMutablePointer<ArrowSchema>) {
        var children: [Field] = []
        var dictionary: Field?
        switch field.type {
        case .list(let element): children = [Field("item", element)]
        case .structure(let fields): children = fields
        case .dictionary(let values): dictionary = Field("", values)
        default: break
        }
        let holder = SchemaHolder(format: field.type.arrowFormat, name: field.name, children: children.count)
        for (index, child) in children.enumerated() { schema(child, to: holder.children[index]) }
        if let dictionary {
            let pointer = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
            schema(dictionary, to: pointer)
            holder.dictionary = pointer
        }
        target.initialize(
            to: ArrowSchema(
                format: UnsafePointer(holder.format), name: UnsafePointer(holder.name), metadata: nil,
                flags: Int64(ARROW_FLAG_NULLABLE), n_children: Int64(children.count),
                children: holder.childPointers.baseAddress, dictionary: holder.dictionary, release: releaseSchema,
                private_data: Unmanaged.passRetained(holder).toOpaque()))
    }

    /// Fills `target` with a schema, as the structure that the interface makes of a batch.
    package static func schema(_ schema: Schema, to target: UnsafeMutablePointer<ArrowSchema>) {
        Self.schema(Field("", .structure(schema.fields)), to: target)
    }

    /// Fills `target` with a column. Its type is `column.type`.
    package static func column(_ column: Column, to target: UnsafeMutablePointer<ArrowArray>) {
        var buffers: [UnsafeRawPointer?] =
            column.type == .null ? [] : [column.validity.map { UnsafeRawPointer($0.pointer) }]
        var children: [Column] = []
        var dictionary: Column?
        switch column.storage {
        case .null: break
        case .bits(let bits): buffers.append(UnsafeRawPointer(bits.pointer))
        case .fixed(let buffer): buffers.append(UnsafeRawPointer(buffer.base))
        case .variable(let offsets, let bytes):
            buffers.append(UnsafeRawPointer(offsets.base))
            buffers.append(UnsafeRawPointer(bytes.base))
        case .list(let offsets, let elements):
            buffers.append(UnsafeRawPointer(offsets.base))
            children = [elements]
        case .structure(let members): children = members
        case .dictionary(let codes, let values):
            buffers.append(UnsafeRawPointer(codes.base))
            dictionary = values.column
        }
        array(column, buffers, children, dictionary, count: column.count, nulls: column.nullCount, to: target)
    }

    /// Fills `target` with a batch, as a structure of its columns. Each column must be of its field's type: a
    /// dictionary where the schema has none is decoded first.
    package static func batch(_ batch: Batch, to target: UnsafeMutablePointer<ArrowArray>) {
        let columns = zip(batch.schema.fields, batch.columns).map { $0.type == $1.type ? $1 : $1.decoded() }
        array(nil, [nil], columns, nil, count: batch.count, nulls: 0, to: target)
    }

    private static func array(
        _ column: Column?, _ buffers: [UnsafeRawPointer?], _ children: [Column], _ dictionary: Column?, count: Int,
        nulls: Int, to target: UnsafeMutablePointer<ArrowArray>
    ) {
        let holder = ArrayHolder(column: column, buffers: buffers, children: children.count)
        for (index, child) in children.enumerated() { Self.column(child, to: holder.children[index]) }
        if let dictionary {
            let pointer = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
            Self.column(dictionary, to: pointer)
            holder.dictionary = pointer
        }
        target.initialize(
            to: ArrowArray(
                length: Int64(count), null_count: Int64(nulls), offset: 0, n_buffers: Int64(buffers.count),
                n_children: Int64(children.count), buffers: holder.buffers.baseAddress,
                children: holder.childPointers.baseAddress, dictionary: holder.dictionary, release: releaseArray,
                private_data: Unmanaged.passRetained(holder).toOpaque()))
    }

    private static let releaseSchema: @convention(c) (UnsafeMutablePointer<ArrowSchema>?) -> Void = { schema in
        guard let schema, let data = schema.pointee.private_data else { return }
        schema.pointee.release = nil
        schema.pointee.private_data = nil
        Unmanaged<SchemaHolder>.fromOpaque(data).release()
    }

    private static let releaseArray: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = { array in
        guard let array, let data = array.pointee.private_data else { return }
        array.pointee.release = nil
        array.pointee.private_data = nil
        Unmanaged<ArrayHolder>.fromOpaque(data).release()
    }
}

/// What an exported schema points to.
private final class SchemaHolder {
    let format: UnsafeMutablePointer<CChar>
    let name: UnsafeMutablePointer<CChar>
    let children: [UnsafeMutablePointer<ArrowSchema>]
    let childPointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowSchema>?>
    var dictionary: UnsafeMutablePointer<ArrowSchema>?

    init(format: String, name: String, children count: Int) {
        self.format = Self.copy(format)
        self.name = Self.copy(name)
        children = (0..<count).map { _ in .allocate(capacity: 1) }
        childPointers = .allocate(capacity: count)
        _ = childPointers.initialize(from: children)
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return copy
    }

    deinit {
        // A receiver may have moved a child away, which leaves its `release` empty.
        for child in children {
            child.pointee.release?(child)
            child.deallocate()
        }
        if let dictionary {
            dictionary.pointee.release?(dictionary)
            dictionary.deallocate()
        }
        childPointers.deallocate()
        format.deallocate()
        name.deallocate()
    }
}

/// What an exported array points to.
private final class ArrayHolder {
    private let column: Column?
    let buffers: UnsafeMutableBufferPointer<UnsafeRawPointer?>
    let children: [UnsafeMutablePointer<ArrowArray>]
    let childPointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowArray>?>
    var dictionary: UnsafeMutablePointer<ArrowArray>?

    init(column: Column?, buffers pointers: [UnsafeRawPointer?], children count: Int) {
        self.column = column
        buffers = .allocate(capacity: pointers.count)
        _ = buffers.initialize(from: pointers)
        children = (0..<count).map { _ in .allocate(capacity: 1) }
        childPointers = .allocate(capacity: count)
        _ = childPointers.initialize(from: children)
    }

    deinit {
        for child in children {
            child.pointee.release?(child)
            child.deallocate()
        }
        if let dictionary {
            dictionary.pointee.release?(dictionary)
            dictionary.deallocate()
        }
        childPointers.deallocate()
        buffers.deallocate()
    }
}
