import Columnar
import Functions
import Query
import Testing

@Suite("Steps of function files")
struct StepFormTests {
    /// A function with the step in a frame `a`, and a frame `companies`.
    private func yaml(_ step: String) -> String {
        FunctionFileTests.minimal(steps: [step])
            .replacingFirst(
                "\n  outputs:", with: "\n    companies: {from: events}\n    clicks: {from: events}\n  outputs:")
    }

    private func step(_ text: String) throws -> Step {
        let function = try FunctionFile(yaml: yaml(text), path: "f.yaml")
        return try #require(function.frames.first?.steps.first)
    }

    @Test("row and column steps")
    func columns() throws {
        #expect(try step("filter: a > 1") == .filter(Expression("a > 1")))
        #expect(try step("filter: true") == .filter(.literal(.bool(true))))
        #expect(try step("select: [b, a]") == .select(["b", "a"]))
        #expect(try step("select: a") == .select(["a"]))
        #expect(try step("drop: [no, 2020]") == .drop(["no", "2020"]))
        #expect(
            try step("assign: {z: a + 1, b: z * 2}")
                == .assign([.init("z", Expression("a + 1")), .init("b", Expression("z * 2"))]))
        #expect(
            try step("assign: [{z: a}, {b: 1}]") == .assign([.init("z", .column("a")), .init("b", .literal(.int(1)))]))
        #expect(try step("rename: {a: x, b: y}") == .rename([.init("a", to: "x"), .init("b", to: "y")]))
        #expect(
            try step("astype: {a: float32, t: \"timestamp[ms, UTC]\"}")
                == .astype([Field("a", .float32), Field("t", .timestamp(.millisecond, zone: "UTC"))]))
    }

    @Test("steps about missing values")
    func missing() throws {
        #expect(try step("fillna: 0") == .fillna([.init(column: nil, value: .int(0))]))
        #expect(try step("fillna: '0'") == .fillna([.init(column: nil, value: .string("0"))]))
        #expect(
            try step("fillna: {b: 0.5, a: unknown}")
                == .fillna([.init(column: "b", value: .float(0.5)), .init(column: "a", value: .string("unknown"))]))
        #expect(try step("dropna") == .dropna(subset: nil, how: .any))
        #expect(try step("dropna: {}") == .dropna(subset: nil, how: .any))
        #expect(try step("dropna:") == .dropna(subset: nil, how: .any))
        #expect(try step("dropna: {subset: a, how: all}") == .dropna(subset: ["a"], how: .all))
    }

    @Test("groupby with one aggregation, several, named ones, and without keys")
    func groups() throws {
        #expect(
            try step("groupby: {by: a, agg: {b: sum}}")
                == .groupby(by: ["a"], aggregations: [Aggregation(.sum, "b")], options: .init()))
        #expect(
            try step("groupby: {by: [a, c], agg: {b: [var, nunique]}, sort: false, dropna: false}")
                == .groupby(
                    by: ["a", "c"],
                    aggregations: [Aggregation(.variance, "b"), Aggregation(.distinctCount, "b")],
                    options: .init(sort: false, dropMissing: false)))
        #expect(
            try step("groupby: {agg: {b: {max: peak}, '*': size}}")
                == .groupby(
                    by: [], aggregations: [Aggregation(.max, "b", name: "peak"), Aggregation(.size, nil)],
                    options: .init()))
    }

    @Test("steps about order")
    func order() throws {
        #expect(try step("nlargest: {n: 3, by: [a, b]}") == .nlargest(n: 3, by: ["a", "b"]))
        #expect(try step("nsmallest: {n: 3, by: a}") == .nsmallest(n: 3, by: ["a"]))
        #expect(try step("sort_values: a") == .sortValues(by: [.init("a")], missingFirst: false))
        #expect(
            try step("sort_values: {by: [a, b], ascending: [false, true], na_position: first}")
                == .sortValues(by: [.init("a", ascending: false), .init("b")], missingFirst: true))
        #expect(
            try step("sort_values: {by: [a, b], ascending: false}")
                == .sortValues(
                    by: [.init("a", ascending: false), .init("b", ascending: false)], missingFirst: false))
        #expect(try step("head: 5") == .head(5))
        #expect(try step("head: {n: 5}") == .head(5))
    }

    @Test("steps about equal rows")
    func duplicates() throws {
        #expect(try step("drop_duplicates") == .dropDuplicates(subset: nil, keep: .first))
        #expect(try step("drop_duplicates: {subset: [a], keep: last}") == .dropDuplicates(subset: ["a"], keep: .last))
        #expect(try step("drop_duplicates: {keep: false}") == .dropDuplicates(subset: nil, keep: Step.Keep.none))
        #expect(
            try step("value_counts: a")
                == .valueCounts(columns: ["a"], normalize: false, sort: true, dropMissing: true))
        #expect(
            try step("value_counts: {columns: [a, b], normalize: true, sort: false, dropna: false}")
                == .valueCounts(columns: ["a", "b"], normalize: true, sort: false, dropMissing: false))
    }

    @Test("every documented example is a step", arguments: FunctionReference.stepExamples)
    func documented(_ example: String) throws {
        _ = try step(example)
    }

    @Test("joins with another frame, which must be there")
    func joins() throws {
        #expect(
            try step("join: {with: companies, on: a}") == .join(.init(with: "companies", on: ["a"])))
        #expect(
            try step(
                "join: {with: events, how: outer, leftOn: a, rightOn: [b], suffixes: ['', _r], validate: one_to_one}")
                == .join(
                    .init(
                        with: "events", how: .outer, leftOn: ["a"], rightOn: ["b"], suffixes: ("", "_r"),
                        validation: .oneToOne)))
        #expect(
            FunctionFileTests.message { _ = try step("join: {with: company, on: a}") }
                == "f.yaml:9:24: unknown frame 'company'; use one of events, a, companies, clicks")
        #expect(
            FunctionFileTests.message { _ = try step("join: {with: companies, onn: a}") }
                == "f.yaml:9:35: unknown key 'onn' in join; did you mean 'on'?")
    }

    @Test("joins within a range of time, over the event time unless they say otherwise")
    func rangeJoins() throws {
        #expect(
            try step("join: {with: clicks, on: a, within: {left: t, right: u, from: -5s, to: 1min}}")
                == .join(
                    .init(with: "clicks", on: ["a"], within: .init("t", "u", from: .seconds(-5), to: .seconds(60)))))
        func timed(_ text: String) throws -> Step? {
            let yaml = yaml(text).replacingFirst("spec:", with: "spec:\n  events: {eventTime: {column: seen}}")
            return try FunctionFile(yaml: yaml, path: "f.yaml").frames.first?.steps.first
        }
        #expect(
            try timed("join: {with: clicks, on: a, within: {to: 10s}}")
                == .join(.init(with: "clicks", on: ["a"], within: .init("seen", to: .seconds(10)))))
        #expect(
            try timed("join: {with: clicks, on: a, within: {right: u, to: 10s}}")
                == .join(.init(with: "clicks", on: ["a"], within: .init("seen", "u", to: .seconds(10)))))
        #expect(
            try timed("join: {with: clicks, on: a, within: {left: t, to: 10s}}")
                == .join(.init(with: "clicks", on: ["a"], within: .init("t", to: .seconds(10)))))
        func message(_ text: String) -> String? { FunctionFileTests.message { _ = try step(text) } }
        #expect(
            message("join: {with: clicks, on: a, within: {to: 10s}}")
                == "f.yaml:9:47: within needs 'left', the column of times: the events have no event time; name the "
                + "column, or add 'eventTime: {column: …}' under events")
        #expect(
            message("join: {with: clicks, on: a, within: {left: t, too: 10s}}")
                == "f.yaml:9:57: unknown key 'too' in within; did you mean 'to'?")
        #expect(message("join: {with: clicks, on: a, within: {left: t}}") == "f.yaml:9:47: within needs 'to'")
        #expect(
            message("join: {with: clicks, on: a, within: {left: t, to: ten}}")
                == "f.yaml:9:61: 'ten' is not a length of time; write a whole number and a unit, such as 500ms, 10s, "
                + "1min, 1h or 1D")
        #expect(
            message("join: {with: clicks, on: a, within: 10s}")
                == "f.yaml:9:47: within is a mapping of keys, not '10s'"
                || message("join: {with: clicks, on: a, within: 10s}")
                    == "f.yaml:9:47: within is a mapping of keys, not the text '10s'"
        )
    }

    @Test("a frame from several others")
    func concatenation() throws {
        let yaml = yaml("head: 1")
        let several = try FunctionFile(
            yaml: yaml.replacingFirst("from: events", with: "from: [companies, events]"), path: "f.yaml")
        #expect(several.frames.first?.from == ["companies", "events"])
        #expect(
            FunctionFileTests.message {
                _ = try FunctionFile(yaml: yaml.replacingFirst("from: events", with: "from: [event]"), path: "f.yaml")
            } == "f.yaml:7:14: unknown frame 'event'; did you mean 'events'?")
        #expect(
            FunctionFileTests.message {
                _ = try FunctionFile(yaml: yaml.replacingFirst("from: events", with: "from: []"), path: "f.yaml")
            } == "f.yaml:7:13: 'from' is a name or a list of names, not a list")
    }
}

extension String {
    /// With another text in place of the first that is `text`.
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
