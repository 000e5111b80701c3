/// One value by itself: a literal, a cell of a table, a test's expectation. Never used in a hot loop.
///
/// Strings are equal when their bytes are, as in columns: `String`'s own comparison takes "é" and "e" with an accent
/// behind it for the same.
public indirect enum Scalar: Hashable, Sendable, Codable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case float(Double)
    case string(String)
    case binary([UInt8])
    /// Days since 1970-01-01.
    case date(Int32)
    case timestamp(Int64, TimeUnit, zone: String?)
    case duration(Int64, TimeUnit)
    case list([Scalar])
    case structure([Member])

    /// A named member of a structure.
    public struct Member: Hashable, Sendable, Codable {
        public var name: String
        public var value: Scalar
        public init(_ name: String, _ value: Scalar) {
            self.name = name
            self.value = value
        }
    }

    public var isNull: Bool { self == .null }
}

extension Scalar {
    public static func == (a: Scalar, b: Scalar) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.int(let x), .int(let y)): x == y
        case (.uint(let x), .uint(let y)): x == y
        case (.float(let x), .float(let y)): x == y
        case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
        case (.binary(let x), .binary(let y)): x == y
        case (.date(let x), .date(let y)): x == y
        case (.timestamp(let x, let xUnit, let xZone), .timestamp(let y, let yUnit, let yZone)):
            x == y && xUnit == yUnit && xZone == yZone
        case (.duration(let x, let xUnit), .duration(let y, let yUnit)): x == y && xUnit == yUnit
        case (.list(let x), .list(let y)): x == y
        case (.structure(let x), .structure(let y)): x == y
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .uint(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value)
        case .string(let value): Self.hash(value, into: &hasher)
        case .binary(let value): hasher.combine(value)
        case .date(let value): hasher.combine(value)
        case .timestamp(let value, _, _), .duration(let value, _): hasher.combine(value)
        case .list(let values): hasher.combine(values)
        case .structure(let members): hasher.combine(members)
        }
    }

    private static func hash(_ text: String, into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Scalar.Member {
    public static func == (a: Self, b: Self) -> Bool {
        a.name.utf8.elementsEqual(b.name.utf8) && a.value == b.value
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
