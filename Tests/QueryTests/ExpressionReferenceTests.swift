import Columnar
import Foundation
import Query
import Testing

/// The examples of docs/reference/expressions.md.
@Suite struct ExpressionReferenceTests {
    @Test func `every example in the reference has the value that stands beside it`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/reference/expressions.md"), encoding: .utf8)
        let batch = Batch(schema: Schema([]), columns: [], count: 3)
        var isExamples = false
        var count = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("| example |") { isExamples = true }
            if !line.hasPrefix("|") { isExamples = false }
            guard isExamples, line.hasPrefix("| `") else { continue }
            let parts = line.split(separator: "`")
            guard parts.count >= 4 else {
                Issue.record("no example: \(line)")
                continue
            }
            let (example, value) = (String(parts[1]), String(parts[3]))
            let compiled = try CompiledExpression(try Expression(example), schema: batch.schema)
            let column = try compiled.evaluate(batch)
            for row in 0..<3 {
                #expect(Expression.literal(column.scalar(at: row)).description == value, "\(example)")
            }
            count += 1
        }
        #expect(count > 80)
    }
}
