import Columnar

/// How a schema's columns become Parquet's tree and its leaves.
///
/// Every field is optional, as every column may have missing values; lists have the standard three levels.
struct ParquetLayout {
    /// A column of values in the file.
    struct Leaf {
        let path: [String]
        /// The type without dictionary encoding.
        let type: DataType
        let physicalType: Parquet.PhysicalType
        let maximumDefinition: UInt8
        let maximumRepetition: UInt8

        var isUnsigned: Bool { type.isUnsignedInteger }
        /// The name for messages.
        var name: String { path.joined(separator: ".") }
    }

    /// A node of the tree that columns are walked with.
    indirect enum Node {
        /// The leaf's number.
        case leaf(Int)
        case list(Node)
        case structure([Node])
    }

    private(set) var elements: [Parquet.SchemaElement] = []
    private(set) var leaves: [Leaf] = []
    /// One for each column.
    private(set) var nodes: [Node] = []

    init(_ schema: Schema) throws(SwiftwaterError) {
        var root = Parquet.SchemaElement()
        root.name = "schema"
        root.childCount = Int32(schema.count)
        elements.append(root)
        nodes = try add(schema.fields, path: [], definition: 0, repetition: 0)
    }

    private mutating func add(
        _ fields: [Field], path: [String], definition: Int, repetition: Int
    ) throws(SwiftwaterError) -> [Node] {
        var names: Set<String> = []
        var nodes: [Node] = []
        for field in fields {
            guard names.insert(field.name).inserted else {
                throw SwiftwaterError(
                    .usage, "two columns are named '\((path + [field.name]).joined(separator: "."))'",
                    hint: "rename one of them: Parquet finds columns by name")
            }
            nodes.append(
                try add(
                    field.type, name: field.name, path: path + [field.name], definition: definition + 1,
                    repetition: repetition))
        }
        return nodes
    }

    /// Adds an optional node; `definition` and `repetition` are the levels of its values.
    private mutating func add(
        _ type: DataType, name: String, path: [String], definition: Int, repetition: Int
    ) throws(SwiftwaterError) -> Node {
        guard definition < Int(UInt8.max) else {
            throw SwiftwaterError(.unsupported, "the column '\(path.first ?? name)' is nested too deeply for Parquet")
        }
        var element = Parquet.SchemaElement()
        element.name = name
        element.repetition = .optional
        switch type.logical {
        case .list(let inner):
            element.childCount = 1
            element.convertedType = .list
            element.logicalType = .list
            elements.append(element)
            var repeated = Parquet.SchemaElement()
            repeated.name = "list"
            repeated.repetition = .repeated
            repeated.childCount = 1
            elements.append(repeated)
            return .list(
                try add(
                    inner, name: "element", path: path + ["list", "element"], definition: definition + 2,
                    repetition: repetition + 1))
        case .structure(let members):
            guard !members.isEmpty else {
                throw SwiftwaterError(
                    .unsupported, "Parquet cannot store '\(path.joined(separator: "."))', a struct without members",
                    hint: "drop the column")
            }
            element.childCount = Int32(members.count)
            elements.append(element)
            return .structure(try add(members, path: path, definition: definition, repetition: repetition))
        case .dictionary:
            throw SwiftwaterError(.unsupported, "a dictionary of dictionaries in '\(path.joined(separator: "."))'")
        case let logical:
            Self.annotate(&element, logical)
            elements.append(element)
            leaves.append(
                Leaf(
                    path: path, type: logical, physicalType: element.type ?? .int32,
                    maximumDefinition: UInt8(definition), maximumRepetition: UInt8(repetition)))
            return .leaf(leaves.count - 1)
        }
    }

    /// Sets the physical and the logical type, and the converted type for old readers.
    private static func annotate(_ element: inout Parquet.SchemaElement, _ type: DataType) {
        func integer(_ physical: Parquet.PhysicalType, _ width: Int8, _ signed: Bool, _ old: Parquet.ConvertedType) {
            element.type = physical
            element.logicalType = .integer(bitWidth: width, isSigned: signed)
            element.convertedType = old
        }
        switch type {
        case .bool: element.type = .boolean
        case .int8: integer(.int32, 8, true, .int8)
        case .int16: integer(.int32, 16, true, .int16)
        case .int32: element.type = .int32
        case .int64: element.type = .int64
        case .uint8: integer(.int32, 8, false, .uint8)
        case .uint16: integer(.int32, 16, false, .uint16)
        case .uint32: integer(.int32, 32, false, .uint32)
        case .uint64: integer(.int64, 64, false, .uint64)
        case .float32: element.type = .float
        case .float64: element.type = .double
        case .string:
            element.type = .byteArray
            element.logicalType = .string
            element.convertedType = .utf8
        case .binary: element.type = .byteArray
        case .date:
            element.type = .int32
            element.logicalType = .date
            element.convertedType = .date
        case .timestamp(let unit, let zone):
            element.type = .int64
            // Parquet has no seconds; they are written as milliseconds.
            let stored: Parquet.TimeUnit =
                switch unit {
                case .second, .millisecond: .millis
                case .microsecond: .micros
                case .nanosecond: .nanos
                }
            element.logicalType = .timestamp(isAdjustedToUTC: zone != nil, stored)
            // The old types mean instants only.
            if zone != nil, stored == .millis { element.convertedType = .timestampMillis }
            if zone != nil, stored == .micros { element.convertedType = .timestampMicros }
        case .duration: element.type = .int64
        case .null:
            element.type = .int32
            element.logicalType = .unknown
        case .list, .structure, .dictionary: break
        }
    }
}

extension DataType {
    /// Whether a column of this type, in whatever dictionary encoding, is one of `other`.
    func storesSameValues(as other: DataType) -> Bool {
        switch (logical, other.logical) {
        case (.list(let a), .list(let b)): a.storesSameValues(as: b)
        case (.structure(let a), .structure(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.name == $1.name && $0.type.storesSameValues(as: $1.type) }
        case (let a, let b): a == b
        }
    }
}
