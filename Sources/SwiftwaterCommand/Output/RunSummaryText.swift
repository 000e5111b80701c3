import Columnar
import Query

/// What a run did, for people and for programs.
struct RunSummaryText {
    /// What ran, in the JSON report: `("function", "company-metrics")`.
    let subject: (key: String, name: String)
    let report: RunReport
    /// Where the bad lines are, if they were kept.
    let deadLetters: String?

    /// Lines that read well:
    ///
    ///     read   4,464,000 rows, 1.23 GB in 0.32 s, 3830 MB/s
    ///     wrote  100 rows, 14.4 kB   out/by_company.parquet
    var text: String {
        let rate = report.bytes > 0 ? ", \(Quantity.rate(report.bytes, seconds: report.seconds))" : ""
        var lines = [
            "read   \(Self.rows(report.rows)), \(Quantity.bytes(report.bytes)) in \(Quantity.seconds(report.seconds))"
                + rate
        ]
        if report.badRows > 0 {
            let what = report.badRows == 1 ? "1 bad row" : "\(Quantity.count(report.badRows)) bad rows"
            lines.append("       \(what), " + (deadLetters.map { "kept in \($0)" } ?? "left out"))
        }
        let files = report.outputs.map { file in
            (size: "\(Self.rows(file.rows)), \(Quantity.bytes(file.bytes))", path: file.path)
        }
        let width = files.reduce(0) { max($0, $1.size.count) }
        for (index, file) in files.enumerated() {
            let space = String(repeating: " ", count: width - file.size.count)
            lines.append(
                "\(index == 0 ? "wrote" : "     ")  \(file.size)\(space)   "
                    + (file.path == "-" ? "standard output" : file.path))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var json: JSONText {
        let files = report.outputs.map { file in
            JSONText.object(["path": .string(file.path), "rows": .int(file.rows), "bytes": .int(file.bytes)])
        }
        let seconds = max(report.seconds, 1e-9)
        return .members([
            (subject.key, .string(subject.name)), ("rows", .int(report.rows)), ("bytes", .int(report.bytes)),
            ("seconds", .float(report.seconds)), ("bytesPerSecond", .float(Double(report.bytes) / seconds)),
            ("badRows", .int(report.badRows)),
            ("deadLetters", report.badRows > 0 ? .optional(deadLetters) : .null), ("files", .list(files)),
        ])
    }

    /// Prints it where it does not mix with rows.
    func print(json asJSON: Bool, toStandardError: Bool) throws(SwiftwaterError) {
        let line = asJSON ? json.text + "\n" : text
        if toStandardError { ErrorOutput.write(line) } else { try StandardOutput.write(line) }
    }

    private static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(Quantity.count(count)) rows" }
}
