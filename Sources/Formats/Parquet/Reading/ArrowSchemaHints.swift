import Columnar

/// What the Arrow schema in a file's metadata (key `ARROW:schema`) says that Parquet's own types cannot: the zones of
/// timestamps, and that 64-bit integers are durations.
///
/// It is a FlatBuffer in base64; whatever does not make sense in it is ignored.
struct ArrowSchemaHints {
    private static let maximumDepth = 64

    private let bytes: [UInt8]

    /// The columns with what their hints add, for those that agree with the file's own schema.
    static func apply(_ metadata: Parquet.FileMetadata, to columns: [ParquetNode]) -> [ParquetNode] {
        guard let text = metadata.keyValueMetadata?.first(where: { $0.key == "ARROW:schema" })?.value,
            var bytes = Array(text.utf8).withUnsafeBufferPointer({ Base64.decode($0) }), bytes.count > 8
        else { return columns }
        // The length stands before the message, after a mark in newer files.
        bytes.removeFirst(bytes.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) ? 8 : 4)
        let hints = ArrowSchemaHints(bytes: bytes)
        guard let root = hints.offset(at: 0), let schema = hints.reference(root, 2),
            hints.byte(root, 1) == 1
        else { return columns }
        guard let fields = hints.vector(schema, 1, count: columns.count) else { return columns }
        return zip(columns, fields).map { hints.applied($1, to: $0, depth: 0) }
    }

    private func applied(_ field: Int, to node: ParquetNode, depth: Int) -> ParquetNode {
        guard depth < Self.maximumDepth else { return node }
        switch node {
        case .leaf(let name, let leaf):
            guard let type = type(field, leaf.type) else { return node }
            return .leaf(name: name, leaf.with(type: type))
        case .structure(let name, _, let position, let members):
            guard let children = vector(field, 5, count: members.count) else { return node }
            let applied = zip(members, children).map { self.applied($1, to: $0, depth: depth + 1) }
            let type = DataType.structure(applied.map { Field($0.name, $0.type) })
            return .structure(name: name, type: type, position, members: applied)
        case .list(let name, _, let position, let elementDefinition, let repetition, let element):
            guard let children = vector(field, 5, count: 1) else { return node }
            let applied = applied(children[0], to: element, depth: depth + 1)
            return .list(
                name: name, type: .list(applied.type), position, elementDefinition: elementDefinition,
                repetition: repetition, element: applied)
        }
    }

    /// The type of `field` where it refines `stored`.
    private func type(_ field: Int, _ stored: DataType) -> DataType? {
        guard let details = reference(field, 3) else { return nil }
        switch (byte(field, 2), stored) {
        case (10, .timestamp(let unit, zone: .some)):
            guard let zone = string(details, 1), !zone.isEmpty else { return nil }
            return .timestamp(unit, zone: zone)
        case (18, .int64):
            let units: [TimeUnit] = [.second, .millisecond, .microsecond, .nanosecond]
            // A unit that is not there is the default, milliseconds.
            let number = position(of: 0, in: details).flatMap { int16(at: $0) } ?? 1
            return units.indices.contains(Int(number)) ? .duration(units[Int(number)]) : nil
        default: return nil
        }
    }

    // MARK: FlatBuffers, every position checked

    private func integer<T: FixedWidthInteger>(at place: Int, _: T.Type) -> T? {
        guard place >= 0, place <= bytes.count - MemoryLayout<T>.size else { return nil }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: T.self)) }
    }

    private func int16(at place: Int) -> Int16? { integer(at: place, Int16.self) }

    /// What the offset at `place` points to.
    private func offset(at place: Int) -> Int? {
        guard let offset = integer(at: place, UInt32.self), offset > 0 else { return nil }
        let target = place + Int(offset)
        return target < bytes.count ? target : nil
    }

    /// Where member `number` of `table` is, or nil when it has its default.
    private func position(of number: Int, in table: Int) -> Int? {
        guard let back = integer(at: table, Int32.self) else { return nil }
        let layout = table - Int(back)
        guard let size = integer(at: layout, UInt16.self), 4 + number * 2 + 2 <= Int(size),
            let place = integer(at: layout + 4 + number * 2, UInt16.self), place > 0
        else { return nil }
        return table + Int(place)
    }

    private func byte(_ table: Int, _ number: Int) -> UInt8? {
        position(of: number, in: table).flatMap { integer(at: $0, UInt8.self) }
    }

    private func reference(_ table: Int, _ number: Int) -> Int? {
        position(of: number, in: table).flatMap { offset(at: $0) }
    }

    private func string(_ table: Int, _ number: Int) -> String? {
        guard let place = reference(table, number), let count = integer(at: place, UInt32.self),
            Int(count) <= bytes.count - place - 4
        else { return nil }
        return String(decoding: bytes[(place + 4)..<(place + 4 + Int(count))], as: UTF8.self)
    }

    /// The tables of a vector of tables; nil when it has not as many.
    private func vector(_ table: Int, _ number: Int, count: Int) -> [Int]? {
        guard let place = reference(table, number), let stored = integer(at: place, UInt32.self),
            Int(stored) == count
        else { return nil }
        let tables = (0..<count).compactMap { offset(at: place + 4 + $0 * 4) }
        return tables.count == count ? tables : nil
    }
}
