package import Columnar

/// What the plan's decoders share: mappings whose unknown keys are errors with a "did you mean".
///
/// Errors are `DecodingError`s whose coding path leads to the place and whose underlying error is a
/// `SwiftwaterError`, so that a reader of YAML can name the line.
enum PlanDecoding {
    static func error(_ path: [any CodingKey], _ message: String, hint: String? = nil) -> DecodingError {
        let reason = SwiftwaterError(.usage, message, hint: hint)
        return .dataCorrupted(
            .init(codingPath: path, debugDescription: reason.description, underlyingError: reason))
    }

    /// Reports an error of the plan's own parsers at the decoder's place.
    static func located<T>(
        _ path: [any CodingKey], _ body: () throws(SwiftwaterError) -> T
    ) throws -> T {
        do {
            return try body()
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: path, debugDescription: error.description, underlyingError: error))
        }
    }

    /// The mapping at the decoder's place, with any keys.
    static func mapping(_ decoder: any Decoder) throws -> KeyedDecodingContainer<TextKey> {
        do {
            return try decoder.container(keyedBy: TextKey.self)
        } catch DecodingError.typeMismatch {
            throw error(decoder.codingPath, "a mapping is expected here")
        }
    }

    /// The mapping at the decoder's place, with no keys but `known`.
    static func mapping(
        _ decoder: any Decoder, of what: String, known: [String]
    ) throws -> KeyedDecodingContainer<TextKey> {
        let map = try mapping(decoder)
        for key in map.allKeys where !known.contains(key.stringValue) {
            throw unknown(key.stringValue, kind: "key", in: what, known: known, path: decoder.codingPath + [key])
        }
        return map
    }

    static func unknown(
        _ name: String, kind: String, in what: String, known: [String], path: [any CodingKey]
    ) -> DecodingError {
        let near = SwiftwaterError.nearest(name, among: known)
        return error(
            path, "unknown \(kind) '\(name)' in \(what)",
            hint: near.map { "did you mean '\($0)'?" } ?? "use one of \(known.joined(separator: ", "))")
    }
}

extension KeyedDecodingContainer<TextKey> {
    func value<T: Decodable>(_ type: T.Type, _ key: String) throws -> T? {
        try decodeIfPresent(type, forKey: TextKey(key))
    }

    func required<T: Decodable>(_ type: T.Type, _ key: String, in what: String) throws -> T {
        guard let value = try value(type, key) else {
            throw PlanDecoding.error(codingPath, "\(what) needs '\(key)'")
        }
        return value
    }

    /// A value of an enumeration by its raw text.
    func choice<T: RawRepresentable & CaseIterable>(
        _ type: T.Type, _ key: String
    ) throws -> T? where T.RawValue == String {
        guard let text = try value(String.self, key) else { return nil }
        if let value = T(rawValue: text) { return value }
        throw PlanDecoding.unknown(
            text, kind: "value", in: "'\(key)'", known: T.allCases.map(\.rawValue),
            path: codingPath + [TextKey(key)])
    }
}

extension KeyedEncodingContainer<TextKey> {
    mutating func put<T: Encodable>(_ value: T?, _ key: String) throws {
        try encodeIfPresent(value, forKey: TextKey(key))
    }
}

/// A scalar in its plain form where JSON has one (bool, number, string, null), in `Scalar`'s own form otherwise.
package struct PlainScalar: Codable {
    package var scalar: Scalar

    package init(_ scalar: Scalar) { self.scalar = scalar }

    package init(from decoder: any Decoder) throws {
        let single = try? decoder.singleValueContainer()
        if let single, single.decodeNil() {
            scalar = .null
        } else if let value = try? single?.decode(Bool.self) {
            scalar = .bool(value)
        } else if let value = try? single?.decode(Int64.self) {
            scalar = .int(value)
        } else if let value = try? single?.decode(UInt64.self) {
            scalar = .uint(value)
        } else if let value = try? single?.decode(Double.self) {
            scalar = .float(value)
        } else if let value = try? single?.decode(String.self) {
            scalar = .string(value)
        } else {
            scalar = try Scalar(from: decoder)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch scalar {
        case .null: try single.encodeNil()
        case .bool(let value): try single.encode(value)
        case .int(let value): try single.encode(value)
        case .uint(let value): try single.encode(value)
        case .float(let value): try single.encode(value)
        case .string(let value): try single.encode(value)
        default: try single.encode(scalar)
        }
    }
}
