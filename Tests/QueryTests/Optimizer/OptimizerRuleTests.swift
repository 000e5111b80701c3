import Columnar
import Formats
import Query
import Testing

/// Each rule by itself: the plan before and after, as text.
@Suite struct OptimizerRuleTests {
    private static let schema = Schema([
        Field("company", .string), Field("cpu", .float64), Field("latency", .float64), Field("time", .int64),
    ])
    private static let parquet = Source(name: "events", location: .files(["events.parquet"]))

    private static func filter(_ text: String) throws -> Step { .filter(try Query.Expression(text)) }

    private static func assign(_ name: String, _ text: String) throws -> Step {
        .assign([NamedExpression(name, try Query.Expression(text))])
    }

    /// The text of the plan after the rules.
    private static func apply(
        _ rules: any OptimizerRule..., frames: [Plan.Frame], outputs: [String], sources: [Source] = [parquet]
    ) throws -> String {
        let plan = Plan(
            sources: sources, frames: frames, outputs: outputs.map { .init(from: $0, to: .memory) })
        let schemas = Dictionary(uniqueKeysWithValues: sources.map { ($0.name, schema) })
        return try Optimizer(rules: rules).optimize(try LogicalPlan(plan, schemas: schemas)).text
    }

    private static func steps(_ rules: any OptimizerRule..., steps: [Step]) throws -> [String] {
        let plan = Plan(
            sources: [parquet], frames: [.init("f", from: "events", steps: steps)],
            outputs: [.init(from: "f", to: .memory)])
        let optimized = try Optimizer(rules: rules).optimize(try LogicalPlan(plan, schemas: ["events": schema]))
        return optimized.frames.first?.steps.map(\.description) ?? []
    }

