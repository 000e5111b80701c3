import Columnar

/// A generator that a printed seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Every type that a column can have, nested ones too.
let everyType: [DataType] = [
    .null, .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .string,
    .binary,
    .date, .timestamp(.millisecond, zone: nil), .timestamp(.nanosecond, zone: "Europe/Paris"), .duration(.microsecond),
    .dictionary(.string), .list(.int64), .list(.list(.string)),
    .structure([Field("a", .int32), Field("b", .list(.structure([Field("c", .string), Field("d", .bool)])))]),
]

/// Rows to try: none, one, around a bitmap's byte and word, and some more.
let interestingCounts = [0, 1, 2, 7, 8, 9, 63, 64, 65, 200]

/// A random value of a type, missing with the given probability.
func randomScalar(_ type: DataType, missing: Double, _ generator: inout SeededGenerator) -> Scalar {
    if Double.random(in: 0..<1, using: &generator) < missing { return .null }
    func int(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &generator) }
    switch type {
    case .null: return .null
    case .bool: return .bool(.random(using: &generator))
    case .int8: return .int(int(-128...127))
    case .int16: return .int(int(-32768...32767))
    case .int32: return .int(int(Int64(Int32.min)...Int64(Int32.max)))
    case .int64: return .int(int(.min ... .max))
    case .uint8: return .uint(UInt64(int(0...255)))
    case .uint16: return .uint(UInt64(int(0...65535)))
    case .uint32: return .uint(UInt64(int(0...Int64(UInt32.max))))
    case .uint64: return .uint(.random(in: .min ... .max, using: &generator))
    case .float32: return .float(Double(Float(int(-1000...1000)) / 8))
    case .float64: return .float(.random(in: -1e9...1e9, using: &generator))
    case .string:
        return .string(String((0..<int(0...20)).map { _ in "aé日🙂xyz".randomElement(using: &generator) ?? "a" }))
    case .binary: return .binary((0..<int(0...9)).map { _ in UInt8.random(in: 0...255, using: &generator) })
    case .date: return .date(Int32(int(-100_000...100_000)))
    case .timestamp(let unit, let zone): return .timestamp(int(.min ... .max), unit, zone: zone)
    case .duration(let unit): return .duration(int(.min ... .max), unit)
    case .list(let element):
        return .list((0..<int(0...4)).map { _ in randomScalar(element, missing: missing, &generator) })
    case .structure(let fields):
        return .structure(fields.map { Scalar.Member($0.name, randomScalar($0.type, missing: missing, &generator)) })
    case .dictionary: return .string("value \(int(0...5))")
    }
}
