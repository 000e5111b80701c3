/// A coding key of any text.
struct TextKey: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}

/// Names and values in an order that counts, such as `assign`'s columns.
///
/// The form is a mapping, or a list of mappings with one entry each: JSON's objects have no order, so a mapping of
/// several entries is written as such a list, and both are read.
struct Entries<Value> {
    var entries: [(name: String, value: Value)]

    init(_ entries: [(name: String, value: Value)]) { self.entries = entries }
}

extension Entries: Decodable where Value: Decodable {
    init(from decoder: any Decoder) throws {
        entries = []
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd {
                let path = list.codingPath
                let item = try list.nestedContainer(keyedBy: TextKey.self)
                guard let key = item.allKeys.first, item.allKeys.count == 1 else {
                    throw PlanDecoding.error(path, "a list here holds mappings with one entry each")
                }
                entries.append((key.stringValue, try item.decode(Value.self, forKey: key)))
            }
        } else {
            let map = try PlanDecoding.mapping(decoder)
            for key in map.allKeys { entries.append((key.stringValue, try map.decode(Value.self, forKey: key))) }
        }
    }
}

extension Entries: Encodable where Value: Encodable {
    func encode(to encoder: any Encoder) throws {
        guard entries.count > 1 else {
            var map = encoder.container(keyedBy: TextKey.self)
            for (name, value) in entries { try map.encode(value, forKey: TextKey(name)) }
            return
        }
        var list = encoder.unkeyedContainer()
        for (name, value) in entries {
            var map = list.nestedContainer(keyedBy: TextKey.self)
            try map.encode(value, forKey: TextKey(name))
        }
    }
}

/// One value or a list of them: `by: company` and `by: [company]` are the same.
struct OneOrMore<Value> {
    var values: [Value]

    init(_ values: [Value]) { self.values = values }
}

extension OneOrMore: Decodable where Value: Decodable {
    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            values = []
            while !list.isAtEnd { values.append(try list.decode(Value.self)) }
        } else {
            values = [try Value(from: decoder)]
        }
    }
}

extension OneOrMore: Encodable where Value: Encodable {
    func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for value in values { try list.encode(value) }
    }
}
