import Columnar

/// Reads a `Decodable` value from a place in a YAML text, for the parts of a function file that the plan defines.
struct YAMLDecoder: Decoder {
    let node: YAMLNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Decodes the value at `node`. Errors name the line and the column of the place in `path` that is wrong.
    static func decode<T: Decodable>(
        _ type: T.Type, from node: YAMLNode, path: String
    ) throws(SwiftwaterError) -> T {
        do {
            return try decodeNested(type, from: node, codingPath: [])
        } catch let error as Misplaced {
            throw located(error.reason, at: error.node, path: path)
        } catch let error as DecodingError {
            throw translated(error, from: node, path: path)
        } catch {
            throw SwiftwaterError(.usage, "\(error)", at: node.position.in(path))
        }
    }

    /// An error of a value's own parser (an expression, a type), with its node.
    fileprivate struct Misplaced: Error {
        var reason: SwiftwaterError
        var node: YAMLNode
    }

    fileprivate static func decodeNested<T: Decodable>(
        _ type: T.Type, from node: YAMLNode, codingPath: [any CodingKey]
    ) throws -> T {
        do {
            return try T(from: YAMLDecoder(node: node, codingPath: codingPath))
        } catch let reason as SwiftwaterError {
            throw Misplaced(reason: reason, node: node)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map(let entries) = node.content else { throw expected("a mapping") }
        return KeyedDecodingContainer(YAMLMapping<Key>(entries: entries, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let items) = node.content else { throw expected("a list") }
        return YAMLList(items: items, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func expected(_ what: String) -> DecodingError {
        .typeMismatch(
            Any.self,
            .init(codingPath: codingPath, debugDescription: "expected \(what), found \(node.kind)"))
    }
}

extension YAMLDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { node.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let value) = node.scalar else { throw expected("true or false") }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard let text = node.text else { throw expected("text") }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        switch node.scalar {
        case .float(let value): return value
        case .int(let value): return Double(value)
        case .uint(let value): return Double(value)
        default: throw expected("a number")
        }
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

    private func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        switch node.scalar {
        case .int(let value): if let value = T(exactly: value) { return value }
        case .uint(let value): if let value = T(exactly: value) { return value }
        default: break
        }
        throw expected("an integer")
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try Self.decodeNested(type, from: node, codingPath: codingPath)
    }
}

/// A key of a mapping or an index of a list.
private struct PathKey: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(stringValue: String) { self.stringValue = stringValue }
    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}

private struct YAMLMapping<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let entries: [YAMLNode.Entry]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { entries.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { entries.contains { $0.key == key.stringValue } }

    private func decoder(_ key: any CodingKey) throws -> YAMLDecoder {
        guard let entry = entries.first(where: { $0.key == key.stringValue }) else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "'\(key.stringValue)' is missing"))
        }
        return YAMLDecoder(node: entry.value, codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).decodeNil() }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let decoder = try decoder(key)
        return try YAMLDecoder.decodeNested(type, from: decoder.node, codingPath: decoder.codingPath)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(PathKey(stringValue: "super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct YAMLList: UnkeyedDecodingContainer {
    let items: [YAMLNode]
    let codingPath: [any CodingKey]
    var currentIndex = 0

    init(items: [YAMLNode], codingPath: [any CodingKey]) {
        self.items = items
        self.codingPath = codingPath
    }

    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    private func peek() throws -> YAMLDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                Any.self, .init(codingPath: codingPath, debugDescription: "the list is too short"))
        }
        return YAMLDecoder(node: items[currentIndex], codingPath: codingPath + [PathKey(intValue: currentIndex)])
    }

    mutating func decodeNil() throws -> Bool {
        let isNull = try peek().decodeNil()
        if isNull { currentIndex += 1 }
        return isNull
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let decoder = try peek()
        let value = try YAMLDecoder.decodeNested(type, from: decoder.node, codingPath: decoder.codingPath)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try peek().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try peek().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try peek()
        currentIndex += 1
        return decoder
    }
}

// MARK: Errors

extension YAMLDecoder {
    /// The reason with its place: within the text of a value where the reason says so, as for expressions.
    private static func located(_ reason: SwiftwaterError, at node: YAMLNode, path: String) -> SwiftwaterError {
        var error = reason
        // A step that is one text, such as `filter`, reads it at its own place.
        if let entries = node.entries, entries.count == 1, case .scalar = entries[0].value.content {
            return located(reason, at: entries[0].value, path: path)
        }
        var position = node.position
        if let column = reason.location?.column, reason.location?.line ?? 1 == 1,
            case .scalar(let text, let plain) = node.content, !text.utf8.contains(where: { $0 == 10 || $0 == 13 })
        {
            // Escapes within quotes would move it; they are rare in expressions.
            position.column += column - 1 + (plain ? 0 : 1)
        }
        error.location = position.in(path)
        return error
    }

    private static func translated(_ error: DecodingError, from root: YAMLNode, path: String) -> SwiftwaterError {
        let context: DecodingError.Context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: .init(codingPath: [], debugDescription: "\(error)")
            }
        if let misplaced = context.underlyingError as? Misplaced {
            return located(misplaced.reason, at: misplaced.node, path: path)
        }
        var node = root
        var position = root.position
        for key in context.codingPath {
            switch node.content {
            case .map(let entries):
                guard let entry = entries.first(where: { $0.key == key.stringValue }) else { break }
                node = entry.value
                position = entry.value.position
            case .list(let items):
                guard let index = key.intValue, items.indices.contains(index) else { break }
                node = items[index]
                position = node.position
            case .scalar: break
            }
        }
        var reason =
            context.underlyingError as? SwiftwaterError ?? SwiftwaterError(.usage, context.debugDescription)
        if reason.location != nil { return located(reason, at: node, path: path) }
        reason.location = position.in(path)
        return reason
    }
}
