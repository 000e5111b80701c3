import Columnar
import Formats
import Foundation
import Query
import Testing

@Suite struct PlanCodingTests {
    private static func decode(_ json: String) throws -> Plan {
        try JSONDecoder().decode(Plan.self, from: Data(json.utf8))
    }

    private static func encode(_ plan: Plan) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(plan), as: UTF8.self)
    }

    private static func frame(_ steps: String) -> String {
        #"{"sources":{"events":{"files":["a.ndjson"]}},"frames":{"f":{"from":"events","steps":\#(steps)}}}"#
    }

    /// The message of the error under a decoding error.
    private static func reason(_ json: String) -> String {
        do {
            _ = try decode(json)
            return "no error"
        } catch DecodingError.dataCorrupted(let context) {
            return (context.underlyingError as? SwiftwaterError)?.description ?? "\(context)"
        } catch {
            return "\(error)"
        }
    }

    @Test func `every step has a stable form`() throws {
        let forms: [(String, Step)] = [
            (
                #"{"filter":"cpu >= 0 and company != 'x'"}"#,
                .filter(try Query.Expression("cpu >= 0 and company != 'x'"))
            ),
            (#"{"select":["a","b"]}"#, .select(["a", "b"])),
            (#"{"tail":3}"#, .tail(3)), (#"{"explode":["a"]}"#, .explode(["a"])),
            (#"{"row_number":{"name":"row"}}"#, .rowNumber(name: "row", start: 0)),
            (#"{"row_number":{"name":"row","start":1}}"#, .rowNumber(name: "row", start: 1)),
            (#"{"slice":{"start":1,"step":-2,"stop":-3}}"#, .slice(start: 1, stop: -3, step: -2)),
            (#"{"slice":{}}"#, .slice(start: nil, stop: nil, step: 1)),
            (
                #"{"melt":{"id":["a"],"value":["b","c"],"variableName":"name"}}"#,
                .melt(id: ["a"], value: ["b", "c"], variableName: "name", valueName: "value")
            ),
            (#"{"sample":{"n":3,"seed":7}}"#, .sample(.init(.rows(3), seed: 7))),
            (
                #"{"groupby":{"agg":{"a":["max"]},"by":[{"window":{"key":"t","size":"1min"}},"c"]}}"#,
                .groupby(
                    by: ["t", "c"], aggregations: [.init(.max, "a")],
                    options: .init(window: .tumbling("t", size: .seconds(60))))
            ),
            (
                #"{"groupby":{"agg":{"*":["size"]},"by":["c",{"window":{"key":"t","offset":"5s","size":"1min","slide":"10s"}}]}}"#,
                .groupby(
                    by: ["c", "t"], aggregations: [.init(.size, nil)],
                    options: .init(
                        window: .sliding("t", size: .seconds(60), slide: .seconds(10), offset: .seconds(5))))
            ),
            (
                #"{"groupby":{"agg":{"*":["size"]},"by":[{"window":{"gap":"5min","key":"t"}}]}}"#,
                .groupby(
                    by: ["t"], aggregations: [.init(.size, nil)],
                    options: .init(window: .session("t", gap: .seconds(300))))
            ),
            (
                #"{"drop_duplicates":{"subset":["a"],"time":"t"}}"#,
                .dropDuplicates(subset: ["a"], keep: .first, time: "t")
            ),
            (
                #"{"join":{"how":"left","on":["id"],"with":"other","within":{"from":"-5s","left":"sent","right":"answered","to":"1min"}}}"#,
                .join(
                    .init(
                        with: "other", how: .left, on: ["id"],
                        within: .init("sent", "answered", from: .seconds(-5), to: .seconds(60))))
            ),
            (
                #"{"join":{"on":["id"],"with":"other","within":{"left":"t","to":"10s"}}}"#,
                .join(.init(with: "other", on: ["id"], within: .init("t", to: .seconds(10))))
            ),
            (#"{"sample":{"fraction":0.5,"replace":true}}"#, .sample(.init(.fraction(0.5), replace: true))),
            (
                #"{"groupby":{"agg":{"cpu":["median",{"quantile":{"name":"p90","q":0.9}},{"var":{"ddof":0}}]},"by":[]}}"#,
                .groupby(
                    by: [],
                    aggregations: [
                        .init(.median, "cpu"), .init(.quantile, "cpu", name: "p90", options: .init(q: 0.9)),
                        .init(.variance, "cpu", options: .init(ddof: 0)),
                    ], options: .init())
            ),
            (
                #"{"window":{"by":["k"],"columns":[{"column":"c","function":"shift","n":2,"name":"s"},"#
                    + #"{"column":"c","fill":0,"function":"shift","n":-1,"name":"f"},"#
                    + #"{"ascending":false,"column":"c","function":"rank","method":"dense","missing":"top","name":"r","#
                    + #""pct":true},{"aggregate":"mean","center":true,"column":"c","function":"rolling","#
                    + #""minPeriods":1,"name":"m","window":3},{"aggregate":"var","column":"c","ddof":0,"#
                    + #""function":"expanding","name":"v"},{"function":"cumcount","name":"n"},"#
                    + #"{"aggregate":"quantile","column":"c","function":"aggregate","name":"q","q":0.25},"#
                    + #"{"column":"c","function":"ffill","limit":2,"name":"c"}],"dropna":false}}"#,
                .window(
                    by: ["k"],
                    columns: [
                        .init("s", .shift(by: 2, fill: .null), of: "c"),
                        .init("f", .shift(by: -1, fill: .int(0)), of: "c"),
                        .init("r", .rank(.init(.dense, ascending: false, missing: .top, percent: true)), of: "c"),
                        .init(
                            "m", .rolling(.init(rows: 3, minimumPeriods: 1, isCentered: true), .mean, .init()), of: "c"),
                        .init("v", .rolling(.init(rows: nil), .variance, .init(ddof: 0)), of: "c"),
                        .init("n", .cumcount(ascending: true)),
                        .init("q", .aggregate(.quantile, .init(q: 0.25)), of: "c"),
                        .init("c", .ffill(limit: 2), of: "c"),
                    ], options: .init(dropMissing: false))
            ),
            (#"{"assign":{"a":"b + 1"}}"#, .assign([.init("a", try Query.Expression("b + 1"))])),
            (
                #"{"assign":[{"z":"b + 1"},{"a":"z * 2"}]}"#,
                .assign([.init("z", try Query.Expression("b + 1")), .init("a", try Query.Expression("z * 2"))])
            ),
            (#"{"rename":{"a":"b"}}"#, .rename([.init("a", to: "b")])),
            (#"{"drop":["a"]}"#, .drop(["a"])),
            (#"{"astype":{"t":"timestamp[ms]"}}"#, .astype([Field("t", .timestamp(.millisecond, zone: nil))])),
            (#"{"fillna":0}"#, .fillna([.init(column: nil, value: .int(0))])),
            (
                #"{"fillna":[{"a":"none"},{"b":1.5},{"c":false}]}"#,
                .fillna([
                    .init(column: "a", value: .string("none")), .init(column: "b", value: .float(1.5)),
                    .init(column: "c", value: .bool(false)),
                ])
            ),
            (#"{"dropna":{}}"#, .dropna(subset: nil, how: .any)),
            (#"{"dropna":{"how":"all","subset":["a"]}}"#, .dropna(subset: ["a"], how: .all)),
            (
                #"{"groupby":{"agg":{"cpu":["min","max","mean"]},"by":["company"]}}"#,
                .groupby(
                    by: ["company"],
                    aggregations: [Aggregation(.min, "cpu"), Aggregation(.max, "cpu"), Aggregation(.mean, "cpu")],
                    options: .init())
            ),
            (
                #"{"groupby":{"agg":[{"cpu":[{"max":"peak"}]},{"*":["size"]}],"by":["a"],"dropna":false,"sort":false}}"#,
                .groupby(
                    by: ["a"], aggregations: [Aggregation(.max, "cpu", name: "peak"), Aggregation(.size, nil)],
                    options: .init(sort: false, dropMissing: false))
            ),
            (#"{"nlargest":{"by":["cpu"],"n":10}}"#, .nlargest(n: 10, by: ["cpu"])),
            (#"{"nsmallest":{"by":["cpu"],"n":10}}"#, .nsmallest(n: 10, by: ["cpu"])),
            (#"{"sort_values":{"by":["a"]}}"#, .sortValues(by: [.init("a")], missingFirst: false)),
            (
                #"{"sort_values":{"ascending":[false,true],"by":["a","b"],"na_position":"first"}}"#,
                .sortValues(by: [.init("a", ascending: false), .init("b")], missingFirst: true)
            ),
            (#"{"head":5}"#, .head(5)),
            (#"{"drop_duplicates":{}}"#, .dropDuplicates(subset: nil, keep: .first)),
            (#"{"drop_duplicates":{"keep":"none","subset":["a"]}}"#, .dropDuplicates(subset: ["a"], keep: .none)),
            (
                #"{"value_counts":{"columns":["a"],"normalize":true}}"#,
                .valueCounts(columns: ["a"], normalize: true, sort: true, dropMissing: true)
            ),
            (#"{"join":{"on":["a"],"with":"other"}}"#, .join(.init(with: "other", on: ["a"]))),
            (#"{"join":{"how":"cross","with":"other"}}"#, .join(.init(with: "other", how: .cross, on: []))),
            (
                #"{"join":{"how":"left","leftOn":["a"],"rightOn":["b"],"suffixes":["","_r"],"validate":"one_to_one","#
                    + #""with":"other"}}"#,
                .join(
                    .init(
                        with: "other", how: .left, leftOn: ["a"], rightOn: ["b"], suffixes: ("", "_r"),
                        validation: .oneToOne))
            ),
        ]
        for (json, step) in forms {
            let decoded = try JSONDecoder().decode(Step.self, from: Data(json.utf8))
            #expect(decoded == step, "\(json)")
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            #expect(String(decoding: try encoder.encode(step), as: UTF8.self) == json)
        }
    }

    @Test func `short forms mean the same`() throws {
        let forms: [(String, Step)] = [
            (#""dropna""#, .dropna(subset: nil, how: .any)),
            (#"{"dropna":null}"#, .dropna(subset: nil, how: .any)),
            (#""drop_duplicates""#, .dropDuplicates(subset: nil, keep: .first)),
            (#"{"drop_duplicates":{"keep":false}}"#, .dropDuplicates(subset: nil, keep: .none)),
            (#"{"drop":"a"}"#, .drop(["a"])),
            (#"{"head":{"n":5}}"#, .head(5)),
            (#"{"sort_values":"a"}"#, .sortValues(by: [.init("a")], missingFirst: false)),
            (#"{"sort_values":["a","b"]}"#, .sortValues(by: [.init("a"), .init("b")], missingFirst: false)),
            (
                #"{"sort_values":{"by":["a","b"],"ascending":false}}"#,
                .sortValues(by: [.init("a", ascending: false), .init("b", ascending: false)], missingFirst: false)
            ),
            (#"{"nlargest":{"n":3,"by":"a"}}"#, .nlargest(n: 3, by: ["a"])),
            (
                #"{"value_counts":"a"}"#,
                .valueCounts(columns: ["a"], normalize: false, sort: true, dropMissing: true)
            ),
            (
                #"{"groupby":{"by":"a","agg":{"b":"sum"}}}"#,
                .groupby(by: ["a"], aggregations: [Aggregation(.sum, "b")], options: .init())
            ),
            (
                #"{"join":{"with":"other","leftOn":"a","rightOn":"b"}}"#,
                .join(.init(with: "other", leftOn: ["a"], rightOn: ["b"]))
            ),
        ]
        for (json, step) in forms {
            #expect(try JSONDecoder().decode([Step].self, from: Data("[\(json)]".utf8)) == [step], "\(json)")
        }
    }

    @Test func `a whole plan survives being written and read`() throws {
        let schema = Schema([Field("z", .string), Field("a", .float64), Field("t", .list(.int64))])
        let plan = Plan(
            sources: [
                Source(
                    name: "events", location: .files(["logs/*.ndjson"]), schema: schema, onError: .deadLetter,
                    deadLetterPath: "bad.ndjson", maximumLineBytes: 1000),
                Source(
                    name: "more", location: .files(["a.csv"]), format: .csv, csv: .init(delimiter: ";", header: false)),
                Source(name: "given", location: .memory(schema)),
            ],
            frames: [
                .init("x", from: "events", steps: [.head(3)]),
                .init("b", from: "x", steps: []),
                .init("both", from: ["x", "more"], steps: []),
            ],
            outputs: [
                .init(from: "b", to: .memory),
                .init(
                    from: "x",
                    to: .file(
                        path: "x.parquet", format: .parquet,
                        options: .init(
                            compression: "zstd", rowGroupRows: 1000, metadata: ["author": "b"], isSynced: false))),
            ])
        let text = try Self.encode(plan)
        #expect(try Self.decode(text) == plan)
        #expect(
            text == #"{"frames":[{"x":{"from":"events","steps":[{"head":3}]}},{"b":{"from":"x","steps":[]}},"#
                + #"{"both":{"from":["x","more"],"steps":[]}}],"#
                + #""outputs":[{"from":"b"},{"compression":"zstd","format":"parquet","from":"x","#
                + #""metadata":{"author":"b"},"rowGroupRows":1000,"sync":false,"to":"x.parquet"}],"#
                + #""sources":[{"events":{"deadLetter":"bad.ndjson","files":["logs/*.ndjson"],"#
                + #""maximumLineBytes":1000,"onError":"deadLetter","schema":[{"z":"string"},{"a":"float64"},"#
                + #"{"t":"list<int64>"}]}},{"more":{"csv":{"delimiter":";","header":false},"files":["a.csv"],"#
                + #""format":"csv"}},{"given":{"memory":[{"z":"string"},{"a":"float64"},{"t":"list<int64>"}]}}]}"#)
    }

    @Test func `unknown names say what was meant`() {
        #expect(
            Self.reason(Self.frame(#"[{"fliter":"a"}]"#)) == "unknown step 'fliter' in a frame; did you mean 'filter'?")
        #expect(
            Self.reason(Self.frame(#"[{"groupby":{"bye":["a"],"agg":{}}}]"#))
                == "unknown key 'bye' in 'groupby'; did you mean 'by'?")
        #expect(
            Self.reason(Self.frame(#"[{"groupby":{"by":["a"],"agg":{"b":["maen"]}}}]"#))
                == "unknown aggregation 'maen' in 'agg'; did you mean 'mean'?")
        #expect(Self.reason(Self.frame(#"[{"groupby":{"by":["a"]}}]"#)) == "'groupby' needs 'agg'")
        for (keys, reason) in [
            (#"{"window":{"key":"t","sise":"1min"}}"#, "unknown key 'sise' in 'window'; did you mean 'size'?"),
            (#"{"window":{"key":"t"}}"#, "'window' needs either 'size'"),
            (#"{"window":{"key":"t","size":"1min","gap":"1s"}}"#, "'window' needs either 'size'"),
            (#"{"window":{"key":"t","size":"1 minute"}}"#, "'1 minute' is not a length of time"),
            (#"{"windows":{}}"#, "unknown key 'windows' in a key of 'by'; did you mean 'window'?"),
            (#"{"window":{"key":"t","size":"1s"}},{"window":{"key":"u","gap":"1s"}}"#, "'by' has two windows"),
        ] {
            let frame = Self.frame(#"[{"groupby":{"by":[\#(keys)],"agg":{"b":"max"}}}]"#)
            #expect(Self.reason(frame).hasPrefix(reason), "\(keys): \(Self.reason(frame))")
        }
        #expect(
            Self.reason(Self.frame(#"[{"join":{"with":"a","leftOn":"b"}}]"#))
                == "'join' needs 'rightOn' too; name the columns of both frames, or give 'on'")
        #expect(
            Self.reason(Self.frame(#"[{"join":{"with":"a","how":"cross","on":["b"]}}]"#)) == "no error")
        #expect(
            Self.reason(Self.frame(#"[{"join":{"with":"a"}}]"#))
                == "'join' needs 'on', or 'leftOn' and 'rightOn'; name the columns that are compared")
        #expect(
            Self.reason(Self.frame(#"[{"join":{"with":"a","on":"b","within":{"to":"1s"}}}]"#))
                == "'within' needs 'left'")
        #expect(
            Self.reason(Self.frame(#"[{"join":{"with":"a","on":"b","within":{"left":"t"}}}]"#))
                == "'within' needs 'to'; say how much later than the left row the right one may be, such as to: 10s")
        #expect(
            Self.reason(Self.frame(#"[{"join":{"with":"a","on":"b","within":{"left":"t","to":"ten"}}}]"#))
                .hasPrefix("'ten' is not a length of time"))
        #expect(Self.reason(#"{"framse":{}}"#) == "unknown key 'framse' in a plan; did you mean 'frames'?")
        #expect(
            Self.reason(#"{"sources":{"e":{"files":"a","onError":"skipp"}}}"#)
                == "unknown value 'skipp' in 'onError'; did you mean 'skip'?")
        #expect(
            Self.reason(Self.frame(#"[{"head":1,"drop":"a"}]"#))
                == "a step is a mapping with one entry, its operation; write each operation as a list item of its own")
    }

    @Test func `the error's coding path leads to the place`() {
        do {
            _ = try Self.decode(Self.frame(#"[{"head":1},{"groupby":{"by":["a"],"agg":{"b":["maen"]}}}]"#))
            Issue.record("no error")
        } catch DecodingError.dataCorrupted(let context) {
            let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            #expect(path == ["frames", "f", "steps", "1", "groupby", "agg", "b", "0"])
        } catch {
            Issue.record(error)
        }
    }
}
