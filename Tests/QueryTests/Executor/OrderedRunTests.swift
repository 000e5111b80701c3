import Columnar
import Foundation
import Query
import Testing

/// Steps that need the rows in order, in whole runs: results do not depend on threads or morsels.
@Suite struct OrderedRunTests {
    private func run(
        _ steps: [Step], _ values: [Int64], threads: Int, morselRows: Int
    ) throws -> Table {
        let schema = Schema([Field("value", .int64)])
        let column = Column(type: .int64, count: values.count, storage: .fixed(Buffer(values)))
        var options = RunOptions()
        options.threads = threads
        options.morselRows = morselRows
        options.tables = ["numbers": Table(schema: schema, batches: [Batch(schema: schema, columns: [column])])]
        let plan = numbersPlan(
            [.init("f", from: "numbers", steps: steps)], outputs: [.init(from: "f", to: .memory)])
        return try #require(try plan.runAndWait(options).tables["f"])
    }

    @Test("Rows are numbered in the order of the input", arguments: [1, 2, 3, 8])
    func rowNumbers(threads: Int) throws {
        for count in [0, 1, 2, 100, 5_000] {
            for morselRows in [1, 7, 64, 10_000] where count / morselRows < 2_000 {
                let values = (0..<Int64(count)).map { $0 }
                let odd = Step.filter(try Expression("value % 2 == 1"))
                let table = try run(
                    [odd, .rowNumber(name: "row", start: 5), .filter(try Expression("row % 3 == 0"))], values,
                    threads: threads, morselRows: morselRows)
                let expected = values.filter { $0 % 2 == 1 }.enumerated().filter { ($0.offset + 5) % 3 == 0 }
                #expect(table.values("value") == expected.map { .int($0.element) })
                #expect(table.values("row") == expected.map { .int(Int64($0.offset + 5)) })
            }
        }
    }

    @Test("The best rows know their numbers", arguments: [1, 2, 4])
    func numbersOfBestRows(threads: Int) throws {
        let values = (0..<3_000).map { Int64($0 * 7_919 % 3_001) }
        let table = try run(
            [.rowNumber(name: "row", start: 0), .nlargest(n: 5, by: ["value"])], values, threads: threads,
            morselRows: 10)
        let best = values.enumerated().sorted { $0.element > $1.element }.prefix(5)
        #expect(table.values("row") == best.map { .int(Int64($0.offset)) })
    }

    /// Steps that carry the numbers to an operator's result, on the way to which rows are lost.
    private static let carrying: [[Step]] = [
        [.nlargest(n: 7, by: ["value"])], [.nsmallest(n: 7, by: ["row"])], [.head(9)], [.tail(9)],
        [.sortValues(by: [.init("value", ascending: false), .init("row", ascending: false)], missingFirst: false)],
        [.dropDuplicates(subset: ["value"], keep: .last)], [.slice(start: 3, stop: -3, step: 2)],
        [.rename([.init("row", to: "place")]), .sortValues(by: [.init("value")], missingFirst: false)],
        [.rowNumber(name: "second", start: 5), .select(["second", "value", "row"]), .nlargest(n: 20, by: ["value"])],
        [.nlargest(n: 50, by: ["value"]), .rowNumber(name: "second", start: 0), .nlargest(n: 3, by: ["row"])],
    ]

