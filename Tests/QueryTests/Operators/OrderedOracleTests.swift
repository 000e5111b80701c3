import Columnar
import Foundation
import Query
import Testing

/// Steps that need all rows in order, on random rows, against pandas.
@Suite struct OrderedOracleTests {
    @Test(.enabled(if: PandasOracle.python != nil), arguments: PandasOracle.seeds)
    func `windows agree with pandas`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<100).map { _ in try window(&random) }
        try PandasOracle.check(cases, seed: seed, &random)
    }

    @Test(.enabled(if: PandasOracle.python != nil), arguments: PandasOracle.seeds)
    func `slices and melted frames agree with pandas`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<60).map { _ in try reshape(&random) }
        try PandasOracle.check(cases, seed: seed, &random)
    }

    private func rows(_ types: [DataType], _ random: inout SeededGenerator) throws -> RandomRows {
        let count = [0, 1, 2, 20, 150].randomElement(using: &random) ?? 1
        return try RandomRows(
            types, rows: count, missing: [0, 0, 20, 100].randomElement(using: &random) ?? 0, using: &random)
    }

    private func window(_ random: inout SeededGenerator) throws -> PandasOracle.Case {
        let types = (0..<Int.random(in: 3...4, using: &random)).map { _ in
            PandasOracle.types.randomElement(using: &random) ?? .int64
        }
        let rows = try rows(types, &random)
        let by = Array(rows.schema.names.prefix(Int.random(in: 0...2, using: &random)))
        let options = Step.GroupOptions(sort: random.chance(60), dropMissing: random.chance(70))
        var columns: [WindowColumn] = []
        var described: [[String: Any]] = []
        for field in rows.schema.fields.dropFirst(by.count) {
            for _ in 0..<4 {
                let (function, arguments) = function(field.type, &random)
                let column = WindowColumn("w\(columns.count)", function, of: field.name)
                guard let window = try? Window(by: by, columns: [column], input: rows.schema) else { continue }
                var described1 = arguments
                described1["name"] = column.name
                described1["column"] = field.name
                described1["type"] = window.outputSchema[column.name]?.type.description
                columns.append(column)
                described.append(described1)
            }
        }
        let step: [String: Any] = [
            "name": "window", "by": by, "sort": options.sort, "dropna": options.dropMissing, "columns": described,
        ]
        return PandasOracle.Case(
            rows: rows, step: step,
            operation: try Window(by: by, columns: columns, options: options, input: rows.schema))
    }

    private func function(
        _ type: DataType, _ random: inout SeededGenerator
    ) -> (WindowColumn.Function, [String: Any]) {
        let n = [0, 1, 2, 5, -1, -3, 500].randomElement(using: &random) ?? 1
        let ascending = random.chance(50)
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            let fill: Scalar = random.chance(40) && type.isNumeric ? .int(7) : .null
            return (.shift(by: n, fill: fill), ["function": "shift", "n": n, "fill": PandasOracle.json(fill)])
        case 1: return (.diff(by: n), ["function": "diff", "n": n])
        case 2, 3:
            let cumulative = WindowColumn.Cumulative.allCases.randomElement(using: &random) ?? .sum
            return (.cumulative(cumulative), ["function": cumulative.rawValue])
        case 4: return (.cumcount(ascending: ascending), ["function": "cumcount", "ascending": ascending])
        case 5: return (.ngroup(ascending: ascending), ["function": "ngroup", "ascending": ascending])
        case 6:
            let limit = random.chance(50) ? nil : Int.random(in: 1...3, using: &random)
            let described: [String: Any] = ["function": ascending ? "ffill" : "bfill", "limit": limit ?? NSNull()]
            return (ascending ? .ffill(limit: limit) : .bfill(limit: limit), described)
        case 7:
            let ranking = WindowColumn.Ranking(
                .allCases.randomElement(using: &random) ?? .average, ascending: ascending,
                missing: .allCases.randomElement(using: &random) ?? .keep, percent: random.chance(40))
            return (
                .rank(ranking),
                [
                    "function": "rank", "method": ranking.method.rawValue, "ascending": ascending,
                    "missing": ranking.missing.rawValue, "pct": ranking.percent,
                ]
            )
        case 8, 9, 10:
            let known: [Aggregation.Function] = [
                .sum, .mean, .min, .max, .standardDeviation, .variance, .count, .median, .quantile, .standardError,
            ]
            let function = known.randomElement(using: &random) ?? .sum
            var options = Aggregation.Options()
            options.q = [0, 0.3, 0.5, 1].randomElement(using: &random) ?? 0.5
            options.interpolation = Aggregation.Interpolation.allCases.randomElement(using: &random) ?? .linear
            options.ddof = random.chance(60) ? 1 : 0
            let size = random.chance(30) ? nil : [1, 2, 3, 4, 10, 200].randomElement(using: &random)
            let minimum = random.chance(40) ? nil : Int.random(in: 0...min(size ?? 3, 3), using: &random)
            let centered = size != nil && random.chance(40)
            let frame = WindowColumn.Frame(rows: size, minimumPeriods: minimum, isCentered: centered)
            return (
                .rolling(frame, function, options),
                [
                    "function": size == nil ? "expanding" : "rolling", "window": size ?? NSNull(),
                    "minPeriods": minimum ?? NSNull(), "center": centered, "aggregate": function.rawValue,
                    "options": PandasOracle.options(options),
                ]
            )
        default:
            let known: [Aggregation.Function] = [
                .sum, .mean, .min, .max, .standardDeviation, .count, .size, .first, .last, .median, .distinctCount,
            ]
            var function = known.randomElement(using: &random) ?? .sum
            if type.isTemporal, function != .size { function = .max }
            return (
                .aggregate(function, Aggregation.Options()),
                [
                    "function": "aggregate", "aggregate": function.rawValue,
                    "options": PandasOracle.options(Aggregation.Options()),
                ]
            )
        }
    }

    private func reshape(_ random: inout SeededGenerator) throws -> PandasOracle.Case {
        let kind = Int.random(in: 0..<4, using: &random)
        let type = PandasOracle.types.randomElement(using: &random) ?? .int64
        let rows = try rows([type, .string, kind == 0 ? type : .int64, type], &random)
        switch kind {
        case 0:
            let id = random.chance(50) ? ["b"] : ["b", "c"]
            let value = id.count == 2 ? ["a", "d"] : random.chance(50) ? ["d"] : nil
            return PandasOracle.Case(
                rows: rows, step: ["name": "melt", "id": id, "value": value ?? NSNull()],
                operation: try Melt(
                    id: id, value: value, variable: "name", valueName: "number", input: rows.schema))
        case 1:
            let n = [0, 1, 9, 500].randomElement(using: &random) ?? 1
            return PandasOracle.Case(
                rows: rows, step: ["name": "tail", "n": n], operation: try Slice.tail(n, input: rows.schema))
        default:
            func bound() -> Int? {
                random.chance(30) ? nil : [0, 1, 5, 70, 1000, -1, -2, -30, -1000].randomElement(using: &random)
            }
            let (start, stop) = (bound(), bound())
            let step = [1, 1, 2, 7, -1, -1, -3, 1000].randomElement(using: &random) ?? 1
            return PandasOracle.Case(
                rows: rows,
                step: ["name": "slice", "start": start ?? NSNull(), "stop": stop ?? NSNull(), "step": step],
                operation: try Slice(start: start, stop: stop, step: step, input: rows.schema))
        }
    }
}
