public import CSwiftwater
public import CSwiftwaterABI
import Columnar
import Formats

/// The header's functions about tables.

@_cdecl("sw_table_import")
public func tableImport(
    _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ table: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: CTextTarget?
) -> Int32 {
    let code = CText.catching(error) { () throws(SwiftwaterError) in
        guard let stream, let table, stream.pointee.release != nil else {
            throw CText.missing("the stream or the table's target")
        }
        table.pointee = TableHandle(try ArrowStream.table(from: stream).withDistinctDictionaries()).retained
    }
    // What a refused call did not get to.
    if let stream, stream.pointee.release != nil { stream.pointee.release?(stream) }
    return code
}

@_cdecl("sw_table_import_array")
public func tableImportArray(
    _ array: UnsafeMutablePointer<ArrowArray>?, _ schema: UnsafeMutablePointer<ArrowSchema>?, _ copies: Int32,
    _ table: UnsafeMutablePointer<OpaquePointer?>?, _ error: CTextTarget?
) -> Int32 {
    let code = CText.catching(error) { () throws(SwiftwaterError) in
        guard let array, let schema, let table, array.pointee.release != nil else {
            throw CText.missing("the array, the schema or the table's target")
        }
        var imported = try ArrowStream.table(array, schema: schema)
        if copies != 0 { imported = imported.copied(takesNaN: copies == 2) }
        table.pointee = TableHandle(imported.withDistinctDictionaries()).retained
    }
    if let array, array.pointee.release != nil { array.pointee.release?(array) }
    if let schema, schema.pointee.release != nil { schema.pointee.release?(schema) }
    return code
}

@_cdecl("sw_table_export")
public func tableExport(
    _ table: OpaquePointer?, _ dictionaries: Int32, _ stream: UnsafeMutablePointer<ArrowArrayStream>?,
    _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table, let stream else { throw CText.missing("the table or the stream") }
        var whole = TableHandle.at(table).table
        if dictionaries != 0 { whole = whole.showingDictionaries() }
        var next = whole.batches.makeIterator()
        ArrowStream.export(schema: whole.schema, to: stream) { () throws(SwiftwaterError) in next.next() }
    }
}

@_cdecl("sw_table_schema")
public func tableSchema(
    _ table: OpaquePointer?, _ schema: UnsafeMutablePointer<ArrowSchema>?, _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table, let schema else { throw CText.missing("the table or the schema") }
        ArrowExport.schema(TableHandle.at(table).table.schema, to: schema)
    }
}

@_cdecl("sw_table_columns")
public func tableColumns(_ table: OpaquePointer?, _ json: CTextTarget?, _ error: CTextTarget?) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table else { throw CText.missing("the table") }
        json?.pointee = CText.copy(JSONWriter.columns(TableHandle.at(table).table.schema))
    }
}

@_cdecl("sw_table_rows")
public func tableRows(_ table: OpaquePointer?) -> Int64 {
    table.map { Int64(TableHandle.at($0).table.count) } ?? 0
}

@_cdecl("sw_table_bytes")
public func tableBytes(_ table: OpaquePointer?) -> Int64 {
    table.map { Int64(TableHandle.at($0).table.batches.reduce(0) { $0 + $1.byteCount }) } ?? 0
}

@_cdecl("sw_table_sizes")
public func tableSizes(
    _ table: OpaquePointer?, _ missing: UnsafeMutablePointer<Int64>?, _ textBytes: UnsafeMutablePointer<Int64>?
) {
    guard let table = table.map({ TableHandle.at($0).table }) else { return }
    for column in table.schema.fields.indices {
        missing?[column] = Int64(table.missingCount(column))
        if let textBytes { textBytes[column] = Int64(table.textBytes(column) ?? -1) }
    }
}

@_cdecl("sw_table_fill")
public func tableFill(
    _ table: OpaquePointer?, _ count: Int32, _ fillings: UnsafePointer<sw_filling>?, _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table, let fillings else { throw CText.missing("the table or the fillings") }
        let whole = TableHandle.at(table).table
        let wanted = UnsafeBufferPointer(start: fillings, count: max(0, Int(count)))
        for filling in wanted { try whole.check(filling) }
        whole.fill(wanted)
    }
}

@_cdecl("sw_table_slice")
public func tableSlice(
    _ table: OpaquePointer?, _ start: Int64, _ count: Int64, _ slice: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table, let slice else { throw CText.missing("the table or the slice's target") }
        guard start >= 0, count >= 0 else {
            throw SwiftwaterError(.usage, "rows \(start) and \(count) more are no slice", hint: "use 0 or more")
        }
        slice.pointee = TableHandle(TableHandle.at(table).table.slice(Int(start), Int(count))).retained
    }
}

@_cdecl("sw_table_zip")
public func tableZip(
    _ count: Int32, _ tables: UnsafePointer<OpaquePointer?>?, _ table: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table else { throw CText.missing("the table's target") }
        var parts: [Table] = []
        for index in 0..<Int(count) {
            guard let part = tables?[index] else { throw CText.missing("a table") }
            parts.append(TableHandle.at(part).table)
        }
        table.pointee = TableHandle(try Table.zipped(parts)).retained
    }
}

@_cdecl("sw_table_rename")
public func tableRename(
    _ table: OpaquePointer?, _ count: Int32, _ names: UnsafePointer<UnsafePointer<CChar>?>?,
    _ renamed: UnsafeMutablePointer<OpaquePointer?>?, _ error: CTextTarget?
) -> Int32 {
    CText.catching(error) { () throws(SwiftwaterError) in
        guard let table, let renamed else { throw CText.missing("the table or its target") }
        let whole = TableHandle.at(table).table
        guard Int(count) == whole.schema.count else {
            throw SwiftwaterError(.usage, "\(count) names are given for \(whole.schema.count) columns")
        }
        var fields = whole.schema.fields
        for index in fields.indices {
            guard let name = names?[index] else { throw CText.missing("a name") }
            fields[index].name = String(cString: name)
        }
        let schema = Schema(fields)
        renamed.pointee =
            TableHandle(Table(schema: schema, batches: whole.batches.map { $0.with(schema: schema) })).retained
    }
}

@_cdecl("sw_memory_open")
public func memoryOpen(_ bytes: UnsafeRawPointer?, _ count: Int64) -> Int64 {
    guard (try? ForkGate.enter()) != nil else { return -1 }
    defer { ForkGate.leave() }
    return Int64(MemoryFiles.open(UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : max(0, Int(count)))))
}

@_cdecl("sw_memory_close")
public func memoryClose(_ number: Int64) {
    guard (try? ForkGate.enter()) != nil else { return }
    defer { ForkGate.leave() }
    MemoryFiles.close(Int(number))
}

@_cdecl("sw_table_release")
public func tableRelease(_ table: OpaquePointer?) {
    if let table { TableHandle.release(table) }
}
