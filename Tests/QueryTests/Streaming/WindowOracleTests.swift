import Columnar
import Foundation
import Query
import Testing

/// Windows of time on random rows against a plain oracle and pandas' Grouper.
@Suite struct WindowOracleTests {
    @Test(.enabled(if: PandasOracle.python != nil), arguments: PandasOracle.seeds)
    func `windows agree with pandas`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<100).map { _ in try makeCase(&random) }
        try PandasOracle.check(cases, seed: seed, &random)
    }

    private func makeCase(_ random: inout SeededGenerator) throws -> PandasOracle.Case {
        let unit = [TimeUnit.second, .millisecond, .microsecond, .nanosecond].randomElement(using: &random) ?? .second
        let values: [DataType] = [.int64, .float64, .string, .bool, .int32, .uint8]
        let types =
            [.timestamp(unit, zone: nil)]
            + (0..<Int.random(in: 1...3, using: &random)).map { _ in values.randomElement(using: &random) ?? .int64 }
        let count = [0, 1, 2, 20, 150].randomElement(using: &random) ?? 1
        let step = [1, 7, 100].randomElement(using: &random) ?? 1
        let isOrdered = random.chance(50)
        let rows = try RandomRows(
            types, rows: count, missing: [0, 0, 20, 100].randomElement(using: &random) ?? 0, using: &random
        ) { row, type, random in
            guard case .timestamp = type else { return RandomRows.scalar(type, &random) }
            let place = isOrdered ? row : Int.random(in: 0..<count, using: &random)
            return .timestamp(Int64(place * step - count * step / 2), unit, zone: nil)
        }
        let others = Array(
            rows.schema.names[1...].shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random)))
        var by = others
        by.insert("a", at: Int.random(in: 0...others.count, using: &random))
        var aggregations = [Aggregation(.size, nil)]
        for name in rows.schema.names[1...] where !others.contains(name) {
            for function in [Aggregation.Function.sum, .min, .last, .median, .count, .first, .distinctCount, .mean]
            where random.chance(50) {
                let aggregation = Aggregation(function, name)
                if (try? GroupBy(by: [], aggregations: [aggregation], input: rows.schema)) != nil {
                    aggregations.append(aggregation)
                }
            }
        }
        let size = [1, 3, 10, 60, 1000].randomElement(using: &random) ?? 1
        let slide = random.chance(40) ? size : Int.random(in: max(1, size / 20)...size, using: &random)
        let offset = random.chance(30) ? Int.random(in: -20...20, using: &random) : 0
        let isSession = random.chance(30)
        func span(_ count: Int) -> TimeSpan {
            TimeSpan(nanoseconds: Int64(count) * 1_000_000_000 / unit.perSecond)
        }
        let kind: TimeWindow.Kind =
            isSession
            ? .session(gap: span(size))
            : slide == size ? .tumbling(size: span(size)) : .sliding(size: span(size), slide: span(slide))
        // In the order of appearance sliding windows of one row tie.
        let sort = slide != size && !isSession ? true : random.chance(60)
        let options = Step.GroupOptions(sort: sort, dropMissing: random.chance(60))
        let arguments: [String: Any] = [
            "name": "time_windows", "by": by, "key": "a", "sort": options.sort, "dropna": options.dropMissing,
            "size": size, "slide": slide, "offset": isSession ? 0 : offset,
            "gap": isSession ? size as Any : NSNull(),
            "agg": aggregations.map {
                [$0.name, $0.column as Any? ?? NSNull(), $0.function.rawValue, PandasOracle.options($0.options)]
            },
        ]
        return PandasOracle.Case(
            rows: rows, step: arguments,
            operation: try WindowGroupBy(
                by: by, window: TimeWindow("a", kind, offset: span(isSession ? 0 : offset)), aggregations: aggregations,
                options: options, input: rows.schema))
    }
}
