import Columnar
import Foundation
import Query
import Testing

/// Every cell of the table of modes in docs/reference/streams.md.
@Suite struct StreamRulesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// The row's first cell on the page.
        var cell: String
        /// Frames' steps, each a way to have what the cell says.
        var examples: [[Step]]
        var modes: Set<StreamMode>
        var testDescription: String { cell }
    }

    private static func groupby(_ by: [String], _ window: TimeWindow? = nil) -> Step {
        .groupby(by: by, aggregations: [Aggregation(.max, "latency")], options: .init(window: window))
    }
    private static let tumbling = groupby(["timestamp", "company"], .tumbling("timestamp", size: .seconds(60)))
    private static let sliding = groupby(
        ["timestamp"], .sliding("timestamp", size: .seconds(60), slide: .seconds(10)))
    private static let filter = Step.filter(.binary(.greater, .column("latency_max"), .literal(.float(1))))
    private static let companies = Step.Join(with: "companies", how: .left, on: ["company"])

    static let table: [Row] = [
        Row(
            cell: "steps row by row: `filter`, `select`, `assign`, `rename`, `drop`, `astype`, `fillna`, `dropna`, "
                + "`explode`",
            examples: [
                [], [.filter(.binary(.greater, .column("latency"), .literal(.float(1))))], [.select(["company"])],
                [.assign([.init("x", .column("latency"))])], [.rename([.init("company", to: "c")])],
                [.drop(["company"])],
                [.astype([Field("latency", .float32)])], [.fillna([.init(column: nil, value: .int(0))])],
                [.dropna(subset: nil, how: .any)], [.explode(["tags"])],
            ], modes: [.batch, .append, .update]),
        Row(
            cell: "`join` (`inner`, `left`, `semi`, `anti`, `cross`) with a frame that is not a stream, on the right",
            examples: [Step.Join.How.inner, .left, .semi, .anti].map {
                [.join(Step.Join(with: "companies", how: $0, on: ["company"]))]
            } + [[.join(Step.Join(with: "companies", how: .cross, on: []))]], modes: [.batch, .append, .update]),
        Row(
            cell: "`join` of two frames of the stream, `within` a range of the event time",
            examples: Step.Join.How.allCases.filter { $0 != .cross }.map {
                [
                    .join(
                        Step.Join(with: "events", how: $0, on: ["company"], within: .init("timestamp", to: .seconds(9)))
                    )
                ]
            } + [
                [
                    .rename([.init("timestamp", to: "t")]), .drop(["received"]),
                    .join(
                        Step.Join(
                            with: "events", on: ["company"],
                            within: .init("t", "timestamp", from: .seconds(-1), to: .seconds(1)))),
                    .select(["company"]),
                ]
            ], modes: [.batch, .append]),
        Row(
            cell: "`join` of two frames of the stream, `within` a range of another column",
            examples: [
                [.join(Step.Join(with: "events", on: ["company"], within: .init("received", to: .seconds(9))))],
                [
                    .join(Step.Join(with: "events", on: ["company"], within: .init("received", to: .seconds(9)))),
                    .select(["company"]),
                ],
                [
                    .join(
                        Step.Join(
                            with: "events", on: ["company"], within: .init("timestamp", "received", to: .seconds(9))))
                ],
            ], modes: [.batch]),
        Row(
            cell: "`groupby`", examples: [[groupby(["company"])], [groupby([])]], modes: [.batch, .update, .complete]),
        Row(
            cell: "`groupby` with a window that has a `size`, over the event time",
            examples: [
                [tumbling], [sliding],
                [
                    .rename([.init("timestamp", to: "time")]), .assign([.init("again", .column("time"))]),
                    .astype([Field("again", .timestamp(.second, zone: nil))]),
                    groupby(["again"], .tumbling("again", size: .seconds(1))),
                ],
                [.join(companies), tumbling],
            ], modes: [.batch, .append, .update, .complete]),
        Row(
            cell: "`groupby` with a window that has a `size`, over another column",
            examples: [
                [groupby(["received"], .tumbling("received", size: .seconds(1)))],
                [
                    .assign([.init("timestamp", .column("received"))]),
                    groupby(["timestamp"], .tumbling("timestamp", size: .seconds(1))),
                ],
            ], modes: [.batch, .update, .complete]),
        Row(
            cell: "`groupby` with a window that has a `gap`, over the event time",
            examples: [[groupby(["company", "timestamp"], .session("timestamp", gap: .seconds(9)))]],
            modes: [.batch, .append, .complete]),
        Row(
            cell: "`value_counts`",
            examples: [[.valueCounts(columns: ["company"], normalize: false, sort: true, dropMissing: true)]],
            modes: [.batch, .update, .complete]),
        Row(
            cell: "`value_counts` with `normalize`",
            examples: [[.valueCounts(columns: ["company"], normalize: true, sort: true, dropMissing: true)]],
            modes: [.batch, .complete]),
        Row(
            cell: "`nlargest`, `nsmallest`, `sort_values` with `head`",
            examples: [
                [.nlargest(n: 3, by: ["latency"])], [.nsmallest(n: 3, by: ["latency"])],
                [.sortValues(by: [.init("latency")], missingFirst: false), .head(3)],
            ], modes: [.batch, .complete]),
        Row(cell: "`head`", examples: [[.head(3)]], modes: [.batch, .append, .update, .complete]),
        Row(
            cell: "`drop_duplicates`",
            examples: [
                [.dropDuplicates(subset: ["company"], keep: .first)], [.dropDuplicates(subset: nil, keep: .first)],
                [.dropDuplicates(subset: ["company"], keep: .first, time: "timestamp")],
            ], modes: [.batch, .append, .update, .complete]),
        Row(
            cell: "`drop_duplicates` with `keep: last`",
            examples: [[.dropDuplicates(subset: ["company"], keep: .last)]], modes: [.batch, .update, .complete]),
        Row(
            cell: "`drop_duplicates` with `keep: false`",
            examples: [[.dropDuplicates(subset: ["company"], keep: .none)]], modes: [.batch, .complete]),
        Row(
            cell: "one of these that remember, then another step that needs all of its rows",
            examples: [
                [tumbling, .sortValues(by: [.init("latency_max")], missingFirst: false)],
                [groupby(["company"]), .nlargest(n: 2, by: ["latency_max"])], [.head(9), .tail(2)],
                [tumbling, .groupby(by: ["company"], aggregations: [.init(.sum, "latency_max")], options: .init())],
                [tumbling, filter, .head(5)], [groupby(["company"]), .rowNumber(name: "row", start: 0)],
                [groupby(["company"]), .join(Step.Join(with: "companies", how: .outer, on: ["company"]))],
            ], modes: [.batch, .complete]),
        Row(
            cell: "`sort_values`, `tail`, `slice`, `window`, `sample`, `melt`, `row_number`, a `right` or `outer` join",
            examples: [
                [.sortValues(by: [.init("latency")], missingFirst: false)], [.tail(3)],
                [.slice(start: 1, stop: nil, step: 2)],
                [.window(by: [], columns: [.init("n", .cumcount(ascending: true))], options: .init())],
                [.sample(.init(.rows(3)))],
                [.melt(id: ["company"], value: ["latency"], variableName: "name", valueName: "value")],
                [.rowNumber(name: "row", start: 0)],
                [.join(Step.Join(with: "companies", how: .right, on: ["company"]))],
                [.join(Step.Join(with: "companies", how: .outer, on: ["company"]))],
                [.sortValues(by: [.init("latency")], missingFirst: false), tumbling],
                [
                    .join(Step.Join(with: "events", on: ["company"], within: .init("timestamp", to: .seconds(9)))),
                    .groupby(by: ["company"], aggregations: [Aggregation(.size, nil)], options: .init()),
                ],
            ], modes: [.batch]),
    ]

    private static let events = Schema([
        Field("timestamp", .timestamp(.millisecond, zone: nil)), Field("received", .timestamp(.millisecond, zone: nil)),
        Field("company", .string), Field("latency", .float64), Field("tags", .list(.string)),
    ])
    private static let companiesSchema = Schema([
        Field("company", .string), Field("country", .string), Field("founded", .timestamp(.second, zone: nil)),
    ])

    static func plan(_ frames: [Plan.Frame], output: String = "f") throws -> StreamingPlan {
        var options = RunOptions()
        options.tables["companies"] = Table(schema: companiesSchema, batches: [])
        let sources = [
            Source(name: "events", location: .memory(events)),
            Source(name: "companies", location: .memory(companiesSchema)),
        ]
        return try StreamingPlan(
            Plan(sources: sources, frames: frames, outputs: [.init(from: output, to: .memory)]), stream: "events",
            schema: events, eventTime: "timestamp", options: options)
    }

    private static func verdicts(_ steps: [Step]) throws -> StreamRules.Verdicts {
        try plan([Plan.Frame("f", from: "events", steps: steps)]).outputs[0].verdicts
    }

    private static let page: String = {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        return (try? String(contentsOfFile: root + "/docs/reference/streams.md", encoding: .utf8)) ?? ""
    }()

    @Test("Each cell of the page's table is so", arguments: table)
    func cells(row: Row) throws {
        let marks = [StreamMode.batch, .append, .update, .complete].map { row.modes.contains($0) ? "yes" : "no" }
        #expect(Self.page.contains("| \(row.cell) | \(marks.joined(separator: " | ")) |\n"))
        for steps in row.examples {
            let verdicts = try Self.verdicts(steps)
            #expect(verdicts.allowed == row.modes, "\(steps)")
            for mode in StreamMode.allCases where !row.modes.contains(mode) {
                let refusal = try #require(verdicts[mode])
                #expect(!refusal.reason.isEmpty && !refusal.hint.isEmpty)
            }
        }
    }

    @Test("The page's table has no other rows")
    func rows() throws {
        let lines = Self.page.split(separator: "\n").filter { $0.hasSuffix(" yes |") || $0.hasSuffix(" no |") }
        // Three rows are about several frames, or about the rows above them.
        #expect(lines.count == Self.table.count + 2)
        let others = [
            "| frames of the same stream one after the other, each with steps row by row | yes | yes | yes | no |",
            "| any other `join` of the stream with a frame that is made of the same stream | no | no | no | no |",
            "| one of these that remember, then steps row by row | as the first | as the first | as the first | as the "
                + "first |",
        ]
        for line in others { #expect(Self.page.contains(line + "\n")) }
    }

    @Test("Steps row by row behind what remembers change nothing", arguments: table)
    func rowwise(row: Row) throws {
        guard row.modes.contains(.complete) else { return }
        for steps in row.examples {
            let more: [Step] = steps + [.fillna([.init(column: nil, value: .int(0))]), .dropna(subset: nil, how: .all)]
            #expect(try Self.verdicts(more).allowed == row.modes, "\(more)")
        }
    }

    @Test("Frames of one stream may stand one behind the other")
    func concatenation() throws {
        let plan = try Self.plan([
            .init("a", from: "events", steps: [.head(1)].filter { _ in false }),
            .init("b", from: "events", steps: [.drop(["latency"])]), .init("f", from: ["a", "b"], steps: []),
        ])
        #expect(plan.outputs[0].verdicts.allowed == [.batch, .append, .update])
        let windows = try Self.plan([
            .init("a", from: "events", steps: []), .init("f", from: ["a", "events"], steps: [Self.tumbling]),
        ])
        #expect(windows.outputs[0].verdicts.allowed == Set(StreamMode.allCases))
    }

    @Test("Rows of a stream do not meet rows that are made of the same stream")
    func selfJoin() throws {
        let best = Plan.Frame("best", from: "events", steps: [Self.groupby(["company"])])
        for frames in [
            [best, .init("f", from: "events", steps: [.join(.init(with: "best", on: ["company"]))])],
            [best, .init("f", from: ["events", "best"], steps: [])],
            [.init("f", from: ["events", "companies"], steps: [])],
        ] {
            #expect(throws: SwiftwaterError.self) { try Self.plan(frames) }
        }
        let error = #expect(throws: SwiftwaterError.self) {
            try Self.plan([.init("f", from: "events", steps: [.join(.init(with: "events", on: ["company"]))])])
        }
        #expect(error?.hint?.contains("'within'") == true)
    }

    @Test("A range of time is for two frames of the stream, as they come")
    func rangeJoin() throws {
        func join(_ with: String, _ left: String = "timestamp") -> Step {
            .join(.init(with: with, on: ["company"], within: .init(left, "timestamp", to: .seconds(1))))
        }
        let windows = Plan.Frame("windows", from: "events", steps: [Self.tumbling])
        let dated = Plan.Frame("dated", from: "companies", steps: [.assign([.init("timestamp", .column("founded"))])])
        let cases: [(frames: [Plan.Frame], word: String)] = [
            ([windows, .init("f", from: "events", steps: [join("windows")])], "an earlier step"),
            ([windows, .init("f", from: "windows", steps: [join("events")])], "an earlier step"),
            ([dated, .init("f", from: "events", steps: [join("dated")])], "is read from files"),
        ]
        for (frames, word) in cases {
            let error = #expect(throws: SwiftwaterError.self) { try Self.plan(frames) }
            #expect(error?.message.contains(word) == true, "\(String(describing: error))")
        }
        let both = try Self.plan([windows, .init("f", from: "windows", steps: [join("windows")])])
        #expect(both.outputs[0].verdicts.allowed == [.batch, .complete])
        let other = try Self.verdicts([join("events", "received")])
        #expect(other[.append]?.reason.contains("'received' and 'timestamp', which is not the event time") == true)
        #expect(other[.update]?.hint.contains("'append'") == true)
    }

    @Test("Duplicates are forgotten by the event time when it is among the columns compared")
    func duplicates() throws {
        func label(_ steps: [Step]) throws -> String? {
            try Self.plan([Plan.Frame("f", from: "events", steps: steps)]).slots.first?.operator.label
        }
        #expect(try label([.dropDuplicates(subset: ["company"], keep: .first)]) == "drop_duplicates company")
        #expect(
            try label([
                .rename([.init("timestamp", to: "time")]), .dropDuplicates(subset: ["company", "time"], keep: .first),
            ]) == "drop_duplicates company, time, time time")
        #expect(try label([.dropDuplicates(subset: nil, keep: .first)]) == "drop_duplicates, time timestamp")
        #expect(
            try label([Self.groupby(["company"]), .dropDuplicates(subset: nil, keep: .first)])?.hasPrefix("groupby")
                == true)
    }

    @Test("A refusal names the operation and what to use instead")
    func messages() throws {
        let sort = try Self.verdicts([.sortValues(by: [.init("latency")], missingFirst: false)])
        #expect(sort[.complete]?.reason == "'sort_values' needs all rows, and a stream has no end")
        #expect(sort[.complete]?.hint.contains("nlargest") == true)
        let groups = try Self.verdicts([Self.groupby(["company"])])
        #expect(groups[.append]?.hint.contains("window of the event time") == true)
        let other = try Self.verdicts([Self.groupby(["received"], .tumbling("received", size: .seconds(1)))])
        #expect(other[.append]?.reason.contains("'received', which is not the event time") == true)
    }
}
