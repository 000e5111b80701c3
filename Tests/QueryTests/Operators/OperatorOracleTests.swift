import Columnar
import Foundation
import Query
import Testing

/// Every operator on random rows against pandas. `ORACLE_SEED` runs one seed again.
@Suite struct OperatorOracleTests {
    private static var python: String? {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SWIFTWATER_PYTHON"] { return path }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    private static let types: [DataType] = [
        .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .string,
        .timestamp(.millisecond, zone: nil),
    ]

    private struct Case {
        var rows: RandomRows
        var step: [String: Any]
        var operation: any Operator
    }

    @Test(
        .enabled(if: python != nil),
        arguments: ProcessInfo.processInfo.environment["ORACLE_SEED"].flatMap(UInt64.init).map { [$0] } ?? [
            1, UInt64.random(in: 0...UInt64(UInt32.max)),
        ])
    func `results agree with pandas`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<120).map { _ in try makeCase(&random) }
        let expected = try pandas(cases.map { ["columns": Self.columns($0.rows), "step": $0.step] })
        try #require(expected.count == cases.count)
        for (index, (one, expected)) in zip(cases, expected).enumerated() {
            let batches = try one.operation.splitResult(of: one.rows.batches, using: &random)
            guard let expected = expected as? [[Any]] else {
                Issue.record("case \(index) of seed \(seed), \(one.operation.label): \(expected)")
                continue
            }
            let rows = batches.rows
            let place = zip(rows, expected).enumerated().first { !Self.agree($0.element.0, $0.element.1) }
            #expect(
                rows.count == expected.count && place == nil,
                """
                case \(index) of seed \(seed), \(one.operation.label), \(one.step), \(one.rows.schema.fields.map(\.type)): \
                \(rows.count) rows, pandas \(expected.count); row \(place?.offset ?? -1): \
                \(String(describing: place?.element))
                """)
        }
    }

    private func makeCase(_ random: inout SeededGenerator) throws -> Case {
        let types = (0..<Int.random(in: 2...4, using: &random)).map { _ in
            Self.types.randomElement(using: &random) ?? .int64
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
                    if case .timestamp? = rows.schema[name]?.type, function != .min, function != .first { continue }
                    let aggregation = Aggregation(function, name)
                    if (try? GroupBy(by: [], aggregations: [aggregation], input: rows.schema)) != nil {
                        aggregations.append(aggregation)
                    }
                }
            }
            let options = Step.GroupOptions(sort: random.chance(60), dropMissing: random.chance(60))
            let step: [String: Any] = [
                "name": "groupby", "by": by, "sort": options.sort, "dropna": options.dropMissing,
                "agg": aggregations.map { [$0.name, $0.column as Any? ?? NSNull(), $0.function.rawValue] },
            ]
            return Case(
                rows: rows, step: step,
                operation: try GroupBy(by: by, aggregations: aggregations, options: options, input: rows.schema))
        case 3:
            let numeric = rows.schema.fields.filter { $0.type.isNumeric }.map(\.name)
            guard !numeric.isEmpty else { return try makeCase(&random) }
            let by = Array(numeric.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)))
            let n = [0, 1, 5, 300].randomElement(using: &random) ?? 1
            let largest = random.chance(50)
            return Case(
                rows: rows, step: ["name": largest ? "nlargest" : "nsmallest", "n": n, "by": by],
                operation: try TopK(n, by: by, largest: largest, input: rows.schema))
        case 4:
            let by = some(1...3, &random)
            let keys = by.map { Step.SortKey($0, ascending: random.chance(50)) }
            let missingFirst = random.chance(40)
            return Case(
                rows: rows,
                step: [
                    "name": "sort_values", "by": by, "ascending": keys.map(\.ascending), "missing_first": missingFirst,
                ], operation: try Sort(by: keys, missingFirst: missingFirst, input: rows.schema))
        case 5:
            let n = [0, 1, 9, 500].randomElement(using: &random) ?? 1
            return Case(rows: rows, step: ["name": "head", "n": n], operation: try Head(n, input: rows.schema))
        case 6:
            let subset = random.chance(40) ? nil : some(1...2, &random)
            let keep = Step.Keep.allCases.randomElement(using: &random) ?? .first
            return Case(
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
            return Case(rows: rows, step: step, operation: counts)
        }
    }

    // MARK: To and from JSON

    private static func columns(_ rows: RandomRows) -> [[String: Any]] {
        rows.schema.fields.enumerated().map { index, field in
            ["name": field.name, "type": field.type.description, "values": rows.rows.map { json($0[index]) }]
        }
    }

    private static func json(_ scalar: Scalar) -> Any {
        switch scalar {
        case .bool(let value): value
        case .int(let value): value
        case .uint(let value): value
        case .float(let value): value.isFinite ? value : NSNull()
        case .string(let value): value
        case .timestamp(let value, _, _): value
        default: NSNull()
        }
    }

    private static func agree(_ ours: [Scalar], _ theirs: [Any]) -> Bool {
        ours.count == theirs.count && zip(ours, theirs).allSatisfy { agree($0, $1) }
    }

    private static func agree(_ ours: Scalar, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .float(let value):
            if value.isNaN { return theirs is NSNull }
            guard let number = theirs as? NSNumber else { return false }
            return abs(number.doubleValue - value) <= 1e-9 * max(1, abs(value))
        case .string(let value): return theirs as? String == value
        case .bool(let value): return (theirs as? NSNumber)?.boolValue == value
        case .int(let value), .timestamp(let value, _, _): return (theirs as? NSNumber)?.int64Value == value
        case .uint(let value): return (theirs as? NSNumber)?.uint64Value == value
        default: return false
        }
    }

    private func pandas(_ cases: [[String: Any]]) throws -> [Any] {
        let folder = FileManager.default.temporaryDirectory
        let input = folder.appendingPathComponent("operators-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: input) }
        try JSONSerialization.data(withJSONObject: cases).write(to: input)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Oracle/operators_oracle.py")
        process.arguments = [script.path, input.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try #require(JSONSerialization.jsonObject(with: data) as? [Any])
    }
}
