import Columnar

/// Turns the elements of a file's schema, stored depth first, into the tree that readers walk.
///
/// Lists are recognised by the rules for `LIST` and `MAP` in the format's `LogicalTypes.md`, those for old writers
/// included; a repeated field outside of them is a list of required elements.
struct ParquetSchemaReader {
    private static let maximumDepth = 64

    private let elements: [Parquet.SchemaElement]
    private let int96: TimeUnit
    private var next = 0
    private var leafCount = 0
    private var path: [String] = []

    /// The levels around a node.
    private struct Levels {
        var definition: UInt8 = 0
        var repetition: UInt8 = 0
        /// Those of an element of the innermost list.
        var slotDefinition: UInt8 = 0
        /// Whether structures or lists above need the leaf's levels.
        var keepsLevels = false
    }

    private init(_ metadata: Parquet.FileMetadata) {
        elements = metadata.schema
        int96 = ParquetTypes.int96Unit(metadata)
    }

    /// The top-level columns.
    static func columns(_ metadata: Parquet.FileMetadata) throws(SwiftwaterError) -> [ParquetNode] {
        var reader = ParquetSchemaReader(metadata)
        guard let root = metadata.schema.first else { throw .corruptParquet("the schema is empty") }
        reader.next = 1
        var columns: [ParquetNode] = []
        let count = try reader.childCount(of: root, orNone: true)
        for _ in 0..<count { columns.append(try reader.node(Levels())) }
        guard reader.next == metadata.schema.count else {
            throw .corruptParquet("the schema has \(metadata.schema.count - reader.next) elements outside its root")
        }
        return columns
    }

    private func childCount(
        of element: Parquet.SchemaElement, orNone: Bool = false
    ) throws(SwiftwaterError) -> Int {
        let count = Int(element.childCount ?? 0)
        guard count >= 0, count <= elements.count - next, orNone || count > 0 else {
            throw .corruptParquet("the group '\(element.name)' of the schema has \(count) members")
        }
        return count
    }

    private func peek(_ offset: Int = 0) throws(SwiftwaterError) -> Parquet.SchemaElement {
        guard next + offset < elements.count else { throw .corruptParquet("the schema ends early") }
        return elements[next + offset]
    }

    // MARK: Nodes

    /// The next node; one that is repeated becomes a list of required elements.
    private mutating func node(_ levels: Levels) throws(SwiftwaterError) -> ParquetNode {
        let element = try peek()
        guard element.repetition == .repeated else { return try single(levels, isElement: false) }
        let position = ParquetNode.Position(
            definition: levels.definition, slotDefinition: levels.slotDefinition, slotRepetition: levels.repetition,
            isOptional: false)
        return try list(named: element.name, position, levels) { (reader, inner) throws(SwiftwaterError) in
            try reader.single(inner, isElement: true)
        }
    }

    /// A list whose repeated field is next; `element` reads it, or its child, with the levels inside.
    private mutating func list(
        named name: String, _ position: ParquetNode.Position, _ outer: Levels,
        _ element: (inout ParquetSchemaReader, Levels) throws(SwiftwaterError) -> ParquetNode
    ) throws(SwiftwaterError) -> ParquetNode {
        var inner = outer
        inner.definition += 1
        inner.repetition += 1
        inner.slotDefinition = inner.definition
        inner.keepsLevels = true
        let node = try element(&self, inner)
        return .list(
            name: name, type: .list(node.type), position, elementDefinition: inner.definition,
            repetition: inner.repetition, element: node)
    }

    /// The next node as one value; `isElement` says that its repetition makes the list around it.
    private mutating func single(_ outer: Levels, isElement: Bool) throws(SwiftwaterError) -> ParquetNode {
        let element = try peek()
        next += 1
        path.append(element.name)
        defer { path.removeLast() }
        guard path.count <= Self.maximumDepth else { throw .corruptParquet("the schema is nested too deeply") }
        var levels = outer
        let isOptional = !isElement && element.repetition == .optional
        if isOptional { levels.definition += 1 }
        if let type = element.type { return .leaf(name: element.name, try leaf(element, type, levels)) }
        let position = ParquetNode.Position(
            definition: levels.definition, slotDefinition: levels.slotDefinition, slotRepetition: levels.repetition,
            isOptional: isOptional)
        let count = try childCount(of: element)
        switch annotation(of: element) {
        case .list, .map:
            let repeated = try peek()
            if count == 1, repeated.repetition == .repeated {
                let isMap = annotation(of: element) == .map
                return try annotated(element, isMap: isMap, position, levels)
            }
        case nil: break
        }
        levels.keepsLevels = levels.keepsLevels || isOptional
        var members: [ParquetNode] = []
        for _ in 0..<count { members.append(try node(levels)) }
        let type = DataType.structure(members.map { Field($0.name, $0.type) })
        return .structure(name: element.name, type: type, position, members: members)
    }

    private enum Annotation { case list, map }

    private func annotation(of element: Parquet.SchemaElement) -> Annotation? {
        switch element.logicalType {
        case .list: return .list
        case .map: return .map
        default: break
        }
        switch element.convertedType {
        case .list: return .list
        case .map, .mapKeyValue: return .map
        default: return nil
        }
    }

    /// A group with the annotation LIST or MAP, whose one field is repeated and next.
    private mutating func annotated(
        _ group: Parquet.SchemaElement, isMap: Bool, _ position: ParquetNode.Position, _ levels: Levels
    ) throws(SwiftwaterError) -> ParquetNode {
        let repeated = try peek()
        // Two levels: the repeated field is the element itself. Three: it only wraps it.
        let isElement: Bool
        if isMap || repeated.type != nil || repeated.childCount ?? 0 != 1 {
            isElement = true
        } else {
            let child = try peek(1)
            isElement =
                repeated.name == "array" || repeated.name == "\(group.name)_tuple" || annotation(of: repeated) != nil
                || child.repetition == .repeated
        }
        return try list(named: group.name, position, levels) { (reader, inner) throws(SwiftwaterError) in
            if isElement { return try reader.single(inner, isElement: true) }
            reader.next += 1
            reader.path.append(repeated.name)
            defer { reader.path.removeLast() }
            return try reader.node(inner)
        }
    }

    // MARK: Leaves

    private mutating func leaf(
        _ element: Parquet.SchemaElement, _ physical: Parquet.PhysicalType, _ levels: Levels
    ) throws(SwiftwaterError) -> ParquetLeaf {
        defer { leafCount += 1 }
        var length: Int?
        if physical == .fixedLengthByteArray {
            guard let given = element.typeLength, given > 0 else {
                throw .corruptParquet("the column '\(path.joined(separator: "."))' has values without a length")
            }
            length = Int(given)
        }
        var problem: SwiftwaterError?
        let type: DataType
        let conversion: ParquetLeaf.Conversion
        do throws(SwiftwaterError) {
            (type, conversion) = try ParquetTypes.type(of: element, physical, int96: int96)
        } catch {
            problem = SwiftwaterError(
                error.kind, "the column '\(path.joined(separator: "."))' \(error.message)", hint: error.hint)
            (type, conversion) = (.binary, .bytes)
        }
        return ParquetLeaf(
            index: leafCount, path: path, physicalType: physical, length: length, type: type, conversion: conversion,
            maximumDefinition: levels.definition, maximumRepetition: levels.repetition,
            slotDefinition: levels.slotDefinition, keepsLevels: levels.keepsLevels, problem: problem)
    }
}
