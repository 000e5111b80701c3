import Columnar
import Query

extension SeededGenerator {
    /// True in `percent` of 100 cases.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// Rows of a random table, cut into batches with random layouts.
struct RandomRows {
    let schema: Schema
    var rows: [[Scalar]] = []
    var batches: [Batch] = []

    /// Columns named `a`, `b`, … of `types`; values repeat often.
    init(
        _ types: [DataType], rows count: Int, missing percent: Int, using random: inout SeededGenerator,
        scalar: (Int, DataType, inout SeededGenerator) -> Scalar = { RandomRows.scalar($1, &$2) }
    ) throws {
        schema = Schema(types.enumerated().map { Field(String(UnicodeScalar(UInt8(97 + $0))), $1) })
        for row in 0..<count {
            rows.append(types.map { random.chance(percent) ? .null : scalar(row, $0, &random) })
        }
        try cut(&random)
    }

    static func scalar(_ type: DataType, _ random: inout SeededGenerator) -> Scalar {
        let small = Int64.random(in: 0..<8, using: &random)
        switch type {
        case .bool: return .bool(random.chance(50))
        case .int8, .int16, .int32: return .int(small * 13 - 40)
        case .int64: return .int(random.chance(10) ? Int64.random(in: -1 << 50...1 << 50, using: &random) : small - 3)
        case .uint8, .uint16, .uint32: return .uint(UInt64(small * 31))
        case .uint64: return .uint(random.chance(10) ? UInt64.random(in: 0...1 << 55, using: &random) : UInt64(small))
        case .float32:
            return random.chance(5) ? .float(.nan) : .float(Double(Float(small) * 0.5 - 1))
        case .float64:
            if random.chance(5) { return .float(.nan) }
            if random.chance(3) { return .float(-0.0) }
            return .float(random.chance(60) ? Double(small) / 4 - 1 : Double.random(in: -100...100, using: &random))
        case .string:
            let words = [
                "", "a", "b", "ab", "Zürich", "a\u{0}b", "a_rather_longer_company_name", "a_rather_longer_name",
            ]
            return .string(random.chance(80) ? words[Int(small)] : "word\(Int.random(in: 0..<40, using: &random))")
        case .binary: return .binary([UInt8](repeating: UInt8(small % 3), count: Int(small)))
        case .date: return .date(Int32(small * 100 - 300))
        case .timestamp(let unit, let zone): return .timestamp(small * 1000 - 3000, unit, zone: zone)
        case .duration(let unit): return .duration(small - 4, unit)
        case .list(let element):
            return .list((0..<Int(small % 3)).map { _ in random.chance(20) ? .null : scalar(element, &random) })
        case .structure(let fields):
            return .structure(
                fields.map { Scalar.Member($0.name, random.chance(20) ? .null : scalar($0.type, &random)) })
        case .null, .dictionary: return .null
        }
    }

    private mutating func cut(_ random: inout SeededGenerator) throws {
        var dictionaries = schema.fields.map { _ in GrowingDictionary() }
        var start = 0
        while start < rows.count {
            let sizes = [1, 2, 7, 8, 9, 63, 64, 65, 200]
            let size = min(sizes.randomElement(using: &random) ?? 1, rows.count - start)
            let piece = rows[start..<start + size]
            var columns: [Column] = []
            for (index, field) in schema.fields.enumerated() {
                let scalars = piece.map { $0[index] }
                let encodes = field.type == .string || (field.type.isInteger && random.chance(20))
                if encodes, random.chance(60) {
                    if random.chance(10) { dictionaries[index] = GrowingDictionary() }
                    columns.append(try dictionaries[index].encode(scalars, field.type))
                } else if random.chance(30) {
                    // A view into a longer column, whose buffers start elsewhere.
                    let longer = [scalars.last ?? .null] + scalars + [.null]
                    columns.append(try Column(field.type, longer).slice(1..<scalars.count + 1))
                } else {
                    columns.append(try Column(field.type, scalars))
                }
            }
            batches.append(Batch(schema: schema, columns: columns, count: size))
            start += size
        }
    }
}

/// A dictionary that grows from batch to batch, as a reader's does.
struct GrowingDictionary {
    private let id = DictionaryValues.makeID()
    private var values: [Scalar] = []
    private var codes: [Scalar: Int32] = [:]

    mutating func encode(_ scalars: [Scalar], _ type: DataType) throws -> Column {
        var encoded: [Int32] = []
        var valid: [Bool] = []
        for scalar in scalars {
            valid.append(!scalar.isNull)
            guard !scalar.isNull else {
                encoded.append(0)
                continue
            }
            if codes[scalar] == nil {
                codes[scalar] = Int32(values.count)
                values.append(scalar)
            }
            encoded.append(codes[scalar] ?? 0)
        }
        return Column(
            type: .dictionary(type), count: scalars.count, validity: valid.contains(false) ? Bitmap(valid) : nil,
            storage: .dictionary(
                codes: Buffer(encoded), values: DictionaryValues(id: id, column: try Column(type, values))))
    }
}

extension [Batch] {
    /// All rows, value by value.
    var rows: [[Scalar]] {
        flatMap { batch in
            let columns = batch.columns.map(\.scalars)
            return (0..<batch.count).map { row in columns.map { $0[row] } }
        }
    }
}

/// Whether two results agree: floats to 1e-9 relative; NaN equals a missing value when `missingIsNaN` is set.
func agree(_ a: [[Scalar]], _ b: [[Scalar]]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).allSatisfy { x, y in x.count == y.count && zip(x, y).allSatisfy(agree) }
}

func agree(_ a: Scalar, _ b: Scalar) -> Bool {
    if case .float(let x) = a, case .float(let y) = b {
        return x == y || (x.isNaN && y.isNaN) || abs(x - y) <= 1e-9 * max(1, max(abs(x), abs(y)))
    }
    if case .list(let x) = a, case .list(let y) = b { return x.count == y.count && zip(x, y).allSatisfy(agree) }
    if case .structure(let x) = a, case .structure(let y) = b {
        return x.count == y.count && zip(x, y).allSatisfy { $0.name == $1.name && agree($0.value, $1.value) }
    }
    return a == b
}

extension Operator {
    /// The result of one state that takes all batches.
    func result(of batches: [Batch]) throws -> [Batch] {
        let state = makeState()
        for (index, batch) in batches.enumerated() { try state.update(batch, sequence: index * 3) }
        return try state.finish()
    }

    /// The result of batches split over states, some saved and restored on the way, merged in a random order.
    func splitResult(of batches: [Batch], using random: inout SeededGenerator) throws -> [Batch] {
        var states = (0..<Int.random(in: 1...4, using: &random)).map { _ in makeState() }
        for (index, batch) in batches.enumerated() {
            let chosen = Int.random(in: 0..<states.count, using: &random)
            try states[chosen].update(batch, sequence: index * 3)
            if random.chance(15) { states[chosen] = try restored(states[chosen]) }
        }
        states.shuffle(using: &random)
        while states.count > 1 {
            let other = states.removeLast()
            try states[0].merge(random.chance(30) ? try restored(other) : other)
            states.shuffle(using: &random)
        }
        return try (random.chance(30) ? try restored(states[0]) : states[0]).finish()
    }

    private func restored(_ state: any OperatorState) throws -> any OperatorState {
        let fresh = makeState()
        try fresh.restore(try state.snapshot())
        return fresh
    }
}
