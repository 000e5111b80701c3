import Columnar
import Query
import Testing

/// Texts are values by their bytes: "é" as one code point and as "e" with an accent behind it look alike and are two.
@Suite("Texts that look alike")
struct TextIdentityTests {
    private static let composed = "\u{E9}"
    private static let decomposed = "e\u{301}"
    private static let texts = [composed, decomposed, nil, decomposed, composed, decomposed]

    /// The result's rows, their texts as bytes.
    private func rows(_ steps: [Step], type: DataType = .string) throws -> [[String]] {
        let schema = Schema([Field("s", type), Field("n", .int64)])
        let batch = Batch(
            schema: schema,
            columns: [
                try Column(type, Self.texts.map { $0.map { .string($0) } ?? .null }),
                try Column(.int64, Self.texts.indices.map { .int(Int64($0)) }),
            ])
        var options = RunOptions()
        options.tables = ["texts": Table(schema: schema, batches: [batch])]
        let plan = Plan(
            sources: [Source(name: "texts", location: .memory(schema))],
            frames: [.init("result", from: "texts", steps: steps)], outputs: [.init(from: "result", to: .memory)])
        let table = try #require(try plan.runAndWait(options).tables["result"])
        return table.batches.flatMap { batch in
            (0..<batch.count).map { row in batch.columns.map { text($0.scalar(at: row)) } }
        }
    }

    private func text(_ scalar: Scalar) -> String {
        switch scalar {
        case .null: "-"
        case .string(let text): text.utf8.elementsEqual(Self.composed.utf8) ? "composed" : "decomposed"
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)"
        case .bool(let value): "\(value)"
        default: "\(scalar)"
        }
    }

    private func column(_ steps: [Step], _ index: Int = 1) throws -> [String] { try rows(steps).map { $0[index] } }

    private func filter(_ expression: String) throws -> Step { .filter(try Expression(expression)) }

    @Test("are two values for ==, hashes and sets")
    func scalars() {
        let (a, b) = (Scalar.string(Self.composed), Scalar.string(Self.decomposed))
        #expect(a != b && a == .string(Self.composed))
        #expect(Set([a, b, a]).count == 2)
        #expect(Scalar.list([a]) != .list([b]))
        #expect(Scalar.structure([.init("x", a)]) != .structure([.init("x", b)]))
        #expect(Scalar.structure([.init(Self.composed, a)]) != .structure([.init(Self.decomposed, a)]))
    }

    @Test("are two in filters and lists")
    func filters() throws {
        #expect(try column([filter("s == '\(Self.composed)'")]) == ["0", "4"])
        #expect(try column([filter("s != '\(Self.composed)' and s.notna()")]) == ["1", "3", "5"])
        #expect(try column([filter("s in ['\(Self.decomposed)']")]) == ["1", "3", "5"])
        #expect(try column([filter("s in ['\(Self.decomposed)', '\(Self.composed)']")]).count == 5)
        #expect(try column([filter("s not in ['\(Self.decomposed)'] and s.notna()")]) == ["0", "4"])
    }

    @Test("are two among constants")
    func constants() throws {
        #expect(try column([filter("'\(Self.composed)' == '\(Self.decomposed)'")]) == [])
        #expect(try column([filter("'\(Self.composed)' in ['\(Self.decomposed)']")]) == [])
        #expect(try column([filter("'\(Self.composed)' != '\(Self.decomposed)'")]).count == 6)
        let assigned: Step = .assign([
            NamedExpression("a", try Expression("'\(Self.composed)'")),
            NamedExpression("b", try Expression("'\(Self.decomposed)'")),
        ])
        #expect(try rows([assigned, .head(1)]) == [["composed", "0", "composed", "decomposed"]])
    }

    @Test("are two keys", arguments: [DataType.string, .dictionary(.string)])
    func keys(type: DataType) throws {
        let sums: Step = .groupby(
            by: ["s"], aggregations: [Aggregation(.sum, "n", name: "sum")], options: .init())
        // By bytes "e" comes before "é".
        #expect(try rows([sums], type: type) == [["decomposed", "9"], ["composed", "4"]])
        #expect(
            try rows([.dropDuplicates(subset: ["s"], keep: .first)], type: type)
                == [["composed", "0"], ["decomposed", "1"], ["-", "2"]])
        #expect(
            try rows([.valueCounts(columns: ["s"], normalize: false, sort: true, dropMissing: true)], type: type)
                == [["decomposed", "3"], ["composed", "2"]])
        let distinct: Step = .groupby(
            by: [], aggregations: [Aggregation(.distinctCount, "s", name: "n")], options: .init())
        #expect(try rows([distinct], type: type) == [["2"]])
        #expect(
            try rows([.sortValues(by: [.init("s")], missingFirst: false)], type: type).map { $0[1] }
                == ["1", "3", "5", "0", "4", "2"])
    }

    @Test("fill missing values as they are")
    func filling() throws {
        for (value, name) in [(Self.composed, "composed"), (Self.decomposed, "decomposed")] {
            let filled = try column([.fillna([.init(column: "s", value: .string(value))])], 0)
            #expect(filled == ["composed", "decomposed", name, "decomposed", "composed", "decomposed"])
        }
    }
}
