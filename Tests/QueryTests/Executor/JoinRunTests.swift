import Columnar
import Query
import Testing

/// Joins and concatenations as parts of plans: what runs before what, limits and errors.
@Suite struct JoinRunTests {
    private static let events = Schema([Field("company", .string), Field("cpu", .float64)])

    /// `rows` events of three companies, in batches of `size` rows.
    private static func eventTable(_ rows: Int, size: Int = 10) throws -> Table {
        let names = ["a", "b", nil]
        var batches: [Batch] = []
        for start in stride(from: 0, to: rows, by: size) {
            let range = start..<min(rows, start + size)
            batches.append(
                Batch(
                    schema: events,
                    columns: [
                        try Column(.string, range.map { names[$0 % 3].map { .string($0) } ?? .null }),
                        try Column(.float64, range.map { .float(Double($0)) }),
                    ]))
        }
        return Table(schema: events, batches: batches)
    }

    private static func table(_ columns: [(String, DataType, [Scalar])]) throws -> Table {
        let schema = Schema(columns.map { Field($0.0, $0.1) })
        let batch = Batch(schema: schema, columns: try columns.map { try Column($0.1, $0.2) })
        return Table(schema: schema, batches: [batch])
    }

    private static func run(
        _ frames: [Plan.Frame], _ tables: [String: Table], outputs: [String] = ["result"], threads: Int = 3,
        memoryLimit: Int? = nil
    ) throws -> [String: Table] {
        let sources = tables.sorted { $0.key < $1.key }.map {
            Source(name: $0.key, location: .memory($0.value.schema))
        }
        let plan = Plan(sources: sources, frames: frames, outputs: outputs.map { .init(from: $0, to: .memory) })
        var options = RunOptions()
        options.threads = threads
        options.tables = tables
        options.morselRows = 4
        options.memoryLimit = memoryLimit
        return try plan.runAndWait(options).tables
    }

    private static func error(_ body: () throws -> Void) -> SwiftwaterError? {
        do {
            try body()
            return nil
        } catch {
            return error as? SwiftwaterError
        }
    }

    private static func floats(_ count: Int, _ value: (Int) -> Int) -> [Scalar] {
        (0..<count).map { .float(Double(value($0))) }
    }

    private static func ints(_ range: Range<Int>) -> [Scalar] { range.map { .int(Int64($0)) } }

    private static let meanByCompany = Step.groupby(
        by: ["company"], aggregations: [Aggregation(.mean, "cpu", name: "mean")], options: .init(dropMissing: false))

