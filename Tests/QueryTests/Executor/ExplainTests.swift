import Columnar
import Formats
import Query
import Testing

@Suite struct ExplainTests {
    private static let schema = Schema([
        Field("company", .string), Field("cpu", .float64), Field("latency", .float64), Field("time", .int64),
    ])

    @Test func `two outputs of one file are one pass, and results go on in memory`() throws {
        let plan = Plan(
            sources: [Source(name: "events", location: .files(["logs/*.parquet"]))],
            frames: [
                .init("recent", from: "events", steps: [.drop(["latency"]), .dropna(subset: ["cpu"], how: .any)]),
                .init(
                    "by_company", from: "recent",
                    steps: [.groupby(by: ["company"], aggregations: [.init(.max, "cpu")], options: .init())]),
                .init("busiest", from: "by_company", steps: [.nlargest(n: 3, by: ["cpu_max"])]),
                .init("latest", from: "recent", steps: [.head(10)]),
            ],
            outputs: [
                .init(
                    from: "by_company",
                    to: .file(path: "by_company.parquet", format: nil, options: .init(compression: "zstd"))),
                .init(from: "busiest", to: .memory),
                .init(from: "latest", to: .file(path: "-", format: .jsonLines, options: .init())),
            ])
        let text = try plan.explained(schemas: ["events": Self.schema])
        #expect(
            text == """
                Logical plan
                  scan events (parquet): logs/*.parquet
                  └─ recent:
                       drop latency
                       dropna cpu
                     ├─ by_company:
                     │    groupby company: cpu_max = max(cpu)
                     │    → by_company.parquet (parquet, zstd)
                     │  └─ busiest:
                     │       nlargest 3 by cpu_max
                     │       → memory
                     └─ latest:
                          head 10
                          → standard output (json-lines)

                Optimized plan
                  1. scan events (parquet): logs/*.parquet, in one pass
                     columns: company, cpu, time (3 of 4)
                     └─ dropna cpu
                        ├─ groupby company: cpu_max = max(cpu)
                        └─ head 10
                  2. by_company after groupby company: 2 columns in memory
                     → by_company.parquet (parquet, zstd)
                     └─ nlargest 3 by cpu_max
                  3. latest after head 10: 3 columns in memory
                     → standard output (json-lines)
                  4. busiest after nlargest 3 by cpu_max: 2 columns in memory
                     → memory

                """)
    }

    @Test func `long lines are broken after commas`() throws {
        let aggregations = ["cpu", "latency"].flatMap { name in
            [Aggregation(.min, name), Aggregation(.max, name), Aggregation(.mean, name)]
        }
        let plan = Plan(
            sources: [Source(name: "events", location: .files(["a.parquet"]))],
            frames: [
                .init(
                    "g", from: "events",
                    steps: [.groupby(by: ["company"], aggregations: aggregations, options: .init())])
            ], outputs: [.init(from: "g", to: .memory)])
        let text = try plan.explained(schemas: ["events": Self.schema])
        #expect(
            text.hasPrefix(
                """
                Logical plan
                  scan events (parquet): a.parquet
                  └─ g:
                       groupby company: cpu_min = min(cpu), cpu_max = max(cpu), cpu_mean = mean(cpu),
                           latency_min = min(latency), latency_max = max(latency), latency_mean = mean(latency)
                       → memory

                """))
    }

    @Test func `what the reader may skip is shown`() throws {
        let plan = Plan(
            sources: [Source(name: "events", location: .files(["a.parquet"]))],
            frames: [
                .init(
                    "late", from: "events",
                    steps: [
                        .assign([.init("double", try Query.Expression("cpu * 2"))]),
                        .filter(try Query.Expression("time >= 60 * 60 and double > 1 and cpu < latency")),
                        .select(["company", "double"]),
                    ])
            ],
            outputs: [.init(from: "late", to: .file(path: "late.csv", format: nil, options: .init()))])
        let text = try plan.explained(schemas: ["events": Self.schema])
        #expect(
            text == """
                Logical plan
                  scan events (parquet): a.parquet
                  └─ late:
                       assign double = cpu * 2
                       filter time >= 60 * 60 and double > 1 and cpu < latency
                       select company, double
                       → late.csv (csv)

                Optimized plan
                  1. scan events (parquet): a.parquet, in one pass
                     columns: company, cpu, latency, time (4 of 4)
                     reader skips row groups without: time >= 3600
                     └─ filter time >= 3600 and cpu < latency
                        assign double = cpu * 2
                        filter double > 1
                        select company, double
                        → late.csv (csv)

                """)
    }
}
