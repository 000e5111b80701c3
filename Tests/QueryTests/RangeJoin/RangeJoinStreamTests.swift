import Columnar
import Query
import Testing

/// For any split of a stream's rows into epochs, micro-batches, workers and snapshots, a join within a range of time
/// gives the rows that it gives of all rows in time at once.
@Suite struct RangeJoinStreamTests {
    private static let events = Schema([
        Field("kind", .int64), Field("k", .string), Field("n", .int64), Field("t", .timestamp(.millisecond, zone: nil)),
        Field("v", .int64),
    ])
    /// The watermark's delay.
    private static let delay: Int64 = 500

    private static func filter(_ kind: Int64) -> Step {
        .filter(.binary(.equal, .column("kind"), .literal(.int(kind))))
    }

    private static func frames(_ join: Step.Join, concatenated: Bool) throws -> [Plan.Frame] {
        let left: [Plan.Frame] =
            concatenated
            ? [
                .init("some", from: "events", steps: [filter(0), .filter(try Query.Expression("v.notna()"))]),
                .init("others", from: "events", steps: [filter(0), .filter(try Query.Expression("v.isna()"))]),
                .init("left", from: ["some", "others"], steps: [.drop(["kind"])]),
            ] : [.init("left", from: "events", steps: [filter(0), .drop(["kind"])])]
        return left + [
            .init("right", from: "events", steps: [filter(1), .drop(["kind"]), .rename([.init("t", to: "u")])]),
            .init("result", from: "left", steps: [.join(join)]),
        ]
    }

    private static func plan(_ frames: [Plan.Frame]) -> Plan {
        Plan(
            sources: [Source(name: "events", location: .memory(events))], frames: frames,
            outputs: [.init(from: "result", to: .memory)])
    }

    /// Rows whose times rise but for less than the delay, or much more where they are late.
    private static func rows(
        _ count: Int, step: Int64, missing: Int, late: Int, keys: Int? = nil, using random: inout SeededGenerator
    ) throws -> RandomRows {
        let columns = events.fields.map(\.type)
        let keys = keys ?? [1, 3, 100].randomElement(using: &random) ?? 3
        var column = -1
        return try RandomRows(columns, rows: count, missing: missing, using: &random) { row, type, random in
            column = (column + 1) % columns.count
            switch type {
            case .timestamp:
                let back = random.chance(late) ? 20 * delay : Int64.random(in: 0...delay, using: &random)
                return .timestamp(Int64(row) * step - back, .millisecond, zone: nil)
            case .string: return .string("key \(Int.random(in: 0..<keys, using: &random))")
            default: return .int(Int64.random(in: 0...1, using: &random))
            }
        }
    }

    private struct Served {
        let plan: StreamingPlan
        let slot: StreamingPlan.Slot
        let streaming: any StreamingOperator
        var main: any OperatorState
        var sequence = 0
        var lateCount = 0

        init(_ plan: Plan, threads: Int) throws {
            var options = RunOptions()
            options.threads = threads
            self.plan = try StreamingPlan(
                plan, stream: "events", schema: RangeJoinStreamTests.events, eventTime: "t", options: options)
            slot = try #require(self.plan.slots.first)
            #expect(self.plan.slots.count == 1 && slot.key == "result/1/join")
            streaming = try #require(slot.streaming)
            main = slot.operator.makeState()
        }

        /// Takes a micro-batch; its rows' state alone comes back, too.
        mutating func take(_ batches: [Batch], watermark: Int64, using random: inout SeededGenerator) throws {
            let names = plan.sourceSchema.names
            let source = try TableSource(
                schema: plan.sourceSchema,
                batches: batches.map { batch in
                    Batch(schema: plan.sourceSchema, columns: names.compactMap { batch[$0] }, count: batch.count)
                }, morselRows: [1, 5, 100, 5000].randomElement(using: &random) ?? 5)
            let gates = watermark > .min ? [slot.number: watermark] : [:]
            let delta = try plan.run(
                source, from: sequence, watermarks: gates, keepsLateRows: true,
                threads: Int.random(in: 1...3, using: &random))
            sequence = delta.nextSequence
            lateCount += delta.late[slot.number]?.count ?? 0
            for (_, batch) in delta.late[slot.number]?.batches ?? [] {
                #expect(batch.schema.names.allSatisfy { !$0.contains("\u{0}") } && batch.schema.count >= 2)
            }
            if let state = delta.states[slot.number] { try main.merge(random.chance(20) ? restored(state) : state) }
        }

        func restored(_ state: any OperatorState) throws -> any OperatorState {
            let fresh = slot.operator.makeState()
            try fresh.restore(try state.snapshot())
            return fresh
        }

