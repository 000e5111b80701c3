import Columnar
import Query
import Testing

/// For any split of the rows into epochs, deltas and snapshots, what a stream gives is what a batch run gives.
@Suite struct StreamingOperatorTests {
    private static let time = DataType.timestamp(.millisecond, zone: nil)
    private static let delay: Int64 = 50

    /// Rows with a time in the first column that falls back by at most the delay, or by much more where `late`.
    private static func rows(
        _ types: [DataType], late percent: Int = 0, using random: inout SeededGenerator
    ) throws -> RandomRows {
        let count = [0, 1, 2, 30, 300, 900].randomElement(using: &random) ?? 1
        let step = Int64([1, 5, 40].randomElement(using: &random) ?? 1)
        let missing = [0, 0, 15].randomElement(using: &random) ?? 0
        return try RandomRows([time] + types, rows: count, missing: missing, using: &random) { row, type, random in
            guard case .timestamp = type else { return RandomRows.scalar(type, &random) }
            let back = random.chance(percent) ? 20 * delay : Int64.random(in: 0...delay, using: &random)
            return .timestamp(Int64(row) * step - 1000 - back, .millisecond, zone: nil)
        }
    }

    private static func aggregations(
        _ rows: RandomRows, from first: Int, using random: inout SeededGenerator
    ) -> [Aggregation] {
        var aggregations = [Aggregation(.size, nil)]
        for field in rows.schema.fields.dropFirst(first) {
            for function in Aggregation.Function.allCases where random.chance(40) && function != .size {
                let aggregation = Aggregation(function, field.name)
                if (try? GroupBy(by: [], aggregations: [aggregation], input: rows.schema)) != nil {
                    aggregations.append(aggregation)
                }
            }
        }
        return aggregations
    }

    private static func types(using random: inout SeededGenerator) -> [DataType] {
        (0..<Int.random(in: 2...4, using: &random)).map { _ in
            OperatorPropertyTests.everyType.filter { $0 != time }.randomElement(using: &random) ?? .int64
        }
    }

    private static func window(
        _ rows: RandomRows, _ kind: TimeWindow.Kind, using random: inout SeededGenerator
    ) throws -> WindowGroupBy {
        let keyCount = Int.random(in: 0...2, using: &random)
        var by = Array(rows.schema.names[1...].prefix(keyCount))
        by.insert("a", at: Int.random(in: 0...keyCount, using: &random))
        return try WindowGroupBy(
            by: by, window: TimeWindow("a", kind), aggregations: aggregations(rows, from: keyCount + 1, using: &random),
            options: .init(sort: random.chance(70), dropMissing: random.chance(60)), input: rows.schema)
    }

