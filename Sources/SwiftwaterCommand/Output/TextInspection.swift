import Columnar
import Formats
import Query

/// What JSON Lines and CSV files hold: the inferred columns, and the rows, which are counted by reading them.
struct TextInspection {
    let path: String
    let format: FileFormat
    let schema: Schema
    let report: RunReport

    init(_ path: String, _ source: Source, format: FileFormat, _ options: RunOptions) throws(SwiftwaterError) {
        self.path = path
        self.format = format
        schema = try StandardSources().open(source).schema
        let plan = Plan(
            sources: [source],
            frames: [
                .init(
                    "rows", from: "input",
                    steps: [.groupby(by: [], aggregations: [Aggregation(.size, nil)], options: .init())])
            ], outputs: [.init(from: "rows", to: .memory)])
        report = try plan.runWithProgress("reading", options)
    }

    var text: String {
        var lines = [
            "\(path): \(format.rawValue), \(Quantity.count(report.rows)) rows, \(schema.count) columns, "
                + Quantity.bytes(report.bytes)
        ]
        if report.badRows > 0 { lines.append("\(Quantity.count(report.badRows)) lines are not rows") }
        let width = schema.names.reduce(0) { max($0, $1.count) }
        for field in schema.fields {
            lines.append("  \(field.name)\(String(repeating: " ", count: width - field.name.count))  \(field.type)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var json: JSONText {
        .object([
            "path": .string(path), "format": .string(format.rawValue), "rows": .int(report.rows),
            "badRows": .int(report.badRows), "bytes": .int(report.bytes),
            "columns": .list(
                schema.fields.map { .object(["name": .string($0.name), "type": .string("\($0.type)")]) }),
        ])
    }
}
