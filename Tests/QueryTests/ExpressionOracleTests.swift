import Columnar
import Foundation
import Query
import Testing

/// Random frames and expressions against what NumPy, pandas and Python make of them.
@Suite struct ExpressionOracleTests {
    private struct Case: Decodable {
        struct Column: Decodable {
            var name: String
            var type: String
            var values: [String?]
        }
        /// Nil: those of the case before.
        var columns: [Column]?
        var expression: String
        var type: String
        var values: [String?]
    }

    private static var python: String? {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SWIFTWATER_PYTHON"] { return path }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    @Test(
        .enabled(if: python != nil),
        arguments: ProcessInfo.processInfo.environment["ORACLE_SEED"].flatMap(UInt32.init).map { [$0] } ?? [
            1, UInt32.random(in: 0...UInt32.max),
        ])
    func `values agree with pandas`(_ seed: UInt32) throws {
        let output = try run(seed: seed, cases: 150)
        let decoder = JSONDecoder()
        var random = SeededGenerator(seed: UInt64(seed))
        var batch = Batch(schema: Schema([]), columns: [], count: 0)
        var failures = 0
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let one = try decoder.decode(Case.self, from: line)
            if let columns = one.columns {
                var fields: [Field] = []
                var built: [Column] = []
                for column in columns {
                    let type = try DataType(column.type)
                    fields.append(Field(column.name, type))
                    built.append(try layout(try column.values.map { try scalar($0, type) }, type, &random))
                }
                batch = Batch(schema: Schema(fields), columns: built)
            }
            if let problem = problem(one, batch), failures < 20 {
                failures += 1
                Issue.record("\(one.expression): \(problem) (seed \(seed))")
            }
        }
    }

    /// The values as a column in one of its layouts: plain, dictionary-encoded, a slice of a longer one.
    private func layout(
        _ values: [Scalar], _ type: DataType, _ random: inout SeededGenerator
    ) throws -> Column {
        let stored: DataType = type == .string && Bool.random(using: &random) ? .dictionary(type) : type
        guard Bool.random(using: &random), let first = values.first else { return try Column(stored, values) }
        let before = Int.random(in: 1..<20, using: &random)
        let longer = try Column(stored, Array(repeating: first, count: before) + values + [first])
        return longer.slice(before..<(before + values.count))
    }

    private func problem(_ one: Case, _ batch: Batch) -> String? {
        do {
            let expression = try Expression(one.expression)
            let compiled = try CompiledExpression(expression, schema: batch.schema)
            if compiled.type.logical.description != one.type { return "type \(compiled.type), not \(one.type)" }
            let type = try DataType(one.type)
            for expression in [expression, expression.simplified(), try Expression(expression.description)] {
                let column = try CompiledExpression(expression, schema: batch.schema).evaluate(batch)
                guard column.count == one.values.count else { return "\(column.count) rows of \(one.values.count)" }
                for (row, text) in one.values.enumerated() {
                    let (got, wanted) = (column.scalar(at: row), try scalar(text, type))
                    if !agree(got, wanted, narrow: type == .float32) {
                        let inputs = compiled.columns.map { "\($0)=\(batch[$0]?.scalar(at: row) ?? .null)" }
                        return "row \(row): \(got), not \(wanted); \(inputs); as \(expression)"
                    }
                }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Equal, floats but for the last digits that libraries differ in.
    private func agree(_ a: Scalar, _ b: Scalar, narrow: Bool) -> Bool {
        guard case .float(let x) = a, case .float(let y) = b else { return a == b }
        if x.isNaN || y.isNaN { return x.isNaN && y.isNaN }
        if x == y { return true }
        return (x - y).magnitude <= (narrow ? 1e-5 : 1e-13) * max(x.magnitude, y.magnitude)
    }

    private func scalar(_ text: String?, _ type: DataType) throws -> Scalar {
        guard let text else { return .null }
        switch type {
        case .bool: return .bool(text == "1")
        case .string: return .string(text)
        case .float32, .float64: return .float(try #require(Double(text)))
        case .date: return .date(try #require(Int32(text)))
        case .timestamp(let unit, let zone): return .timestamp(try #require(Int64(text)), unit, zone: zone)
        case .duration(let unit): return .duration(try #require(Int64(text)), unit)
        case _ where type.isUnsignedInteger: return .uint(try #require(UInt64(text)))
        default: return .int(try #require(Int64(text)))
        }
    }

    private func run(seed: UInt32, cases: Int) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Oracle/expressions.py")
        process.arguments = [script.path, String(seed), String(cases)]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try #require(try pipe.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return output
    }
}
