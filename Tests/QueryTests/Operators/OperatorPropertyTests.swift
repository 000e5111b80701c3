import Columnar
import Query
import Testing

/// Every operator's result does not depend on how its rows are split, merged, saved and restored.
@Suite struct OperatorPropertyTests {
    static let everyType: [DataType] = [
        .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .string, .binary,
        .date, .timestamp(.millisecond, zone: nil), .duration(.second), .list(.string),
        .structure([Field("x", .int32), Field("y", .float64)]), .null,
    ]

    private func check(
        seed: UInt64, types: [DataType], _ operation: (RandomRows, inout SeededGenerator) throws -> any Operator
    ) throws {
        var random = SeededGenerator(seed: seed)
        let count = [0, 1, 2, 30, 300, 900].randomElement(using: &random) ?? 1
        let missing = [0, 0, 20, 100].randomElement(using: &random) ?? 0
        let rows = try RandomRows(types, rows: count, missing: missing, using: &random)
        let operation = try operation(rows, &random)
        let expected = try operation.result(of: rows.batches).rows
        for _ in 0..<3 {
            let batches = try operation.splitResult(of: rows.batches, using: &random)
            for batch in batches { #expect(batch.schema == operation.outputSchema) }
            #expect(
                agree(batches.rows, expected), "seed \(seed), \(operation.label), \(count) rows, \(missing) % missing")
        }
    }

    private static func types(_ seed: UInt64, _ range: ClosedRange<Int>) -> [DataType] {
        var random = SeededGenerator(seed: seed ^ 0xABCD)
        return (0..<Int.random(in: range, using: &random)).map { _ in everyType.randomElement(using: &random) ?? .int64
        }
    }

    @Test("A group-by gives the same groups for any split of the rows", arguments: UInt64(0)..<150)
    func groupby(seed: UInt64) throws {
        let types = Self.types(seed, 3...5)
        try check(seed: seed, types: types) { rows, random in
            let keys = Array(rows.schema.names.prefix(Int.random(in: 0...2, using: &random)))
            var aggregations = [Aggregation(.size, nil)]
            for field in rows.schema.fields.dropFirst(keys.count) {
                for function in Aggregation.Function.allCases where random.chance(60) && function != .size {
                    let aggregation = Aggregation(function, field.name)
                    if (try? GroupBy(by: [], aggregations: [aggregation], input: rows.schema)) != nil {
                        aggregations.append(aggregation)
                    }
                }
            }
            return try GroupBy(
                by: keys, aggregations: aggregations,
                options: Step.GroupOptions(sort: random.chance(50), dropMissing: random.chance(50)), input: rows.schema)
        }
    }

    @Test("The best rows are the same for any split of the rows", arguments: UInt64(0)..<100)
    func topK(seed: UInt64) throws {
        let types = Self.types(seed, 1...3).filter { !$0.isNested } + [.int64, .float64]
        try check(seed: seed, types: types) { rows, random in
            let keys = Array(rows.schema.names.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)))
            let limit = [0, 1, 3, 10, 2000].randomElement(using: &random) ?? 1
            return try TopK(limit, by: keys, largest: random.chance(50), input: rows.schema)
        }
    }

    @Test("A sort is stable for any split of the rows", arguments: UInt64(0)..<100)
    func sort(seed: UInt64) throws {
        try check(seed: seed, types: Self.types(seed, 1...4)) { rows, random in
            let names = rows.schema.names.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            let keys = names.map { Step.SortKey($0, ascending: random.chance(50)) }
            return try Sort(by: keys, missingFirst: random.chance(50), input: rows.schema)
        }
    }

    @Test("Duplicates are dropped alike for any split of the rows", arguments: UInt64(0)..<100)
    func dropDuplicates(seed: UInt64) throws {
        try check(seed: seed, types: Self.types(seed, 1...4)) { rows, random in
            let subset =
                random.chance(30) ? nil : Array(rows.schema.names.prefix(Int.random(in: 1...2, using: &random)))
            return try DropDuplicates(
                subset: subset, keep: Step.Keep.allCases.randomElement(using: &random) ?? .first, input: rows.schema)
        }
    }

    @Test("Counted values are the same for any split of the rows", arguments: UInt64(0)..<60)
    func valueCounts(seed: UInt64) throws {
        try check(seed: seed, types: Self.types(seed, 1...3)) { rows, random in
            try ValueCounts(
                columns: Array(rows.schema.names.prefix(Int.random(in: 1...2, using: &random))),
                normalize: random.chance(30), sort: random.chance(60), dropMissing: random.chance(60),
                input: rows.schema)
        }
    }

    @Test("Head and collect keep the order of the input for any split of the rows", arguments: UInt64(0)..<60)
    func headAndCollect(seed: UInt64) throws {
        try check(seed: seed, types: Self.types(seed, 1...3)) { rows, random in
            let limit = [0, 1, 9, 250, 5000].randomElement(using: &random) ?? 1
            return try Head(limit, input: rows.schema)
        }
        try check(seed: seed, types: Self.types(seed, 1...3)) { rows, _ in Collect(input: rows.schema) }
    }

    @Test("Windows, slices and samples are the same for any split of the rows", arguments: UInt64(0)..<60)
    func ordered(seed: UInt64) throws {
        let functions: [WindowColumn.Function] = [
            .shift(by: 1, fill: .null), .shift(by: -2, fill: .int(1)), .diff(by: 1), .cumulative(.sum),
            .cumulative(.min),
            .cumcount(ascending: false), .ngroup(ascending: true), .ffill(limit: 2), .bfill(limit: nil), .rank(.init()),
            .rank(.init(.first, missing: .bottom)), .rolling(.init(rows: 4, minimumPeriods: 1), .mean, .init()),
            .rolling(.init(rows: nil), .variance, .init()), .aggregate(.last, .init()),
            .aggregate(.distinctCount, .init()),
        ]
        try check(seed: seed, types: Self.types(seed, 2...4)) { rows, random in
            let keys = Array(rows.schema.names.prefix(Int.random(in: 0...1, using: &random)))
            var columns: [WindowColumn] = []
            for field in rows.schema.fields {
                for function in functions where random.chance(40) {
                    let column = WindowColumn("w\(columns.count)", function, of: field.name)
                    if (try? Window(by: [], columns: [column], input: rows.schema)) != nil { columns.append(column) }
                }
            }
            let options = Step.GroupOptions(sort: random.chance(50), dropMissing: random.chance(50))
            return try Window(by: keys, columns: columns, options: options, input: rows.schema)
        }
        try check(seed: seed, types: Self.types(seed, 1...3)) { rows, random in
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return try Sample(.init(.fraction(0.5), seed: seed), input: rows.schema)
            case 1:
                return try Melt(
                    id: Array(rows.schema.names.dropFirst()), value: ["a"], variable: "v", valueName: "x",
                    input: rows.schema)
            default:
                let step = [1, 3, -1, -2].randomElement(using: &random) ?? 1
                let bounds: [Int?] = [nil, 0, 7, 200, -1, -50]
                return try Slice(
                    start: bounds.randomElement(using: &random) ?? nil,
                    stop: bounds.randomElement(using: &random) ?? nil,
                    step: step, input: rows.schema)
            }
        }
    }
}
