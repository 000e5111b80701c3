import Columnar
import Foundation
import Query
import Testing

/// Every operator on random rows against pandas.
@Suite struct OperatorOracleTests {
    @Test(.enabled(if: PandasOracle.python != nil), arguments: PandasOracle.seeds)
    func `results agree with pandas`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<120).map { _ in try makeCase(&random) }
        try PandasOracle.check(cases, seed: seed, &random)
    }

    private func makeCase(_ random: inout SeededGenerator) throws -> PandasOracle.Case {
        let types = (0..<Int.random(in: 2...4, using: &random)).map { _ in
            PandasOracle.types.randomElement(using: &random) ?? .int64
        }
        let count = [0, 1, 2, 20, 150].randomElement(using: &random) ?? 1
        let rows = try RandomRows(
            types, rows: count, missing: [0, 0, 20, 100].randomElement(using: &random) ?? 0, using: &random)
        let names = rows.schema.names
        func some(_ range: ClosedRange<Int>, _ random: inout SeededGenerator) -> [String] {
            Array(names.shuffled(using: &random).prefix(Int.random(in: range, using: &random)))
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1, 2:
            let by = Array(names.prefix(Int.random(in: 0...2, using: &random)))
            var aggregations = [Aggregation(.size, nil)]
            for name in names.dropFirst(by.count) {
                for function in Aggregation.Function.allCases where function != .size && random.chance(70) {
                    // pandas has no truth of a time.
                    let ofTimes: [Aggregation.Function] = [.min, .first, .median]
                    if case .timestamp? = rows.schema[name]?.type, !ofTimes.contains(function) { continue }
                    // pandas has no quantile of a truth.
                    if rows.schema[name]?.type == .bool, function == .quantile { continue }
                    var options = Aggregation.Options()
                    options.ddof = random.chance(70) ? 1 : 0
                    options.q = [0, 0.1, 0.5, 0.77, 1].randomElement(using: &random) ?? 0.5
                    options.interpolation =
                        Aggregation.Interpolation.allCases.randomElement(using: &random) ?? .linear
                    let aggregation = Aggregation(function, name, options: options)
                    if (try? GroupBy(by: [], aggregations: [aggregation], input: rows.schema)) != nil {
                        aggregations.append(aggregation)
                    }
                }
            }
            let options = Step.GroupOptions(sort: random.chance(60), dropMissing: random.chance(60))
            let step: [String: Any] = [
                "name": "groupby", "by": by, "sort": options.sort, "dropna": options.dropMissing,
                "agg": aggregations.map {
                    [
                        $0.name, $0.column as Any? ?? NSNull(), $0.function.rawValue, PandasOracle.options($0.options),
                    ]
                },
            ]
            return PandasOracle.Case(
                rows: rows, step: step,
                operation: try GroupBy(by: by, aggregations: aggregations, options: options, input: rows.schema))
        case 3:
            let numeric = rows.schema.fields.filter { $0.type.isNumeric }.map(\.name)
            guard !numeric.isEmpty else { return try makeCase(&random) }
            let by = Array(numeric.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)))
            let n = [0, 1, 5, 300].randomElement(using: &random) ?? 1
            let largest = random.chance(50)
            return PandasOracle.Case(
                rows: rows, step: ["name": largest ? "nlargest" : "nsmallest", "n": n, "by": by],
                operation: try TopK(n, by: by, largest: largest, input: rows.schema))
        case 4:
            let by = some(1...3, &random)
            let keys = by.map { Step.SortKey($0, ascending: random.chance(50)) }
            let missingFirst = random.chance(40)
            return PandasOracle.Case(
                rows: rows,
                step: [
                    "name": "sort_values", "by": by, "ascending": keys.map(\.ascending), "missing_first": missingFirst,
                ], operation: try Sort(by: keys, missingFirst: missingFirst, input: rows.schema))
        case 5:
            let n = [0, 1, 9, 500].randomElement(using: &random) ?? 1
            return PandasOracle.Case(
                rows: rows, step: ["name": "head", "n": n], operation: try Head(n, input: rows.schema))
        case 6:
            let subset = random.chance(40) ? nil : some(1...2, &random)
            let keep = Step.Keep.allCases.randomElement(using: &random) ?? .first
            return PandasOracle.Case(
                rows: rows,
                step: ["name": "drop_duplicates", "subset": subset as Any? ?? NSNull(), "keep": keep.rawValue],
                operation: try DropDuplicates(subset: subset, keep: keep, input: rows.schema))
        default:
            let by = some(1...2, &random)
            let normalize = random.chance(40)
            let sort = random.chance(60)
            let dropMissing = random.chance(60)
            let step: [String: Any] = [
                "name": "value_counts", "by": by, "normalize": normalize, "sort": sort, "dropna": dropMissing,
            ]
            // The oracle's rows have the counted columns only.
            let counts = try ValueCounts(
                columns: by, normalize: normalize, sort: sort, dropMissing: dropMissing, input: rows.schema)
            return PandasOracle.Case(rows: rows, step: step, operation: counts)
        }
    }
}
