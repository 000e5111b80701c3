import Columnar
import Formats
import Query
import Testing

@Suite struct PlanValidationTests {
    private static let schema = Schema([
        Field("company", .string), Field("cpu", .float64), Field("count", .int32), Field("tags", .list(.string)),
    ])

    private static func plan(_ frames: [Plan.Frame], outputs: [Plan.Output] = []) -> Plan {
        Plan(sources: [Source(name: "events", location: .memory(schema))], frames: frames, outputs: outputs)
    }

    private static func error(_ plan: Plan) -> String {
        do {
            _ = try plan.schemas(sources: ["events": schema])
            return "no error"
        } catch {
            return error.description
        }
    }

    private static func error(of step: Step) -> String {
        error(plan([.init("f", from: "events", steps: [.head(1), step])]))
    }

    @Test func `frames are ordered by what they are made from`() throws {
        let plan = Self.plan([
            .init("c", from: "b", steps: []), .init("a", from: "events", steps: []), .init("b", from: "a", steps: []),
            .init("d", from: "a", steps: []),
        ])
        #expect(try plan.orderedFrames().map(\.name) == ["a", "b", "c", "d"])
    }

    @Test func `names that are wrong are named`() {
        #expect(
            Self.error(Self.plan([.init("a", from: "event", steps: [])]))
                == "frame 'a' is made from 'event', which is neither a source nor a frame; did you mean 'events'?")
        #expect(
            Self.error(Self.plan([.init("a", from: "events", steps: []), .init("a", from: "events", steps: [])]))
                == "the frame 'a' is twice; give each frame its own name")
        #expect(
            Self.error(Self.plan([.init("events", from: "events", steps: [])]))
                == "the frame 'events' is a source too; give each frame its own name")
        #expect(
            Self.error(Self.plan([], outputs: [.init(from: "hotest", to: .memory)]))
                == "an output is made from 'hotest', which is neither a source nor a frame; there are events")
        let file = Plan.Output.Destination.file(path: "a.csv", format: nil, options: .init())
        #expect(
            Self.error(Self.plan([], outputs: [.init(from: "events", to: file), .init(from: "events", to: file)]))
                == "two outputs go to 'a.csv'; give each output its own file")
    }

    @Test func `a circle of frames is an error`() {
        let plan = Self.plan([
            .init("a", from: "b", steps: []), .init("b", from: "c", steps: []), .init("c", from: "b", steps: []),
        ])
        #expect(
            Self.error(plan)
                == "frames are made from each other: 'a' from 'b' from 'c' from 'b'; let one of them come from a source"
        )
        #expect(
            Self.error(Self.plan([.init("a", from: "a", steps: [])]))
                == "frames are made from each other: 'a' from 'a'; let one of them come from a source")
    }

    @Test func `errors name the frame, the step and the column`() {
        #expect(
            Self.error(of: .select(["company", "cpv"]))
                == "frame 'f', step 2 (select): no column 'cpv'; did you mean 'cpu'?")
        #expect(
            Self.error(of: .nlargest(n: 3, by: ["tags"]))
                == "frame 'f', step 2 (nlargest): the column 'tags' is list<string>, which has no order; "
                + "order by another column")
        #expect(
            Self.error(of: .groupby(by: ["company"], aggregations: [Aggregation(.mean, "company")], options: .init()))
                == "frame 'f', step 2 (groupby): mean needs a numeric column, and 'company' is string; "
                + "convert it with astype, or use another aggregation")
        #expect(
            Self.error(of: .rename([.init("cpu", to: "company")]))
                == "frame 'f', step 2 (rename): the column 'company' would be there twice; give it another name")
        #expect(
            Self.error(of: .head(-1)) == "frame 'f', step 2 (head): -1 is not a number of rows; use 0 or more")
    }

    @Test func `schemas follow the steps`() throws {
        func columns(_ steps: [Step]) throws -> String {
            let plan = Self.plan([.init("f", from: "events", steps: steps)])
            let schema = try #require(try plan.schemas(sources: ["events": Self.schema])["f"])
            return schema.fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        }
        #expect(try columns([.drop(["tags", "count"])]) == "company: string, cpu: float64")
        #expect(
            try columns([
                .rename([.init("cpu", to: "company"), .init("company", to: "cpu")]), .select(["cpu", "company"]),
            ])
                == "cpu: string, company: float64")
        #expect(try columns([.astype([Field("count", .string)]), .select(["count"])]) == "count: string")
        let aggregations: [Aggregation] = [
            .init(.size, nil), .init(.count, "cpu"), .init(.sum, "count"), .init(.mean, "count"),
            .init(.max, "company"),
            .init(.first, "tags"), .init(.any, "cpu"), .init(.distinctCount, "company"),
            .init(.standardDeviation, "cpu"),
        ]
        #expect(
            try columns([.groupby(by: ["company"], aggregations: aggregations, options: .init())])
                == "company: string, size: int64, cpu_count: int64, count_sum: int64, count_mean: float64, "
                + "company_max: string, tags_first: list<string>, cpu_any: bool, company_nunique: int64, cpu_std: float64"
        )
        #expect(
            try columns([.valueCounts(columns: ["company"], normalize: true, sort: true, dropMissing: true)])
                == "company: string, proportion: float64")
    }
}
