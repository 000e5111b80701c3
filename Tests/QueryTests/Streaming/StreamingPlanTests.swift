import Columnar
import Query
import Testing

/// A plan on stretches of a stream gives what it gives on all rows.
@Suite struct StreamingPlanTests {
    private static let events = Schema([
        Field("timestamp", .timestamp(.millisecond, zone: nil)), Field("company", .string), Field("latency", .float64),
        Field("spare", .int64),
    ])
    private static let companies = Schema([Field("company", .string), Field("country", .string)])
    private static let byMinute = Step.groupby(
        by: ["timestamp", "company"], aggregations: [Aggregation(.max, "latency"), Aggregation(.size, nil)],
        options: .init(window: .sliding("timestamp", size: .milliseconds(60), slide: .milliseconds(20))))
    private static let byCompany = Step.groupby(
        by: ["company"], aggregations: [Aggregation(.mean, "latency"), Aggregation(.first, "latency")],
        options: .init(sort: false))

    private static let frames: [Plan.Frame] = [
        .init("slow", from: "events", steps: [.filter(.binary(.greater, .column("latency"), .literal(.float(-0.5))))]),
        .init("named", from: "slow", steps: [.join(.init(with: "companies", how: .left, on: ["company"]))]),
        .init("twice", from: ["slow", "events"], steps: [.select(["company", "latency"])]),
        .init(
            "counted", from: "twice",
            steps: [.valueCounts(columns: ["company"], normalize: false, sort: true, dropMissing: true)]),
        .init("windows", from: "slow", steps: [byMinute]),
        .init(
            "countries", from: "windows",
            steps: [
                .join(.init(with: "companies", how: .left, on: ["company"])),
                .filter(.binary(.greater, .column("size"), .literal(.int(1)))),
            ]),
        .init("ranked", from: "named", steps: [byCompany, .sortValues(by: [.init("company")], missingFirst: false)]),
        .init("worst", from: "events", steps: [.nlargest(n: 4, by: ["latency"]), .select(["latency"])]),
        .init(
            "both", from: "ranked",
            steps: [.join(.init(with: "counted", on: ["company"])), .rowNumber(name: "n", start: 0)]),
    ]

    private struct Served {
        var plan: StreamingPlan
        var states: [Int: any OperatorState] = [:]
        var direct: [Int: [[Scalar]]] = [:]
        var sequence = 0

        mutating func take(_ batches: [Batch], threads: Int) throws {
            let source = try TableSource(
                schema: plan.sourceSchema, batches: batches.map { $0.selecting(plan.sourceSchema.names) }, morselRows: 7
            )
            let delta = try plan.run(source, from: sequence, threads: threads)
            sequence = delta.nextSequence
            for (slot, state) in delta.states {
                if let known = states[slot] { try known.merge(state) } else { states[slot] = state }
            }
            for (output, batches) in delta.rows { direct[output, default: []] += batches.rows }
        }

        func complete(_ output: Int) throws -> [[Scalar]] {
            let slots = plan.outputs[output].slots
            guard !slots.isEmpty else { return direct[output] ?? [] }
            var results: [Int: [Batch]] = [:]
            for slot in plan.slots where slots.contains(slot.number) {
                let streaming = try #require(slot.streaming)
                results[slot.number] = try streaming.currentResult(try #require(states[slot.number]))
            }
            return try (plan.finishOutputs([output], slots: results)[output] ?? []).rows
        }
    }

    @Test("Stretch by stretch is all at once", arguments: UInt64(0)..<25)
    func complete(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = try RandomRows(
            Self.events.fields.map(\.type), rows: [0, 3, 200, 600].randomElement(using: &random) ?? 1,
            missing: [0, 10].randomElement(using: &random) ?? 0, using: &random)
        let batches = rows.batches.map { Batch(schema: Self.events, columns: $0.columns, count: $0.count) }
        let names = ["a", "b", "ab", "Zürich"]
        let table = Table(
            schema: Self.companies,
            batches: [
                Batch(
                    schema: Self.companies,
                    columns: [
                        try Column(.string, names.map { .string($0) }),
                        try Column(.string, names.map { .string("in " + $0) }),
                    ], count: names.count)
            ])
        let plan = Plan(
            sources: [
                Source(name: "events", location: .memory(Self.events)),
                Source(name: "companies", location: .memory(Self.companies)),
            ], frames: Self.frames, outputs: Self.frames.map { .init(from: $0.name, to: .memory) })
        var options = RunOptions()
        options.tables = ["companies": table, "events": Table(schema: Self.events, batches: batches)]
        let whole = try plan.runAndWait(options)
        options.tables["events"] = nil
        var served = Served(
            plan: try StreamingPlan(
                plan, stream: "events", schema: Self.events, eventTime: "timestamp", options: options))
        #expect(served.plan.fixedSources.map(\.name) == ["companies"])
        #expect(Set(served.plan.slots.map(\.key)).count == served.plan.slots.count)
        var next = 0
        repeat {
            let end = min(batches.count, next + Int.random(in: 1...5, using: &random))
            try served.take(Array(batches[next..<end]), threads: Int.random(in: 1...3, using: &random))
            if random.chance(20) { try served.plan.rereadFixedSources() }
            next = end
        } while next < batches.count
        for (index, frame) in Self.frames.enumerated() {
            let expected = try #require(whole.tables[frame.name]).batches.rows
            var got = try served.complete(index)
            // Of frames put together the rows come in another order, and their counts' ties with them.
            let isUnordered = ["twice", "counted", "both"].contains(frame.name)
            if frame.name == "both" { got = got.map { Array($0.dropLast()) } }
            let wanted = frame.name == "both" ? expected.map { Array($0.dropLast()) } : expected
            #expect(
                isUnordered ? agree(sortedRows(got), sortedRows(wanted)) : agree(got, wanted),
                "seed \(seed), \(frame.name): \(got.count) rows, \(wanted.count) in a run")
        }
    }

