import Columnar
import Foundation
import Query
import Testing

/// Asks pandas what it makes of steps on random rows. `ORACLE_SEED` runs one seed again.
enum PandasOracle {
    struct Case {
        var rows: RandomRows
        var step: [String: Any]
        var operation: any Operator
    }

    static var python: String? {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SWIFTWATER_PYTHON"] { return path }
        let path = tests.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            ".venv/bin/python"
        ).path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    static var seeds: [UInt64] {
        ProcessInfo.processInfo.environment["ORACLE_SEED"].flatMap(UInt64.init).map { [$0] } ?? [
            1, UInt64.random(in: 0...UInt64(UInt32.max)),
        ]
    }

    static let types: [DataType] = [
        .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .string,
        .timestamp(.millisecond, zone: nil),
    ]

    private static var tests: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    }

    /// Compares what the cases' operators make of random splits of their rows with what pandas makes.
    static func check(_ cases: [Case], seed: UInt64, _ random: inout SeededGenerator) throws {
        let expected = try results(cases.map { ["columns": columns($0.rows), "step": $0.step] })
        try #require(expected.count == cases.count)
        for (index, (one, expected)) in zip(cases, expected).enumerated() {
            guard let expected = expected as? [[Any]] else {
                Issue.record("case \(index) of seed \(seed), \(one.operation.label): \(expected)")
                continue
            }
            let rows: [[Scalar]]
            do { rows = try one.operation.splitResult(of: one.rows.batches, using: &random).rows } catch {
                Issue.record("case \(index) of seed \(seed), \(one.operation.label): \(error)")
                continue
            }
            let difference = difference(rows, expected, one.operation.outputSchema)
            #expect(
                rows.count == expected.count && difference == nil,
                """
                case \(index) of seed \(seed), \(one.operation.label), \(one.rows.schema.fields.map(\.type)): \
                \(rows.count) rows, pandas \(expected.count); \(difference ?? "")
                """)
        }
    }

    /// The first value that differs.
    private static func difference(_ rows: [[Scalar]], _ expected: [[Any]], _ schema: Schema) -> String? {
        for (row, (ours, theirs)) in zip(rows, expected).enumerated() {
            guard ours.count == theirs.count else { return "\(ours.count) columns, pandas \(theirs.count)" }
            for (column, (a, b)) in zip(ours, theirs).enumerated() where !agree(a, b) {
                return "row \(row), \(schema[column].name): \(a), pandas \(b); of \(ours)"
            }
        }
        return nil
    }

    static func options(_ options: Aggregation.Options) -> [String: Any] {
        ["ddof": options.ddof, "q": options.q, "interpolation": options.interpolation.rawValue]
    }

    // MARK: To and from JSON

    private static func columns(_ rows: RandomRows) -> [[String: Any]] {
        rows.schema.fields.enumerated().map { index, field in
            ["name": field.name, "type": field.type.description, "values": rows.rows.map { json($0[index]) }]
        }
    }

    static func json(_ scalar: Scalar) -> Any {
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

    private static func agree(_ ours: Scalar, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .float(let value):
            if value.isNaN { return theirs is NSNull }
            guard let number = theirs as? NSNumber else { return false }
            return abs(number.doubleValue - value) <= 1e-9 * max(1, abs(value))
        case .string(let value): return theirs as? String == value
        case .bool(let value): return (theirs as? NSNumber)?.boolValue == value
        case .int(let value), .timestamp(let value, _, _), .duration(let value, _):
            return (theirs as? NSNumber)?.int64Value == value
        case .uint(let value): return (theirs as? NSNumber)?.uint64Value == value
        default: return false
        }
    }

    private static func results(_ cases: [[String: Any]]) throws -> [Any] {
        let folder = FileManager.default.temporaryDirectory
        let input = folder.appendingPathComponent("operators-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: input) }
        try JSONSerialization.data(withJSONObject: cases).write(to: input)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        let script = tests.appendingPathComponent("Oracle/operators_oracle.py")
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
