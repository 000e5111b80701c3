import Foundation
import Swiftwater
import Testing

@Suite("Data frames over files")
struct DataFrameFileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let lines = (0..<1_000).map { #"{"company":"c\#($0 % 7)","cpu_utilization":\#($0 * 37 % 1_000).5}"# + "\n" }
        try Data(lines.joined().utf8).write(to: folder.appendingPathComponent("ops.ndjson"))
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    @Test("the documented example: read, group, write, print the largest")
    func example() async throws {
        let metrics = ["cpu_utilization"]
        let events = try DataFrame(jsonLines: path("ops.ndjson"))
        let byCompany = events.grouped(by: "company").aggregated(metrics.flatMap { [.min($0), .max($0), .mean($0)] })
        try await byCompany.writeParquet(path("by_company.parquet"), compression: .zstd)
        let text = "\(try await events.largest(3, by: "cpu_utilization"))"
        #expect(
            text == """
                company │ cpu_utilization
                string  │         float64
                ────────┼────────────────
                c6      │           999.5
                c5      │           998.5
                c4      │           997.5
                3 rows × 2 columns
                """)
        let written = try await DataFrame(parquet: path("by_company.parquet")).collect()
        #expect(written.count == 7)
        #expect(written.schema.names == ["company"] + ["min", "max", "mean"].map { "cpu_utilization_\($0)" })
        try FileManager.default.removeItem(at: folder)
    }

    @Test("several files are written in one pass, which says what it did")
    func severalOutputs() async throws {
        let events = try DataFrame(jsonLines: path("ops.ndjson"))
        let summary = try await DataFrame.write([
            events.grouped(by: "company").aggregated(.size()).output(to: path("sizes.csv")),
            events.keepingLargest(5, by: "cpu_utilization").output(to: path("top.ndjson.gz")),
            events.output(to: path("all.parquet"), options: WriteOptions(compression: "snappy")),
        ])
        #expect(summary.rows == 1_000)
        #expect(summary.files.map(\.rows) == [7, 5, 1_000])
        #expect(summary.files.allSatisfy { $0.bytes > 0 })
        #expect(try await DataFrame(parquet: path("all.parquet")).count() == 1_000)
        #expect(try await DataFrame(jsonLines: path("top.ndjson.gz")).count() == 5)
        let sizes = try await DataFrame(csv: path("sizes.csv")).collect()
        #expect(try sizes.column("size", as: Int.self).compactMap(\.self).reduce(0, +) == 1_000)
        try FileManager.default.removeItem(at: folder)
    }

    @Test("bad lines fail, are left out or are kept")
    func badLines() async throws {
        let file = path("bad.ndjson")
        try Data("{\"a\":1}\n{\n{\"a\":3}\n".utf8).write(to: URL(fileURLWithPath: file))
        await #expect(throws: SwiftwaterError.self) { try await DataFrame(jsonLines: file).collect() }
        #expect(try await DataFrame(jsonLines: file, onError: .skip).count() == 2)
        let kept = try DataFrame(jsonLines: file, onError: .deadLetter, deadLetters: path("dead.ndjson"))
        let summary = try await kept.writeCSV(path("good.csv"))
        #expect(summary.badRows == 1)
        #expect(try await DataFrame(jsonLines: path("dead.ndjson")).count() == 1)
        #expect(throws: SwiftwaterError.self) { try DataFrame(jsonLines: file, onError: .deadLetter) }
        try FileManager.default.removeItem(at: folder)
    }
}