    @Test("Numbers that are known at the end are those known at once", arguments: carrying.indices)
    func carriedNumbers(which: Int) throws {
        let values = (0..<4_000).map { Int64($0 * 7_919 % 501) }
        let filter = Step.filter(try Expression("value % 3 != 1"))
        // What asks for a number on the way keeps the numbers known at once.
        let asking = Step.filter(try Expression("row >= 0"))
        let copies = Step.assign([.init("copy", try Expression("row")), .init("other", try Expression("value + 1"))])
        let numbered: [Step] = [filter, .rowNumber(name: "row", start: 11), copies]
        let steps = Self.carrying[which]
        for (threads, morselRows) in [(2, 1), (3, 7), (8, 64), (2, 1_000)] {
            let later = try run(numbered + [filter] + steps, values, threads: threads, morselRows: morselRows)
            let asked = try run(numbered + [asking, filter] + steps, values, threads: 1, morselRows: morselRows)
            for name in asked.schema.names { #expect(later.values(name) == asked.values(name)) }
        }
    }

    @Test("The places of extremes are row numbers", arguments: [1, 2, 4])
    func placesOfExtremes(threads: Int) throws {
        let values = (0..<2_000).map { Int64($0 * 31 % 97) }
        let aggregations = [Aggregation(.indexOfMinimum, "value", name: "low"), .init(.indexOfMaximum, "value")]
        let table = try run(
            [.groupby(by: [], aggregations: aggregations, options: .init())], values, threads: threads, morselRows: 9)
        #expect(table.values("low") == [.int(0)])
        let largest = values.firstIndex(of: 96).map { Scalar.int(Int64($0)) } ?? .null
        #expect(table.values("value_idxmax") == [largest])
    }

    @Test("Windows, slices and samples do not depend on threads", arguments: [2, 3, 8])
    func threads(threads: Int) throws {
        let values = (0..<4_000).map { Int64($0 * 7_919 % 1_009) }
        let steps: [[Step]] = [
            [.tail(100)], [.slice(start: 10, stop: -10, step: -3)], [.slice(start: 5, stop: 100, step: 1)],
            [.sample(.init(.rows(50), seed: 3))], [.sample(.init(.fraction(1.5), seed: 3, replace: true))],
            [
                .assign([.init("key", try Expression("value % 10"))]),
                .window(
                    by: ["key"],
                    columns: [
                        .init("before", .shift(by: 1, fill: .null), of: "value"),
                        .init("total", .cumulative(.sum), of: "value"), .init("place", .cumcount(ascending: true)),
                        .init("middle", .aggregate(.median, .init()), of: "value"),
                    ], options: .init()),
            ],
            [.melt(id: [], value: ["value"], variableName: "name", valueName: "number")],
        ]
        for steps in steps {
            let expected = try run(steps, values, threads: 1, morselRows: 16_384)
            let table = try run(steps, values, threads: threads, morselRows: 11)
            for name in expected.schema.names { #expect(table.values(name) == expected.values(name)) }
        }
    }

    @Test func `a sample draws each row once, or as often as it comes with replacement`() throws {
        let values = (0..<1_000).map { Int64($0) }
        let drawn = try run([.sample(.init(.rows(1_000), seed: 1))], values, threads: 2, morselRows: 100)
        let rows = drawn.values("value")
        #expect(Set(rows) == Set(values.map { .int($0) }))
        #expect(rows != values.map { .int($0) })
        let again = try run([.sample(.init(.rows(1_000), seed: 1))], values, threads: 2, morselRows: 100)
        #expect(again.values("value") == rows)
        let other = try run([.sample(.init(.rows(1_000), seed: 2))], values, threads: 2, morselRows: 100)
        #expect(other.values("value") != rows)
        #expect(throws: SwiftwaterError.self) {
            try run([.sample(.init(.rows(1_001)))], values, threads: 2, morselRows: 100)
        }
        let many = try run([.sample(.init(.rows(5_000), replace: true))], values, threads: 2, morselRows: 100)
        #expect(many.count == 5_000)
    }

    @Test func `lists become rows`() throws {
        let schema = Schema([Field("id", .int64), Field("tags", .list(.string)), Field("n", .list(.int64))])
        let columns = [
            try Column(.int64, [.int(1), .int(2), .int(3), .int(4)]),
            try Column(
                .list(.string),
                [.list([.string("a"), .string("b")]), .list([]), .null, .list([.null, .string("c")])]),
            try Column(.list(.int64), [.list([.int(1), .int(2)]), .null, .list([]), .list([.int(3), .null])]),
        ]
        let batch = Batch(schema: schema, columns: columns, count: 4)
        let one = try Explode(["tags"], input: schema).apply(batch)
        #expect(one.columns[0].scalars == [1, 1, 2, 3, 4, 4].map { .int($0) })
        #expect(one.columns[1].scalars == [.string("a"), .string("b"), .null, .null, .null, .string("c")])
        let both = try Explode(["tags", "n"], input: schema).apply(batch.slice(0..<4))
        #expect(both.columns[2].scalars == [.int(1), .int(2), .null, .null, .int(3), .null])
        #expect(both.columns[1].scalars == one.columns[1].scalars)
        let sliced = try Explode(["tags"], input: schema).apply(batch.slice(3..<4))
        #expect(sliced.columns[1].scalars == [.null, .string("c")])
        let unequal = Batch(
            schema: schema, columns: [columns[0], columns[1], columns[2].slice(1..<4)].map { $0.slice(0..<3) }, count: 3
        )
        #expect(throws: SwiftwaterError.self) { try Explode(["tags", "n"], input: schema).apply(unequal) }
    }
}