    @Test("Slots have keys of their own that another output does not change")
    func keys() throws {
        func keys(_ outputs: [String]) throws -> Set<String> {
            var options = RunOptions()
            options.tables["companies"] = Table(schema: Self.companies, batches: [])
            let plan = Plan(
                sources: [
                    Source(name: "events", location: .memory(Self.events)),
                    Source(name: "companies", location: .memory(Self.companies)),
                ], frames: Self.frames, outputs: outputs.map { .init(from: $0, to: .memory) })
            return Set(
                try StreamingPlan(plan, stream: "events", schema: Self.events, options: options).slots.map(\.key))
        }
        #expect(try keys(["countries"]) == ["windows/1/groupby"])
        #expect(try keys(["countries", "windows", "worst"]) == ["windows/1/groupby", "worst/1/nlargest"])
    }

    @Test("Late rows are kept back and told, and the event time is read even where no step needs it")
    func lateRows() throws {
        let plan = try StreamingPlan(
            Plan(
                sources: [Source(name: "events", location: .memory(Self.events))],
                frames: [
                    .init("f", from: "events", steps: [Self.byMinute]),
                    .init("g", from: "events", steps: [.select(["spare"])]),
                ], outputs: [.init(from: "f", to: .memory), .init(from: "g", to: .memory)]), stream: "events",
            schema: Self.events, eventTime: "timestamp")
        #expect(plan.sourceSchema.names == ["timestamp", "company", "latency", "spare"])
        let unit = TimeUnit.millisecond
        let batch = Batch(
            schema: Self.events,
            columns: [
                try Column(
                    .timestamp(unit, zone: nil), [0, 100, 30, 5].map { .timestamp($0, unit, zone: nil) }),
                try Column(.string, Array(repeating: .string("a"), count: 4)),
                try Column(.float64, [1, 2, 3, 4].map { .float($0) }),
                try Column(.int64, [1, 2, 3, 4].map { .int($0) }),
            ], count: 4)
        let slot = try #require(plan.slots.first)
        let delta = try plan.run(
            try TableSource(schema: Self.events, batches: [batch]), from: 10, watermarks: [slot.number: 75_000],
            keepsLateRows: true, threads: 1)
        let late = try #require(delta.late[slot.number])
        #expect(late.count == 2 && late.batches.count == 1 && late.batches[0].sequence == 0)
        #expect(late.batches[0].batch["latency"]?.scalars == [.float(1), .float(4)])
        #expect(delta.rows[1]?.rows.count == 4)
        #expect(delta.nextSequence == 11)
        let rows = try #require(slot.streaming).currentResult(try #require(delta.states[slot.number])).rows
        #expect(rows.count == 6)

        let narrow = try StreamingPlan(
            Plan(
                sources: [Source(name: "events", location: .memory(Self.events))],
                frames: [.init("g", from: "events", steps: [.select(["spare"])])],
                outputs: [.init(from: "g", to: .memory)]), stream: "events", schema: Self.events,
            eventTime: "timestamp")
        #expect(narrow.sourceSchema.names == ["timestamp", "spare"])
        let source = try TableSource(schema: Self.events, batches: [batch], columns: ["timestamp", "spare"])
        #expect(try narrow.run(source, from: 0).rows[0]?.rows == [[.int(1)], [.int(2)], [.int(3)], [.int(4)]])
    }

    @Test("Row numbers of mode 'batch' begin anew with each epoch")
    func rowNumbers() throws {
        let plan = try StreamingPlan(
            Plan(
                sources: [Source(name: "events", location: .memory(Self.events))],
                frames: [.init("g", from: "events", steps: [.rowNumber(name: "n", start: 1), .select(["n"])])],
                outputs: [.init(from: "g", to: .memory)]), stream: "events", schema: Self.events)
        let batch = Batch(schema: plan.sourceSchema, columns: [], count: 2)
        #expect(plan.sourceSchema.names.isEmpty)
        for _ in 0..<2 {
            plan.beginEpoch()
            let first = try plan.run(try TableSource(schema: plan.sourceSchema, batches: [batch]), from: 0, threads: 1)
            let second = try plan.run(
                try TableSource(schema: plan.sourceSchema, batches: [batch]), from: first.nextSequence, threads: 1)
            #expect(
                (first.rows[0] ?? []).rows + (second.rows[0] ?? []).rows == [
                    [.int(1)], [.int(2)], [.int(3)], [.int(4)],
                ])
        }
    }
}

extension Batch {
    fileprivate func selecting(_ names: [String]) -> Batch {
        let indices = names.compactMap { schema.index(of: $0) }
        return Batch(schema: Schema(indices.map { schema[$0] }), columns: indices.map { columns[$0] }, count: count)
    }
}
