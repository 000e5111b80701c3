import Columnar
import Query
import Testing

@Suite struct TimeWindowTests {
    private static let schema = Schema([
        Field("t", .timestamp(.millisecond, zone: nil)), Field("s", .timestamp(.second, zone: "UTC")),
        Field("company", .string), Field("v", .int64), Field("t_end", .int64),
    ])

    private func message(_ window: TimeWindow, by: [String] = ["t"]) -> String {
        let step = Step.groupby(by: by, aggregations: [Aggregation(.size, nil)], options: .init(window: window))
        do {
            _ = try step.outputSchema(for: Self.schema)
            return "none"
        } catch { return error.description }
    }

    @Test("Lengths of time have pandas' spelling")
    func spans() throws {
        for (text, nanoseconds) in [
            ("1min", 60_000_000_000), ("10s", 10_000_000_000), ("500ms", 500_000_000), ("1h", 3_600_000_000_000),
            ("1D", 86_400_000_000_000), ("1h30min", 5_400_000_000_000), ("3us", 3_000), ("7ns", 7),
            ("-5s", -5_000_000_000),
            ("min", 60_000_000_000),
        ] as [(String, Int64)] {
            let span = try TimeSpan(parsing: text)
            #expect(span.nanoseconds == nanoseconds)
            #expect(try TimeSpan(parsing: span.description) == span)
        }
        for text in ["", "10", "1 min", "1.5h", "1x", "99999999999999D", "s10", "-"] {
            #expect(throws: SwiftwaterError.self, "\(text)") { try TimeSpan(parsing: text) }
        }
        #expect(TimeSpan(.milliseconds(1500)).description == "1500ms")
    }

    @Test("Windows that do not fit their column are refused with the reason")
    func refusals() {
        #expect(message(.tumbling("v", size: .seconds(1)), by: ["v"]).contains("'v' is int64, not a timestamp"))
        #expect(message(.tumbling("t", size: .zero)).contains("the window's size is 0s"))
        #expect(message(.session("t", gap: .seconds(-1))).contains("the window's gap is -1s"))
        #expect(message(.tumbling("s", size: .milliseconds(1500)), by: ["s"]).contains("'s' counts seconds"))
        #expect(message(.sliding("t", size: .seconds(1), slide: .seconds(2))).contains("slides by 2s"))
        #expect(message(.sliding("t", size: .seconds(100), slide: .milliseconds(1))).contains("100000 windows"))
        #expect(message(.tumbling("t", size: .seconds(1)), by: ["t", "t_end"]).contains("a key has that name"))
        #expect(message(.tumbling("t", size: .seconds(1)), by: ["company"]).contains("is not in 'by'"))
        #expect(
            message(TimeWindow("t", .session(gap: .init(.seconds(1))), offset: .init(.seconds(1)))).contains(
                "no offset"))
        #expect(message(.tumbling("t", size: .seconds(1)), by: ["t", "company"]) == "none")
    }

    @Test("The windows' start and end stand in place of the key")
    func columns() throws {
        let step = Step.groupby(
            by: ["company", "s"], aggregations: [Aggregation(.sum, "v")],
            options: .init(window: .session("s", gap: .seconds(60))))
        let schema = try step.outputSchema(for: Self.schema)
        #expect(schema.names == ["company", "s", "s_end", "v_sum"])
        #expect(schema["s_end"]?.type == .timestamp(.second, zone: "UTC"))
        #expect(step.description == "groupby company, s in sessions with gaps of 1min: v_sum = sum(v)")
        let made = try WindowGroupBy(
            by: ["company", "s"], window: .session("s", gap: .seconds(60)), aggregations: [Aggregation(.sum, "v")],
            input: Self.schema)
        #expect(made.outputSchema == schema)
    }

    @Test("Many live keys stay small")
    func memory() throws {
        let schema = Schema([
            Field("t", .timestamp(.millisecond, zone: nil)), Field("k", .int64), Field("v", .float64),
        ])
        let operation = try WindowGroupBy(
            by: ["t", "k"], window: .tumbling("t", size: .seconds(60)),
            aggregations: [Aggregation(.min, "v"), Aggregation(.max, "v"), Aggregation(.mean, "v")], input: schema)
        let state = operation.makeState()
        let (keys, rows) = (1_000_000, 10_000)
        for start in stride(from: 0, to: keys, by: rows) {
            let columns = [
                Column(
                    type: .timestamp(.millisecond, zone: nil), count: rows,
                    storage: .fixed(Buffer((0..<rows).map { Int64($0 + start) / 20 }))),
                Column(type: .int64, count: rows, storage: .fixed(Buffer((0..<rows).map { Int64(start + $0) }))),
                Column(type: .float64, count: rows, storage: .fixed(Buffer((0..<rows).map { Double($0) }))),
            ]
            try state.update(Batch(schema: schema, columns: columns, count: rows), sequence: start)
        }
        #expect(state.byteCount / keys <= 200)
        #expect(try operation.takeFinal(state, watermark: 59_999_999).isEmpty)
        #expect(try operation.takeFinal(state, watermark: 60_000_000).reduce(0) { $0 + $1.count } == keys)
        #expect(try operation.currentResult(state).isEmpty)
        #expect(state.byteCount < 1 << 20)
    }
}
