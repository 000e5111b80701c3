/// One value by itself: a literal, a cell of a table, a test's expectation. Never used in a hot loop.
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
