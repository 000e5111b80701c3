import Columnar
import Query
import Testing

/// Snapshots that hold changes alone, by state.
@Suite struct StateCaptureTests {
    private static let schema = Schema([
        Field("t", .timestamp(.millisecond, zone: nil)), Field("k", .string), Field("v", .float64),
    ])

    private static func batch(_ keys: Range<Int>, time: Int64 = 0) throws -> Batch {
        Batch(
            schema: schema,
            columns: [
                try Column(schema[0].type, keys.map { .timestamp(time + Int64($0), .millisecond, zone: nil) }),
                try Column(.string, keys.map { .string("key \($0)") }),
                try Column(.float64, keys.map { .float(Double($0) / 3) }),
            ], count: keys.count)
    }

    private static func operations() throws -> [any StreamingOperator] {
        let aggregations = [
            Aggregation(.mean, "v"), Aggregation(.max, "v"), Aggregation(.median, "v"), Aggregation(.last, "k"),
        ]
        func span(_ milliseconds: Int64) -> TimeSpan { TimeSpan(nanoseconds: milliseconds * 1_000_000) }
        let windows: [TimeWindow.Kind] = [
            .tumbling(size: span(1000)), .sliding(size: span(1000), slide: span(250)), .session(gap: span(500)),
        ]
        return try windows.map {
            try WindowGroupBy(
                by: ["t", "k"], window: TimeWindow("t", $0), aggregations: aggregations, options: .init(sort: true),
                input: schema)
        } + [
            try GroupBy(by: ["k"], aggregations: aggregations, options: .init(sort: true), input: schema),
            try ValueCounts(columns: ["k"], normalize: false, sort: true, input: schema),
            try DropDuplicates(subset: ["k"], keep: .last, time: "t", input: schema),
        ]
    }

    private func merge(_ batch: Batch, _ operation: any StreamingOperator, into state: any OperatorState) throws {
        let delta = operation.makeState()
        try delta.update(batch, sequence: 0)
        try state.merge(delta)
    }

    private func rows(_ capture: StateCapture) throws -> Int {
        // Bookkeeping apart.
        try capture.batches().filter { $0.columns.count > 1 }.reduce(0) { $0 + $1.count }
    }

    @Test("Only what changed since the last capture is saved, whatever happens to the state afterwards")
    func changes() throws {
        for operation in try Self.operations() {
            let comment = Comment(rawValue: operation.label)
            let state = operation.makeState()
            try merge(try Self.batch(0..<5000), operation, into: state)
            // Nothing has been saved before.
            let whole = try state.capture(.changes(atLeast: 0, share: 1))
            #expect(!whole.holdsChanges, comment)
            try merge(try Self.batch(100..<110), operation, into: state)
            try merge(try Self.batch(105..<112, time: 1), operation, into: state)
            let first = try state.capture(.changes(atLeast: 1000, share: 0.5))
            let wanted = try operation.currentResult(state).rows
            try merge(try Self.batch(0..<5000, time: 7), operation, into: state)
            #expect(try !state.capture(.changes(atLeast: 0, share: 0.5)).holdsChanges, comment)
            try merge(try Self.batch(7000..<7001), operation, into: state)
            #expect(try !state.capture(.changes(atLeast: 10_000, share: 1)).holdsChanges, comment)
            #expect(try rows(try state.capture(.changes(atLeast: 0, share: 1))) == 0, comment)

            #expect(first.holdsChanges, comment)
            #expect(try (12...24).contains(rows(first)), comment)
            #expect(try rows(whole) >= 5000, comment)
            let restored = operation.makeState()
            try restored.restore(try first.batches())
            try restored.restore(older: try whole.batches())
            #expect(agree(try operation.currentResult(restored).rows, wanted), comment)
        }
    }

    @Test("What was final, or forgotten, between two snapshots stays so")
    func finality() throws {
        for operation in try Self.operations() where operation is WindowGroupBy || operation is DropDuplicates {
            let comment = Comment(rawValue: operation.label)
            let state = operation.makeState()
            try merge(try Self.batch(0..<3000), operation, into: state)
            let whole = try state.capture(.whole)
            try merge(try Self.batch(2990..<3010), operation, into: state)
            if operation.refusal(of: .append) == nil {
                #expect(try !operation.takeFinal(state, watermark: 1_200_000).isEmpty, comment)
            } else {
                try operation.forget(state, watermark: 1_200_000)
            }
            let changes = try state.capture(.changes(atLeast: 0, share: 1))
            let wanted = try operation.currentResult(state).rows
            #expect(changes.holdsChanges, comment)
            let restored = operation.makeState()
            try restored.restore(try changes.batches())
            try restored.restore(older: try whole.batches())
            #expect(agree(try operation.currentResult(restored).rows, wanted), comment)
            if operation.refusal(of: .append) == nil {
                let rest = try operation.takeFinal(restored, watermark: .max).rows
                #expect(agree(rest, try operation.takeFinal(state, watermark: .max).rows), comment)
            }
        }
    }
}
