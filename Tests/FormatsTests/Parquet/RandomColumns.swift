import Columnar

/// Random schemas and values from a seed, for tests that compare with other readers and writers.
struct RandomColumns {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    // MARK: Types

    static let flatTypes: [DataType] = [
        .null, .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .string,
        .binary, .date, .timestamp(.second, zone: nil), .timestamp(.millisecond, zone: nil),
        .timestamp(.microsecond, zone: "Europe/Paris"), .timestamp(.nanosecond, zone: nil),
        .timestamp(.millisecond, zone: "UTC"), .duration(.second), .duration(.millisecond), .duration(.microsecond),
        .duration(.nanosecond),
    ]

    mutating func type(depth: Int) -> DataType {
        switch depth == 0 ? 0 : below(6) {
        case 4: return .list(type(depth: depth - 1))
        case 5:
            return .structure((0...below(3)).map { Field("m\($0)", type(depth: depth - 1)) })
        default: return Self.flatTypes[below(Self.flatTypes.count)]
        }
    }

    mutating func schema(columns: Int, depth: Int) -> Schema {
        Schema((0..<columns).map { Field("c\($0)", type(depth: depth)) })
    }

    // MARK: Values

    /// How the values of a column are distributed.
    struct Shape {
        /// Percent of missing values.
        var missing: Int
        /// Distinct values, about; 0 for all different.
        var distinct: Int
        var isExtreme: Bool
    }

    mutating func shape() -> Shape {
        Shape(missing: [0, 0, 10, 50, 100][below(5)], distinct: [0, 0, 1, 3, 300][below(5)], isExtreme: chance(30))
    }

    mutating func scalars(_ type: DataType, _ count: Int, _ shape: Shape) -> [Scalar] {
        let pool = shape.distinct > 0 ? (0..<shape.distinct).map { _ in value(type, shape) } : []
        return (0..<count).map { _ in
            if chance(shape.missing) { return .null }
            return pool.isEmpty ? value(type, shape) : pool[below(pool.count)]
        }
    }

    private mutating func integer(_ width: Int, _ shape: Shape) -> Int64 {
        let number = Int64(bitPattern: next())
        let bits = shape.isExtreme ? 64 - width : max(64 - width, 64 - 1 - below(width))
        return number >> Int64(bits)
    }

    mutating func value(_ type: DataType, _ shape: Shape) -> Scalar {
        switch type {
        case .null: return .null
        case .bool: return .bool(chance(50))
        case .int8: return .int(integer(8, shape))
        case .int16: return .int(integer(16, shape))
        case .int32: return .int(integer(32, shape))
        case .int64: return .int(integer(64, shape))
        case .uint8: return .uint(next() >> 56)
        case .uint16: return .uint(next() >> 48)
        case .uint32: return .uint(next() >> UInt64(32 + (shape.isExtreme ? 0 : below(32))))
        case .uint64: return .uint(next() >> UInt64(shape.isExtreme ? 0 : below(64)))
        case .float32, .float64: return .float(float(shape, isSingle: type == .float32))
        case .string: return .string(text(shape))
        case .binary: return .binary((0..<below(20)).map { _ in UInt8(truncatingIfNeeded: next()) })
        case .date: return .date(Int32(below(100_000) - 40_000))
        case .timestamp(let unit, let zone):
            // From 1873 to 2077, which every reader's nanoseconds hold.
            let seconds = Int64(below(6_442_450_944)) - 3_060_000_000
            return .timestamp(seconds * unit.perSecond + Int64(next() % UInt64(unit.perSecond)), unit, zone: zone)
        case .duration(let unit): return .duration(integer(unit == .second ? 40 : 60, shape), unit)
        case .list(let element):
            let length = chance(20) ? 0 : chance(3) ? below(200) : below(5)
            return .list((0..<length).map { _ in chance(15) ? .null : value(element, shape) })
        case .structure(let fields):
            return .structure(fields.map { Scalar.Member($0.name, chance(15) ? .null : value($0.type, shape)) })
        case .dictionary(let values): return value(values, shape)
        }
    }

    private mutating func float(_ shape: Shape, isSingle: Bool) -> Double {
        if shape.isExtreme {
            let special = [
                0, -0.0, .infinity, -.infinity, .nan, isSingle ? Double(Float(1e-30)) : 1e-300, 3.4028234663852886e38,
            ]
            if chance(50) { return special[below(special.count)] }
            return isSingle
                ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: next()))) : Double(bitPattern: next())
        }
        let number = Double(below(2_000_001) - 1_000_000) / 1000
        return isSingle ? Double(Float(number)) : number
    }

    private mutating func text(_ shape: Shape) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "z", "0", " ", "\"", "\\", "\u{1}", "é", "ß", "水", "🌊", "\u{10FFFF}",
        ]
        var result = String.UnicodeScalarView()
        let length = shape.isExtreme && chance(5) ? below(300) : below(12)
        for _ in 0..<length { result.append(alphabet[below(shape.isExtreme ? alphabet.count : 5)]) }
        return String(result)
    }
}

/// The text of cells that `Oracle/read_parquet.py` compares with.
enum ExpectedCells {
    static func line(_ row: [Scalar]) -> String { "[" + row.map(cell).joined(separator: ",") + "]\n" }

    static func cell(_ scalar: Scalar) -> String {
        switch scalar {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "\"i:\(value)\""
        case .uint(let value): "\"i:\(value)\""
        case .float(let value):
            value.isNaN
                ? "\"f:nan\"" : "\"f:" + hex(withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) }) + "\""
        case .string(let value): "\"s:" + hex(Array(value.utf8)) + "\""
        case .binary(let value): "\"b:" + hex(value) + "\""
        case .date(let days): "\"d:\(days)\""
        case .timestamp(let value, let unit, _): "\"t:\(Int128(value) * Int128(1_000_000_000 / unit.perSecond))\""
        case .duration(let value, let unit): "\"u:\(value):\(Int128(value) * Int128(1_000_000_000 / unit.perSecond))\""
        case .list(let elements): "[" + elements.map(cell).joined(separator: ",") + "]"
        case .structure(let members):
            "{" + members.map { "\"\($0.name)\":" + cell($0.value) }.joined(separator: ",") + "}"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
