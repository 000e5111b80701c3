import Columnar

/// Random columns of every type, from a seed.
struct RandomBatch {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func string() -> String {
        let pieces = [
            "a", "Zebra", " ", ",", "\"", "\n", "\r\n", "é", "日本", "😀", "\\", "\t", "\u{1}", "\u{7F}", "null", "NA",
            "'",
            "plain text of some length", "{", "}", ";", "0", "1.5",
        ]
        return (0..<below(5)).map { _ in pieces[below(pieces.count)] }.joined()
    }

    mutating func double() -> Double {
        switch below(6) {
        case 0: return Double(below(1000))
        case 1: return Double(below(1 << 40)) / 1e10
        case 2: return -Double(below(1000)) / 8
        case 3: return 0
        default:
            let value = Double(bitPattern: next())
            return value.isFinite ? value : 1.5
        }
    }

    mutating func scalar(_ type: DataType) -> Scalar {
        if below(5) == 0 { return .null }
        func int<T: FixedWidthInteger & SignedInteger>(_: T.Type, _ bits: UInt64) -> Scalar {
            .int(Int64(T(truncatingIfNeeded: bits)))
        }
        switch type {
        case .null: return .null
        case .bool: return .bool(below(2) == 0)
        case .int8: return int(Int8.self, next())
        case .int16: return int(Int16.self, next())
        case .int32: return int(Int32.self, next())
        case .int64: return below(2) == 0 ? int(Int64.self, next()) : .int(Int64(below(1000)))
        case .uint8: return .uint(next() & 0xFF)
        case .uint16: return .uint(next() & 0xFFFF)
        case .uint32: return .uint(next() & 0xFFFF_FFFF)
        case .uint64: return .uint(next())
        case .float32:
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
            return .float(Double(value.isFinite ? value : 2.5))
        case .float64: return .float(double())
        case .string: return .string(string())
        case .binary: return .binary((0..<below(6)).map { _ in UInt8(below(256)) })
        case .date: return .date(Int32(below(40_000)))
        case .timestamp(let unit, let zone):
            return .timestamp(
                Int64(below(2_000_000_000)) * 1_000_000_000 / (1_000_000_000 / unit.perSecond), unit, zone: zone)
        case .duration(let unit): return .duration(Int64(below(1 << 40)) - 1 << 39, unit)
        case .list(let element): return .list((0..<below(4)).map { _ in scalar(element) })
        case .structure(let fields): return .structure(fields.map { Scalar.Member($0.name, scalar($0.type)) })
        case .dictionary(let values):
            while true {
                let value = scalar(values)
                if value != .null { return value }
            }
        }
    }

    static let schema = Schema([
        Field("b", .bool), Field("i8", .int8), Field("i16", .int16), Field("i32", .int32), Field("i64", .int64),
        Field("u8", .uint8), Field("u16", .uint16), Field("u32", .uint32), Field("u64", .uint64),
        Field("f32", .float32), Field("f64", .float64), Field("s", .string), Field("bin", .binary), Field("d", .date),
        Field("ts", .timestamp(.second, zone: nil)), Field("tms", .timestamp(.millisecond, zone: "UTC")),
        Field("tus", .timestamp(.microsecond, zone: nil)), Field("tns", .timestamp(.nanosecond, zone: nil)),
        Field("dur", .duration(.millisecond)), Field("dict", .dictionary(.string)), Field("n", .null),
        Field("l", .list(.int64)), Field("q\"uo,te", .structure([Field("x", .float64), Field("y\n", .list(.string))])),
    ])

    mutating func batch(_ schema: Schema = RandomBatch.schema, rows: Int) throws -> Batch {
        let columns = try schema.fields.map { field in
            try Column(field.type, (0..<rows).map { _ in scalar(field.type) })
        }
        return Batch(schema: schema, columns: columns, count: rows)
    }
}
