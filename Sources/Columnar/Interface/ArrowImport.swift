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
        // A map is a list of structures of a key and a value.
        case "+l", "+L", "+vl", "+vL", "+m": return Field(name, .list(try child(schema, 0, name).type))
        case _ where format.hasPrefix("+w:"): return Field(name, .list(try child(schema, 0, name).type))
        default:
            guard let type = DataType(arrowFormat: format) else {
                throw SwiftwaterError(
                    .unsupported, "column '\(name)' has the Arrow type '\(format)', which is not read",
                    hint: format.hasPrefix("d:") ? "cast it to float64 or int64 before" : "convert the column before")
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
            if format.hasPrefix("+v") {
                let (offsets, rows, end) = try reader.listViews(isLarge: format == "+vL", validity: validity)
                let elements = try element(0, 0..<end).taking(rows.elements(of: Int32.self))
                return make(.list(offsets: offsets, elements: elements))
            }
            if format.hasPrefix("+w:") {
                let width = Int(format.dropFirst(3)) ?? 0
                let offsets = try reader.steps(width: width)
                return make(
                    .list(offsets: offsets, elements: try element(0, (first * width)..<((first + count) * width))))
            }
            let (offsets, elements) = try reader.offsets(isLarge: format == "+L")
            return make(.list(offsets: offsets, elements: try element(0, 0..<elements)))
        case .structure(let fields):
            var members: [Column] = []
            for index in fields.indices { members.append(try element(index, first..<(first + count))) }
            return make(.structure(members))
        case .float32 where format == "e": return make(.fixed(try reader.halves()))
        default: return make(.fixed(try reader.fixed(1, width: field.type.byteWidth ?? 8)))
        }
    }
}
