import Swiftwater
import Testing

@Suite("Data frames")
struct DataFrameTests {
    private func frame() throws -> DataFrame {
        try DataFrame(columns: [
            "company": Column(["b", "a", "b", nil, "a"]), "latency": Column([4.0, 1.5, nil, 9.0, 2.5]),
            "n": Column([1, 2, 3, 4, 5]),
        ])
    }

    @Test("operations make other frames and cost nothing until rows are asked for")
    func lazy() async throws {
        let frame = try frame()
        let unknown = frame.selecting("missing")
        await #expect(throws: SwiftwaterError.self) { try await unknown.collect() }
        #expect(try await frame.collect().count == 5)
    }

    @Test("rows are filtered, columns chosen, added, renamed, dropped and converted")
    func columns() async throws {
        let result = try await frame().filtering("latency > 2").adding("double", "latency * 2").renaming(["n": "id"])
            .casting(["id": .int32]).dropping("latency").collect()
        #expect(result.schema == Schema([Field("company", .string), Field("id", .int32), Field("double", .float64)]))
        #expect(try result.column("company", as: String.self) == ["b", nil, "a"])
        #expect(try result.column("id", as: Int.self) == [1, 4, 5])
        #expect(try result.column("double", as: Double.self) == [8, 18, 5])
        let several = try await frame().adding(["a": "n + 1", "b": "a * 2"]).selecting("b", "a").first(1)
        #expect(several.schema.names == ["b", "a"])
        #expect(try several.column("b", as: Int.self) == [4])
    }

    @Test("groups may be windows of time")
    func windows() async throws {
        let frame = try frame().casting(["n": .timestamp(.second, zone: nil)])
        let tumbling = try await frame.grouped(by: "company", window: .tumbling("n", size: .seconds(4)))
            .aggregated(.size()).collect()
        #expect(tumbling.schema.names == ["n", "n_end", "company", "size"])
        #expect(try tumbling.column("company", as: String.self) == ["a", "b", "a"])
        #expect(try tumbling.column("size", as: Int.self) == [1, 2, 1])
        let sliding = try await frame.grouped(window: .sliding("n", size: .seconds(2), slide: .seconds(1)))
            .aggregated(.size()).collect()
        #expect(try sliding.column("size", as: Int.self) == [1, 2, 2, 2, 2, 1])
        let sessions = try await frame.droppingMissing(in: ["company"])
            .grouped(window: .session("n", gap: .milliseconds(2000))).aggregated(.count("latency")).collect()
        #expect(try sessions.column("latency_count", as: Int.self) == [2, 1])
    }

    @Test("groups are aggregated under the documented names")
    func groups() async throws {
        let metrics = ["latency", "n"]
        let result = try await frame().grouped(by: "company")
            .aggregated(metrics.flatMap { [.min($0), .max($0), .mean($0)] }).collect()
        #expect(
            result.schema.names == [
                "company", "latency_min", "latency_max", "latency_mean", "n_min", "n_max", "n_mean",
            ])
        #expect(try result.column("company", as: String.self) == ["a", "b"])
        #expect(try result.column("latency_mean", as: Double.self) == [2, 4])
        #expect(try result.column("n_max", as: Int.self) == [5, 3])
        let named = try await frame().grouped(by: "company", sorted: false, droppingMissing: false)
            .aggregated(.size(), .sum("n", as: "total")).collect()
        #expect(try named.column("company", as: String.self) == ["b", "a", nil])
        #expect(try named.column("size", as: Int.self) == [2, 2, 1])
        #expect(try named.column("total", as: Int.self) == [4, 7, 4])
        let all = try await frame().aggregated(.count("latency"), .distinctCount("company")).collect()
        #expect(try all.column("latency_count", as: Int.self) == [4])
        #expect(try all.column("company_nunique", as: Int.self) == [2])
    }

    @Test("the largest, smallest and first rows, and their number")
    func order() async throws {
        let frame = try frame()
        #expect(try await frame.largest(2, by: "latency").column("n", as: Int.self) == [4, 1])
        #expect(try await frame.smallest(2, by: "latency").column("n", as: Int.self) == [2, 5])
        #expect(try await frame.keepingLargest(2, by: "latency").collect().column("n", as: Int.self) == [4, 1])
        #expect(try await frame.keepingSmallest(1, by: "n").collect().column("n", as: Int.self) == [1])
        #expect(try await frame.first(2).column("n", as: Int.self) == [1, 2])
        #expect(try await frame.prefix(3).count() == 3)
        #expect(try await frame.filtering("n > 100").count() == 0)
        #expect(try await frame.sorted(by: "latency").collect().column("n", as: Int.self) == [2, 5, 1, 4, 3])
        let sorted = frame.sorted(by: [.init("company", ascending: false), .init("n")], missingFirst: true)
        #expect(try await sorted.collect().column("n", as: Int.self) == [4, 1, 3, 2, 5])
    }

    @Test("missing values are filled or dropped; equal rows are dropped or counted")
    func missingAndEqual() async throws {
        let frame = try frame()
        #expect(
            try await frame.fillingMissing(in: "latency", with: 0.0).collect().column("latency", as: Double.self)
                == [4, 1.5, 0, 9, 2.5])
        #expect(
            try await frame.fillingMissing(with: "none").collect().column("company", as: String.self)
                == ["b", "a", "b", "none", "a"])
        #expect(try await frame.droppingMissing().count() == 3)
        #expect(try await frame.droppingMissing(in: ["company"]).count() == 4)
        let distinct = frame.droppingDuplicates(in: ["company"], keeping: .last)
        #expect(try await distinct.collect().column("n", as: Int.self) == [3, 4, 5])
        let counts = try await frame.countingValues(of: "company").collect()
        #expect(try counts.column("company", as: String.self) == ["b", "a"])
        #expect(try counts.column("count", as: Int.self) == [2, 2])
    }

    @Test("frames from one source are collected together")
    func together() async throws {
        let frame = try frame()
        let (few, groups) = try await DataFrame.collect(
            frame.prefix(1), frame.grouped(by: "company").aggregated(.size()))
        #expect(few.count == 1)
        #expect(groups.count == 2)
        let (a, b, c) = try await DataFrame.collect(frame, try self.frame().prefix(2), frame.selecting("n"))
        #expect([a.count, b.count, c.count] == [5, 2, 5])
        #expect(try await DataFrame.collect([]).isEmpty)
    }

    @Test("settings give parameters and threads; schema and explanation need no rows")
    func settings() async throws {
        let frame = try frame().filtering("n > @limit")
        let settings = RunSettings(threads: 1, parameters: ["limit": .int(3)])
        #expect(try await frame.collect(settings).count == 2)
        #expect(try self.frame().selecting("n").schema() == Schema([Field("n", .int64)]))
        #expect(try self.frame().prefix(3).explained().contains("head 3"))
        #expect(try self.frame().prefix(3).description == "DataFrame of a table of 5 rows\n  head 3")
    }

    @Test("wrong columns, expressions and files are errors at once")
    func errors() throws {
        #expect(throws: SwiftwaterError.self) { try frame().filtering("n >") }
        #expect(throws: SwiftwaterError.self) { try DataFrame(jsonLines: "/no/such/file.ndjson") }
        #expect(throws: SwiftwaterError.self) {
            try DataFrame(columns: ["a": Column([1, 2]), "b": Column([1])])
        }
        #expect(throws: SwiftwaterError.self) { try DataFrame(columns: ["a": Column([1]), "a": Column([1])]) }
        #expect(throws: SwiftwaterError.self) { try Column([1, 2]).values(as: String.self) }
    }
}