    @Test func `frames that nothing needs are removed`() throws {
        let text = try Self.apply(
            RemoveUnusedFrames(),
            frames: [
                .init("used", from: "events", steps: [.head(1)]), .init("unused", from: "events", steps: [.head(2)]),
                .init("below", from: "unused", steps: []),
            ], outputs: ["used"], sources: [Self.parquet, Source(name: "other", location: .files(["b.csv"]))])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                  └─ used:
                       head 1
                       → memory

                """)
    }

    @Test func `sources of the same files are read once`() throws {
        var twin = Self.parquet
        twin.name = "twin"
        let text = try Self.apply(
            MergeScans(),
            frames: [.init("a", from: "events", steps: [.head(1)]), .init("b", from: "twin", steps: [.head(2)])],
            outputs: ["a", "b"], sources: [Self.parquet, twin])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                  ├─ a:
                  │    head 1
                  │    → memory
                  └─ b:
                       head 2
                       → memory

                """)
    }

    @Test func `a frame with one consumer is spliced into it`() throws {
        let text = try Self.apply(
            SpliceFrames(),
            frames: [
                .init("a", from: "events", steps: [.head(5)]), .init("b", from: "a", steps: [.drop(["cpu"])]),
                .init("shared", from: "events", steps: [.head(9)]), .init("c", from: "shared", steps: [.head(3)]),
                .init("d", from: "shared", steps: [.head(4)]),
            ], outputs: ["b", "c", "d"])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                  ├─ b:
                  │    head 5
                  │    drop cpu
                  │    → memory
                  └─ shared:
                       head 9
                     ├─ c:
                     │    head 3
                     │    → memory
                     └─ d:
                          head 4
                          → memory

                """)
    }

    @Test func `constants are computed once`() throws {
        #expect(
            try Self.steps(
                SimplifyExpressions(),
                steps: [
                    Self.filter("cpu > 2 * 3 + 1"), Self.filter("1 < 2"), Self.assign("x", "cpu * (60 * 60)"),
                    .drop([]),
                ]) == ["filter cpu > 7", "assign x = cpu * 3600"])
        #expect(try Self.steps(SimplifyExpressions(), steps: [Self.filter("1 > 2")]) == ["head 0"])
    }

    @Test func `filters move down to the scan and become one`() throws {
        #expect(
            try Self.steps(
                PushFiltersDown(),
                steps: [
                    .select(["company", "cpu", "latency"]), .rename([.init("cpu", to: "load")]),
                    Self.assign("double", "load * 2"), Self.filter("load > 5 and double < 4"),
                    .sortValues(by: [.init("load")], missingFirst: false), Self.filter("company == 'x'"),
                ]) == [
                    "filter cpu > 5 and company == 'x'", "select company, cpu, latency", "rename cpu to load",
                    "assign double = load * 2", "filter double < 4", "sort_values load",
                ])
    }

    @Test func `a filter stays behind a step that decides which rows it sees`() throws {
        let kept: [Step] = [
            .head(5), .nlargest(n: 3, by: ["cpu"]), .fillna([.init(column: nil, value: .int(0))]),
            .fillna([.init(column: "cpu", value: .int(0))]), .astype([Field("cpu", .int64)]),
            .dropDuplicates(subset: ["company"], keep: .first), .dropDuplicates(subset: nil, keep: .first),
            try Self.assign("cpu", "cpu * 2"),
        ]
        for step in kept {
            let result = try Self.steps(PushFiltersDown(), steps: [step, Self.filter("cpu > 1")])
            #expect(result == ["\(step)", "filter cpu > 1"])
        }
    }

    @Test func `a filter on exact keys moves before the grouping`() throws {
        let group = Step.groupby(
            by: ["company", "cpu"], aggregations: [Aggregation(.mean, "latency")], options: .init())
        #expect(
            try Self.steps(
                PushFiltersDown(), steps: [group, Self.filter("company != 'x' and latency_mean > 1 and cpu > 3")])
                == ["filter company != 'x'", "\(group)", "filter latency_mean > 1 and cpu > 3"])
        #expect(
            try Self.steps(
                PushFiltersDown(),
                steps: [.dropDuplicates(subset: ["company", "time"], keep: .last), Self.filter("time > 1")])
                == ["filter time > 1", "drop_duplicates company, time keep last"])
    }

    @Test func `heads move before steps that keep rows, and the smaller one wins`() throws {
        #expect(
            try Self.steps(LimitEarly(), steps: [.drop(["cpu"]), .head(9), .head(3)]) == ["head 3", "drop cpu"])
        #expect(
            try Self.steps(LimitEarly(), steps: [.nlargest(n: 10, by: ["cpu"]), .head(3)]) == ["nlargest 3 by cpu"])
        #expect(
            try Self.steps(LimitEarly(), steps: [Self.filter("cpu > 1"), .head(3)]) == ["filter cpu > 1", "head 3"])
    }

    @Test func `the head of a sort keeps only the best rows`() throws {
        func sorted(_ keys: [Step.SortKey], missingFirst: Bool = false) throws -> [String] {
            try Self.steps(
                LimitEarly(), steps: [.sortValues(by: keys, missingFirst: missingFirst), .drop(["time"]), .head(3)])
        }
        #expect(try sorted([.init("cpu")]) == ["nsmallest 3 by cpu", "drop time"])
        #expect(
            try sorted([.init("cpu", ascending: false), .init("company", ascending: false)])
                == ["nlargest 3 by cpu, company", "drop time"])
        #expect(try sorted([.init("cpu"), .init("company", ascending: false)]).last == "drop time")
        #expect(
            try sorted([.init("cpu")], missingFirst: true) == ["sort_values cpu, missing first", "head 3", "drop time"])
    }

    @Test func `only the columns in use are read`() throws {
        let text = try Self.apply(
            PruneColumns(),
            frames: [
                .init(
                    "means", from: "events",
                    steps: [
                        Self.assign("unused", "time + 1"), .rename([.init("cpu", to: "load")]),
                        .groupby(
                            by: ["company"], aggregations: [Aggregation(.mean, "load"), Aggregation(.max, "load")],
                            options: .init()),
                        .select(["load_mean"]),
                    ]),
                .init(
                    "last", from: "events",
                    steps: [.sortValues(by: [.init("time")], missingFirst: false), .select(["time"])]),
            ], outputs: ["means", "last"])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                    columns: company, cpu, time (of 4)
                  ├─ means:
                  │    rename cpu to load
                  │    groupby company: load_mean = mean(load)
                  │    select load_mean
                  │    → memory
                  └─ last:
                       select time
                       sort_values time
                       → memory

                """)
    }

    @Test func `a renaming stays where another frame needs its column`() throws {
        let text = try Self.apply(
            PruneColumns(),
            frames: [
                .init(
                    "renamed", from: "events",
                    steps: [.rename([.init("cpu", to: "old"), .init("latency", to: "cpu")]), .select(["cpu"])]),
                .init("other", from: "events", steps: [.select(["cpu"])]),
            ], outputs: ["renamed", "other"])
        #expect(text.contains("rename cpu to old, latency to cpu\n"))
    }

    @Test func `counting rows reads no column`() throws {
        let text = try Self.apply(
            PruneColumns(),
            frames: [
                .init(
                    "n", from: "events", steps: [.groupby(by: [], aggregations: [.init(.size, nil)], options: .init())])
            ],
            outputs: ["n"])
        #expect(text.contains("columns:  (of 4)"))
    }

    @Test func `comparisons that all frames begin with go to the reader`() throws {
        let text = try Self.apply(
            BoundScans(),
            frames: [
                .init("a", from: "events", steps: [Self.filter("cpu > 5 and time >= 3 and cpu < latency")]),
                .init("b", from: "events", steps: [Self.filter("time >= 3 and company == 'x'"), .head(3)]),
            ], outputs: ["a", "b"])
        #expect(text.hasPrefix("  scan events (parquet): events.parquet\n    only where: time >= 3\n"))
        let unbound = try Self.apply(
            BoundScans(), frames: [.init("a", from: "events", steps: [Self.filter("cpu > 5")])],
            outputs: ["a", "events"])
        #expect(!unbound.contains("only where"))
    }

    @Test func `row numbers that nobody looks at are not computed`() throws {
        let rowNumber = Step.rowNumber(name: "row", start: 0)
        let sum = Step.groupby(by: ["company"], aggregations: [.init(.sum, "cpu")], options: .init())
        #expect(try Self.steps(PruneColumns(), steps: [rowNumber, sum]) == [sum.description])
        let head = try Self.steps(LimitEarly(), steps: [rowNumber, .head(5)])
        #expect(head == ["head 5", "row_number row"])
        let filter = try Self.filter("cpu > 1")
        #expect(
            try Self.steps(PushFiltersDown(), steps: [rowNumber, filter]) == ["row_number row", "filter cpu > 1"])
    }

    @Test func `windows compute only what is needed, and keep only the columns that are`() throws {
        let window = Step.window(
            by: ["company"],
            columns: [.init("before", .shift(by: 1, fill: .null), of: "cpu"), .init("n", .cumcount(ascending: true))],
            options: .init())
        #expect(
            try Self.steps(PruneColumns(), steps: [window, .select(["n"])]) == [
                "window company: n = cumcount()", "select n",
            ])
        #expect(
            try Self.steps(PruneColumns(), steps: [window, .select(["time"])]).contains { $0.hasPrefix("window") }
                == false)
    }

    @Test func `the numbers of rows are made where a place is asked for`() throws {
        let places = Step.groupby(
            by: ["company"], aggregations: [.init(.indexOfMaximum, "cpu", name: "place")], options: .init())
        #expect(
            try Self.steps(PruneColumns(), steps: [places]) == [
                "row_number row number", "groupby company: place = idxmax of row number(cpu)",
            ])
    }
}
