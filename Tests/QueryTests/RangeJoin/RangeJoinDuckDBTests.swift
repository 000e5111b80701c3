import Columnar
import Foundation
import Query
import Testing

/// Joins within a range of time against SQL. `ORACLE_SEED` runs one seed again.
@Suite struct RangeJoinDuckDBTests {
    @Test(.enabled(if: PandasOracle.python != nil), arguments: PandasOracle.seeds)
    func `joins within a range of time agree with DuckDB`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cases = try (0..<60).map { _ in
            try RangeJoinCase.random(
                units: [.second, .millisecond, .microsecond], keyTypes: [(.string, .string), (.int64, .int64)],
                others: [.int64, .string], using: &random)
        }
        let expected = try duckDB(cases.map(Self.json))
        try #require(expected.count == cases.count)
        for (index, (one, theirs)) in zip(cases, expected).enumerated() {
            let ours = try one.result(threads: 2, morselRows: 9)
            let shared = one.join.leftOn == one.join.rightOn ? one.join.leftOn.count : 0
            let left = one.left.schema.count
            // SQL has the keys of both sides: of a row of one side alone its own.
            let rows = theirs.map { row -> [String] in
                guard row.count > left else { return row.map(Self.text) }
                let keys = (0..<shared).map { row[$0] is NSNull ? row[left + $0] : row[$0] }
                return (keys + row[shared..<left] + row[(left + shared)...]).map(Self.text)
            }
            let texts = ours.batches.rows.map { $0.map(Self.text) }
            #expect(
                texts.sorted { "\($0)" < "\($1)" } == rows.sorted { "\($0)" < "\($1)" },
                "case \(index) of seed \(seed): \(one.join), \(one.left.schema), \(one.right.schema)")
        }
    }

    private static func json(_ one: RangeJoinCase) -> [String: Any] {
        func columns(_ table: Table, _ rows: [[Scalar]]) -> [[String: Any]] {
            table.schema.fields.enumerated().map { index, field in
                ["name": field.name, "type": field.type.description, "values": rows.map { value($0[index]) }]
            }
        }
        func value(_ scalar: Scalar) -> Any {
            switch scalar {
            case .int(let value), .timestamp(let value, _, _): value
            case .string(let value): value
            default: NSNull()
            }
        }
        let range = one.join.within
        return [
            "tables": ["left": columns(one.left, one.leftRows), "right": columns(one.right, one.rightRows)],
            "how": one.join.how.rawValue, "on": [one.join.leftOn, one.join.rightOn],
            "within": [
                range?.left ?? "", range?.right ?? "", (range?.from.nanoseconds ?? 0) / 1000,
                (range?.to.nanoseconds ?? 0) / 1000,
            ] as [Any],
        ]
    }

    private static func text(_ value: Any) -> String {
        switch value {
        case let number as NSNumber: number.stringValue
        // `2020-01-01 00:00:00.250000`, whose last digits may be left out.
        case let text as String: text
        default: "missing"
        }
    }

    private static func text(_ scalar: Scalar) -> String {
        switch scalar {
        case .int(let value): "\(value)"
        case .string(let value): value
        case .timestamp(let value, let unit, _):
            moment(value * (1_000_000 / unit.perSecond))
        default: "missing"
        }
    }

    /// A moment as Python prints it.
    private static func moment(_ microseconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        let rest = ((microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let whole = (microseconds - rest) / 1_000_000
        let text = formatter.string(from: Date(timeIntervalSince1970: Double(whole)))
        return rest == 0 ? text : text + "." + String(String(rest + 1_000_000).dropFirst())
    }

    private func duckDB(_ cases: [[String: Any]]) throws -> [[[Any]]] {
        let input = FileManager.default.temporaryDirectory.appendingPathComponent(
            "range-joins-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: input) }
        try JSONSerialization.data(withJSONObject: cases).write(to: input)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(PandasOracle.python))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Oracle/range_join_oracle.py")
        process.arguments = [script.path, input.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try #require(JSONSerialization.jsonObject(with: data) as? [[[Any]]])
    }
}
