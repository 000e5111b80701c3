import Columnar
import Query
import Testing

/// Which frames can be served partition by partition.
@Suite struct PartitionRulesTests {
    private func verdict(_ steps: [Step], by columns: [String] = ["k"], more: [Plan.Frame] = []) -> String? {
        let schema = Schema([Field("k", .string), Field("v", .int64)])
        let plan = Plan(
            sources: [
                Source(name: "events", location: .memory(schema), schema: schema),
                Source(name: "sites", location: .memory(schema), schema: schema),
            ],
            frames: more + [Plan.Frame("out", from: "events", steps: steps)], outputs: [.init(from: "out", to: .memory)]
        )
        do {
            try PartitionRules.check(plan, stream: "events", partitionedBy: columns, wanted: ["out"])
            return nil
        } catch {
            return error.description
        }
    }

    private func groupby(_ by: [String]) -> Step {
        .groupby(by: by, aggregations: [.init(.sum, "v")], options: .init())
    }

    @Test("Rows by themselves, and groups whose keys contain the partitions' columns, stay where they are")
    func local() {
        #expect(verdict([.filter(.column("v"))]) == nil)
        #expect(verdict([.select(["v"])]) == nil)
        #expect(verdict([groupby(["k"])]) == nil)
        #expect(verdict([groupby(["v", "k"]), groupby(["k"])]) == nil)
        #expect(verdict([.rename([.init("k", to: "company")]), groupby(["company"])]) == nil)
        #expect(verdict([.dropDuplicates(subset: nil, keep: .first)]) == nil)
        #expect(verdict([.dropDuplicates(subset: ["k"], keep: .first)]) == nil)
        #expect(verdict([.valueCounts(columns: ["k"], normalize: false, sort: true, dropMissing: true)]) == nil)
        #expect(verdict([.join(.init(with: "sites", leftOn: ["v"], rightOn: ["v"])), groupby(["k"])]) == nil)
    }

    @Test(
        "What puts rows of different partitions together is refused, with its frame",
        arguments: [
            [Step.nlargest(n: 3, by: ["v"])], [.head(3)], [.dropDuplicates(subset: ["v"], keep: .first)],
            [.groupby(by: [], aggregations: [.init(.sum, "v")], options: .init())],
            [.groupby(by: ["v"], aggregations: [.init(.sum, "v")], options: .init())],
            [.astype([Field("k", .int64)]), .groupby(by: ["k"], aggregations: [.init(.sum, "v")], options: .init())],
            [
                .fillna([.init(column: nil, value: .string("x"))]),
                .groupby(by: ["k"], aggregations: [.init(.sum, "v")], options: .init()),
            ],
            [
                .assign([.init("k", .column("v"))]),
                .groupby(by: ["k"], aggregations: [.init(.sum, "v")], options: .init()),
            ],
            [.valueCounts(columns: ["k"], normalize: true, sort: true, dropMissing: true)],
            [
                .groupby(by: ["k"], aggregations: [.init(.sum, "v")], options: .init()),
                .nlargest(n: 3, by: ["v_sum"]),
            ],
        ])
    func crossing(steps: [Step]) {
        let text = verdict(steps)
        #expect(text?.contains("frame 'out' puts rows of different partitions together") == true, "\(text ?? "nil")")
    }

    @Test(
        "A stream of which nothing is said has no groups within partitions; what the crossing frame feeds crosses too")
    func unknown() {
        #expect(verdict([groupby(["k"])], by: [])?.contains("events.partitionedBy") == true)
        #expect(verdict([.filter(.column("v"))], by: []) == nil)
        let top = Plan.Frame("top", from: "events", steps: [.head(2)])
        let plan = Plan(
            sources: [Source(name: "events", location: .files([]))],
            frames: [top, .init("out", from: "top", steps: [])], outputs: [])
        #expect(throws: SwiftwaterError.self) {
            try PartitionRules.check(plan, stream: "events", partitionedBy: ["k"], wanted: ["out"])
        }
    }
}