        func batches(_ batches: [Batch]) throws -> [Batch] {
            try plan.finishOutputs([0], slots: [slot.number: batches], threads: 2)[0] ?? []
        }

        func rows(_ made: [Batch]) throws -> [[Scalar]] { try batches(made).rows }
        func count(_ made: [Batch]) throws -> Int { try batches(made).reduce(0) { $0 + $1.count } }
    }

    private static func join(using random: inout SeededGenerator) -> Step.Join {
        let how = Step.Join.How.allCases.filter { $0 != .cross }.randomElement(using: &random) ?? .inner
        let from = Int64([-700, -20, 0, 0, 30].randomElement(using: &random) ?? 0)
        let to = from + Int64([0, 5, 100, 2000].randomElement(using: &random) ?? 0)
        return Step.Join(
            with: "right", how: how, on: random.chance(70) ? ["k"] : ["k", "n"],
            within: .init("t", "u", from: .milliseconds(from), to: .milliseconds(to)))
    }

    private static func time(_ row: [Scalar]) -> Int64? {
        if case .timestamp(let time, _, _) = row[3] { time } else { nil }
    }

    private static func expected(_ join: Step.Join, _ rows: [[Scalar]]) -> [[Scalar]] {
        func side(_ kind: Int64) -> [[Scalar]] { rows.filter { $0[0] == .int(kind) }.map { Array($0.dropFirst()) } }
        return RangeJoinOracle(join, left: ["k", "n", "t", "v"], right: ["k", "n", "u", "v"]).rows(side(0), side(1))
    }