    @Test(arguments: Step.Join.How.allCases.filter { $0 != .cross }, [1, 3])
    func `rows are joined with what is computed from them`(_ how: Step.Join.How, _ threads: Int) throws {
        let tables = ["events": try Self.eventTable(99)]
        let result = try #require(
            try Self.run(
                [
                    .init("means", from: "events", steps: [Self.meanByCompany]),
                    .init("result", from: "events", steps: [.join(.init(with: "means", how: how, on: ["company"]))]),
                ], tables, threads: threads)["result"])
        switch how {
        case .anti: #expect(result.count == 0)
        case .semi: #expect(result.values("cpu") == Self.floats(99) { $0 })
        case .inner, .left, .cross:
            #expect(result.values("cpu") == Self.floats(99) { $0 })
            #expect(result.values("mean") == Self.floats(99) { 48 + $0 % 3 })
        case .right, .outer:
            #expect(result.values("mean") == Self.floats(99) { 48 + $0 / 33 })
            #expect(result.values("cpu") == Self.floats(99) { $0 % 33 * 3 + $0 / 33 })
        }
    }

    @Test func `a frame is joined with itself`() throws {
        let numbers = try Self.table([
            ("k", .int64, [.int(1), .int(2), .int(1)]), ("v", .int64, [.int(1), .int(2), .int(3)]),
        ])
        let result = try #require(
            try Self.run(
                [
                    .init("half", from: "numbers", steps: [.filter(try Query.Expression("v > 0"))]),
                    .init("result", from: "half", steps: [.join(.init(with: "half", on: ["k"]))]),
                ], ["numbers": numbers])["result"])
        #expect(result.schema.names == ["k", "v_x", "v_y"])
        #expect(result.values("v_x") == [.int(1), .int(1), .int(2), .int(3), .int(3)])
        #expect(result.values("v_y") == [.int(1), .int(3), .int(2), .int(1), .int(3)])
    }

    @Test func `joins follow each other and share a frame`() throws {
        let left = try Self.table([("a", .int64, Self.ints(0..<20))])
        let other = try Self.table([("a", .int32, [.int(3), .int(5)]), ("b", .string, [.string("x"), .null])])
        let tables = try Self.run(
            [
                .init(
                    "result", from: "left",
                    steps: [
                        .join(.init(with: "other", how: .left, on: ["a"])),
                        .join(.init(with: "other", how: .semi, on: ["a"])),
                        .join(.init(with: "left", how: .right, on: ["a"])),
                    ]),
                .init("rest", from: "left", steps: [.join(.init(with: "other", how: .anti, on: ["a"])), .head(2)]),
            ], ["left": left, "other": other], outputs: ["result", "rest"])
        let result = try #require(tables["result"])
        #expect(result.count == 20)
        #expect(result.values("a") == Self.ints(0..<20))
        #expect(result.values("b")[3] == .string("x"))
        #expect(tables["rest"]?.values("a") == [.int(0), .int(1)])
    }

    @Test func `inputs of a concatenation come in order, streamed or kept, the same one twice`() throws {
        let events = try Self.eventTable(30)
        let extra = try Self.table([("cpu", .int64, [.int(-1), .int(-2)]), ("host", .string, [.string("h"), .null])])
        let result = try #require(
            try Self.run(
                [
                    .init("few", from: "events", steps: [.filter(try Query.Expression("cpu >= 28"))]),
                    .init("result", from: ["extra", "few", "events", "extra"], steps: []),
                ], ["events": events, "extra": extra])["result"])
        #expect(result.schema == Schema([Field("cpu", .float64), Field("host", .string), Field("company", .string)]))
        let expected = [-1, -2, 28, 29] + Array(0..<30) + [-1, -2]
        #expect(result.values("cpu") == Self.floats(expected.count) { expected[$0] })
        #expect(result.values("host").prefix(3) == [.string("h"), .null, .null])
        #expect(result.values("company")[3] == .null && result.values("company")[2] == .string("b"))
    }

    @Test func `a concatenation is written in order and ends early`() throws {
        let folder = TemporaryFolder()
        var tables: [String: Table] = [:]
        for number in 0..<40 {
            let values = Self.ints(number * 5..<number * 5 + 5)
            tables["t\(number + 10)"] = try Self.table([("v", .int64, values)])
        }
        let names = tables.keys.sorted()
        var options = RunOptions()
        options.threads = 3
        options.tables = tables
        options.morselRows = 2
        options.pendingLimit = 8
        let plan = Plan(
            sources: names.map { Source(name: $0, location: .memory(Schema([Field("v", .int64)]))) },
            frames: [
                .init("all", from: names, steps: []), .init("first", from: "all", steps: [.head(7)]),
            ],
            outputs: [
                .init(from: "all", to: .file(path: "\(folder.path)/all.csv", format: nil, options: .init())),
                .init(from: "first", to: .memory),
            ])
        let report = try plan.runAndWait(options)
        let text = "v\n" + (0..<200).map { "\($0)\n" }.joined()
        #expect(folder.text("all.csv") == text)
        #expect(report.tables["first"]?.values("v") == Self.ints(0..<7))
        #expect(report.rows == 200)
    }

    @Test(arguments: Step.Join.How.allCases.filter { $0 != .cross })
    func `frames without rows join`(_ how: Step.Join.How) throws {
        let some = try Self.table([("k", .int64, [.int(2), .int(1)]), ("v", .string, [.string("x"), .string("y")])])
        let none = try Self.table([("k", .float64, []), ("v", .int64, [])])
        for (left, right) in [(some, none), (none, some), (none, none)] {
            let result = try #require(
                try Self.run(
                    [.init("result", from: "left", steps: [.join(.init(with: "right", how: how, on: ["k"]))])],
                    ["left": left, "right": right])["result"])
            let keepsLeft = [.left, .outer, .anti].contains(how)
            let keepsRight = [.right, .outer].contains(how)
            #expect(result.count == (keepsLeft ? left.count : 0) + (keepsRight ? right.count : 0))
        }
    }

    @Test func `keys match by value across types`() throws {
        let left = try Self.table([
            ("k", .uint64, [.uint(3), .uint(UInt64(1) << 63), .null, .uint((1 << 53) + 1)])
        ])
        let right = try Self.table([
            (
                "k", .float64,
                [.float(3), .float(-1), .float(.nan), .float(2.5), .float(Double(UInt64(1) << 53)), .float(0x1p63)]
            ),
            ("v", .int64, Self.ints(0..<6)),
        ])
        let result = try #require(
            try Self.run(
                [.init("result", from: "left", steps: [.join(.init(with: "right", how: .left, on: ["k"]))])],
                ["left": left, "right": right])["result"])
        #expect(result.values("v") == [.int(0), .int(5), .int(2), .null])
    }

    @Test func `an explosion ends in the memory limit's error`() throws {
        let same = try Self.table([("k", .int64, [Scalar](repeating: .int(1), count: 20_000))])
        let message = Self.error {
            _ = try Self.run(
                [.init("result", from: "same", steps: [.join(.init(with: "same", on: ["k"]))])], ["same": same],
                memoryLimit: 64 << 20)
        }
        #expect(message?.kind == .memory)
        let cross = Self.error {
            _ = try Self.run(
                [.init("result", from: "same", steps: [.join(.init(with: "same", how: .cross, on: []))])],
                ["same": same],
                memoryLimit: 64 << 20)
        }
        #expect(cross?.kind == .memory)
    }

    @Test(arguments: [
        (Step.Join.Validation.oneToOne, Step.Join.How.inner, "left"), (.oneToMany, .left, "left"),
        (.manyToOne, .inner, "right"), (.oneToMany, .right, "left"), (.manyToOne, .right, "right"),
        (.oneToMany, .outer, "left"), (.manyToOne, .outer, "right"),
    ])
    func `keys that are not distinct are found where they must be`(
        _ validation: Step.Join.Validation, _ how: Step.Join.How, _ side: String
    ) throws {
        let twice = try Self.table([("k", .string, [.string("a"), .null, .null])])
        let once = try Self.table([("k", .string, [.string("a"), .null, .string("b")])])
        func run(_ left: Table, _ right: Table) throws {
            let join = Step.Join(with: "right", how: how, on: ["k"], validation: validation)
            _ = try Self.run([.init("result", from: "left", steps: [.join(join)])], ["left": left, "right": right])
        }
        let error = Self.error { try side == "left" ? run(twice, once) : run(once, twice) }
        #expect(
            error?.description
                == "the keys of the \(side) frame are not unique: this is no \(validation.rawValue) join; "
                + "drop duplicates before, or leave out 'validate'")
        try run(once, once)
        if validation != .oneToOne { try side == "left" ? run(once, twice) : run(twice, once) }
    }

    @Test func `what does not go together is named`() throws {
        let left = try Self.table([("k", .int64, []), ("t", .timestamp(.millisecond, zone: nil), [])])
        let right = try Self.table([("k", .string, []), ("t", .timestamp(.millisecond, zone: "UTC"), [])])
        func error(_ join: Step.Join) -> String? {
            Self.error {
                _ = try Self.run([.init("result", from: "left", steps: [.join(join)])], ["left": left, "right": right])
            }?.description
        }
        #expect(
            error(.init(with: "right", on: ["k"]))
                == "frame 'result', step 1 (join): the key 'k' is int64, and 'k' of 'right' is string; "
                + "convert one of them with astype")
        #expect(
            error(.init(with: "right", on: ["t"]))
                == "frame 'result', step 1 (join): the key 't' is timestamp[ms], and 't' of 'right' is "
                + "timestamp[ms, UTC]; convert one of them with astype")
        #expect(
            error(.init(with: "right", leftOn: ["k"], rightOn: ["q"]))
                == "frame 'result', step 1 (join): no column 'q' in 'right'; did you mean 'k'?")
        #expect(
            error(.init(with: "rigth", on: ["k"]))
                == "frame 'result' is made from 'rigth', which is neither a source nor a frame; did you mean 'right'?")
        #expect(
            error(.init(with: "left", on: ["k"], suffixes: ("", "")))
                == "frame 'result', step 1 (join): the column 't' would be there twice; "
                + "both frames have such a column: give other suffixes")
        #expect(
            Self.error {
                _ = try Self.run(
                    [.init("result", from: ["left", "right"], steps: [])], ["left": left, "right": right])
            }?.description
                == "frame 'result': the column 'k' is int64 in 'left' and string in 'right'; "
                + "convert one of them with astype")
    }

    @Test func `a plan with a join and a concatenation is explained`() throws {
        let plan = Plan(
            sources: [
                Source(name: "events", location: .files(["a.parquet"])),
                Source(name: "old", location: .files(["b.csv"])),
            ],
            frames: [
                .init("all", from: ["old", "events"], steps: [.filter(try Query.Expression("cpu > 3"))]),
                .init("means", from: "all", steps: [Self.meanByCompany]),
                .init("result", from: "all", steps: [.join(.init(with: "means", how: .left, on: ["company"]))]),
            ], outputs: [.init(from: "result", to: .memory)])
        let old = Schema([Field("company", .string), Field("cpu", .int64), Field("host", .string)])
        let text = try plan.explained(schemas: ["events": Self.events, "old": old])
        #expect(
            text == """
                Logical plan
                  scan events (parquet): a.parquet
                  scan old (csv): b.csv
                  rows of old, then events
                  └─ all:
                       filter cpu > 3
                     ├─ means:
                     │    groupby company: mean = mean(cpu), missing keys kept
                     └─ result:
                          join left with means on company
                          → memory

                Optimized plan
                  1. 2 inputs, one after the other
                     - scan old (csv): b.csv, in one pass
                       columns: company, cpu, host (3 of 3)
                       align columns: cpu as float64
                     - scan events (parquet): a.parquet, in one pass
                       columns: company, cpu (2 of 2)
                       align columns: host missing
                     filter cpu > 3
                     ├─ groupby company: mean = mean(cpu)
                     └─ kept in memory
                  2. rows for result: 3 columns in memory
                     join left with means on company
                     → memory

                """)
    }
}
