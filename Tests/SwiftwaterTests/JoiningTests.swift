import Swiftwater
import Testing

@Suite struct JoiningTests {
    private static func events() throws -> DataFrame {
        try DataFrame(columns: ["company": Column(["a", "b", nil, "a"]), "latency": Column([1.5, 2, 3, nil])])
    }

    @Test func `frames are joined by name`() async throws {
        let events = try Self.events()
        let companies = try DataFrame(columns: ["name": Column(["b", "a"]), "size": Column([10, 20])])
        let joined = try await events.joined(with: companies, leftOn: ["company"], rightOn: ["name"], how: .left)
            .collect()
        #expect(joined.schema.names == ["company", "latency", "name", "size"])
        #expect(try joined.column("size", as: Int.self) == [20, 10, nil, 20])
        let means = events.grouped(by: "company").aggregated(.mean("latency"))
        let both = try await events.joined(with: means, on: "company").collect()
        #expect(try both.column("latency_mean", as: Double.self) == [1.5, 2, 1.5])
    }

    @Test func `frames come one after the other, and the same one twice`() async throws {
        let events = try Self.events()
        let slow = try events.filtering("latency > 1.8")
        let more = try DataFrame(columns: ["latency": Column([7, 8])])
        let all = try await DataFrame.concatenated([slow, more, slow]).collect()
        #expect(try all.column("latency", as: Double.self) == [2, 3, 7, 8, 2, 3])
        #expect(try all.column("company", as: String.self) == ["b", nil, nil, nil, "b", nil])
        let text = DataFrame.concatenated([slow, more]).prefix(2).description
        #expect(text == "DataFrame of 2 frames, one after the other\n  head 2")
    }

    @Test func `a frame of no frames is an error when rows are asked for`() async throws {
        await #expect(throws: SwiftwaterError.self) { try await DataFrame.concatenated([]).collect() }
    }
}