    @Test("Epoch by epoch is all at once, whatever the split, late rows left out", arguments: UInt64(0)..<120)
    func append(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let join = Self.join(using: &random)
        let count = [0, 1, 30, 150, 250].randomElement(using: &random) ?? 1
        let rows = try Self.rows(
            count, step: [1, 10, 40].randomElement(using: &random) ?? 1,
            missing: [0, 0, 10].randomElement(using: &random) ?? 0,
            late: [0, 0, 10].randomElement(using: &random) ?? 0,
            using: &random)
        let batches = rows.batches.map { $0.with(schema: Self.events) }
        var served = try Served(
            Self.plan(try Self.frames(join, concatenated: random.chance(30))), threads: 2)
        var received: [[Scalar]] = []
        var admitted: [[Scalar]] = []
        var late = 0
        var (watermark, highest) = (Int64.min, Int64.min)
        var (next, row) = (0, 0)
        while next < batches.count {
            for _ in 0..<Int.random(in: 1...3, using: &random) where next < batches.count {
                let end = min(batches.count, next + Int.random(in: 1...3, using: &random))
                try served.take(Array(batches[next..<end]), watermark: watermark, using: &random)
                for batch in batches[next..<end] {
                    for own in rows.rows[row..<row + batch.count] {
                        let time = Self.time(own)
                        highest = max(highest, time ?? .min)
                        if let time, watermark > .min, time * 1000 < watermark {
                            if case .int = own[0] { late += 1 }
                        } else {
                            admitted.append(own)
                        }
                    }
                    row += batch.count
                }
                next = end
            }
            if highest > .min { watermark = max(watermark, (highest - Self.delay) * 1000) }
            received += try served.rows(served.streaming.takeFinal(served.main, watermark: watermark))
            if random.chance(25) { served.main = try served.restored(served.main) }
        }
        received += try served.rows(served.streaming.takeFinal(served.main, watermark: .max))
        let expected = Self.expected(join, admitted)
        #expect(served.lateCount == late, "seed \(seed)")
        #expect(
            RangeJoinOracle.agree(sortedRows(received), sortedRows(expected)),
            "seed \(seed), \(join): \(received.count) rows, \(expected.count) at once")
        #expect(try served.main.snapshot().reduce(0) { $0 + $1.count } == 0, "seed \(seed): nothing is left")
    }

    @Test("An epoch by itself is a whole input, in its order", arguments: UInt64(0)..<40)
    func batch(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let join = Self.join(using: &random)
        let rows = try Self.rows(150, step: 10, missing: 5, late: 0, using: &random)
        let batches = rows.batches.map { $0.with(schema: Self.events) }
        var served = try Served(Self.plan(try Self.frames(join, concatenated: false)), threads: 2)
        var (next, row) = (0, 0)
        while next < batches.count {
            let end = min(batches.count, next + Int.random(in: 1...6, using: &random))
            try served.take(Array(batches[next..<end]), watermark: .min, using: &random)
            let count = batches[next..<end].reduce(0) { $0 + $1.count }
            let expected = Self.expected(join, Array(rows.rows[row..<row + count]))
            #expect(RangeJoinOracle.agree(try served.streaming.currentResult(served.main).rows, expected))
            #expect(
                RangeJoinOracle.agree(try served.rows(served.main.finish(threads: 3)), expected),
                "seed \(seed), \(join)")
            (next, row) = (end, row + count)
        }
    }

    @Test(
        "Of many rows, what cannot meet any more is forgotten", arguments: [Step.Join.How.inner, .outer, .semi, .anti])
    func many(how: Step.Join.How) throws {
        var random = SeededGenerator(seed: 7)
        let count = 60_000
        let rows = try Self.rows(count, step: 1, missing: 0, late: 0, keys: 2000, using: &random)
        let batches = rows.batches.map { $0.with(schema: Self.events) }
        let join = Step.Join(
            with: "right", how: how, on: ["k", "n"], within: .init("t", "u", from: .milliseconds(-20), to: .seconds(9)))
        let plan = Self.plan(try Self.frames(join, concatenated: false))
        var options = RunOptions()
        options.tables["events"] = Table(schema: Self.events, batches: batches)
        let expected = try #require(try plan.runAndWait(options).tables["result"]).count
        var served = try Served(plan, threads: 2)
        var received = 0
        var most = 0
        var next = 0
        while next < batches.count {
            let end = min(batches.count, next + Int.random(in: 1...30, using: &random))
            try served.take(Array(batches[next..<end]), watermark: .min, using: &random)
            next = end
            let seen = batches[0..<end].reduce(0) { $0 + $1.count }
            let watermark = (Int64(seen) - 1 - Self.delay) * 1000
            received += try served.count(served.streaming.takeFinal(served.main, watermark: watermark))
            if random.chance(5) { most = max(most, try served.main.snapshot().reduce(0) { $0 + $1.count }) }
            if random.chance(2) { served.main = try served.restored(served.main) }
        }
        received += try served.count(served.streaming.takeFinal(served.main, watermark: .max))
        #expect(received == expected)
        // Half of the rows of nine and a half seconds are left ones; right ones leave after 520 milliseconds.
        #expect(most < 6000, "\(most) rows are held")
        #expect(served.main.byteCount < 1 << 16)
    }

    @Test("An event time that is cut off to seconds makes no row late")
    func coarse() throws {
        let seconds = Step.astype([Field("t", .timestamp(.second, zone: nil))])
        let plan = Self.plan([
            .init("right", from: "events", steps: [Self.filter(1), .drop(["kind"]), .rename([.init("t", to: "u")])]),
            .init(
                "result", from: "events",
                steps: [
                    Self.filter(0), seconds,
                    .join(.init(with: "right", how: .left, on: ["k"], within: .init("t", "u", to: .milliseconds(900)))),
                ]),
        ])
        var random = SeededGenerator(seed: 1)
        var served = try Served(plan, threads: 1)
        func take(_ rows: [(kind: Int64, time: Int64)], watermark: Int64) throws -> Int {
            let columns = try Self.events.fields.map { field in
                try Column(
                    field.type,
                    rows.map { row -> Scalar in
                        switch field.name {
                        case "kind": .int(row.kind)
                        case "k": .string("one")
                        case "t": .timestamp(row.time, .millisecond, zone: nil)
                        default: .int(0)
                        }
                    })
            }
            try served.take([Batch(schema: Self.events, columns: columns)], watermark: watermark, using: &random)
            return try served.rows(served.streaming.takeFinal(served.main, watermark: 10_700_000)).count
        }
        #expect(try take([(1, 10_800)], watermark: .min) == 0)
        // The left row's time is before the watermark only because its milliseconds are gone.
        #expect(try take([(0, 10_750)], watermark: 10_700_000) == 1)
        #expect(served.lateCount == 0)
        #expect(try take([(0, 9_999)], watermark: 10_700_000) == 0)
        #expect(served.lateCount == 1)
    }

    @Test("A snapshot of other columns is refused")
    func foreign() throws {
        func state(_ join: Step.Join) throws -> any OperatorState {
            try Served(Self.plan(try Self.frames(join, concatenated: false)), threads: 1).main
        }
        var random = SeededGenerator(seed: 1)
        let rows = try Self.rows(50, step: 1, missing: 0, late: 0, using: &random)
        var served = try Served(
            Self.plan(
                try Self.frames(
                    .init(with: "right", on: ["k"], within: .init("t", "u", to: .seconds(1))), concatenated: false)),
            threads: 1)
        try served.take(rows.batches.map { $0.with(schema: Self.events) }, watermark: .min, using: &random)
        let snapshot = try served.main.snapshot()
        let other = try state(.init(with: "right", on: ["n"], within: .init("t", "u", to: .seconds(1))))
        #expect(throws: SwiftwaterError.self) { try other.restore(snapshot) }
    }
}
