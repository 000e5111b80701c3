import Columnar

/// Puts structures and lists together from the levels of the leaves below them
/// (Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets", 2010, section 4).
struct RecordAssembly {
    private var leaves: ArraySlice<LeafValues>

    /// The column of `node` from the values of its leaves, in their order.
    static func column(_ node: ParquetNode, _ leaves: [LeafValues]) throws(SwiftwaterError) -> Column {
        var assembly = RecordAssembly(leaves: leaves[...])
        return try assembly.column(node)
    }

    private static var disagreement: SwiftwaterError {
        .corruptParquet("the columns of one structure or list have different lengths")
    }

    private mutating func column(_ node: ParquetNode) throws(SwiftwaterError) -> Column {
        guard let first = leaves.first else { throw Self.disagreement }
        switch node {
        case .leaf:
            leaves.removeFirst()
            return first.column
        case .structure(_, let type, let position, let members):
            var columns: [Column] = []
            for member in members { columns.append(try column(member)) }
            guard let count = columns.first?.count, columns.allSatisfy({ $0.count == count }) else {
                throw Self.disagreement
            }
            let validity = position.isOptional ? Self.validity(of: first, position) : nil
            guard validity?.count ?? count == count else { throw Self.disagreement }
            return Column(type: type, count: count, validity: validity, storage: .structure(columns))
        case .list(_, let type, let position, let elementDefinition, let repetition, let element):
            let elements = try column(element)
            let lists = try Self.lists(
                of: first, position, elementDefinition: elementDefinition, repetition: repetition)
            guard lists.elementCount == elements.count else { throw Self.disagreement }
            return Column(
                type: type, count: lists.count, validity: lists.validity,
                storage: .list(offsets: lists.offsets, elements: elements))
        }
    }

    /// Which places of a structure have one.
    private static func validity(of leaf: LeafValues, _ position: ParquetNode.Position) -> Bitmap {
        let entries = leaf.definitions.count
        let definitions = leaf.definitions.pointer
        let flags = UnsafeMutablePointer<UInt8>.allocate(capacity: max(entries, 1))
        defer { flags.deallocate() }
        var count = 0
        if leaf.leaf.isFlat {
            for entry in 0..<entries { flags[entry] = definitions[entry] >= position.definition ? 1 : 0 }
            count = entries
        } else {
            let repetitions = leaf.repetitions.pointer
            for entry in 0..<entries {
                flags[count] = definitions[entry] >= position.definition ? 1 : 0
                let isPlace =
                    repetitions[entry] <= position.slotRepetition && definitions[entry] >= position.slotDefinition
                count += isPlace ? 1 : 0
            }
        }
        var packer = BitPacker(capacity: count)
        packer.append(flags, count: count)
        return packer.finish()
    }

    private struct Lists {
        var count: Int
        var offsets: Buffer
        var validity: Bitmap?
        var elementCount: Int
    }

    /// Where lists start and end, and which are there.
    private static func lists(
        of leaf: LeafValues, _ position: ParquetNode.Position, elementDefinition: UInt8, repetition: UInt8
    ) throws(SwiftwaterError) -> Lists {
        let entries = leaf.repetitions.count
        let definitions = leaf.definitions.pointer
        let repetitions = leaf.repetitions.pointer
        let offsets = Buffer(byteCount: (entries + 1) * 4)
        let ends = offsets.mutable(Int32.self)
        let flags = UnsafeMutablePointer<UInt8>.allocate(capacity: max(entries, 1))
        defer { flags.deallocate() }
        var count = 0
        var end: Int32 = 0
        var isDisordered = false
        ends[0] = 0
        for entry in 0..<entries {
            let definition = definitions[entry]
            if repetitions[entry] > repetition { continue }
            if repetitions[entry] < repetition {
                if definition < position.slotDefinition { continue }
                flags[count] = definition >= position.definition ? 1 : 0
                count += 1
            }
            if definition >= elementDefinition {
                isDisordered = isDisordered || count == 0
                end += 1
            }
            ends[count] = end
        }
        guard !isDisordered else { throw disagreement }
        var validity: Bitmap?
        if position.isOptional {
            var packer = BitPacker(capacity: count)
            packer.append(flags, count: count)
            validity = packer.finish()
        }
        return Lists(
            count: count, offsets: offsets.slice(0..<((count + 1) * 4)), validity: validity, elementCount: Int(end))
    }
}
