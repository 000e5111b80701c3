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

    @Test func `rows meet within a range of time`() async throws {
        let events = try DataFrame(columns: [
            "id": Column([1, 1, 2, 1]), "kind": Column(["ask", "answer", "ask", "ask"]),
            "second": Column([0, 4, 5, 60]),
        ]).casting(["second": .timestamp(.second, zone: nil)])
        let answers = try events.filtering("kind == 'answer'")
        let calls = try events.filtering("kind == 'ask'")
            .joined(with: answers, on: "id", how: .left, within: .init("second", to: .seconds(10)))
        let joined = try await calls.collect()
        #expect(joined.schema.names == ["id", "kind_x", "second_x", "kind_y", "second_y"])
        #expect(try joined.column("kind_y", as: String.self) == ["answer", nil, nil])
        #expect(calls.description.contains("second from 0s to 10s after second"))
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
