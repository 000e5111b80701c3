import Columnar
import Query
import Testing

/// Joins within a range of time over whole inputs: rows and their order, and what is refused.
@Suite struct RangeJoinTests {
    @Test("Rows are those of every pair looked at, in the documented order", arguments: UInt64(0)..<150)
    func oracle(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let one = try RangeJoinCase.random(using: &random)
        let expected = one.oracle.rows(one.leftRows, one.rightRows)
        for threads in [1, 3] {
            let morselRows = [1, 7, 64, 16_384].randomElement(using: &random) ?? 7
            let rules = random.chance(30) ? [] : Optimizer.standardRules
            let table = try one.result(threads: threads, morselRows: morselRows, rules: rules)
            let rows = table.batches.rows
            #expect(
                RangeJoinOracle.agree(rows, expected),
                "seed \(seed), \(one.join), \(one.left.schema) and \(one.right.schema): \(rows.count) of \(expected.count)"
            )
            for batch in table.batches {
                #expect(batch.columns.map(\.type.logical) == table.schema.fields.map(\.type))
            }
        }
    }

    private static let milliseconds = DataType.timestamp(.millisecond, zone: nil)

    private static func table(_ columns: [(String, DataType, [Scalar])]) throws -> Table {
        let schema = Schema(columns.map { Field($0.0, $0.1) })
        return Table(
            schema: schema, batches: [Batch(schema: schema, columns: try columns.map { try Column($0.1, $0.2) })])
    }

    private static func times(_ values: [Int64?], _ unit: TimeUnit = .millisecond) -> [Scalar] {
        values.map { $0.map { .timestamp($0, unit, zone: nil) } ?? .null }
    }

    @Test("Both ends belong to the range, times of other units are compared exactly, and none meets nothing")
    func ends() throws {
        let left = try Self.table([
            ("k", .int64, [.int(1), .int(1), .int(1)]),
            ("t", .timestamp(.second, zone: nil), Self.times([10, 20, nil], .second)),
            ("v", .int64, [.int(1), .int(2), .int(3)]),
        ])
        let right = try Self.table([
            ("k", .int64, [Scalar](repeating: .int(1), count: 6)),
            ("u", Self.milliseconds, Self.times([9_999, 10_000, 10_500, 10_501, nil, 20_500])),
            ("w", .int64, (0..<6).map { .int($0) }),
        ])
        var one = RangeJoinCase(
            join: .init(with: "right", how: .left, on: ["k"], within: .init("t", "u", to: .milliseconds(500))),
            left: left, right: right, leftRows: [], rightRows: [])
        let result = try one.result(threads: 1, morselRows: 10)
        #expect(result.schema.names == ["k", "t", "v", "u", "w"])
        #expect(result.values("v") == [.int(1), .int(1), .int(2), .int(3)])
        #expect(result.values("w") == [.int(1), .int(2), .int(5), .null])
        one.join.within = .init(
            left: "t", right: "u", from: TimeSpan(nanoseconds: .min), to: TimeSpan(nanoseconds: .max))
        #expect(try one.result(threads: 1, morselRows: 10).count == 11)
    }

    @Test("Times at the ends of their type are compared without wrapping round")
    func extremes() throws {
        let micro = DataType.timestamp(.microsecond, zone: nil)
        let left = try Self.table([
            ("k", .int64, [.int(1), .int(1)]), ("t", micro, Self.times([.max - 1, .min + 1], .microsecond)),
        ])
        let right = try Self.table([
            ("k", .int64, [.int(1), .int(1), .int(1)]), ("u", micro, Self.times([.max, .min, 0], .microsecond)),
        ])
        for (from, to, count) in [(-3, 3, 2), (1, 3, 1), (2, 3, 0), (-3, -1, 1), (0, 0, 0)] {
            let one = RangeJoinCase(
                join: .init(
                    with: "right", on: ["k"],
                    within: .init("t", "u", from: .microseconds(from), to: .microseconds(to))),
                left: left, right: right, leftRows: [], rightRows: [])
            #expect(try one.result(threads: 1, morselRows: 10).count == count, "\(from) to \(to)")
        }
        // Seconds that nanoseconds do not have meet none of them.
        let seconds = try Self.table([
            ("k", .int64, [.int(1)]), ("t", .timestamp(.second, zone: nil), Self.times([.max], .second)),
        ])
        let nanoseconds = try Self.table([
            ("k", .int64, [.int(1)]), ("u", .timestamp(.nanosecond, zone: nil), Self.times([.max], .nanosecond)),
        ])
        let one = RangeJoinCase(
            join: .init(with: "right", how: .outer, on: ["k"], within: .init("t", "u", from: .seconds(-9), to: .zero)),
            left: seconds, right: nanoseconds, leftRows: [], rightRows: [])
        #expect(try one.result(threads: 1, morselRows: 10).count == 2)
    }

    @Test("A key with very many rows is looked through by halves, and gives its pairs in batches")
    func heavyKey() throws {
        let count = 60_000
        let ticks = (0..<count).map { Int64(($0 * 7919) % count) }
        let side = try Self.table([
            ("k", .string, [Scalar](repeating: .string("one"), count: count)),
            ("t", Self.milliseconds, Self.times(ticks)),
        ])
        let one = RangeJoinCase(
            join: .init(
                with: "right", on: ["k"], within: .init("t", from: .milliseconds(-1), to: .milliseconds(1))),
            left: side, right: side, leftRows: [], rightRows: [])
        let result = try one.result(threads: 2, morselRows: 50_000)
        #expect(result.count == 3 * count - 2)
        #expect(Array(result.values("t_x").prefix(5)) == Self.times([0, 0, 7919, 7919, 7919]))
        #expect(Array(result.values("t_y").prefix(5)) == Self.times([0, 1, 7918, 7919, 7920]))
    }

    @Test("One pass over a source brings the rows of both sides, and explain says so")
    func explain() throws {
        let events = Schema([
            Field("id", .int64), Field("kind", .string), Field("t", Self.milliseconds), Field("path", .string),
            Field("spare", .int64),
        ])
        let plan = Plan(
            sources: [Source(name: "events", location: .files(["a.ndjson"]))],
            frames: [
                .init("requests", from: "events", steps: [.filter(try Query.Expression("kind == 'request'"))]),
                .init("responses", from: "events", steps: [.filter(try Query.Expression("kind == 'response'"))]),
                .init(
                    "calls", from: "requests",
                    steps: [
                        .join(
                            .init(
                                with: "responses", how: .left, on: ["id"], within: .init("t", to: .seconds(10)))),
                        .select(["id", "path_x", "kind_y"]), .filter(try Query.Expression("path_x != '/'")),
                    ]),
            ], outputs: [.init(from: "calls", to: .memory)])
        #expect(
            try plan.explained(schemas: ["events": events]) == """
                Logical plan
                  scan events (json-lines): a.ndjson
                  ├─ requests:
                  │    filter kind == 'request'
                  │  └─ calls:
                  │       join left with responses on id, t from 0s to 10s after t
                  │       select id, path_x, kind_y
                  │       filter path_x != '/'
                  │       → memory
                  └─ responses:
                       filter kind == 'response'

                Optimized plan
                  1. scan events (json-lines): a.ndjson, in one pass
                     columns: id, kind, t, path (4 of 5)
                     ├─ filter kind == 'response'
                     │  select id, kind, t
                     │  └─ right rows: id, t, kind
                     │     join left with responses on id, t from 0s to 10s after t
                     └─ filter kind == 'request' and path != '/'
                        └─ left rows: id, t, path
                           join left with responses on id, t from 0s to 10s after t
                  2. calls after join left with responses on id, t from 0s to 10s after t: 3 columns in memory
                     → memory

                """)
    }

    @Test("What does not fit is named")
    func errors() throws {
        let left = Schema([
            Field("k", .int64), Field("t", Self.milliseconds), Field("s", .timestamp(.second, zone: nil)),
        ])
        let right = Schema([
            Field("k", .int64), Field("t", Self.milliseconds), Field("z", .timestamp(.second, zone: "UTC")),
            Field("s", .timestamp(.second, zone: nil)),
        ])
        func error(_ range: Step.Join.TimeRange, how: Step.Join.How = .inner, validation: Step.Join.Validation? = nil)
            -> String?
        {
            let plan = Plan(
                sources: [
                    Source(name: "left", location: .memory(left)), Source(name: "right", location: .memory(right)),
                ],
                frames: [
                    .init(
                        "f", from: "left",
                        steps: [
                            .join(
                                .init(
                                    with: "right", how: how, on: how == .cross ? [] : ["k"], validation: validation,
                                    within: range))
                        ])
                ], outputs: [.init(from: "f", to: .memory)])
            do throws(SwiftwaterError) {
                _ = try plan.schemas(sources: ["left": left, "right": right])
                return nil
            } catch {
                return error.description.replacing("frame 'f', step 1 (join): ", with: "")
            }
        }
        #expect(error(.init("t", to: .seconds(1))) == nil)
        #expect(
            error(.init("time", to: .seconds(1))) == "no column 'time'; did you mean 't'?"
                || error(.init("time", to: .seconds(1))) == "no column 'time'; the columns are k, t, s")
        #expect(error(.init("t", "u", to: .seconds(1)))?.hasPrefix("no column 'u' in 'right'; ") == true)
        #expect(
            error(.init("k", to: .seconds(1)))
                == "the column 'k' is int64, not a timestamp; convert it with astype, to timestamp[ms] for example")
        #expect(
            error(.init("t", "z", to: .seconds(1)))
                == "the time 't' is timestamp[ms], and 'z' of 'right' is timestamp[s, UTC]; convert one of them with "
                + "astype")
        #expect(
            error(.init("t", from: .seconds(5), to: .seconds(1)))
                == "'within' goes from 5s to 1s, and nothing lies between them; let 'from' be the lesser one; rows "
                + "before the left row's time are at negative distances")
        #expect(
            error(.init("s", from: .milliseconds(1), to: .milliseconds(999)))
                == "'within' goes from 1ms to 999ms, and the times differ by whole seconds; convert one of them to a "
                + "finer type with astype before, timestamp[ms] for example")
        #expect(
            error(.init("t", to: .seconds(1)), how: .cross)
                == "a cross join has no 'within'; use how: inner, with the keys that rows meet by")
        #expect(
            error(.init("t", to: .seconds(1)), validation: .oneToOne)
                == "a join has 'within' as well as 'validate'; leave 'validate' out, or drop duplicates before")
    }
}
