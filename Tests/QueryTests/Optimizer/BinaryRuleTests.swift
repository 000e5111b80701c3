import Columnar
import Query
import Testing

/// The rules on plans whose frames have several inputs.
@Suite struct BinaryRuleTests {
    private static let events = Schema([
        Field("company", .string), Field("cpu", .float64), Field("time", .int64), Field("host", .string),
    ])
    private static let companies = Schema([
        Field("company", .string), Field("size", .int64), Field("host", .string), Field("city", .string),
    ])

    private static func filter(_ text: String) throws -> Step { .filter(try Query.Expression(text)) }

    private static func text(
        _ rules: [any OptimizerRule], _ frames: [Plan.Frame], outputs: [String] = ["result"]
    ) throws -> String {
        let plan = Plan(
            sources: [
                Source(name: "events", location: .files(["events.parquet"])),
                Source(name: "old", location: .files(["old.parquet"])),
                Source(name: "companies", location: .files(["companies.parquet"])),
            ], frames: frames, outputs: outputs.map { .init(from: $0, to: .memory) })
        let logical = try LogicalPlan(plan, schemas: ["events": events, "old": events, "companies": companies])
        return try Optimizer(rules: rules).optimize(logical).text
    }

    @Test func `filters behind a concatenation go to its inputs and on to their readers`() throws {
        let text = try Self.text(
            [PushFiltersDown(), PushFiltersIntoInputs(), BoundScans()],
            [
                .init(
                    "renamed", from: "old",
                    steps: [.rename([.init("time", to: "t")]), .rename([.init("t", to: "time")])]),
                .init("result", from: ["events", "renamed"], steps: [.drop(["host"]), Self.filter("time > 5")]),
            ])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                    only where: time > 5
                  └─ events, filtered:
                       filter time > 5
                  scan old (parquet): old.parquet
                    only where: time > 5
                  └─ renamed:
                       filter time > 5
                       rename time to t
                       rename t to time
                  scan companies (parquet): companies.parquet
                  rows of events, filtered, then renamed
                  └─ result:
                       drop host
                       → memory

                """)
    }

    @Test func `a filter stays behind a concatenation where a column is another one before`() throws {
        for (input, predicate) in [("companies", "size > 3"), ("companies", "cpu > 3")] {
            let text = try Self.text(
                [PushFiltersDown(), PushFiltersIntoInputs()],
                [.init("result", from: ["events", input], steps: [Self.filter(predicate)])])
            #expect(text.hasSuffix("  └─ result:\n       filter \(predicate)\n       → memory\n"))
        }
    }

    @Test func `a filter goes to the side of a join whose columns it names`() throws {
        let join = Step.join(.init(with: "companies", how: .inner, on: ["company"]))
        let text = try Self.text(
            [PushFiltersDown(), PushFiltersIntoInputs()],
            [
                .init(
                    "result", from: "events",
                    steps: [
                        join, Self.filter("cpu > 1 and size > 2 and host_y == 'h' and cpu < size and company != 'x'"),
                    ])
            ])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                  └─ result:
                       filter cpu > 1 and company != 'x'
                       join inner with companies, filtered on company
                       filter cpu < size
                       → memory
                  scan old (parquet): old.parquet
                  scan companies (parquet): companies.parquet
                  └─ companies, filtered:
                       filter size > 2 and host == 'h'

                """)
    }

    @Test func `a filter on the side that may be missing stays`() throws {
        for how in [Step.Join.How.left, .outer] {
            let text = try Self.text(
                [PushFiltersDown(), PushFiltersIntoInputs()],
                [
                    .init(
                        "result", from: "events",
                        steps: [.join(.init(with: "companies", how: how, on: ["company"])), Self.filter("size > 2")])
                ])
            #expect(text.contains("on company\n       filter size > 2\n"))
        }
    }

    @Test func `only the columns that a join's result needs are read, under the same names`() throws {
        let text = try Self.text(
            [PruneColumns()],
            [
                .init(
                    "result", from: "events",
                    steps: [.join(.init(with: "companies", how: .left, on: ["company"])), .select(["host_y", "cpu"])])
            ])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                    columns: company, cpu (of 4)
                  └─ result:
                       join left with companies on company
                       select host_y, cpu
                       → memory
                  scan old (parquet): old.parquet
                    columns:  (of 4)
                  scan companies (parquet): companies.parquet
                    columns: company, host (of 4)

                """)
    }

    @Test func `columns that nothing needs are cut off before a concatenation`() throws {
        let text = try Self.text(
            [PruneColumns()],
            [
                .init("few", from: "events", steps: [Self.filter("time > 1")]),
                .init(
                    "result", from: ["few", "companies"],
                    steps: [
                        .groupby(by: ["company"], aggregations: [Aggregation(.sum, "size")], options: .init())
                    ]),
            ])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                    columns: company, time (of 4)
                  └─ few:
                       filter time > 1
                       select company
                  scan old (parquet): old.parquet
                    columns:  (of 4)
                  scan companies (parquet): companies.parquet
                    columns: company, size (of 4)
                  rows of few, then companies
                  └─ result:
                       groupby company: size_sum = sum(size)
                       → memory

                """)
    }

    @Test func `frames that a join or a concatenation uses stay`() throws {
        let text = try Self.text(
            [RemoveUnusedFrames(), SpliceFrames()],
            [
                .init("sizes", from: "companies", steps: [.head(5)]),
                .init("some", from: "events", steps: [.head(4)]),
                .init("both", from: ["some", "some"], steps: [.head(3)]),
                .init("result", from: "both", steps: [.join(.init(with: "sizes", on: ["company"]))]),
            ])
        #expect(
            text == """
                  scan events (parquet): events.parquet
                  └─ some:
                       head 4
                  scan companies (parquet): companies.parquet
                  └─ sizes:
                       head 5
                  rows of some, then some
                  └─ result:
                       head 3
                       join inner with sizes on company
                       → memory

                """)
    }
}
