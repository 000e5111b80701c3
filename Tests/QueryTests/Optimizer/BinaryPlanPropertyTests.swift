import Columnar
import Query
import Testing

/// Random plans of joins, concatenations and other steps give the same rows optimized or not, on any number of
/// threads.
@Suite struct BinaryPlanPropertyTests {
    private static let tableSchema = Schema([
        Field("k", .int64), Field("s", .string), Field("v", .float64), Field("w", .int32),
        Field("t", .timestamp(.millisecond, zone: nil)), Field("u", .timestamp(.second, zone: nil)),
    ])

    @Test(arguments: UInt64(0)..<250)
    func `the optimizer and the threads change nothing`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var tables: [String: Table] = [:]
        var sources: [Source] = []
        for number in 0..<3 {
            let columns = Array(
                Self.tableSchema.fields.shuffled(using: &random).prefix(Int.random(in: 2...5, using: &random)))
            let rows = try RandomRows(
                columns.map(\.type), rows: [0, 1, 12, 20].randomElement(using: &random) ?? 1,
                missing: [0, 20].randomElement(using: &random) ?? 0, using: &random)
            let table = rows.table(named: columns.map(\.name))
            tables["t\(number)"] = table
            sources.append(Source(name: "t\(number)", location: .memory(table.schema)))
        }
        var plan = Plan(sources: sources, frames: [], outputs: [])
        let sourceSchemas = tables.mapValues(\.schema)
        var joins = 0
        for number in 0..<Int.random(in: 1...5, using: &random) {
            let names = sources.map(\.name) + plan.frames.map(\.name)
            let from = (0..<[1, 1, 2, 3].randomElement(using: &random)!).map { _ in names.randomElement(using: &random)!
            }
            plan.frames.append(.init("f\(number)", from: from, steps: []))
            if (try? plan.schemas(sources: sourceSchemas)) == nil { plan.frames[number].from = [from[0]] }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let schemas = try plan.schemas(sources: sourceSchemas)
                let schema = try #require(schemas["f\(number)"])
                let other = names.randomElement(using: &random)!
                guard let step = try Self.step(schema, joining: (other, schemas[other]!), joins < 3, &random) else {
                    continue
                }
                if case .join = step { joins += 1 }
                var longer = plan
                longer.frames[number].steps.append(step)
                // What does not fit (two columns of one name) is left out.
                if (try? longer.schemas(sources: sourceSchemas)) != nil { plan = longer }
            }
        }
        let frames = plan.frames.map(\.name)
        var outputs = [frames.last!]
        if random.chance(40) { outputs.append(frames.randomElement(using: &random)!) }
        plan.outputs = Set(outputs).sorted().map { .init(from: $0, to: .memory) }

        var options = RunOptions()
        options.tables = tables
        options.threads = 1
        options.optimizer = Optimizer(rules: [])
        let expected = try plan.runAndWait(options).tables
        let explanation = try plan.explained(schemas: sourceSchemas)
        for (threads, morselRows) in [(1, 3), (3, 5), (2, 16_384)] {
            options.threads = threads
            options.morselRows = morselRows
            options.optimizer = Optimizer()
            let results = try plan.runAndWait(options).tables
            for (name, table) in expected {
                let result = try #require(results[name])
                #expect(result.schema == table.schema, "seed \(seed), \(name)")
                let (ours, theirs) = (result.batches.rows, table.batches.rows)
                #expect(
                    ours.count == theirs.count && agree(ours, theirs),
                    """
                    seed \(seed), \(threads) threads, \(name): \(ours.count) rows for \(theirs.count) of
                    \(explanation)
                    """)
            }
        }
    }

    private static func step(
        _ schema: Schema, joining other: (name: String, schema: Schema), _ mayJoin: Bool,
        _ random: inout SeededGenerator
    ) throws -> Step? {
        let names = schema.names
        func some(_ range: ClosedRange<Int>, _ random: inout SeededGenerator) -> [String] {
            Array(names.shuffled(using: &random).prefix(Int.random(in: range, using: &random)))
        }
        guard let column = schema.fields.randomElement(using: &random) else { return nil }
        switch Int.random(in: 0..<11, using: &random) {
        case 0, 1, 2:
            guard mayJoin else { return nil }
            let how = Step.Join.How.allCases.filter { $0 != .cross }.randomElement(using: &random)!
            var pairs: [(String, String)] = []
            for field in schema.fields {
                for candidate in other.schema.fields
                where candidate.type == field.type || (candidate.type.isNumeric && field.type.isNumeric) {
                    if candidate.name == field.name || random.chance(20) { pairs.append((field.name, candidate.name)) }
                }
            }
            guard !pairs.isEmpty else { return nil }
            let keys = pairs.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
            func time(_ schema: Schema) -> String? {
                schema.fields.filter { if case .timestamp = $0.type { true } else { false } }
                    .randomElement(using: &random)?.name
            }
            let left = random.chance(50) ? time(schema) : nil
            let times = left.flatMap { left in time(other.schema).map { (left, $0) } }
            return .join(
                .init(
                    with: other.name, how: how, leftOn: keys.map(\.0), rightOn: keys.map(\.1),
                    suffixes: ("", "_\(Int.random(in: 0..<100, using: &random))"),
                    within: times.map { .init($0, $1, from: .seconds(-2), to: .seconds(1)) }))
        case 3, 4:
            let value: Query.Expression =
                column.type == .string
                ? .literal(.string("b")) : column.type.isNumeric ? .literal(.int(1)) : .column(column.name)
            let comparisons: [Query.Expression.BinaryOperator] = [.greater, .lessOrEqual, .equal, .notEqual]
            return .filter(.binary(comparisons.randomElement(using: &random)!, .column(column.name), value))
        case 5: return .select(some(1...4, &random))
        case 6:
            guard column.type.isNumeric else { return nil }
            return .assign([
                .init(random.chance(50) ? column.name : "n", .binary(.add, .column(column.name), .literal(.int(1))))
            ])
        case 7: return .rename([.init(column.name, to: ["k", "s", "v", "w", "z"].randomElement(using: &random)!)])
        case 8:
            let by = some(1...2, &random)
            guard let value = schema.fields.first(where: { !by.contains($0.name) }) else { return nil }
            return .groupby(
                by: by, aggregations: [.init(.first, value.name, name: "first"), .init(.size, nil)],
                options: .init(sort: random.chance(50), dropMissing: random.chance(50)))
        case 9:
            return random.chance(50)
                ? .head(Int.random(in: 0...30, using: &random)) : .dropDuplicates(subset: nil, keep: .first)
        default: return .sortValues(by: [.init(column.name, ascending: random.chance(50))], missingFirst: false)
        }
    }
}
