package import CSwiftwater

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Batches as an Arrow C stream, and back.
package enum ArrowStream {
    /// Fills `target` with a stream of the batches that `next` gives; nil ends it. `next` is called from one thread at
    /// a time. An error ends the stream; its text is the stream's last error.
    package static func export(
        schema: Schema, to target: UnsafeMutablePointer<ArrowArrayStream>,
        next: @escaping () throws(SwiftwaterError) -> Batch?
    ) {
        let holder = StreamHolder(schema: schema, next: next)
        target.initialize(
            to: ArrowArrayStream(
                get_schema: { stream, out in
                    guard let holder = StreamHolder.of(stream), let out else { return EINVAL }
                    ArrowExport.schema(holder.schema, to: out)
                    return 0
                },
                get_next: { stream, out in
                    guard let holder = StreamHolder.of(stream), let out else { return EINVAL }
                    return holder.advance(out)
                },
                get_last_error: { stream in StreamHolder.of(stream)?.errorText.map { UnsafePointer($0) } },
                release: { stream in
                    guard let stream, let data = stream.pointee.private_data else { return }
                    stream.pointee.release = nil
                    stream.pointee.private_data = nil
                    Unmanaged<StreamHolder>.fromOpaque(data).release()
                }, private_data: Unmanaged.passRetained(holder).toOpaque()))
    }

    /// Reads a whole stream and releases it. Items that are not structures make a table of one column.
    package static func table(
        from stream: UnsafeMutablePointer<ArrowArrayStream>
    ) throws(SwiftwaterError) -> Table {
        defer { stream.pointee.release?(stream) }
        var schema = ArrowSchema()
        try check(stream, stream.pointee.get_schema?(stream, &schema) ?? EINVAL)
        defer { schema.release?(&schema) }
        let columns = Self.schema(of: try ArrowImport.field(&schema))
        var batches: [Batch] = []
        while true {
            var array = ArrowArray()
            try check(stream, stream.pointee.get_next?(stream, &array) ?? EINVAL)
            // A released array marks the end.
            if array.release == nil { break }
            batches.append(try batch(&array, &schema, columns))
        }
        return Table(schema: columns, batches: batches)
    }

    /// One array as a table; one that is not a structure makes a table of one column. Takes both over.
    package static func table(
        _ array: UnsafeMutablePointer<ArrowArray>, schema: UnsafeMutablePointer<ArrowSchema>
    ) throws(SwiftwaterError) -> Table {
        defer { schema.pointee.release?(schema) }
        let columns = Self.schema(of: try ArrowImport.field(schema))
        return Table(schema: columns, batches: [try batch(array, schema, columns)])
    }

    private static func schema(of field: Field) -> Schema {
        if case .structure(let fields) = field.type { Schema(fields) } else { Schema([field]) }
    }

    private static func batch(
        _ array: UnsafeMutablePointer<ArrowArray>, _ schema: UnsafeMutablePointer<ArrowSchema>, _ columns: Schema
    ) throws(SwiftwaterError) -> Batch {
        let column = try ArrowImport.column(array, schema: schema)
        if case .structure(let members) = column.storage {
            return Batch(schema: columns, columns: members, count: column.count)
        }
        return Batch(schema: columns, columns: [column], count: column.count)
    }

    private static func check(
        _ stream: UnsafeMutablePointer<ArrowArrayStream>, _ code: Int32
    ) throws(SwiftwaterError) {
        if code == 0 { return }
        let text = stream.pointee.get_last_error?(stream).map { String(cString: $0) }
        throw SwiftwaterError(.data, "the Arrow stream failed: \(text ?? "error \(code)")")
    }
}

/// What an exported stream points to.
private final class StreamHolder {
    let schema: Schema
    private let next: () throws(SwiftwaterError) -> Batch?
    private(set) var errorText: UnsafeMutablePointer<CChar>?

    init(schema: Schema, next: @escaping () throws(SwiftwaterError) -> Batch?) {
        self.schema = schema
        self.next = next
    }

    deinit { errorText?.deallocate() }

    static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> StreamHolder? {
        stream?.pointee.private_data.map { Unmanaged<StreamHolder>.fromOpaque($0).takeUnretainedValue() }
    }

    func advance(_ out: UnsafeMutablePointer<ArrowArray>) -> Int32 {
        do throws(SwiftwaterError) {
            if let batch = try next() {
                ArrowExport.batch(batch, to: out)
            } else {
                out.initialize(to: ArrowArray())
            }
            return 0
        } catch {
            let text = Array(error.description.utf8CString)
            errorText?.deallocate()
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
            copy.initialize(from: text, count: text.count)
            errorText = copy
            return EIO
        }
    }
}