    private static func kind(using random: inout SeededGenerator) -> TimeWindow.Kind {
        func span(_ milliseconds: Int) -> TimeSpan { TimeSpan(nanoseconds: Int64(milliseconds) * 1_000_000) }
        let size = [1, 20, 60, 500, 100_000].randomElement(using: &random) ?? 1
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .tumbling(size: span(size))
        case 1: return .session(gap: span(min(size, 500)))
        default:
            return .sliding(size: span(size), slide: span(Int.random(in: max(1, size / 12)...size, using: &random)))
        }
    }

    /// Modes `append`, `update` and `complete`, where the operator has them.
    private func check(
        _ operation: any StreamingOperator, _ rows: RandomRows, seed: UInt64, using random: inout SeededGenerator,
        time: (column: String, delay: Int64)? = ("a", delay)
    ) throws {
        let comment = Comment(rawValue: "seed \(seed), \(operation.label), \(rows.rows.count) rows")
        if operation.refusal(of: .append) == nil {
            var simulation = StreamSimulation(operation, rows.batches, time: time)
            var received = ReceivedRows(operation)
            let state = try simulation.run(using: &random) { event in
                guard case .ended(let state, let watermark) = event else { return }
                received.take(try operation.takeFinal(state, watermark: watermark).rows)
            }
            received.take(try operation.takeFinal(state, watermark: .max).rows)
            let expected = try simulation.batchResult()
            #expect(agree(sortedRows(received.all), sortedRows(expected)), comment)
        }
        // Without a batch there is no epoch that could give the one row of no keys.
        if operation.refusal(of: .update) == nil, !rows.batches.isEmpty {
            var simulation = StreamSimulation(operation, rows.batches, time: time)
            var received = ReceivedRows(operation)
            _ = try simulation.run(using: &random) { event in
                switch event {
                case .changed(let state, let delta):
                    received.take(try operation.changedResult(state, delta: delta).rows)
                case .ended(let state, let watermark): try operation.forget(state, watermark: watermark)
                }
            }
            let expected = try simulation.batchResult()
            if operation is Head {
                // Its rows never change.
                #expect(agree(sortedRows(received.all), sortedRows(expected)), comment)
            } else {
                #expect(expected.count == received.last.count, comment)
                #expect(agree(expected.map { received.last[received.key($0)] ?? [] }, expected), comment)
            }
        }
        #expect(operation.refusal(of: .complete) == nil)
        var simulation = StreamSimulation(operation, rows.batches, time: time)
        var current: [[Scalar]] = []
        let state = try simulation.run(using: &random) { event in
            if case .ended(let state, _) = event { current = try operation.currentResult(state).rows }
        }
        let expected = try simulation.batchResult()
        #expect(rows.batches.isEmpty || agree(current, expected), comment)
        #expect(agree(try operation.currentResult(state).rows, expected), comment)
        #expect(agree(try state.finish().rows, expected), comment)
    }

    @Test("Windows on a stream are those of a batch", arguments: UInt64(0)..<60)
    func windows(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = try Self.rows(Self.types(using: &random), using: &random)
        let operation = try Self.window(rows, Self.kind(using: &random), using: &random)
        try check(operation, rows, seed: seed, using: &random)
    }

    @Test("Late rows are kept out, and windows are those of the rows in time", arguments: UInt64(0)..<30)
    func lateRows(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = try Self.rows(Self.types(using: &random), late: 10, using: &random)
        var kind = Self.kind(using: &random)
        // A row may be in time for one sliding window and late for another.
        if case .sliding(let size, _) = kind { kind = .tumbling(size: size) }
        let operation = try Self.window(rows, kind, using: &random)
        try check(operation, rows, seed: seed, using: &random)
        if case .tumbling(let size) = kind, size.nanoseconds < 100_000_000, rows.rows.count == 900 {
            var simulation = StreamSimulation(operation, rows.batches, time: ("a", Self.delay))
            _ = try simulation.run(using: &random) { _ in }
            #expect(simulation.lateCount > 0, "seed \(seed)")
        }
    }

    @Test("Groups, counts, best, first and distinct rows of a stream are those of a batch", arguments: UInt64(0)..<40)
    func others(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = try Self.rows(Self.types(using: &random), using: &random)
        let names = Array(rows.schema.names[1...].prefix(Int.random(in: 1...2, using: &random)))
        let ordered = rows.schema.fields.filter { !$0.type.isNested }.map(\.name)
        let operations: [any StreamingOperator] = [
            try GroupBy(
                by: random.chance(20) ? [] : names,
                aggregations: Self.aggregations(rows, from: 1, using: &random),
                options: .init(sort: random.chance(50), dropMissing: random.chance(50)), input: rows.schema),
            try ValueCounts(columns: names, normalize: random.chance(30), sort: random.chance(50), input: rows.schema),
            try TopK(
                [0, 1, 7, 3000].randomElement(using: &random) ?? 1, by: [ordered.randomElement(using: &random) ?? "a"],
                largest: random.chance(50), input: rows.schema),
            try Head([0, 1, 9, 200, 5000].randomElement(using: &random) ?? 1, input: rows.schema),
            try DropDuplicates(
                subset: names, keep: Step.Keep.allCases.randomElement(using: &random) ?? .first, input: rows.schema),
        ]
        for operation in operations { try check(operation, rows, seed: seed, using: &random, time: nil) }
    }

    @Test("Distinct rows are forgotten by their time", arguments: UInt64(0)..<40)
    func distinctWithinWatermark(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = try Self.rows(Self.types(using: &random), using: &random)
        let operation = try DropDuplicates(
            subset: ["a", "b"], keep: random.chance(70) ? .first : .last, time: "a", input: rows.schema)
        var simulation = StreamSimulation(operation, rows.batches, time: ("a", Self.delay))
        var received = ReceivedRows(operation)
        let state = try simulation.run(using: &random) { event in
            switch event {
            case .changed(let state, let delta):
                received.take(try operation.changedResult(state, delta: delta).rows)
            case .ended(let state, let watermark): try operation.forget(state, watermark: watermark)
            }
        }
        let expected = try simulation.batchResult()
        #expect(received.last.count == expected.count)
        #expect(agree(expected.map { received.last[received.key($0)] ?? [] }, expected), "seed \(seed)")
        if rows.rows.count == 900, !rows.rows.contains(where: { $0[0].isNull }) {
            #expect(try operation.currentResult(state).rows.count < 500, "seed \(seed): rows are forgotten")
        }
    }
}
